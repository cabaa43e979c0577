"""The differences between two outboxes that received the same calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import attrs

from ..outbox.queue import Queue
from ..outbox.store import DeadLetter, Stats

SideName: TypeAlias = Literal["Customer.io", "Lunogram"]
"""The name of one side."""


@attrs.frozen
class Difference:
    """A call that one side rejected.

    Attributes:
        side: The side that rejected it.
        letter: The dead letter: the rejected call, the status and the reason. Personal, except for
            its repr.
        only_here: Whether the other side rejected no call about the same person.
    """

    side: SideName
    letter: DeadLetter
    only_here: bool

    @property
    def person(self) -> str:
        """The subject of the call, such as ``"user:default:5"``, or an empty text. Personal."""
        return next(iter(self.letter.entry.subjects), "")

    def __str__(self) -> str:
        entry, problem = self.letter.entry, self.letter.problem
        return f"{self.side} rejected {entry.shown_method} {entry.shown_path}: {problem}"


@attrs.frozen
class Comparison:
    """The differences between Customer.io and Lunogram, as far as the two outboxes know.

    Neither API returns the stored data of people, so this compares the calls that were sent and
    accepted. One call may be several calls at the other side.

    Attributes:
        customerio: The statistics of Customer.io's outbox: pending, delivered and dead calls.
        lunogram: The statistics of Lunogram's outbox.
        differences: The calls that one side rejected, oldest first on each side.
        unmatched: How often each call without a counterpart in Lunogram was made, by its name.
    """

    customerio: Stats
    lunogram: Stats
    differences: list[Difference]
    unmatched: dict[str, int]

    @property
    def agree(self) -> bool:
        """Whether every call was delivered on both sides."""
        waiting = self.customerio.pending + self.lunogram.pending
        return not (waiting or self.differences or self.unmatched)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for side, stats in (("Customer.io", self.customerio), ("Lunogram", self.lunogram)):
            yield (
                f"{side}: {stats.queued} queued, {stats.delivered} delivered, "
                f"{stats.pending} pending, {stats.dead} dead"
            )
        yield from map(str, self.differences)
        for name, times in self.unmatched.items():
            yield f"{name} has no counterpart in Lunogram: called {times} times"


def compared(
    customerio: Queue, lunogram: Queue, unmatched: Mapping[str, int], limit: int
) -> Comparison:
    """The comparison of two outboxes.

    Args:
        customerio: Customer.io's outbox.
        lunogram: Lunogram's outbox.
        unmatched: How often each call without a counterpart was made, by its name.
        limit: The maximum number of dead letters of each side to read.
    """
    rejected: dict[SideName, list[DeadLetter]] = {
        "Customer.io": customerio.dead_letters(limit),
        "Lunogram": lunogram.dead_letters(limit),
    }
    return Comparison(
        customerio.stats(),
        lunogram.stats(),
        [*_differences("Customer.io", rejected), *_differences("Lunogram", rejected)],
        dict(unmatched),
    )


def _differences(
    side: SideName, rejected: dict[SideName, list[DeadLetter]]
) -> Iterator[Difference]:
    others = [letter for name, letters in rejected.items() if name != side for letter in letters]
    elsewhere = {subject for letter in others for subject in letter.entry.subjects}
    for letter in rejected[side]:
        yield Difference(side, letter, elsewhere.isdisjoint(letter.entry.subjects))
