"""A queue on disk: takes calls, keeps them until they have arrived, and tells how it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Self, TypeAlias

import attrs

from .._attempts import Options
from .._http import Engine
from .._sync.sender import Sender
from .._target import Host
from ..calls import Call
from ..errors import ConfigurationError
from .burying import bury
from .entries import entries_of
from .errors import OutboxFullError
from .flushing import FlushResult, flushed
from .opening import Durability, open_store
from .patience import is_in_event_loop, within
from .queueing import Put
from .relaying.tracing import queueing
from .store import Bookmark, DeadLetter, Entry, Limits, Stats

WhenFull: TypeAlias = Literal["raise", "block", "drop"]
"""What happens to a call for which there is no room."""


class Queue:
    """What every outbox is, whatever API its calls are of."""

    def __init__(
        self,
        url: str,
        *,
        durability: Durability = "process",
        limit: int | None = None,
        limit_bytes: int | None = None,
        when_full: WhenFull = "raise",
        block_timeout: float = 10.0,
        lock_timeout: float = 5.0,
    ) -> None:
        """Open an outbox, or make it.

        Args:
            url: ``"sqlite:///FILE"``, such as ``"sqlite:///lunogram.db"`` for a file here, or
                ``"sqlite:////var/lib/shop/lunogram.db"``: one file for each host, which all
                processes may share. Or ``"postgresql://USER@HOST/DATABASE"``, or
                ``"nats://HOST:PORT/STREAM"``.
            durability: ``"process"``: what was queued survives the end of the process, however
                it ends. ``"power"``: that of the machine too, for the price of waiting for the
                disk with each call. A NATS server has settings of its own for it.
            limit: How many entries may wait, at the most. An array of events counts as that many.
            limit_bytes: How many bytes of bodies may wait, at the most.
            when_full: ``"raise"`` an OutboxFullError, ``"block"`` for a while and raise then, or
                ``"drop"`` the new call and count it in `stats`. In a coroutine, it raises at
                once rather than block.
            block_timeout: For how many seconds to block.
            lock_timeout: For how many seconds to wait while others write, and for a connection.

        Raises:
            ConfigurationError: If an argument can't be right.
            OutboxError: If it can't be used.
        """
        _check(durability=durability, when_full=when_full)
        self._limits = Limits(limit, limit_bytes)
        self._when_full = when_full
        self._block_timeout = block_timeout
        self._store = open_store(url, durability=durability, patience=lock_timeout)
        self._offer(self._put)

    def _offer(self, put: Put) -> None:
        """Let the methods of an outbox put their calls here."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where it is, without a password."""
        return self._store.url

    # -- queueing ---------------------------------------------------------------------------------

    def _put(self, call: Call[Any], /) -> None:
        self.queue_calls([call])

    def queue_calls(self, calls: Sequence[Call[Any]], bookmark: Bookmark | None = None) -> None:
        """Queue calls all at once: all of them, or none. For much work at a time, such as imports.

        Args:
            calls: Writes, as `lunogram.calls` makes them.
            bookmark: Written in the same transaction, if it is given and the calls are queued.

        Raises:
            OutboxError: If they were not queued; `OutboxFullError`, if for want of room.
        """
        with queueing(calls) as trace:
            entries = [entry for call in calls for entry in self._entries_of(call, trace)]
            self._keep(entries, lambda: self._store.add(entries, self._limits, bookmark))

    def _entries_of(self, call: Call[Any], trace: str) -> list[Entry]:
        return entries_of(call, trace)

    def _keep(self, entries: list[Entry], add: Callable[[], bool]) -> None:
        if add():
            return
        if self._when_full == "drop":
            self._store.refuse(len(entries))
        elif self._when_full == "raise" or not self._wait_for_room(add):
            raise OutboxFullError("the outbox is full; is a relay running, and the server up?")

    def _wait_for_room(self, add: Callable[[], bool]) -> bool:
        # An event loop that stands still could be the one that makes room.
        return not is_in_event_loop() and within(self._block_timeout, add)

    # -- sending ----------------------------------------------------------------------------------

    def flush(self, timeout: float = 5.0) -> FlushResult:
        """Wait until all that waits now is delivered or dead, or the time is over.

        It does not send: a relay does, here or in another process.

        Args:
            timeout: For how many seconds to wait, at the most; with less than a second, a store
                that hangs still gets one.

        Raises:
            OutboxError: If the outbox can't be read, or says nothing in that time.
        """
        return flushed(self._store, timeout)

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The outbox in numbers. Only on PostgreSQL, what they cost grows with the queue."""
        return self._store.stats()

    def dead_letters(self, limit: int | None = None) -> list[DeadLetter]:
        """What was given up, oldest first. It holds personal data.

        Args:
            limit: How many, at the most; all, if left out.
        """
        return list(self._store.dead_letters(limit))

    def bury(self, entries: Iterable[int]) -> int:
        """Give up what waits, such as a call that is answered 500 for ever.

        It becomes a dead letter. A relay that has it in hand may still send it, and lets go of it
        when nothing is on its way, at the latest when it is started anew.

        Args:
            entries: Their ``sequence``, as ``lunogram outbox list`` shows it. Those that do not
                wait are left out.

        Returns:
            How many.
        """
        return bury(self._store, map(int, entries))

    def retry(self, letters: Iterable[int] | Literal["all"]) -> int:
        """Queue dead letters again, at the end of the queue.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that are not there are left out.

        Returns:
            How many.
        """
        return self._store.retry(None if letters == "all" else [*map(int, letters)])

    def drop(self, letters: Iterable[int] | Literal["all"]) -> int:
        """Drop dead letters. They are gone, and counted in `stats`.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that are not there are left out.

        Returns:
            How many.
        """
        return self._store.drop(None if letters == "all" else [*map(int, letters)])

    def close(self) -> None:
        """Let go of the store. What is queued stays in it."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"


def _check(*, durability: str, when_full: str) -> None:
    if durability not in ("process", "power"):
        raise ConfigurationError("durability has to be process or power")
    if when_full not in ("raise", "block", "drop"):
        raise ConfigurationError("when_full has to be raise, block or drop")


def sender_of(host: Host, options: Options, theirs: object) -> Sender:
    """What a relay sends with: as a client does, over connections of its own.

    Patience is the relay's, so each request goes out once.

    Args:
        host: Where to, and with which key.
        options: The client's.
        theirs: The client's connections. An ``http_client`` that was handed over is used here too.
    """
    handed_over = theirs.client if isinstance(theirs, Engine) else None
    return Sender(host, attrs.evolve(options, max_retries=0), Engine(host.base_url, handed_over))
