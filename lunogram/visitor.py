"""The anonymous visitor: somebody who does things before we know who they are.

The rules are those of the JavaScript SDK in a browser, for servers, desktop and command-line
programs. Nothing here does any I/O.

- A visitor has a random anonymous id, which stays the same as long as the visitor is kept.
- To upsert or delete the user, these identifiers are sent: the anonymous one, the sticky one if
  it is known, then those given that are not among them yet.
- An identifier of source ``default`` given to upsert or delete becomes the sticky one from then on.
- Events without identifier or match, schedules and devices without identifier get the anonymous
  and the sticky one.
- Calls about organizations are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import attrs

from .identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE, ExternalID, Identifiers, external_ids
from .models import Event


class VisitorIdentity:
    """Who a visitor is, as far as we know.

    Attributes:
        anonymous_id: The visitor's id in the source ``anonymous``.
        external_id: The sticky id in the source ``default``, or None as long as it is not known.
    """

    def __init__(self, anonymous_id: str | None, external_id: str | None) -> None:
        anonymous = ExternalID(anonymous_id or str(uuid4()), ANONYMOUS_SOURCE)
        self.anonymous_id = external_ids(anonymous, "anonymous_id")[0].external_id
        known = external_ids(ExternalID(external_id), "external_id") if external_id else []
        self.external_id = known[0].external_id if known else None

    def own(self) -> list[ExternalID]:
        """The anonymous identifier, and the sticky one if it is known."""
        anonymous = ExternalID(self.anonymous_id, ANONYMOUS_SOURCE)
        return [anonymous, ExternalID(self.external_id)] if self.external_id else [anonymous]

    def with_own(self, identifier: Identifiers | None) -> list[ExternalID]:
        """The visitor's own identifiers, then those given that are not among them.

        Args:
            identifier: What the caller gave, or None.

        Raises:
            ValidationError: If it can't be right.
        """
        given = [] if identifier is None else external_ids(identifier)
        names: dict[tuple[str, str], ExternalID] = {}
        for name in [*self.own(), *given]:
            names.setdefault((name.source, name.external_id), name)
        return list(names.values())

    def learn(self, identifier: Identifiers | None) -> None:
        """Keep an identifier of source ``default`` as the sticky one.

        Args:
            identifier: What the caller gave, or None.
        """
        given = [] if identifier is None else external_ids(identifier)
        known = [name.external_id for name in given if name.source == DEFAULT_SOURCE]
        self.external_id = known[0] if known else self.external_id

    def own_unless(self, identifier: Identifiers | None) -> Identifiers:
        """What was given, or else the visitor's own identifiers.

        Args:
            identifier: What the caller gave, or None.
        """
        return list(self.own()) if identifier is None else identifier

    def sign(
        self, events: Event | Mapping[str, Any] | Iterable[Event | Mapping[str, Any]]
    ) -> list[Event | Mapping[str, Any]]:
        """Events, those of nobody in particular made the visitor's.

        Args:
            events: What the caller gave.
        """
        if isinstance(events, Event | Mapping | str) or not isinstance(events, Iterable):
            return [self._signed(events)]
        return [self._signed(event) for event in events]

    def _signed(self, event: Any) -> Any:
        if isinstance(event, Event):
            anybody = event.identifier is None and event.match is None
            return attrs.evolve(event, identifier=list(self.own())) if anybody else event
        if not isinstance(event, Mapping):
            return event
        anybody = event.get("identifier") is None and event.get("match") is None
        return {**event, "identifier": self.own()} if anybody else event
