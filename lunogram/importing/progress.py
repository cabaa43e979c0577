"""How far an import is, in numbers, a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

import attrs

_LEAST_PAUSE = 0.1


@attrs.frozen
class Progress:
    """How far an import is.

    Attributes:
        rows_read: How many rows were dealt with: queued or refused. Those of earlier runs of an
            import that was interrupted count.
        rows_total: How many rows there are, or None if nobody knows.
        rows_done: How many are done with: delivered, dead or refused. Those that were read, if
            nobody waits for the delivery.
        queued: How many of them were queued.
        refused: How many were refused.
        delivered: How many have arrived. In an outbox that others use, theirs count too.
        dead: How many became dead letters.
        pending: How many entries wait in the outbox.
        rows_per_second: How many were done in a second, since this run began.
        seconds_left: At this speed, or None if that can't be known.
    """

    rows_read: int
    rows_total: int | None
    rows_done: int
    queued: int
    refused: int
    delivered: int
    dead: int
    pending: int
    rows_per_second: float = 0.0
    seconds_left: float | None = None


@attrs.frozen
class ImportResult:
    """What became of an import.

    Attributes:
        rows: How many rows there were.
        queued: How many of them were queued, in this run and in those before it.
        refused: How many were refused.
        refused_file: Where these are, with their reasons; None if there are none.
        delivered: How many have arrived by now. In an outbox that others use, theirs count too.
        dead: How many became dead letters.
        pending: How many entries still wait in the outbox.
        seconds: How long this run took.
        resumed_at: After how many rows it went on with an interrupted import; 0 if it began.
        was_done: Whether an earlier run had read and queued it all, so that nothing was left.
    """

    rows: int
    queued: int
    refused: int
    refused_file: str | None
    delivered: int
    dead: int
    pending: int
    seconds: float
    resumed_at: int = 0
    was_done: bool = False

    @property
    def complete(self) -> bool:
        """Whether every row has arrived."""
        return not (self.refused or self.dead or self.pending)


class Meter:
    """Tells how far it is, not too often, and how fast."""

    def __init__(self, tell: Callable[[Progress], object] | None) -> None:
        """The clock begins.

        Args:
            tell: Whom to tell, if anybody.
        """
        self._tell = tell
        self._began = time.monotonic()
        self._last = 0.0
        self._first_done: int | None = None

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.monotonic() - self._began

    def show(self, look: Callable[[], Progress], *, now: bool = False) -> None:
        """Tell, if it is time to.

        Args:
            look: Counts; the speed is filled in here.
            now: Whether it is, however short the time.
        """
        if self._tell and (now or time.monotonic() - self._last >= _LEAST_PAUSE):
            self._tell(self._with_speed(look()))
            self._last = time.monotonic()

    def _with_speed(self, progress: Progress) -> Progress:
        if self._first_done is None:
            self._first_done = progress.rows_done
        rate = (progress.rows_done - self._first_done) / max(self.seconds, 1e-9)
        left = None
        if rate > 0 and progress.rows_total is not None:
            left = max(0, progress.rows_total - progress.rows_done) / rate
        return attrs.evolve(progress, rows_per_second=rate, seconds_left=left)
