"""A queue on disk: the calls that it takes, their limits, and its dead letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal, Protocol, Self, Unpack

import attrs

from .._attempts import EnsureUsers, Options
from .._disabled import Notice, is_disabled
from .._http import Engine, engine_state
from .._per_process import PerProcess
from .._sync.sender import Sender
from .._target import Host
from .._tracebacks import ShortTracebacks
from .._unpicklable import Unpicklable
from ..call_warnings import empty, issue
from ..calls import Call
from ..known_users import KnownUsers
from . import arguments, maintenance
from .entries import check, entries_of
from .errors import OutboxFullError
from .flush import FlushResult, flushed
from .options import OutboxOptions, OutboxSettings
from .polling import is_in_event_loop, wait_until
from .relay.tracing import queueing
from .store import Checkpoint, DeadLetter, Entry, ParkedEntry, Stats
from .stores import open_store
from .unattended import has_queued

Add = Callable[[list[Entry]], bool]
"""The function that adds entries to a store, unless they are beyond the limits."""

FULL = "the outbox is full; is a relay running, and the server up?"


class Put(Protocol):
    """The sender of an outbox's resources: it queues a call."""

    def __call__(self, call: Call[Any], /) -> None:
        """Queue the call; raise `OutboxError` if that is not possible."""
        ...


class AsyncPut(Protocol):
    """The sender of an async outbox's resources: it queues a call."""

    async def __call__(self, call: Call[Any], /) -> None:
        """Queue the call; raise `OutboxError` if that is not possible."""
        ...


