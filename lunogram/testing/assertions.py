"""Assertions about events, for sandbox and recording alike, and their failure messages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

import attrs

from .._terminal import visible
from ..errors import ValidationError
from ..identifiers import ExternalID, Identifier, external_id
from ..models import Data, User
from ..values import json_object, json_value
from .losses import Loss, in_words
from .models import SubjectKind, display_name

_MOST_LINES = 5
_MOST_DIFFERENCES = 3
_LONGEST_VALUE = 100


class ObservedEvent(Protocol):
    """An event, sent to a sandbox or only recorded."""

    @property
    def name(self) -> str:
        """The event's name."""
        ...

    @property
    def kind(self) -> SubjectKind:
        """The kind of the subject."""
        ...

    @property
    def identifier(self) -> list[ExternalID]:
        """Every identifier of the subject."""
        ...

    @property
    def data(self) -> dict[str, Any]:
        """The event's data."""
        ...


E = TypeVar("E", bound=ObservedEvent)


@attrs.frozen
class ExpectedSubject:
    """The expected subject of an event.

    Attributes:
        kind: A user's, or an organization's.
        name: One of its identifiers.
    """

    kind: SubjectKind
    name: ExternalID

    def has(self, event: ObservedEvent) -> bool:
        """Whether an event is about this subject.

        Args:
            event: The event.
        """
        return event.kind == self.kind and any(
            (name.source, name.external_id) == (self.name.source, self.name.external_id)
            for name in event.identifier
        )


def subject_of(user: Identifier | None, organization: Identifier | None) -> ExpectedSubject | None:
    """The subject, from the two arguments of a method; None for any subject.

    Args:
        user: An identifier of a user, or None.
        organization: An identifier of an organization, or None.

    Raises:
        ValueError: If both are given.
    """
    if user is not None and organization is not None:
        raise ValueError("user and organization exclude each other: an event has one subject")
    if user is not None:
        return ExpectedSubject("user", external_id(user, "user"))
    if organization is not None:
        return ExpectedSubject("organization", external_id(organization, "organization"))
    return None


@attrs.frozen
class ExpectedEvent:
    """The event that a test expects.

    Attributes:
        name: The event's name.
        subject: Its subject; None for any.
        data: What its data must contain; None for anything.
    """

    name: str
    subject: ExpectedSubject | None
    data: Mapping[str, Any] | None

    def is_met_by(self, event: ObservedEvent) -> bool:
        """Whether an event is the expected one.

        Args:
            event: The event.
        """
        return (
            event.name == self.name
            and (self.subject is None or self.subject.has(event))
            and not self.differences(event)
        )

    def differences(self, event: ObservedEvent) -> list[str]:
        """The differences of an event's data, in words.

        Args:
            event: The event.
        """
        return list(_differences(event.data, self.data or {}, ""))

    def __str__(self) -> str:
        subject = (
            f" of {self.subject.kind} {display_name(self.subject.name)}" if self.subject else ""
        )
        return f"event {self.name}{subject}{_with(self.data)}"


def expected_event(
    name: str, user: Identifier | None, organization: Identifier | None, data: Data | None
) -> ExpectedEvent:
    """The expected event, from the arguments of an assertion.

    Args:
        name: The event's name.
        user: The user of the event, or None.
        organization: The organization of the event, or None.
        data: What its data must contain, or None.
    """
    # A mapping is kept as it is, because it may hold things that are equal to many, such as ANY.
    known = data if data is None or isinstance(data, Mapping) else json_object(data, "data")
    return ExpectedEvent(name, subject_of(user, organization), known)


def _differences(arrived: Any, expected: Any, path: str) -> Iterator[str]:
    """The paths at which an object does not contain another; other values must be equal."""
    if not (isinstance(expected, Mapping) and isinstance(arrived, Mapping)):
        if not _is_equal(arrived, expected):
            yield f"{path} is {_shown(arrived)}, not {_shown(expected)}"
        return
    for key, value in expected.items():
        field = f"{path}.{key}" if path else str(key)
        if key in arrived:
            yield from _differences(arrived[key], value, field)
        else:
            yield f"{field} is missing"


