"""Assertions about events, alike for sandbox and recording, and what they say when they fail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

import attrs

from ..errors import ValidationError
from ..identifiers import ExternalID, Identifier, external_id
from ..models import Data
from ..values import json_object, json_value
from .models import Kind, named

_MOST_LINES = 5
_MOST_DIFFERENCES = 3
_LONGEST_VALUE = 100


class Occurrence(Protocol):
    """An event, sent to a sandbox or only recorded."""

    @property
    def name(self) -> str:
        """What happened."""
        ...

    @property
    def kind(self) -> Kind:
        """Whose it is."""
        ...

    @property
    def identifier(self) -> list[ExternalID]:
        """By which names that user or organization is known."""
        ...

    @property
    def data(self) -> dict[str, Any]:
        """What there is to say about it."""
        ...


E = TypeVar("E", bound=Occurrence)


@attrs.frozen
class Owner:
    """Whose an event should be.

    Attributes:
        kind: A user's, or an organization's.
        name: One of the names.
    """

    kind: Kind
    name: ExternalID

    def has(self, event: Occurrence) -> bool:
        """Whether it is.

        Args:
            event: Which.
        """
        return event.kind == self.kind and any(
            (name.source, name.external_id) == (self.name.source, self.name.external_id)
            for name in event.identifier
        )


def owner(user: Identifier | None, organization: Identifier | None) -> Owner | None:
    """Whose, in the two arguments that methods take; None for anybody's.

    Args:
        user: One of a user's names, or None.
        organization: One of an organization's names, or None.

    Raises:
        ValueError: If both are given.
    """
    if user is not None and organization is not None:
        raise ValueError("user and organization exclude each other: an event is of one of them")
    if user is not None:
        return Owner("user", external_id(user, "user"))
    if organization is not None:
        return Owner("organization", external_id(organization, "organization"))
    return None


@attrs.frozen
class Wanted:
    """The event that a test asks for.

    Attributes:
        name: What happened.
        owner: Whose it is; None for anybody's.
        data: What its data has to contain; None for anything.
    """

    name: str
    owner: Owner | None
    data: Mapping[str, Any] | None

    def is_met_by(self, event: Occurrence) -> bool:
        """Whether an event is the one.

        Args:
            event: Which.
        """
        return (
            event.name == self.name
            and (self.owner is None or self.owner.has(event))
            and not self.differences(event)
        )

    def differences(self, event: Occurrence) -> list[str]:
        """What an event's data lacks, in words.

        Args:
            event: Which.
        """
        return list(_differences(event.data, self.data or {}, ""))

    def __str__(self) -> str:
        whose = f" of {self.owner.kind} {named(self.owner.name)}" if self.owner else ""
        return f"event {self.name}{whose}{_with(self.data)}"


def wanted(
    name: str, user: Identifier | None, organization: Identifier | None, data: Data | None
) -> Wanted:
    """What a test asks for, from the arguments of an assertion.

    Args:
        name: What happened.
        user: Whose it is, or None.
        organization: Whose it is, or None.
        data: What its data has to contain, or None.
    """
    # A mapping is kept as it is, because it may hold things that are equal to many, such as ANY.
    known = data if data is None or isinstance(data, Mapping) else json_object(data, "data")
    return Wanted(name, owner(user, organization), known)


def _differences(arrived: Any, expected: Any, place: str) -> Iterator[str]:
    """Where an object does not contain another; anything but objects has to be equal."""
    if not (isinstance(expected, Mapping) and isinstance(arrived, Mapping)):
        if not _is_equal(arrived, expected):
            yield f"{place} is {_shown(arrived)}, not {_shown(expected)}"
        return
    for key, value in expected.items():
        where = f"{place}.{key}" if place else str(key)
        if key in arrived:
            yield from _differences(arrived[key], value, where)
        else:
            yield f"{where} is missing"


def _is_equal(arrived: Any, expected: Any) -> bool:
    numbers = isinstance(arrived, int | float) and isinstance(expected, int | float)
    if numbers and isinstance(arrived, bool) != isinstance(expected, bool):
        return False  # to Python, True is 1
    return bool(arrived == expected or arrived == _as_sent(expected))


def _as_sent(value: Any) -> Any:
    """A date or a Decimal, as the wire has it; what the wire can't hold stays as it is."""
    try:
        return json_value(value, "data")
    except ValidationError:
        return value


# -- what is said ---------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _with(data: Mapping[str, Any] | None) -> str:
    return f" with {_shown(data)}" if data else ""


