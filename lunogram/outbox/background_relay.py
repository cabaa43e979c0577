"""The relay of `Outbox(url, client=…)`: a thread, and a flush at the end of the program."""

from __future__ import annotations

import atexit
from collections.abc import Callable

from .._clock import monotonic
from .options import check_timeout
from .relay.relay import Relay

# The share of the flush timeout that is kept for writing down the outcomes, twice.
_SHARE_OF_WRITING = 0.05
_LONGEST_WRITING = 0.1


class BackgroundRelay:
    """A relay that runs beside the program from the beginning, and flushes at its end.

    After a fork, the child's first call starts a relay in the child.

    Attributes:
        relay: The relay.
    """

    def __init__(self, relay: Relay, flush_timeout: float, close_store: Callable[[], None]) -> None:
        """Start the relay.

        Args:
            relay: A relay that has not been started.
            flush_timeout: The maximum number of seconds to wait at the end. All outboxes of a
                program wait at the same time.
            close_store: Closes the store; called when the relay has ended.

        Raises:
            ConfigurationError: If an option is invalid.
            OutboxError: If no thread can be started.
        """
        check_timeout("flush_timeout", flush_timeout)
        self.relay = relay
        self._flush_timeout = flush_timeout
        self._close_store = close_store
        relay.start()
        _open.add(self)

    def revive(self) -> None:
        """Start the relay again if it has ended, such as by a fork."""
        if self in _open:
            self.relay.revive()

    def close(self) -> None:
        """Flush for up to the flush timeout, stop the relay, and close the store.

        Requests in flight when the time is over count as failed attempts, and are sent again the
        next time.
        """
        self._end_by(self._begin_to_end())

    def _begin_to_end(self) -> float:
        """Let the relay finish; return until when to wait for it."""
        _open.discard(self)
        writing = min(_LONGEST_WRITING, _SHARE_OF_WRITING * self._flush_timeout)
        until = monotonic() + self._flush_timeout - writing
        self.relay.ask_to_finish(until - writing)
        return until

    def _end_by(self, until: float) -> None:
        if self.relay.end_by(until):
            self._close_store()


_open: set[BackgroundRelay] = set()


def _end_all() -> None:
    """Close what is open at the end of the program: all at once, in the time of the longest.

    Nothing here needs a thread, an executor or an import that is not there yet: Python has none
    left at this point.
    """
    ends = [(relay, relay._begin_to_end()) for relay in list(_open)]
    is_interrupted = False
    for relay, until in ends:
        try:
            relay._end_by(0.0 if is_interrupted else until)
        except KeyboardInterrupt:
            is_interrupted = True
            relay._end_by(0.0)


atexit.register(_end_all)