def _is_equal(arrived: Any, expected: Any) -> bool:
    numbers = isinstance(arrived, int | float) and isinstance(expected, int | float)
    if numbers and isinstance(arrived, bool) != isinstance(expected, bool):
        return False  # to Python, True is 1
    return bool(arrived == expected or arrived == _as_sent(expected))


def _as_sent(value: Any) -> Any:
    """A date or a Decimal in its wire format; other values as they are."""
    try:
        return json_value(value, "data")
    except ValidationError:
        return value


# -- messages -------------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _with(data: Mapping[str, Any] | None) -> str:
    return f" with {_shown(data)}" if data else ""


def nearest_first(expected: ExpectedEvent, events: Sequence[E]) -> list[E]:
    """Events, nearest to the expected one first: by name, then by subject, then by data.

    Args:
        expected: The expected event.
        events: All that there are.
    """
    alike = {name: _likeness(name, expected.name) for name in {event.name for event in events}}

    def distance(event: E) -> tuple[float, bool, int]:
        """The distance from the expected event: by name, then by subject, then by data."""
        is_others = expected.subject is not None and not expected.subject.has(event)
        return -alike[event.name], is_others, len(expected.differences(event))

    return sorted(events, key=distance)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _line(expected: ExpectedEvent, event: ObservedEvent) -> str:
    """One event in one line, with its differences from the expected one."""
    text = f"{event.name} of {_subject(expected, event)}"
    differences = expected.differences(event) if event.name == expected.name else []
    if not differences:
        return text + _with(event.data)
    return f"{text}: {', '.join(differences[:_MOST_DIFFERENCES])}"


def _subject(expected: ExpectedEvent, event: ObservedEvent) -> str:
    if not event.identifier:
        return f"all {event.kind}s that match"
    known = expected.subject is not None and expected.subject.has(event)
    name = expected.subject.name if known and expected.subject else event.identifier[0]
    return f"{event.kind} {display_name(name)}"


def listed(expected: ExpectedEvent, events: Iterable[ObservedEvent]) -> str:
    """Events, a line each; those that look the same share one.

    Args:
        expected: The expected event.
        events: In the order to show them.
    """
    lines = Counter(_line(expected, event) for event in events)
    shown = [
        f"\n  {line}" + (f" ({times} times)" if times > 1 else "")
        for line, times in islice(lines.items(), _MOST_LINES)
    ]
    left = sum(lines.values()) - sum(islice(lines.values(), _MOST_LINES))
    return "".join(shown) + (f"\n  … and {left} more" if left else "")


def failure(message: str) -> AssertionError:
    """An AssertionError whose message has no control characters in it.

    Args:
        message: The message, in one or more lines.
    """
    return AssertionError(visible(message, lines=True))


def explain(expected: ExpectedEvent, events: Sequence[ObservedEvent]) -> str:
    """The events that there are, nearest to the expected one first.

    Args:
        expected: The expected event.
        events: All that there are.
    """
    if not events:
        return "There are no events at all."
    return f"Events there are, nearest first:{listed(expected, nearest_first(expected, events))}"


