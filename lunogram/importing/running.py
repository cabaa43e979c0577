"""An import: rows in, calls and refusals out, in chunks that are noted as they are queued."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from ..calls import Call
from ..errors import ValidationError
from ..outbox import Outbox
from ..outbox.store import Bookmark
from .columns import Mapped
from .errors import ChangedSourceError, TooManyRefusedError
from .progress import ImportResult, Meter, Progress
from .refusals import Refusal, RefusedFile, csv_form, json_form
from .rows import Row, Source
from .state import State

_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 2_000_000
_POLL = 0.05


class InterruptedImport(BaseException):
    """Somebody asked the import to stop. The same import goes on where it was."""


@attrs.frozen
class Options:
    """What an import may be told, beside what it reads.

    Attributes:
        refused_file: Where refused rows go.
        max_errors: How many rows may be refused, at the most; any number, if None.
        restart: Whether to forget what an earlier run has done.
        wait: Whether to wait until everything has arrived or died.
        on_progress: Told how far it is.
        stopping: Set when the import is to stop.
    """

    refused_file: Path
    max_errors: int | None = None
    restart: bool = False
    wait: bool = False
    on_progress: Callable[[Progress], object] | None = None
    stopping: threading.Event = attrs.field(factory=threading.Event)

    def room(self, state: State) -> int | None:
        """How many more rows may be refused, or None for any number.

        Args:
            state: How far it is.
        """
        return None if self.max_errors is None else self.max_errors - state.refused

    def stop_if_too_many(self, state: State) -> None:
        """Stop it if more rows were refused than may be.

        Args:
            state: How far it is.

        Raises:
            TooManyRefusedError: If so.
        """
        room = self.room(state)
        if room is not None and room < 0:
            raise TooManyRefusedError(
                f"stopped after {state.rows:,} rows: {state.refused:,} were refused, more than "
                f"{self.max_errors:,}; they are in {self.refused_file}"
            )


class Import:
    """Rows on their way into an outbox."""

    def __init__(
        self, source: Source, mapped: Mapped, outbox: Outbox, name: str, options: Options
    ) -> None:
        """Find out where an earlier run has stopped.

        Args:
            source: Looked through already.
            mapped: Its columns.
            outbox: Where the calls go.
            name: Of the bookmark.
            options: The rest.

        Raises:
            ChangedSourceError: If the input has changed since an interrupted run.
            OutboxError: If the outbox can't be read.
        """
        self._source = source
        self._mapped = mapped
        self._outbox = outbox
        self._name = name
        self._options = options
        self._meter = Meter(options.on_progress)
        self._state = self._found()
        self._resumed_at = self._state.rows
        self._was_done = self._state.done

    def _found(self) -> State:
        text = self._outbox._store.bookmark(self._name)
        beginning = State.beginning(self._source.version, self._outbox.stats())
        if not text or self._options.restart:
            return beginning
        state = State.read(text)
        if state.version == beginning.version:
            return state
        if not state.done:
            raise ChangedSourceError(
                f"the input has changed since this import was interrupted after {state.rows:,} "
                "rows; begin anew (--restart)"
            )
        return beginning

    def run(self) -> ImportResult:
        """Queue what is not queued yet, and wait for it if that is wanted.

        Raises:
            InterruptedImport: If it was asked to stop.
            TooManyRefusedError: If more rows were refused than may be.
            SourceError: If the input can't be read.
            OutboxError: If the outbox can't be used.
        """
        if not self._state.done:
            self._queue_all()
        if self._options.wait:
            self._wait()
        self._meter.show(self._progress, now=True)
        return self._result()

    # -- queueing ---------------------------------------------------------------------------------

    def _queue_all(self) -> None:
        refused = RefusedFile(
            self._options.refused_file, form_of(self._source), self._state.refused_bytes
        )
        try:
            self._options.stop_if_too_many(self._state)
            for rows in chunks(self._source.rows(self._state.rows)):
                self._queue(rows, refused)
            self._note([], attrs.evolve(self._state, done=True))
        finally:
            refused.close()

    def _queue(self, rows: Sequence[Row], refused: RefusedFile) -> None:
        calls, refusals = checked(self._mapped, rows, self._options.room(self._state))
        refused.write(refusals)
        self._note(calls, self._state.after(len(calls), len(refusals), refused.length))
        self._options.stop_if_too_many(self._state)
        self._pause(0)

    def _note(self, calls: Sequence[Call[Any]], state: State) -> None:
        self._outbox.queue_calls(calls, Bookmark(self._name, state.text))
        self._state = state

    # -- waiting ----------------------------------------------------------------------------------

    def _wait(self) -> None:
        newest = self._outbox._store.newest()
        while self._outbox._store.waits(newest):
            self._pause(_POLL)

    def _pause(self, seconds: float) -> None:
        self._meter.show(self._progress)
        if self._options.stopping.wait(seconds):
            raise InterruptedImport

    # -- telling ----------------------------------------------------------------------------------

    def _progress(self) -> Progress:
        state, stats = self._state, self._outbox.stats()
        delivered = max(0, stats.delivered - state.delivered)
        dead = max(0, stats.dead - state.dead)
        arrived = min(delivered + dead + state.refused, state.rows)
        return Progress(
            rows_read=state.rows,
            rows_total=state.rows if state.done else self._source.total,
            rows_done=arrived if self._options.wait else state.rows,
            queued=state.rows - state.refused,
            refused=state.refused,
            delivered=delivered,
            dead=dead,
            pending=stats.pending,
        )

    def _result(self) -> ImportResult:
        progress = self._progress()
        if self._options.wait:  # what waits now is not of this import
            progress = attrs.evolve(progress, pending=0)
        result = result_of(progress, self._options, self._meter.seconds)
        return attrs.evolve(result, resumed_at=self._resumed_at, was_done=self._was_done)


def result_of(progress: Progress, options: Options, seconds: float) -> ImportResult:
    """What became of an import.

    Args:
        progress: Its last.
        options: Where refused rows went.
        seconds: How long it took.
    """
    return ImportResult(
        rows=progress.rows_read,
        queued=progress.queued,
        refused=progress.refused,
        refused_file=str(options.refused_file) if progress.refused else None,
        delivered=progress.delivered,
        dead=progress.dead,
        pending=progress.pending,
        seconds=seconds,
    )


def rehearse(source: Source, mapped: Mapped, options: Options) -> ImportResult:
    """Check every row, and queue none.

    Args:
        source: Looked through already.
        mapped: Its columns.
        options: The rest.

    Raises:
        InterruptedImport: If it was asked to stop.
        TooManyRefusedError: If more rows were refused than may be.
        SourceError: If the input can't be read.
    """
    return _Rehearsal(source, mapped, options).run()


class _Rehearsal:
    """An import without an outbox."""

    def __init__(self, source: Source, mapped: Mapped, options: Options) -> None:
        self._source = source
        self._mapped = mapped
        self._options = options
        self._meter = Meter(options.on_progress)
        self._state = State(source.version)

    def run(self) -> ImportResult:
        """Check every row."""
        file = RefusedFile(self._options.refused_file, form_of(self._source), 0)
        try:
            for rows in chunks(self._source.rows(0)):
                self._check(rows, file)
        finally:
            file.close()
        self._meter.show(self._progress, now=True)
        return result_of(self._progress(), self._options, self._meter.seconds)

    def _check(self, rows: Sequence[Row], file: RefusedFile) -> None:
        calls, refusals = checked(self._mapped, rows, self._options.room(self._state))
        file.write(refusals)
        self._state = self._state.after(len(calls), len(refusals), file.length)
        self._options.stop_if_too_many(self._state)
        self._meter.show(self._progress)
        if self._options.stopping.is_set():
            raise InterruptedImport

    def _progress(self) -> Progress:
        read, refused = self._state.rows, self._state.refused
        return Progress(read, self._source.total, read, 0, refused, 0, 0, 0)


def form_of(source: Source) -> Any:
    """How the refused rows of a source are written."""
    return csv_form(source.columns) if source.is_csv else json_form


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in chunks that are small in number and in bytes.

    Args:
        rows: Any number of them.
    """
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += row.size
        if len(chunk) >= _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def checked(
    mapped: Mapped, rows: Iterable[Row], room: int | None
) -> tuple[list[Call[Any]], list[Refusal]]:
    """The calls of rows that are right, and the other rows.

    Args:
        mapped: The columns.
        rows: Some rows.
        room: After how many refused rows one more ends it, or None.
    """
    calls: list[Call[Any]] = []
    refusals: list[Refusal] = []
    for row in rows:
        try:
            calls.append(_call(mapped, row))
        except ValidationError as error:
            refusals.append(Refusal(row, error.detail))
            if room is not None and len(refusals) > room:
                break
    return calls, refusals


def _call(mapped: Mapped, row: Row) -> Call[Any]:
    if row.fault:
        raise ValidationError(row.fault)
    return mapped.call(row.values)
