"""An import: it queues the calls of rows in chunks, each with a checkpoint."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs

from .._disabled import require_enabled
from ..call_warnings import CallWarning
from ..calls import Call
from ..errors import ValidationError
from ..outbox import Outbox
from ..outbox.store import Checkpoint
from .column_types import is_damaged
from .columns import Mapped
from .csv_source import CSVSource
from .errors import ChangedSourceError, TooManyRejectedError
from .files_source import FilesSource
from .rejects import Form, Reject, RejectsFile, csv_form, json_form
from .rows import Row, Source
from .state import State
from .stats import ImportResult, Progress, ProgressReporter

_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 2_000_000
_POLL = 0.05


class InterruptedImport(BaseException):
    """The import was stopped. The same import resumes it."""


@attrs.frozen
class Options:
    """The options of an import.

    Attributes:
        rejected_file: The path of the rejected rows.
        is_rejected_file_named: Whether the user named that file, so that no other is used.
        max_errors: The maximum number of rejected rows, or None for any number.
        restart: Whether to ignore the checkpoint of an earlier run.
        wait: Whether to wait until every entry was delivered or is a dead letter.
        on_progress: The callback for the progress.
        stopping: The event that stops the import.
        strict: Whether a row is rejected of which the server would change or claim a part.
        ensure_users: Whether users are upserted before their events and schedules.
    """

    rejected_file: Path
    is_rejected_file_named: bool = False
    max_errors: int | None = None
    restart: bool = False
    wait: bool = False
    on_progress: Callable[[Progress], object] | None = None
    stopping: threading.Event = attrs.field(factory=threading.Event)
    strict: bool = False
    ensure_users: bool = False

    def room(self, state: State) -> int | None:
        """The number of further rows that may be rejected, or None for any number.

        Args:
            state: The state of the import.
        """
        return None if self.max_errors is None else self.max_errors - state.rejected

    def stop_if_too_many(self, state: State) -> None:
        """Raise an error if too many rows were rejected.

        Args:
            state: The state of the import.

        Raises:
            TooManyRejectedError: If so.
        """
        room = self.room(state)
        if room is not None and room < 0:
            raise TooManyRejectedError(
                f"stopped after {state.rows:,} rows: {state.rejected:,} were rejected, more than "
                f"{self.max_errors:,}; they are in {self.shown(state)}"
            )

    def shown(self, state: State) -> str | None:
        """The path of the rejected rows, relative if the input's is; None if there are none.

        Args:
            state: The state of the import.
        """
        if state.rejects is None:
            return None
        path = state.rejects.path
        return path if self.rejected_file.is_absolute() else os.path.relpath(path)


class Import:
    """The import of an input into an outbox."""

    def __init__(
        self, source: Source, mapped: Mapped, outbox: Outbox, name: str, options: Options
    ) -> None:
        """Read the checkpoint of an earlier run.

        Args:
            source: The input, after `scan`.
            mapped: Its columns.
            outbox: The outbox for the calls.
            name: The name of the checkpoint.
            options: The other options.

        Raises:
            ConfigurationError: If ``LUNOGRAM_DISABLED`` is set.
            ChangedSourceError: If the input has changed since an interrupted run.
            OutboxError: If the outbox can't be read.
        """
        require_enabled()
        self._source = source
        self._checks = Checks(mapped, strict=options.strict)
        self._outbox = outbox
        self._name = name
        self._options = options
        self._reporter = ProgressReporter(options.on_progress)
        self._state = self._found()
        self._resumed_at = self._state.rows
        self._was_done = self._state.done

    def _found(self) -> State:
        text = self._outbox.checkpoint(self._name)
        initial = State.initial(self._source.version, self._outbox.stats())
        if not text or self._options.restart:
            return initial
        state = State.read(text)
        if state.version == initial.version:
            return state
        if not state.done:
            raise ChangedSourceError(
                f"the input has changed since this import was interrupted after {state.rows:,} "
                "rows; start over with --restart"
            )
        return initial

    def run(self) -> ImportResult:
        """Queue the remaining rows, and wait for their delivery if the options say so.

        Raises:
            InterruptedImport: If it was stopped.
            TooManyRejectedError: If too many rows were rejected.
            SourceError: If the input can't be read.
            OutboxError: If the outbox can't be used.
        """
        if not self._state.done:
            self._queue_all()
        if self._options.wait:
            self._wait()
        self._reporter.show(self._progress, now=True)
        return self._result()

    # -- queueing ---------------------------------------------------------------------------------

    def _queue_all(self) -> None:
        with closing(rejects_file(self._source, self._options, self._state)) as file:
            self._options.stop_if_too_many(self._state)
            for rows in chunks(self._source.rows(self._state.rows)):
                self._queue(rows, file)
            self._save([], attrs.evolve(self._state, done=True))

    def _queue(self, rows: Sequence[Row], file: RejectsFile) -> None:
        calls, rejects = self._checks.run(rows, self._options.room(self._state))
        if rejects:
            file.make(lambda rejects: self._save([], attrs.evolve(self._state, rejects=rejects)))
            file.write(rejects)
        self._save(calls, self._state.after(len(calls), len(rejects), file.state))
        self._options.stop_if_too_many(self._state)
        self._pause(0)

    def _save(self, calls: Sequence[Call[Any]], state: State) -> None:
        self._outbox.queue_calls(
            calls,
            Checkpoint(self._name, state.text),
            ensure_users=self._options.ensure_users or None,
        )
        self._state = state

    # -- waiting ----------------------------------------------------------------------------------

    def _wait(self) -> None:
        newest = self._outbox._store.newest()
        while self._outbox._store.waits(newest):
            self._pause(_POLL)

    def _pause(self, seconds: float) -> None:
        self._reporter.show(self._progress)
        if self._options.stopping.wait(seconds):
            raise InterruptedImport

    # -- telling ----------------------------------------------------------------------------------

    def _progress(self) -> Progress:
        state, stats = self._state, self._outbox.stats()
        delivered = max(0, stats.delivered - state.delivered)
        dead = max(0, stats.dead - state.dead)
        arrived = min(delivered + dead + state.rejected, state.rows)
        return Progress(
            rows_read=state.rows,
            rows_total=state.rows if state.done else self._source.total,
            rows_done=arrived if self._options.wait else state.rows,
            queued=state.rows - state.rejected,
            rejected=state.rejected,
            delivered=delivered,
            dead=dead,
            pending=stats.pending,
        )

    def _result(self) -> ImportResult:
        progress = self._progress()
        if self._options.wait:  # pending entries are not of this import
            progress = attrs.evolve(progress, pending=0)
        rejected_file = self._options.shown(self._state)
        result = result_of(progress, rejected_file, self._reporter.seconds)
        return attrs.evolve(
            result,
            resumed_at=self._resumed_at,
            was_done=self._was_done,
            notes=[*self._source.notes, *self._checks.notes],
        )


def rejects_file(source: Source, options: Options, state: State) -> RejectsFile:
    """The file of rejected rows of an import.

    Args:
        source: The input.
        options: The options of the import.
        state: The state of an earlier run.
    """
    form: Form = json_form
    if source.is_csv and isinstance(source, CSVSource | FilesSource):
        form = csv_form(source.columns, source.types)
    is_named = options.is_rejected_file_named
    return RejectsFile(options.rejected_file, form, is_named=is_named, state=state.rejects)


def result_of(progress: Progress, rejected_file: str | None, seconds: float) -> ImportResult:
    """The result of an import.

    Args:
        progress: The final progress.
        rejected_file: The path of the rejected rows, if there are any.
        seconds: The duration.
    """
    return ImportResult(
        rows=progress.rows_read,
        queued=progress.queued,
        rejected=progress.rejected,
        rejected_file=rejected_file,
        delivered=progress.delivered,
        dead=progress.dead,
        pending=progress.pending,
        seconds=seconds,
    )


def dry_run(source: Source, mapped: Mapped, options: Options) -> ImportResult:
    """Check every row, and queue none.

    Args:
        source: The input, after `scan`.
        mapped: Its columns.
        options: The other options.

    Raises:
        InterruptedImport: If it was stopped.
        TooManyRejectedError: If too many rows were rejected.
        SourceError: If the input can't be read.
    """
    return _DryRun(source, mapped, options).run()


class _DryRun:
    """A dry run: an import without an outbox."""

    def __init__(self, source: Source, mapped: Mapped, options: Options) -> None:
        self._source = source
        self._checks = Checks(mapped, strict=options.strict)
        self._options = options
        self._reporter = ProgressReporter(options.on_progress)
        self._state = State(source.version)

    def run(self) -> ImportResult:
        with closing(rejects_file(self._source, self._options, self._state)) as file:
            for rows in chunks(self._source.rows(0)):
                self._check(rows, file)
        self._reporter.show(self._progress, now=True)
        rejected_file = self._options.shown(self._state)
        result = result_of(self._progress(), rejected_file, self._reporter.seconds)
        return attrs.evolve(result, notes=[*self._source.notes, *self._checks.notes])

    def _check(self, rows: Sequence[Row], file: RejectsFile) -> None:
        calls, rejects = self._checks.run(rows, self._options.room(self._state))
        if rejects:
            file.make(lambda _state: None)
            file.write(rejects)
        self._state = self._state.after(len(calls), len(rejects), file.state)
        self._options.stop_if_too_many(self._state)
        self._reporter.show(self._progress)
        if self._options.stopping.is_set():
            raise InterruptedImport

    def _progress(self) -> Progress:
        read, rejected = self._state.rows, self._state.rejected
        return Progress(read, self._source.total, read, 0, rejected, 0, 0, 0)


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in chunks that are limited in number and in bytes.

    Args:
        rows: The rows.
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


class Checks:
    """The checks of rows, and the warnings about those that are valid."""

    # Paths hold keys of the data, which may be without number.
    _MOST_WARNINGS = 20

    def __init__(self, mapped: Mapped, *, strict: bool) -> None:
        """Prepare the checks.

        Args:
            mapped: The columns.
            strict: Whether a row with a warning is invalid.
        """
        self._mapped = mapped
        self._identifiers = mapped.identifying.columns
        self._strict = strict
        self._warned: Counter[str] = Counter()

    def run(self, rows: Iterable[Row], room: int | None) -> tuple[list[Call[Any]], list[Reject]]:
        """The calls of valid rows, and the invalid rows.

        Args:
            rows: The rows of a chunk.
            room: The number of further rows that may be rejected, or None for any number.
        """
        calls: list[Call[Any]] = []
        rejects: list[Reject] = []
        for row in rows:
            try:
                calls.append(self.call(row))
            except ValidationError as error:
                rejects.append(Reject(row, error.detail))
                if room is not None and len(rejects) > room:
                    break
        return calls, rejects

    def call(self, row: Row, *, clears: bool = False) -> Call[Any]:
        """The call of a row.

        Args:
            row: The row.
            clears: Whether absent values of data are sent as null, to clear what is stored.

        Raises:
            ValidationError: If it is invalid.
        """
        if row.fault:
            raise ValidationError(row.fault)
        if self._strict:
            self._reject_damaged(row)
        call = self._mapped.call(row.values, clears=clears)
        if not call.warnings:
            return call
        for warning in call.warnings:
            self._warn(warning)
        return attrs.evolve(call, warnings=())

    def _reject_damaged(self, row: Row) -> None:
        for name in self._identifiers:
            value = row.values.get(name)
            if isinstance(value, str) and is_damaged(value):
                raise ValidationError.at(name, "was rounded by a spreadsheet, as in 1.23E+15")

    def _warn(self, warning: CallWarning) -> None:
        if self._strict:
            raise ValidationError.at(warning.field, warning.text)
        message = f"{warning.field.removeprefix('events[0].')}: {warning.text}"
        if message in self._warned or len(self._warned) < self._MOST_WARNINGS:
            self._warned[message] += 1

    @property
    def notes(self) -> list[str]:
        """The warnings about rows that were queued, each with the number of its rows."""
        return [f"{message} ({count:,} rows)" for message, count in self._warned.items()]
