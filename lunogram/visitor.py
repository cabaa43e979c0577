"""The identity of a visitor: a user who may not be identified yet.

The rules are those of the JavaScript SDK in a browser, for servers, desktop and command-line
programs. Nothing here does any I/O.

- A visitor has a random anonymous id, which stays the same for the lifetime of the object.
- An upsert or delete sends the anonymous identifier, then the sticky one if it is known, then the
  identifiers of the call that are not among them.
- An identifier of source ``default`` in an upsert or delete becomes the sticky one.
- Events without identifier or match, and schedules and devices without identifier, get the
  anonymous and the sticky one.
- Calls for organizations are unchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import attrs

from .identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE, ExternalID, Identifiers, external_ids
from .models import Event
from .values import guarded


class VisitorIdentity:
    """The identity of a visitor.

    Attributes:
        anonymous_id: The visitor's id in the source ``anonymous``.
        external_id: The sticky id in the source ``default``, or None if it is not known.
    """

    def __init__(self, anonymous_id: str | None, external_id: str | None) -> None:
        self.anonymous_id = _known(anonymous_id, "anonymous_id") or str(uuid4())
        self.external_id = _known(external_id, "external_id")

    def own(self) -> list[ExternalID]:
        """The anonymous identifier, and the sticky one if it is known."""
        anonymous = ExternalID(self.anonymous_id, ANONYMOUS_SOURCE)
        return [anonymous, ExternalID(self.external_id)] if self.external_id else [anonymous]

    def with_own(self, identifier: Identifiers | None) -> list[ExternalID]:
        """The visitor's own identifiers, then those of a call that are not among them.

        Args:
            identifier: The identifiers of a call, or None.

        Raises:
            ValidationError: If an identifier is invalid.
        """
        given = [] if identifier is None else external_ids(identifier)
        unique: dict[tuple[str, str], ExternalID] = {}
        for item in [*self.own(), *given]:
            unique.setdefault((item.source, item.external_id), item)
        return list(unique.values())

    def learn(self, identifier: Identifiers | None) -> None:
        """Store an identifier of source ``default`` as the sticky one.

        Args:
            identifier: The identifiers of a call, or None.
        """
        given = [] if identifier is None else external_ids(identifier)
        known = [item.external_id for item in given if item.source == DEFAULT_SOURCE]
        self.external_id = known[0] if known else self.external_id

    def own_unless(self, identifier: Identifiers | None) -> Identifiers:
        """The identifiers of a call, by default the visitor's own.

        Args:
            identifier: The identifiers of a call, or None.
        """
        return list(self.own()) if identifier is None else identifier

    def sign(
        self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
    ) -> Iterable[Event | Mapping[str, Any]]:
        """Events in which those with neither identifier nor match are the visitor's.

        Args:
            events: The events of a call. A generator is read while they are sent.
        """
        own, listed = self.own(), _listed(events, "events")
        signed = (_signed(event, f"events[{i}]", own) for i, event in enumerate(listed))
        return list(signed) if isinstance(listed, list) else signed


@guarded
def _known(value: str | None, path: str) -> str | None:
    """An id, checked; None if it is not known."""
    return external_ids(ExternalID(value), path)[0].external_id if value else None


@guarded
def _listed(events: Any, _path: str) -> list[Any] | Iterator[Any]:
    if isinstance(events, Event | Mapping | str) or not isinstance(events, Iterable):
        return [events]
    return list(events) if isinstance(events, Collection) else iter(events)


@guarded
def _signed(event: Any, _path: str, own: list[ExternalID]) -> Any:
    if isinstance(event, Event):
        is_own = event.identifier is None and event.match is None
        return attrs.evolve(event, identifier=own) if is_own else event
    if not isinstance(event, Mapping):
        return event
    is_own = event.get("identifier") is None and event.get("match") is None
    return {**event, "identifier": own} if is_own else event
