"""The progress and the results of imports and syncs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

_LEAST_PAUSE = 0.1


@attrs.frozen
class Progress:
    """The progress of an import.

    Attributes:
        rows_read: The number of rows that were queued or rejected, including those of earlier,
            interrupted runs.
        rows_total: The number of all rows, or None if unknown.
        rows_done: The number of rows that were delivered, rejected or became dead letters; of all
            that were read, if the import does not wait for the delivery.
        queued: The number of queued rows.
        rejected: The number of rejected rows.
        delivered: The number of delivered entries. In a shared outbox, including those of others.
        dead: The number of dead letters.
        pending: The number of pending entries in the outbox.
        rows_per_second: The rows done per second in this run.
        seconds_left: The estimated remaining seconds, or None if unknown.
    """

    rows_read: int
    rows_total: int | None
    rows_done: int
    queued: int
    rejected: int
    delivered: int
    dead: int
    pending: int
    rows_per_second: float = 0.0
    seconds_left: float | None = None


@attrs.frozen
class ImportResult:
    """The result of an import.

    Attributes:
        rows: The number of rows.
        queued: The number of queued rows, in this run and in earlier ones.
        rejected: The number of rejected rows.
        rejected_file: The path of the rejected rows with their reasons; None if there are none.
        delivered: The number of delivered entries. In a shared outbox, including those of others.
        dead: The number of dead letters.
        pending: The number of pending entries in the outbox.
        seconds: The duration of this run.
        resumed_at: The number of rows of interrupted runs; 0 if this run started the import.
        was_done: Whether an earlier run had queued all rows.
        notes: The notes on the input: a sentence each. They name columns and lines, and hold no
            value.
    """

    rows: int
    queued: int
    rejected: int
    rejected_file: str | None
    delivered: int
    dead: int
    pending: int
    seconds: float
    resumed_at: int = 0
    was_done: bool = False
    notes: list[str] = attrs.field(factory=list)

    @property
    def complete(self) -> bool:
        """Whether every row was delivered."""
        return not (self.rejected or self.dead or self.pending)


@attrs.frozen
class Difference:
    """An example of a difference between a table and what was sent before.

    Attributes:
        kind: ``"new"``, ``"changed"``, ``"gone"`` or ``"rejected"``.
        values: The values of the row; of a row that is gone, its identifiers. Personal.
        columns: The columns that have changed, if that is known.
        reason: The reason of a rejected row.
    """

    kind: str
    values: Mapping[str, Any] = attrs.field(repr=False)
    columns: Sequence[str] = ()
    reason: str = ""


@attrs.frozen
class SyncResult:
    """The result of a sync.

    Attributes:
        new: The number of rows that were sent for the first time.
        changed: The number of rows that have changed, and were sent again.
        same: The number of rows that have not changed.
        gone: The number of remembered rows that the table does not have any more; None if that
            can't be known, as with a watermark column, or for events.
        rejected: The number of rejected rows.
        deleted: The number of gone rows of which the deletion was queued.
        withheld: Whether nothing was deleted, although rows are gone: more than the limit allows,
            or rows have no valid identifier.
        delivered: The number of delivered entries. In a shared outbox, including those of others.
        dead: The number of entries that have become dead letters.
        pending: The number of pending entries in the outbox.
        seconds: The duration.
        notes: The notes on the rows: a sentence each, without values.
        examples: Examples of differences, three of each kind. Personal.
    """

    new: int
    changed: int
    same: int
    gone: int | None
    rejected: int
    deleted: int
    withheld: bool
    delivered: int
    dead: int
    pending: int
    seconds: float
    notes: Sequence[str] = ()
    examples: Sequence[Difference] = attrs.field(default=(), repr=False)

    @property
    def complete(self) -> bool:
        """Whether everything was delivered, and nothing rejected or withheld."""
        return not (self.rejected or self.dead or self.pending or self.withheld)


class ProgressReporter:
    """The reporter of an import, which calls back with its progress at limited intervals."""

    def __init__(self, callback: Callable[[Progress], object] | None) -> None:
        """Start the clock.

        Args:
            callback: The callback, or None.
        """
        self._callback = callback
        self._began = time.monotonic()
        self._last = 0.0
        self._first_done: int | None = None

    @property
    def seconds(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self._began

    def show(self, look: Callable[[], Progress], *, now: bool = False) -> None:
        """Call back, if the interval has passed.

        Args:
            look: A function that counts; the speed is filled in here.
            now: Whether to ignore the interval.
        """
        if self._callback and (now or time.monotonic() - self._last >= _LEAST_PAUSE):
            self._callback(self._with_speed(look()))
            self._last = time.monotonic()

    def _with_speed(self, progress: Progress) -> Progress:
        if self._first_done is None:
            self._first_done = progress.rows_done
        rate = (progress.rows_done - self._first_done) / max(self.seconds, 1e-9)
        left = None
        if rate > 0 and progress.rows_total is not None:
            left = max(0, progress.rows_total - progress.rows_done) / rate
        return attrs.evolve(progress, rows_per_second=rate, seconds_left=left)