def nearest_first(wanted: Wanted, events: Sequence[E]) -> list[E]:
    """Events by how much they resemble the one wanted: name, then whose, then data.

    Args:
        wanted: The one.
        events: All that there are.
    """
    alike = {name: _likeness(name, wanted.name) for name in {event.name for event in events}}

    def distance(event: E) -> tuple[float, bool, int]:
        """How far an event is from the one wanted: by name, then by whose it is, then by data."""
        is_others = wanted.owner is not None and not wanted.owner.has(event)
        return -alike[event.name], is_others, len(wanted.differences(event))

    return sorted(events, key=distance)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _line(wanted: Wanted, event: Occurrence) -> str:
    """One event in one line, with what keeps it from being the one wanted."""
    text = f"{event.name} of {_whose(wanted, event)}"
    differences = wanted.differences(event) if event.name == wanted.name else []
    if not differences:
        return text + _with(event.data)
    return f"{text}: {', '.join(differences[:_MOST_DIFFERENCES])}"


def _whose(wanted: Wanted, event: Occurrence) -> str:
    if not event.identifier:
        return f"all {event.kind}s that match"
    known = wanted.owner is not None and wanted.owner.has(event)
    name = wanted.owner.name if known and wanted.owner else event.identifier[0]
    return f"{event.kind} {named(name)}"


def listed(wanted: Wanted, events: Iterable[Occurrence]) -> str:
    """Events, a line each; those that look the same share one.

    Args:
        wanted: What was asked for.
        events: In the order to show them.
    """
    lines = Counter(_line(wanted, event) for event in events)
    shown = [
        f"\n  {line}" + (f" ({times} times)" if times > 1 else "")
        for line, times in islice(lines.items(), _MOST_LINES)
    ]
    left = sum(lines.values()) - sum(islice(lines.values(), _MOST_LINES))
    return "".join(shown) + (f"\n  … and {left} more" if left else "")


def account(wanted: Wanted, events: Sequence[Occurrence]) -> str:
    """What there was instead of the event wanted, nearest first.

    Args:
        wanted: What was asked for.
        events: All that there are.
    """
    if not events:
        return "There are no events at all."
    return f"Events there are, nearest first:{listed(wanted, nearest_first(wanted, events))}"


class Assertions(Generic[E]):
    """Assertions for whatever knows events."""

    def _matching(self, wanted: Wanted) -> list[E]:
        """The events that are what is wanted, in the order in which they came."""
        raise NotImplementedError

    def _failed(self, wanted: Wanted, what: str) -> AssertionError:
        """An error that says what there was instead."""
        raise NotImplementedError

    def assert_sent(
        self,
        name: str,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
        data: Data | None = None,
        times: int | None = None,
    ) -> E:
        """Assert that an event is there, whatever caused it.

        Args:
            name: What happened, such as ``"order.completed"`` or ``"scheduled.trial.end"``.
            user: Whose it is: ``"user_123"``, ``("stripe", "cus_1")`` or an `ExternalID`.
            organization: Whose it is, if it is an organization's.
            data: What its data contains, among other things. Objects in it are compared in the
                same way; anything else has to be equal, or to say that it is, as
                ``unittest.mock.ANY`` and ``pytest.approx`` do.
            times: How many such events there are, 1 or more. Any of these, if left out.

        Returns:
            The event; the first, if there are several.

        Raises:
            AssertionError: If it is not there. It says what is, nearest first.
            ValueError: If ``times`` is less than 1.
        """
        __tracebackhide__ = True
        if times is not None and times < 1:
            raise ValueError("times is 1 or more; assert_not_sent asserts that there is none")
        asked = wanted(name, user, organization, data)
        found = self._matching(asked)
        if not found:
            raise self._failed(asked, "was not sent")
        if times is not None and len(found) != times:
            raise AssertionError(
                f"{asked} was sent {_times(len(found))}, not {_times(times)}:{listed(asked, found)}"
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
        """Assert that an event is not there.

        Args:
            name: What happened.
            user: Whose it would be: anybody's, if left out.
            organization: Whose it would be, if it were an organization's.
            data: What its data would contain, among other things.

        Raises:
            AssertionError: If it is there.
        """
        __tracebackhide__ = True
        asked = wanted(name, user, organization, data)
        if found := self._matching(asked):
            raise AssertionError(f"{asked} was sent {_times(len(found))}:{listed(asked, found)}")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
