"""A sync: it queues the calls of the rows of a table that are new or have changed."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from .._disabled import require_enabled
from ..calls import Call
from ..errors import ValidationError
from ..outbox import Outbox
from ..outbox.store import Checkpoint, Stats
from .errors import TooManyRejectedError
from .importer import Checks, InterruptedImport, chunks
from .row_keys import RowKeys
from .rows import Row, Source
from .stats import Difference, Progress, ProgressReporter, SyncResult
from .sync_state import Key, Remembered, SyncState
from .watermark import Watermark

_POLL = 0.05
_EXAMPLES = 3
_MOST_REASONS = 20
_NOTHING = Stats(0, 0, None, 0, 0, 0, 0, 0, 0, 0)


@attrs.frozen
class Options:
    """The options of a sync.

    Attributes:
        watermark: The watermark column, or None to compare the complete table.
        delete: Whether what is gone is deleted.
        delete_limit: The largest share of the remembered rows that is deleted, in percent.
        max_errors: The maximum number of rejected rows, or None for any number.
        wait: Whether to wait until every entry was delivered or is a dead letter.
        ensure_users: Whether users are upserted before their events.
        on_progress: The callback for the progress.
        stopping: The event that stops the sync.
    """

    watermark: Watermark | None = None
    delete: bool = False
    delete_limit: float = 10
    max_errors: int | None = None
    wait: bool = False
    ensure_users: bool = False
    on_progress: Callable[[Progress], object] | None = None
    stopping: threading.Event = attrs.field(factory=threading.Event)


class Places:
    """A set of places of rows: a bit for each, so that a million take 125 KB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, place: int) -> bool:
        """Add a place; return whether it is new.

        Args:
            place: The place.
        """
        at, bit = place >> 3, 1 << (place & 7)
        if at >= len(self._bits):
            self._bits.extend(bytes(at + 1024 - len(self._bits)))
        is_new = not self._bits[at] & bit
        self._bits[at] |= bit
        return is_new

    def __contains__(self, place: int) -> bool:
        at = place >> 3
        return at < len(self._bits) and bool(self._bits[at] & 1 << (place & 7))


