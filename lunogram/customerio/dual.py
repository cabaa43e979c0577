"""Customer.io and Lunogram at once, each through an outbox of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import Any, Self, TypeVar, Unpack, cast

import attrs

from .._async.client import AsyncLunogram
from .._sync.client import Lunogram
from ..calls import Call
from ..outbox import FlushResult, Outbox, OutboxError, RelayOptions
from ..outbox.queue import Queue
from ._async.client import AsyncCustomerIO
from ._sync.client import CustomerIO
from ._sync.track import Track
from .bridge import Collector, WhenUnsupported
from .comparing import Comparison, compared
from .errors import Unmatched
from .outbox import CustomerIOOutbox
from .translating import plan

T = TypeVar("T")
Q = TypeVar("Q", CustomerIOOutbox, Outbox)


@attrs.frozen
class DualFlushResult:
    """What became of all that waited on either side.

    Attributes:
        customerio: On the side of Customer.io.
        lunogram: On the side of Lunogram.
    """

    customerio: FlushResult
    lunogram: FlushResult


class _Tally(Collector):
    """Counts what has no counterpart: it is not lost, since Customer.io has it."""

    def __init__(self, unsupported: WhenUnsupported) -> None:
        super().__init__(unsupported)
        self.times: Counter[str] = Counter()

    def keep(self, unmatched: list[Unmatched]) -> None:
        """As `Collector.keep`, in numbers."""
        self.times.update(each.name for each in unmatched)


class DualWriter(Track):
    """Delivers each call of the Track API to Customer.io, and to Lunogram as a `Bridge` does.

        with DualWriter(CustomerIO(), Lunogram()) as writer:
            writer.identify("5", {"email": "lucy@example.com"})

    A call returns as soon as it is on disk, in an outbox for each side. Each has an order, a relay
    and dead letters of its own: while one side is down, the other goes on, and nothing is lost.
    The relays run from `start` to `close`; without, relays in other processes send.

    Attributes:
        customerio: The outbox of Customer.io, with its `stats`, `dead_letters`, `retry` and so on.
        lunogram: The outbox of Lunogram.
    """

    def __init__(
        self,
        customerio: CustomerIO | AsyncCustomerIO,
        lunogram: Lunogram | AsyncLunogram,
        *,
        customerio_outbox: CustomerIOOutbox | str = "sqlite:///customerio.db",
        lunogram_outbox: Outbox | str = "sqlite:///lunogram.db",
        unsupported: WhenUnsupported = "collect",
        flush_timeout: float = 5.0,
        **options: Unpack[RelayOptions],
    ) -> None:
        """Open both outboxes. Nothing is sent before `start`.

        Args:
            customerio: As whom to send to Customer.io.
            lunogram: As whom to send to Lunogram.
            customerio_outbox: An outbox, or the URL of one. No other than this may use it.
            lunogram_outbox: An outbox, or the URL of one.
            unsupported: ``"collect"`` what has no counterpart in Lunogram, as a number for
                `compare`, while Customer.io gets it; or ``"raise"`` before either gets it.
            flush_timeout: For how many seconds `close` waits, at the most, for what has not
                arrived.
            options: For both relays, as for `Outbox.relay`.

        Raises:
            ConfigurationError: If an argument can't be right.
            OutboxError: If an outbox can't be used.
        """
        super().__init__(self._put)
        self._unmatched = _Tally(unsupported)
        self._opened = ExitStack()
        self.customerio = self._open(CustomerIOOutbox, customerio_outbox)
        self.lunogram = self._open(Outbox, lunogram_outbox)
        self._flush_timeout = flush_timeout
        self._started = False
        self._relays = (
            self.customerio.relay(customerio, **options),
            self.lunogram.relay(lunogram, **options),
        )

    def _open(self, kind: type[Q], outbox: Q | str) -> Q:
        """An outbox, opened here if it was not before."""
        return self._opened.enter_context(kind(outbox)) if isinstance(outbox, str) else outbox

    def _put(self, call: Call[T], /) -> T:
        planned = plan(call)
        self._unmatched.take(planned.unmatched)
        sides: tuple[tuple[Queue, Sequence[Call[Any]]], ...] = (
            (self.customerio, [call]),
            (self.lunogram, planned.calls),
        )
        failures = [error for queue, calls in sides if (error := _failure(queue, calls))]
        if failures:
            raise failures[0]
        if self._started:
            self.start()  # threads do not outlive a fork
        return cast("T", None)

    def start(self) -> None:
        """Send on both sides, each in a thread of its own. Does nothing where that runs already."""
        self._started = True
        for relay in self._relays:
            relay.start()

    def flush(self, timeout: float = 5.0) -> DualFlushResult:
        """Wait until all that waits now is delivered or dead on both sides, or the time is over.

        Args:
            timeout: For how many seconds to wait, at the most; a second at least for each side.

        Raises:
            OutboxError: If an outbox can't be read.
        """
        until = time.monotonic() + timeout
        first = self.lunogram.flush(timeout)
        second = self.customerio.flush(max(0.0, until - time.monotonic()))
        return DualFlushResult(customerio=second, lunogram=first)

    def compare(self, limit: int = 1000) -> Comparison:
        """What differs between the two sides: what waits, and what one of them refused.

        Neither API lets us read back what it holds, so this knows what they were told, and took.

        Args:
            limit: How many dead letters of each side to look at.

        Raises:
            OutboxError: If an outbox can't be read.
        """
        return compared(self.customerio, self.lunogram, self._unmatched.times, limit)

    def close(self) -> None:
        """Stop, and let go of what was opened here; if it was started, wait a while before."""
        with suppress(OutboxError):  # nothing more can be done
            if self._started:
                self.flush(self._flush_timeout)
        for relay in self._relays:
            relay.ask_to_stop()
        for relay in self._relays:
            relay.stop()
        self._opened.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.customerio!r}, {self.lunogram!r})"


def _failure(queue: Queue, calls: Sequence[Call[Any]]) -> OutboxError | None:
    """Queue calls; what prevents it on one side does not prevent it on the other."""
    try:
        queue.queue_calls(calls)
    except OutboxError as error:
        return error
    return None