class Queue(ShortTracebacks, Unpicklable):
    """The base of all outboxes, whatever API their calls are of."""

    _why_unpicklable = (
        "an outbox can't be pickled or copied, because it holds a connection and locks: open one "
        "in each process, by its URL"
    )
    _relay_options: ClassVar[str] = ""

    _enabled: bool | None = None
    """Whether anything is queued; None for what the environment says."""

    def __init__(self, url: str, **options: Unpack[OutboxOptions]) -> None:
        """Open an outbox, or create it.

        Args:
            url: ``"sqlite:///FILE"``, such as ``"sqlite:///lunogram.db"`` for a file in the
                working directory, or ``"sqlite:////var/lib/shop/lunogram.db"``: one file for each
                host, which all processes may share. Or ``"postgresql://USER@HOST/DATABASE"``, or
                ``"nats://HOST:PORT/STREAM"``.
            options: As described in `OutboxOptions`: durability, limit, limit_bytes, when_full,
                block_timeout, lock_timeout, strict, ensure_users.

        Raises:
            ConfigurationError: If an argument is invalid.
            OutboxError: If the outbox can't be used.
        """
        self._settings = settings = OutboxSettings(**options)
        self._known_users = KnownUsers()
        self._notice = Notice()
        self._offer(self._put)
        self._store = open_store(
            url,
            durability=settings.durability,
            patience=settings.lock_timeout,
            reserve=settings.reserve,
        )
        self._has_queued = PerProcess(lambda: has_queued(self.url, url, self._relay_options))

    def _offer(self, put: Put) -> None:
        """Let the methods of an outbox put their calls here."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The URL of the outbox, without a password."""
        return self._store.url

    # -- queueing ---------------------------------------------------------------------------------

    def _put(self, call: Call[Any], /) -> None:
        # The batches of a list are all queued, or none is; those of a generator one by one.
        if isinstance(call.rest, tuple):
            self.queue_calls([*call.batches()] if call.rest else [call])
            return
        for batch in call.batches():
            self.queue_calls([batch])

    def queue_calls(
        self,
        calls: Sequence[Call[Any]],
        checkpoint: Checkpoint | None = None,
        *,
        ensure_users: EnsureUsers | None = None,
    ) -> None:
        """Queue calls in one transaction: all of them, or none. For much work, such as imports.

        Args:
            calls: Writes, as `lunogram.calls` makes them.
            checkpoint: Written in the same transaction, if it is given and the calls are queued.
            ensure_users: Whether to queue upserts before the events and schedules of users; default
                as the outbox does.

        Raises:
            ValidationError: If one of them is no call of the API, or its method, path or query is
                invalid.
            OutboxError: If the calls were not queued; `OutboxFullError` if the outbox is full.
        """
        ensured = self._settings.ensure_users if ensure_users is None else ensure_users
        progress = arguments.checkpoint(checkpoint)
        complete = self._complete(arguments.calls(calls), ensured=ensured)
        if self._queue(complete, lambda entries: self._add(entries, progress)):
            self._note(complete, ensured=ensured)

    def _add(self, entries: Sequence[Entry], checkpoint: Checkpoint | None) -> bool:
        is_added = self._store.add(entries, self._settings.limits, checkpoint)
        self._has_queued.get()
        return is_added

    def _complete(self, calls: Sequence[Call[Any]], *, ensured: EnsureUsers) -> Sequence[Call[Any]]:
        """The calls, each after the upserts of its users if those are ensured."""
        strict = self._settings.strict
        for call in calls:
            if strict and call.is_empty:
                raise empty(call.operation)
            issue(call.warnings, strict=strict)
        if ensured == "warn":
            issue(self._known_users.warnings_of(calls), strict=strict)
            return calls
        return [*self._known_users.with_upserts(calls)] if ensured else calls

    def _note(self, complete: Sequence[Call[Any]], *, ensured: EnsureUsers) -> None:
        if ensured or self._known_users:
            self._known_users.note(*complete)

    def _queue(self, calls: Sequence[Call[Any]], add: Add) -> bool:
        """Whether the calls were added, and neither dropped nor diverted."""
        with queueing(calls) as trace:
            entries = self._checked_entries(calls, trace)
            if self._is_diverted(calls):
                return False
            if add(entries):
                return True
            when_full = self._settings.when_full
            if when_full == "drop":
                self._store.refuse(len(entries))
            elif when_full == "raise" or not self._wait_for_room(entries, add):
                raise OutboxFullError(FULL)
            return when_full != "drop"

    def _checked_entries(self, calls: Sequence[Call[Any]], trace: str) -> list[Entry]:
        entries = [entry for call in calls for entry in self._entries_of(call, trace)]
        check(entries)
        return entries

    def _is_diverted(self, calls: Sequence[Call[Any]]) -> bool:
        """Whether a recording has taken the calls, or nothing is to be sent: nothing is queued."""
        recorder = engine_state.recorder
        if recorder is None:
            is_off = is_disabled(enabled=self._enabled)
            if is_off:
                self._notice.give("outbox")
            return is_off
        for call in calls:
            recorder.queue(call)
        return True

    def _entries_of(self, call: Call[Any], trace: str) -> list[Entry]:
        return entries_of(call, trace, self._settings.stamp)

    def _wait_for_room(self, entries: list[Entry], add: Add) -> bool:
        # An event loop that stands still could be the one that makes room.
        if is_in_event_loop():
            return False
        return wait_until(self._settings.block_timeout, lambda: add(entries))

    # -- sending ----------------------------------------------------------------------------------

    def flush(self, timeout: float = 5.0) -> FlushResult:
        """Wait until everything that is pending now is delivered or dead, or the time is over.

        It does not send: a relay does, here or in another process.

        Args:
            timeout: The maximum number of seconds to wait. A store that does not respond gets at
                least one second.

        Raises:
            ValidationError: If the time is not a number of seconds.
            OutboxError: If the outbox can't be read, or does not respond in that time.
        """
        return flushed(self._store, arguments.seconds(timeout, "timeout"))

    # -- inspection -------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The outbox in numbers. Only on PostgreSQL, their cost grows with the queue."""
        return self._store.stats()

    def pending(self, limit: int | None = None) -> list[Entry]:
        """The pending entries, in the order queued, leased ones included. Personal data.

        Args:
            limit: The maximum number of entries; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return list(self._store.pending(arguments.limit(limit)))

    def parked(self, limit: int | None = None) -> list[ParkedEntry]:
        """The parked entries, in the order queued. They are pending too. Personal data.

        Args:
            limit: The maximum number of parked entries; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return list(self._store.parked(arguments.limit(limit)))

    def dead_letters(self, limit: int | None = None) -> list[DeadLetter]:
        """The dead letters, oldest first. Personal data.

        Args:
            limit: The maximum number of dead letters; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return list(self._store.dead_letters(arguments.limit(limit)))

    def checkpoint(self, name: str) -> str:
        """The value that `queue_calls` last wrote for a `Checkpoint`, or empty text.

        Args:
            name: The name of the checkpoint.

        Raises:
            ValidationError: If the name is not a string.
        """
        return self._store.checkpoint(arguments.checkpoint_name(name))

    # -- dead letters -----------------------------------------------------------------------------

    def bury(self, entries: Iterable[int]) -> int:
        """Move pending entries to the dead letters, such as a call that always fails with 500.

        A relay that has leased an entry may still send it. The relay drops it when it has no
        request in flight, at the latest when it is started again.

        Args:
            entries: Their ``sequence``, as ``lunogram outbox list`` shows it. Those that are not
                pending are ignored.

        Returns:
            The number of entries that were moved.

        Raises:
            ValidationError: If an entry is not a sequence number.
        """
        return maintenance.bury(self._store, arguments.sequences(entries, "entries"))

    def bury_parked(self, subject: str) -> int:
        """Move the parked entries about a subject to the dead letters.

        Args:
            subject: The subject, such as ``"user:default:user_123"``, as ``lunogram outbox list
                --parked --show-data`` shows it.

        Returns:
            The number of entries that were moved.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        return maintenance.bury_parked(self._store, arguments.subject(subject))

    def retry_parked(self, subject: str | None = None) -> int:
        """Let a relay send parked calls again within seconds, such as after a fault was mended.

        Args:
            subject: The subject that they are about, such as ``"user:default:user_123"``; None
                for all parked calls.

        Returns:
            The number of calls that are sent again. Those that wait behind them follow.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        wanted = None if subject is None else arguments.subject(subject)
        return maintenance.retry_parked(self._store, wanted)

    def retry(self, letters: Iterable[int] | Literal["all"]) -> int:
        """Queue dead letters again, at the end of the queue.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that do not exist are ignored.

        Returns:
            The number of dead letters that were queued.

        Raises:
            ValidationError: If a letter is not a sequence number.
        """
        return self._store.retry(arguments.sequences_or_all(letters, "letters"))

    def drop(
        self, letters: Iterable[int] | Literal["all"], *, older_than: float | None = None
    ) -> int:
        """Delete dead letters. They are counted as dropped in `stats`.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that do not exist are ignored.
            older_than: The seconds since they became dead letters, at least; None for any time.

        Returns:
            The number of dead letters that were deleted.

        Raises:
            ValidationError: If a letter is not a sequence number, or the age is not a number.
        """
        chosen = arguments.sequences_or_all(letters, "letters")
        if older_than is None:
            return self._store.drop(chosen)
        least = arguments.seconds(older_than, "older_than")
        return maintenance.drop_older(self._store, least, chosen)

    def forget(self, subject: str) -> int:
        """Delete everything about a person or an organization, such as for an erasure request.

        Pending calls about it are deleted without being delivered, and dead letters too. Both are
        counted as dropped in `stats`. A call in flight is delivered all the same.

        Args:
            subject: The subject, such as ``"user:default:user_123"``: kind, source and id. A
                person with several identifiers has a subject for each.

        Returns:
            The number of entries and dead letters that were deleted.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        return maintenance.forget(self._store, arguments.subject(subject))

    def close(self) -> None:
        """Close the outbox. What is pending stays in it."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


def sender_of(host: Host, options: Options, theirs: object) -> Sender:
    """The sender of a relay: as the client's, without retries, over connections of its own.

    Args:
        host: The host, and its key.
        options: The client's options.
        theirs: The client's engine. An ``http_client`` that was handed over is used here too.
    """
    handed_over = theirs.client if isinstance(theirs, Engine) else None
    return Sender(
        host, attrs.evolve(options.limited(), max_retries=0), Engine(host.base_url, handed_over)
    )
