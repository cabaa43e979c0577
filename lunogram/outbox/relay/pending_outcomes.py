"""The outcomes of a relay's requests until they are settled."""

from __future__ import annotations

import attrs

from ..store import DeadLetter, Entry, Outcomes, ParkedEntry


@attrs.define(eq=False)
class PendingOutcomes:
    """The outcomes of requests that are not settled yet.

    Attributes:
        delivered: The entries delivered.
        failed: The entries of failed attempts.
        dead: The dead letters.
        parked: The parked entries.
    """

    delivered: list[Entry] = attrs.Factory(list)
    failed: list[Entry] = attrs.Factory(list)
    dead: list[DeadLetter] = attrs.Factory(list)
    parked: list[ParkedEntry] = attrs.Factory(list)

    def __bool__(self) -> bool:
        return bool(self.delivered or self.failed or self.dead or self.parked)

    def outcomes(self) -> Outcomes:
        """All of them, for the store."""
        return Outcomes(self.delivered, self.failed, self.dead, self.parked)
