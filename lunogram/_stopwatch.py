"""The stopwatch of an attempt: the transports note the times of its steps."""

from __future__ import annotations

from contextvars import ContextVar
from enum import IntEnum

from ._clock import monotonic
from .attempt_traces import Timings


class Step(IntEnum):
    """A moment of an attempt.

    - CONNECTING, CONNECTED: looking the host up and connecting begin, and end.
    - SECURING, SECURED: the TLS handshake begins, and ends.
    - SENDING: the request begins to be written.
    - RECEIVING: the first byte of the response arrives.
    """

    CONNECTING = 0
    CONNECTED = 1
    SECURING = 2
    SECURED = 3
    SENDING = 4
    RECEIVING = 5


# Of several addresses, or of a proxy and the server behind it, the last one counts.
_LAST_COUNTS = (Step.CONNECTED, Step.SECURED)


class Stopwatch:
    """The times of one attempt."""

    __slots__ = ("_begun", "_times")

    def __init__(self) -> None:
        self._begun = monotonic()
        self._times: list[float | None] = [None] * len(Step)

    def note(self, step: Step) -> None:
        """Note that a step is reached now.

        Args:
            step: The step.
        """
        if step in _LAST_COUNTS or self._times[step] is None:
            self._times[step] = monotonic()

    def timings(self) -> Timings:
        """The durations up to now."""
        connecting, connected, securing, secured, sending, receiving = self._times
        return Timings(
            connect=_between(connecting, connected),
            tls=_between(securing, secured),
            first_byte=_between(self._begun, receiving),
            total=monotonic() - self._begun,
            reused=None if sending is None else connecting is None,
        )


def _between(begun: float | None, ended: float | None) -> float | None:
    return None if begun is None or ended is None else ended - begun


_current: ContextVar[Stopwatch | None] = ContextVar("lunogram_stopwatch", default=None)


def start() -> Stopwatch:
    """A new stopwatch, which is the current one of this thread or task."""
    stopwatch = Stopwatch()
    _current.set(stopwatch)
    return stopwatch


def current() -> Stopwatch:
    """The stopwatch of the attempt that this thread or task makes."""
    return _current.get() or start()