class Assertions(Generic[E]):
    """The assertions of sandbox and recording."""

    def _matching(self, expected: ExpectedEvent) -> list[E]:
        """The events that match, in the order of arrival."""
        raise NotImplementedError

    def _failed(self, expected: ExpectedEvent, what: str) -> AssertionError:
        """An AssertionError that lists the events there are."""
        raise NotImplementedError

    def lost(self) -> Sequence[Loss]:
        """What Lunogram would accept and lose, each with the reason."""
        raise NotImplementedError

    def user(self, identifier: Identifier) -> User:
        """A user as it is stored; raises `NotThereError` if there is none."""
        raise NotImplementedError

    def rejections(self) -> Sequence[str]:
        """The calls that Lunogram rejects, a line each, with the reason."""
        raise NotImplementedError

    def assert_user(
        self,
        identifier: Identifier,
        *,
        email: str | None = None,
        phone: str | None = None,
        timezone: str | None = None,
        locale: str | None = None,
        data: Data | None = None,
    ) -> User:
        """Assert that there is a user with some fields.

        Args:
            identifier: Any identifier of the user: ``"user_123"``, ``("stripe", "cus_1")`` or an
                `ExternalID`.
            email: The email address. Default: any, or none, as for the other fields.
            phone: The phone number.
            timezone: The IANA time zone.
            locale: The language tag.
            data: What the user's data must contain, as for `assert_sent`.

        Returns:
            The user.

        Raises:
            AssertionError: If there is none, or a field differs. The message lists the differences.
        """
        __tracebackhide__ = True
        user = self.user(identifier)
        fields = {"email": email, "phone": phone, "timezone": timezone, "locale": locale}
        expected: dict[str, Any] = {n: v for n, v in fields.items() if v is not None}
        if data is not None:
            expected["data"] = data if isinstance(data, Mapping) else json_object(data, "data")
        there = {name: getattr(user, name) for name in expected}
        if differences := list(_differences(there, expected, "")):
            name = display_name(external_id(identifier))
            raise failure(f"user {name}: {', '.join(differences[:_MOST_DIFFERENCES])}")
        return user

    def assert_no_rejections(self) -> None:
        """Assert that Lunogram rejected no call.

        Raises:
            AssertionError: If it did. The message lists the calls, with the reasons.
        """
        __tracebackhide__ = True
        if rejected := self.rejections():
            shown = "".join(f"\n  {line}" for line in rejected[:_MOST_LINES])
            left = len(rejected) - _MOST_LINES
            more = f"\n  … and {left} more" if left > 0 else ""
            raise failure(f"Rejected:{shown}{more}")

    def assert_nothing_lost(self) -> None:
        """Assert that Lunogram would lose nothing of what was sent.

        Raises:
            AssertionError: If it would. The message says what, and why.
        """
        __tracebackhide__ = True
        if losses := self.lost():
            raise failure(in_words(losses))

    def assert_sent(
        self,
        name: str,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
        data: Data | None = None,
        times: int | None = None,
    ) -> E:
        """Assert that an event arrived, whatever caused it.

        Args:
            name: The event's name, such as ``"order.completed"`` or ``"scheduled.trial.end"``.
            user: The user of the event: ``"user_123"``, ``("stripe", "cus_1")`` or an `ExternalID`.
            organization: The organization of the event, instead.
            data: What its data must contain. Nested objects are compared in the same way; anything
                else must be equal, or compare equal, as
                ``unittest.mock.ANY`` and ``pytest.approx`` do.
            times: The exact number of such events, 1 or more. Default: any.

        Returns:
            The event; the first, if there are several.

        Raises:
            AssertionError: If it did not. The message lists those that did, nearest first.
            ValueError: If ``times`` is less than 1.
        """
        __tracebackhide__ = True
        if times is not None and times < 1:
            raise ValueError("times must be 1 or more; use assert_not_sent for no events")
        expected = expected_event(name, user, organization, data)
        found = self._matching(expected)
        if not found:
            raise self._failed(expected, "was not sent")
        if times is not None and len(found) != times:
            raise failure(
                f"{expected} was sent {_times(len(found))}, not {_times(times)}:"
                f"{listed(expected, found)}"
            )
        return found[0]

    def assert_not_sent(
        self,
        name: str,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
        data: Data | None = None,
    ) -> None:
        """Assert that an event did not arrive.

        Args:
            name: The event's name.
            user: The user of the event. Default: any subject.
            organization: The organization of the event, instead.
            data: What its data would contain.

        Raises:
            AssertionError: If it did.
        """
        __tracebackhide__ = True
        expected = expected_event(name, user, organization, data)
        if found := self._matching(expected):
            raise failure(f"{expected} was sent {_times(len(found))}:{listed(expected, found)}")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
