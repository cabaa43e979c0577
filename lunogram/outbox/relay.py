"""The relay: sends what an outbox holds, in order, for as long as it takes."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Any, Self, TypeVar

import attrs

from .._attempts import Attempts, parsed
from .._sync.sender import Sender
from ..errors import ConfigurationError, LunogramError, NotFoundError, RateLimitError, RequestError
from .entries import body_of
from .errors import OutboxError
from .owner import new_owner
from .store import Batch, DeadLetter, Leased, Store

T = TypeVar("T")

logger = logging.getLogger("lunogram.outbox")

_POLL = 0.05
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_LONGEST_ASKED = 3600.0


class Verdict(Enum):
    """What a failure means for what was sent.

    Attributes:
        POISON: It will never be taken.
        AGAIN: It may be taken later.
        PAUSE: Nothing will be taken until somebody mends the key or the URL.
    """

    POISON = "poison"
    AGAIN = "again"
    PAUSE = "pause"


_POISON = frozenset({400, 404, 409, 413, 422})
_AGAIN = frozenset({408, 425, 429})


def verdict(error: Exception) -> Verdict:
    """What a failure means.

    Args:
        error: What sending raised.
    """
    if isinstance(error, ConfigurationError):
        return Verdict.PAUSE
    if not isinstance(error, RequestError) or error.status_code is None:
        return Verdict.AGAIN
    if error.status_code in _AGAIN or error.status_code >= 500:
        return Verdict.AGAIN
    # A page that was not found is no word of Lunogram's about a user: the URL is wrong.
    page = error.status_code == 404 and "json" not in error.headers.get("content-type", "")
    return Verdict.POISON if error.status_code in _POISON and not page else Verdict.PAUSE


@attrs.frozen
class RelayStats:
    """What one relay has done since it was made.

    Attributes:
        delivered: How many entries arrived. An array of events counts as that many.
        failures: How many requests failed and were tried again.
        dead: How many entries became dead letters.
        failing: How many requests failed in a row, up to now; 0 if all is well.
        last_error: What went wrong last, or None.
    """

    delivered: int = 0
    failures: int = 0
    dead: int = 0
    failing: int = 0
    last_error: str | None = None


class Relay:
    """Empties an outbox, in a thread or here. Several may work on one outbox: they take turns.

        with outbox.relay(client):
            ...

    Runs of events for one endpoint go out as one array, other calls singly, all in the order they
    were queued.
    """

    def __init__(
        self,
        store: Store,
        connect: Callable[[], Sender],
        *,
        batch: int = 500,
        batch_bytes: int = 1_000_000,
        deaths: int = 5,
        on_dead_letter: Callable[[DeadLetter], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
    ) -> None:
        """Make a relay. Nothing is sent before it is started or run.

        Args:
            store: What to empty.
            connect: Makes what to send with, without retries of its own.
            batch: How many events go out at once, at the most.
            batch_bytes: How many bytes of events, at the most; a larger event goes out alone.
            deaths: After how many relays that ended while sending it an entry is given up.
            on_dead_letter: Called with each new dead letter, in the relay's thread.
            on_error: Called with each failure after which is tried again, in the relay's thread.

        Raises:
            ConfigurationError: If a number is less than 1.
        """
        if min(batch, batch_bytes, deaths) < 1:
            raise ConfigurationError("batch, batch_bytes and deaths have to be 1 or more")
        self._store = store
        self._connect = connect
        self._batch = Batch(batch, batch_bytes)
        self._deaths = deaths
        self._on_dead_letter = on_dead_letter
        self._on_error = on_error
        self._stats = RelayStats()
        self._narrow: tuple[int, int] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # -- starting and stopping --------------------------------------------------------------------

    def start(self) -> None:
        """Send in a thread of its own, until `stop`. Does nothing if it does so already."""
        if self._thread is None or not self._thread.is_alive():
            self._stopping = threading.Event()
            self._thread = threading.Thread(target=self.run, name="lunogram-relay", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the request that is under way, and end. What still waits stays in the outbox."""
        self.ask_to_stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def ask_to_stop(self) -> None:
        """The same without waiting; a signal handler may call it."""
        self._stopping.set()

    def run(self, *, until_empty: bool = False) -> None:
        """Send here, until `stop` or `ask_to_stop` is called.

        Args:
            until_empty: Also end when nothing waits any more.
        """
        owner, sender = new_owner(), self._connect()
        try:
            while not self._stopping.is_set():
                pause = self._step(owner, sender)
                if until_empty and self._is_empty():
                    break
                self._stopping.wait(pause)
        finally:
            sender.engine.close()
            with suppress(OutboxError):
                self._store.release(owner)

    def _is_empty(self) -> bool:
        with suppress(OutboxError):
            return self._store.stats().pending == 0
        return False

    def stats(self) -> RelayStats:
        """What it has done so far."""
        return self._stats

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store!r}, {self._stats!r})"

    # -- one request ------------------------------------------------------------------------------

    def _step(self, owner: str, sender: Sender) -> float:
        """Send a batch, if there is one and it is our turn; return how long to wait then."""
        try:
            leased = self._store.lease(owner, _lease_of(sender), self._next_batch())
            return _POLL if leased is None else self._deliver(leased, sender)
        except OutboxError as error:
            return self._failed(error)

    def _deliver(self, leased: Leased, sender: Sender) -> float:
        if (deaths := leased.entries[0].deaths) >= self._deaths:
            return self._bury(leased, None, f"{deaths} relays ended while sending it", 0)
        try:
            send(leased, sender)
        except Exception as error:  # noqa: BLE001 - whatever it is, the queue must not stop
            if not _was_done_before(leased, error):
                return self._refused(leased, error, _lease_of(sender))
        self._settle(lambda: self._store.delivered(leased))
        self._worked(leased)
        return 0.0

    def _worked(self, leased: Leased) -> None:
        if self._stats.failing:
            logger.info("delivering again, after %d failures", self._stats.failing)
        self._count(delivered=self._stats.delivered + len(leased.entries), failing=0)
        if self._narrow and leased.last >= self._narrow[1]:
            self._narrow = None

    def _refused(self, leased: Leased, error: Exception, lease: float) -> float:
        if verdict(error) is Verdict.POISON:
            return self._single_out(leased, error, lease)
        pause = self._failed(error)
        self._settle(lambda: self._store.failed(leased, pause + lease))
        return pause

    def _settle(self, write: Callable[[], T]) -> T:
        """Write what came of a request, however long that takes: else it would be sent again."""
        while True:
            try:
                return write()
            except OutboxError as error:
                if self._stopping.wait(self._failed(error)):
                    raise

    # -- poison -----------------------------------------------------------------------------------

    def _next_batch(self) -> Batch:
        return attrs.evolve(self._batch, events=self._narrow[0]) if self._narrow else self._batch

    def _single_out(self, leased: Leased, error: Exception, lease: float) -> float:
        """Send halves of what was refused, until a single entry is refused."""
        if len(leased.entries) == 1:
            status = error.status_code if isinstance(error, RequestError) else None
            return self._bury(leased, status, str(error), 1)
        end = self._narrow[1] if self._narrow else leased.last
        self._narrow = (len(leased.entries) // 2, end)
        self._settle(lambda: self._store.failed(leased, lease))
        return 0.0

    def _bury(self, leased: Leased, status: int | None, problem: str, attempts: int) -> float:
        letters = self._settle(lambda: self._store.bury(leased, status, problem, attempts=attempts))
        self._narrow = None
        self._count(dead=self._stats.dead + len(letters))
        for letter in letters:
            entry = letter.entry
            logger.error(
                "dead letter %d: %s %s: %s", entry.sequence, entry.method, entry.path, problem
            )
            self._tell(self._on_dead_letter, letter)
        return 0.0

    # -- failures ---------------------------------------------------------------------------------

    def _failed(self, error: Exception) -> float:
        """Say so; return how long to wait before trying again."""
        pause = _pause_after(error, self._stats.failing)
        self._count(
            failures=self._stats.failures + 1,
            failing=self._stats.failing + 1,
            last_error=shown(error),
        )
        level = logging.WARNING if verdict(error) is Verdict.AGAIN else logging.ERROR
        logger.log(level, "waiting %.1f s: %s", pause, shown(error))
        self._tell(self._on_error, error)
        return pause

    def _tell(self, callback: Callable[[Any], object] | None, fact: object) -> None:
        try:
            if callback:
                callback(fact)
        except Exception:
            logger.exception("a callback of the relay failed")

    def _count(self, **changes: Any) -> None:
        self._stats = attrs.evolve(self._stats, **changes)


def send(leased: Leased, sender: Sender) -> None:
    """Send entries in one request.

    Args:
        leased: One or more.
        sender: With which key, and where to.

    Raises:
        LunogramError: If they did not arrive.
    """
    head = leased.entries[0]
    request = sender.request(head.method, head.path, head.query, body_of(leased.entries))
    attempts = Attempts(request, sender.options)
    parsed(None, sender.exchange(request, attempts), request, attempts.made)


def shown(error: Exception) -> str:
    """An error in words that may be shown to anybody.

    Args:
        error: Ours, or a stranger, of which only the kind is told.
    """
    return str(error) if isinstance(error, LunogramError) else type(error).__name__


def _was_done_before(leased: Leased, error: Exception) -> bool:
    """Whether somebody is not there because an attempt whose answer was lost has deleted them."""
    entry = leased.entries[0]
    gone = isinstance(error, NotFoundError) and verdict(error) is Verdict.POISON
    return gone and entry.method == "DELETE" and entry.attempts > 0


def _lease_of(sender: Sender) -> float:
    """For how long a batch is ours: longer than any request takes."""
    return 2 * sender.options.timeout + 10


def _pause_after(error: Exception, failing: int) -> float:
    asked = error.retry_after if isinstance(error, RateLimitError) else None
    if asked is not None:
        # Several relays that were asked to wait come back a little later each.
        return min(asked, _LONGEST_ASKED) + random.uniform(0, _FIRST_PAUSE)
    longest: float = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failing, 10))
    return random.uniform(0.5, 1) * longest
