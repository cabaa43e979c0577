"""The outbox: takes every write of the client, and keeps it until it has arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import attrs

from .._async.client import AsyncLunogram
from .._http import Engine
from .._sync.client import Lunogram
from .._sync.sender import Sender
from ..calls import Call
from ..errors import ConfigurationError
from .entries import entries_of
from .errors import OutboxFullError, ReadRefusedError
from .relay import Relay
from .resources import InboxQueue, OrganizationsQueue, UsersQueue
from .sqlite import SQLiteStore
from .store import DeadLetter, Entry, Limits, Stats

Durability: TypeAlias = Literal["process", "power"]
"""What a queued call survives: the end of the process, or that of the machine too."""

WhenFull: TypeAlias = Literal["raise", "block", "drop"]
"""What happens to a call for which there is no room."""

_FIRST_PAUSE = 0.002
_LONGEST_PAUSE = 0.05


@attrs.frozen
class FlushResult:
    """What became, within the time given, of all that waited when `Outbox.flush` was called.

    Attributes:
        delivered: How many entries arrived. An array of events counts as that many.
        pending: How many still wait. They stay in the outbox.
        dead: How many became dead letters.
    """

    delivered: int
    pending: int
    dead: int


class Outbox:
    """A queue on disk. What it was given is delivered at least once, in order.

        outbox = Outbox("sqlite:///lunogram.db")
        outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])

    Its methods are the client's own, with the same arguments and checks, and return None as soon
    as the call is on disk. A relay sends it: `relay`, or the command ``lunogram relay``. Safe for
    threads, for processes, and after a fork.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

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
                ``"sqlite:////var/lib/shop/lunogram.db"``. One file for each host: all processes
                may share it.
            durability: ``"process"``: what was queued survives the end of the process, however
                it ends. ``"power"``: that of the machine too, for the price of waiting for the
                disk with each call.
            limit: How many entries may wait, at the most. An array of events counts as that many.
            limit_bytes: How many bytes of bodies may wait, at the most.
            when_full: ``"raise"`` an OutboxFullError, ``"block"`` for a while and raise then, or
                ``"drop"`` the new call and count it in `stats`.
            block_timeout: For how many seconds to block.
            lock_timeout: For how many seconds to wait while others write to the file.

        Raises:
            ConfigurationError: If an argument can't be right.
            OutboxError: If the file can't be used.
        """
        _check(durability=durability, when_full=when_full)
        self._limits = Limits(limit, limit_bytes)
        self._when_full = when_full
        self._block_timeout = block_timeout
        self._store = SQLiteStore(
            sqlite_path(url), full_sync=durability == "power", patience=lock_timeout
        )
        self.user = UsersQueue(self._put)
        self.organization = OrganizationsQueue(self._put)

    # -- queueing ---------------------------------------------------------------------------------

    def _put(self, call: Call[Any], /) -> None:
        entries = entries_of(call)
        if not self._store.add(entries, self._limits):
            self._no_room(entries)

    def _no_room(self, entries: list[Entry]) -> None:
        if self._when_full == "drop":
            self._store.refuse(len(entries))
        elif self._when_full == "raise" or not self._wait_for_room(entries):
            raise OutboxFullError("the outbox is full; is a relay running, and the server up?")

    def _wait_for_room(self, entries: list[Entry]) -> bool:
        return _within(self._block_timeout, lambda: self._store.add(entries, self._limits))

    # -- sending ----------------------------------------------------------------------------------

    def relay(
        self,
        client: Lunogram | AsyncLunogram,
        /,
        *,
        batch: int = 500,
        batch_bytes: int = 1_000_000,
        deaths: int = 5,
        on_dead_letter: Callable[[DeadLetter], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
    ) -> Relay:
        """A relay that sends what is here as a client would, over connections of its own.

            with outbox.relay(client):
                ...

        Args:
            client: Whose key, URL, time limits and headers to use.
            batch: How many events go out at once, at the most.
            batch_bytes: How many bytes of events, at the most; a larger event goes out alone.
            deaths: After how many relays that ended while sending it an entry is given up.
            on_dead_letter: Called with each new dead letter, in the relay's thread.
            on_error: Called with each failure after which is tried again, in the relay's thread.

        Raises:
            ConfigurationError: If a number is less than 1.
        """
        return Relay(
            self._store,
            lambda: _sender(client),
            batch=batch,
            batch_bytes=batch_bytes,
            deaths=deaths,
            on_dead_letter=on_dead_letter,
            on_error=on_error,
        )

    def flush(self, timeout: float = 5.0) -> FlushResult:
        """Wait until all that waits now is delivered or dead, or the time is over.

        It does not send: a relay does, here or in another process.

        Args:
            timeout: For how many seconds to wait, at the most.

        Raises:
            OutboxError: If the outbox can't be read.
        """
        before = self._store.stats()
        done = _within(timeout, lambda: not self._store.waits(before.queued))
        after = self._store.stats()
        delivered = min(after.delivered - before.delivered, before.pending)
        dead = min(after.died - before.died, before.pending - delivered)
        return FlushResult(delivered, 0 if done else before.pending - delivered - dead, dead)

    # -- looking ----------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The outbox in numbers, at a cost that does not grow with the queue."""
        return self._store.stats()

    def dead_letters(self, limit: int | None = None) -> list[DeadLetter]:
        """What was given up, oldest first. It holds personal data.

        Args:
            limit: How many, at the most; all, if left out.
        """
        return list(self._store.dead_letters(limit))

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
        """Let go of the file. What is queued stays in it."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({f'sqlite:///{self._store.path}'!r})"

    if not TYPE_CHECKING:  # to type checkers, what an outbox can't do is not there

        def __getattr__(self, name: str) -> Any:
            raise _refusal(self, name, Lunogram)


def _refuse_read(self: InboxQueue, name: str) -> Any:
    from .._sync.subjects import Inbox

    raise _refusal(self, name, Inbox)


def _refusal(owner: object, name: str, original: type) -> AttributeError:
    if name in ("push", "sessions") or hasattr(original, name):
        return ReadRefusedError(f"{name} needs an answer, so it needs the client, not an outbox")
    return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")


if not TYPE_CHECKING:
    InboxQueue.__getattr__ = _refuse_read


def sqlite_path(url: str) -> Path:
    """The file that the URL of an outbox names.

    Args:
        url: ``"sqlite:///FILE"``.

    Raises:
        ConfigurationError: If it is no such URL.
    """
    scheme, _, file = url.partition(":///")
    if scheme != "sqlite" or not file or file == ":memory:":
        raise ConfigurationError("the URL of an outbox is sqlite:///FILE")
    return Path(file)


def _check(*, durability: str, when_full: str) -> None:
    if durability not in ("process", "power"):
        raise ConfigurationError("durability has to be process or power")
    if when_full not in ("raise", "block", "drop"):
        raise ConfigurationError("when_full has to be raise, block or drop")


def _within(seconds: float, is_done: Callable[[], bool]) -> bool:
    """Ask until it is done, ever less often, or the time is over; at least once."""
    end, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while not is_done():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return True


def _sender(client: Lunogram | AsyncLunogram) -> Sender:
    """What a relay sends with. Patience is the relay's, so each request goes out once."""
    theirs = client._sender
    handed_over = theirs.engine._client if isinstance(theirs.engine, Engine) else None
    options = attrs.evolve(theirs.options, max_retries=0)
    return Sender(theirs.target, options, Engine(theirs.target.base_url, handed_over))
