"""What differs between two outboxes that were told the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import attrs

from ..outbox.queue import Queue
from ..outbox.store import DeadLetter, Stats

SideName: TypeAlias = Literal["Customer.io", "Lunogram"]
"""One of the two."""


@attrs.frozen
class Difference:
    """A call that one side has refused.

    Attributes:
        side: Who refused it.
        letter: The dead letter: what was refused, with which status, and why. Personal, but for
            its repr.
        only_here: Whether nothing about the same person was refused on the other side.
    """

    side: SideName
    letter: DeadLetter
    only_here: bool

    @property
    def person(self) -> str:
        """Whom it is about, such as ``"user:default:5"``, or nothing. Personal."""
        return next(iter(self.letter.entry.subjects), "")

    def __str__(self) -> str:
        entry = self.letter.entry
        return f"{self.side} refused {entry.method} {entry.shown_path}: {self.letter.problem}"


@attrs.frozen
class Comparison:
    """What differs between Customer.io and Lunogram, as far as the two outboxes know.

    Neither API lets us read back what it holds of people, so this is not about what they hold: it
    is what they were told, and what they took of it. One call may be several at the other side.

    Attributes:
        customerio: Customer.io's outbox in numbers: what waits, was delivered and is dead.
        lunogram: Lunogram's.
        differences: The calls that one side refused, oldest first on each side.
        unmatched: How often what was asked that Lunogram has no counterpart for, by name.
    """

    customerio: Stats
    lunogram: Stats
    differences: list[Difference]
    unmatched: dict[str, int]

    @property
    def agree(self) -> bool:
        """Whether all that was told has arrived on both sides."""
        waiting = self.customerio.pending + self.lunogram.pending
        return not (waiting or self.differences or self.unmatched)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for side, stats in (("Customer.io", self.customerio), ("Lunogram", self.lunogram)):
            yield (
                f"{side}: {stats.queued} queued, {stats.delivered} delivered, "
                f"{stats.pending} waiting, {stats.dead} dead"
            )
        yield from map(str, self.differences)
        for name, times in self.unmatched.items():
            yield f"Lunogram has no {name}: asked {times} times"


def compared(
    customerio: Queue, lunogram: Queue, unmatched: Mapping[str, int], limit: int
) -> Comparison:
    """What differs between two outboxes.

    Args:
        customerio: What Customer.io was told.
        lunogram: What Lunogram was told.
        unmatched: How often what could not be told to Lunogram, by name.
        limit: How many dead letters of each side to look at.
    """
    refused: dict[SideName, list[DeadLetter]] = {
        "Customer.io": customerio.dead_letters(limit),
        "Lunogram": lunogram.dead_letters(limit),
    }
    return Comparison(
        customerio.stats(),
        lunogram.stats(),
        [*_differences("Customer.io", refused), *_differences("Lunogram", refused)],
        dict(unmatched),
    )


def _differences(side: SideName, refused: dict[SideName, list[DeadLetter]]) -> Iterator[Difference]:
    others = [letter for name, letters in refused.items() if name != side for letter in letters]
    elsewhere = {subject for letter in others for subject in letter.entry.subjects}
    for letter in refused[side]:
        yield Difference(side, letter, elsewhere.isdisjoint(letter.entry.subjects))