class Sync:
    """One run of a sync."""

    def __init__(
        self,
        source: Source,
        keys: RowKeys,
        checks: Checks,
        *,
        state: SyncState,
        outbox: Outbox | None,
        options: Options,
    ) -> None:
        """Prepare the run.

        Args:
            source: The table.
            keys: The keys of its rows.
            checks: The checks of its rows.
            state: What was synced before, whose lock is held.
            outbox: The outbox for the calls; None for a dry run.
            options: The other options.

        Raises:
            ConfigurationError: If ``LUNOGRAM_DISABLED`` is set, and it is no dry run.
        """
        if outbox is not None:
            require_enabled()
        self._source = source
        self._keys = keys
        self._checks = checks
        self._state = state
        self._outbox = outbox
        self._options = options
        self._reporter = ProgressReporter(options.on_progress)
        self._before = outbox.stats() if outbox else _NOTHING
        self._seen = Places()
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._changed_columns: Counter[str] = Counter()
        self._examples: list[Difference] = []
        self._gone: int | None = None
        self._unidentified = 0
        self._withheld: str | None = None

    def run(self) -> SyncResult:
        """Queue what is new, changed or to be deleted, and wait for the delivery if asked to.

        Raises:
            InterruptedImport: If it was stopped.
            TooManyRejectedError: If too many rows were rejected.
            SyncStateError: If the state can't be used, or does not fit the outbox.
            SourceError: If the table can't be read.
            OutboxError: If the outbox can't be used.
        """
        if self._outbox:
            self._state.reconcile(self._outbox.checkpoint(self._checkpoint))
        knows_columns = self._keys.columns == self._state.columns
        self._old_columns = self._keys.columns if knows_columns else []
        remembered = self._state.count
        for rows in chunks(self._source.rows(0)):
            self._compare(rows)
        if self._keys.can_delete and self._options.watermark is None:
            self._find_gone(remembered)
        if self._outbox:
            self._finish()
        self._reporter.show(self._progress, now=True)
        return self._result()

    @property
    def _checkpoint(self) -> str:
        return f"sync {self._state.id}"

    def _finish(self) -> None:
        self._state.columns = self._keys.columns
        if self._options.watermark:
            self._state.watermark = self._options.watermark.largest
        if self._options.wait:
            self._wait()

    # -- rows -------------------------------------------------------------------------------------

    def _compare(self, rows: Sequence[Row]) -> None:
        keyed = [(row, self._key(row)) for row in rows]
        known = self._state.known(key for _, key in keyed if key is not None)
        changes, calls = [], []
        for row, key in keyed:
            if self._options.watermark:
                self._options.watermark.see(row.values)
            if key is None:
                continue
            before = known.get(key)
            after = self._difference(row, key, before)
            if after and (call := self._call(row, before)):
                changes.append(after)
                calls.append(call)
                known[key] = after
        self._queue(changes, calls)
        self._stop_if_too_many()
        self._pause(0)

    def _key(self, row: Row) -> Key | None:
        try:
            return self._keys.key(row)
        except ValidationError as error:
            self._unidentified += 1
            self._reject(row, error.detail)
            return None

    def _difference(self, row: Row, key: Key, before: Remembered | None) -> Remembered | None:
        """The row as it is to be remembered, or None if it is the same, or rejected."""
        place = before.place if before else self._state.next_place
        if before and not self._seen.add(place):
            self._reject(row, self._twice)
            return None
        fingerprint = self._keys.fingerprint(row)
        if before and before.fingerprint == fingerprint:
            self._counts["same"] += 1
            return None
        return Remembered(key, place, fingerprint, self._keys.cells(row))

    @property
    def _twice(self) -> str:
        if self._keys.can_delete:
            return "has the identifier of an earlier row"
        return "is the same event as an earlier row; name the column of its id: --key COLUMN"

    def _call(self, row: Row, before: Remembered | None) -> Call[Any] | None:
        if before and not self._keys.can_delete and before.fingerprint is not None:
            self._counts["same"] += 1  # an event can't be changed
            return None
        try:
            call = self._checks.call(row, clears=before is not None)
        except ValidationError as error:
            self._reject(row, error.detail)
            return None
        if before is None:
            self._seen.add(self._state.next_place)
            self._state.next_place += 1
        self._count(row, before)
        return call

    def _count(self, row: Row, before: Remembered | None) -> None:
        kind = "changed" if before else "new"
        self._counts[kind] += 1
        columns = self._changed(row, before.cells) if before else []
        self._changed_columns.update(columns)
        self._show(Difference(kind, row.values, columns))

    def _changed(self, row: Row, before: bytes) -> Sequence[str]:
        """The columns whose values have changed; none if that is not known."""
        cells = zip(self._old_columns, before, self._keys.cells(row), strict=False)
        return [name for name, old, new in cells if old != new]

    def _reject(self, row: Row, reason: str) -> None:
        self._counts["rejected"] += 1
        if reason in self._reasons or len(self._reasons) < _MOST_REASONS:
            self._reasons[reason] += 1
        self._show(Difference("rejected", row.values, reason=reason))

    def _show(self, example: Difference) -> None:
        if sum(each.kind == example.kind for each in self._examples) < _EXAMPLES:
            self._examples.append(example)

    def _stop_if_too_many(self) -> None:
        most, rejected = self._options.max_errors, self._counts["rejected"]
        if most is not None and rejected > most:
            raise TooManyRejectedError(
                f"stopped with {_rows(rejected)} rejected, more than {most:,}: "
                f"{'; '.join(self._reasons)}"
            )

    # -- what is gone -----------------------------------------------------------------------------

    def _find_gone(self, remembered: int) -> None:
        gone = 0
        for page in self._state.pages():
            for each in self._unseen(page):
                gone += 1
                self._show(Difference("gone", _identifiers(each.key)))
            self._pause(0)
        self._gone = gone
        if self._options.delete and gone:
            self._withheld = self._obstacle(gone, remembered)
            if self._outbox and not self._withheld:
                self._delete()

    def _obstacle(self, gone: int, remembered: int) -> str | None:
        """Why nothing is deleted, or None."""
        if self._unidentified:
            return (
                f"{_rows(self._unidentified)} without a valid identifier may be among those that "
                "are gone; correct them, or omit them in the query"
            )
        if 100 * gone > self._options.delete_limit * remembered:
            return (
                f"{_rows(gone)} are gone, which is more than {self._options.delete_limit:g} % of "
                "those remembered; if that is right, delete them with a larger --delete-limit "
                "PERCENT"
            )
        return None

    def _delete(self) -> None:
        for page in self._state.pages():
            gone = self._unseen(page)
            forgotten = [attrs.evolve(each, fingerprint=None) for each in gone]
            self._queue(forgotten, [self._keys.delete(each.key) for each in gone])
            self._counts["deleted"] += len(gone)
            self._pause(0)

    def _unseen(self, page: Sequence[Remembered]) -> list[Remembered]:
        return [each for each in page if each.place not in self._seen]

    # -- queueing ---------------------------------------------------------------------------------

    def _queue(self, changes: Sequence[Remembered], calls: Sequence[Call[Any]]) -> None:
        if self._outbox is None or not changes:
            return
        token = self._state.stage(changes)
        self._outbox.queue_calls(
            calls,
            Checkpoint(self._checkpoint, token),
            ensure_users=self._options.ensure_users or None,
        )
        self._state.settle()

    def _wait(self) -> None:
        assert self._outbox is not None
        newest = self._outbox._store.newest()
        while self._outbox._store.waits(newest):
            self._pause(_POLL)

    def _pause(self, seconds: float) -> None:
        self._reporter.show(self._progress)
        if self._options.stopping.wait(seconds):
            raise InterruptedImport

    # -- telling ----------------------------------------------------------------------------------

    def _progress(self) -> Progress:
        counts, stats = self._counts, self._outbox.stats() if self._outbox else _NOTHING
        rows = sum(counts[each] for each in ("new", "changed", "same", "rejected"))
        return Progress(
            rows_read=rows,
            rows_total=None,
            rows_done=rows,
            queued=counts["new"] + counts["changed"] + counts["deleted"],
            rejected=counts["rejected"],
            delivered=stats.delivered - self._before.delivered,
            dead=max(0, stats.dead - self._before.dead),
            pending=stats.pending,
        )

    def _result(self) -> SyncResult:
        counts, progress = self._counts, self._progress()
        return SyncResult(
            new=counts["new"],
            changed=counts["changed"],
            same=counts["same"],
            gone=self._gone,
            rejected=counts["rejected"],
            deleted=counts["deleted"],
            withheld=self._withheld is not None,
            delivered=progress.delivered,
            dead=progress.dead,
            pending=0 if self._options.wait else progress.pending,
            seconds=self._reporter.seconds,
            notes=self._notes(),
            examples=self._examples,
        )

    def _notes(self) -> list[str]:
        rejected = [f"rejected: {reason} ({_rows(n)})" for reason, n in self._reasons.items()]
        columns = ", ".join(
            f"{name} in {_rows(n)}" for name, n in self._changed_columns.most_common(10)
        )
        changed = [f"changed columns: {columns}"] if columns else []
        return [*self._source.notes, *self._checks.notes, *changed, *rejected, *self._limits()]

    def _limits(self) -> list[str]:
        notes = [*self._options.watermark.notes] if self._options.watermark else []
        if self._withheld:
            notes.append(f"nothing was deleted: {self._withheld}")
        return notes


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _identifiers(key: Key) -> Mapping[str, Any]:
    names = ("identifier",) if len(pairs := json.loads(key)) == 1 else ("organization", "user")
    return {name: text for name, (_, text) in zip(names, pairs, strict=True)}
