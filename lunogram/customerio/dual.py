"""The dual writer: Customer.io and Lunogram, each through an outbox of its own."""

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
from ..outbox import FlushResult, Outbox, OutboxError, RelayedOutboxOptions
from ..outbox.options import OutboxOptions, check_timeout, divided
from ..outbox.queue import Queue
from ._async.client import AsyncCustomerIO
from ._sync.client import CustomerIO
from ._sync.track import Track
from .bridge import UnsupportedCalls, WhenUnsupported
from .comparison import Comparison, compared
from .errors import Unmatched
from .outbox import CustomerIOOutbox
from .queued_events import dated
from .to_lunogram import plan

T = TypeVar("T")
Q = TypeVar("Q", CustomerIOOutbox, Outbox)


@attrs.frozen
class DualFlushResult:
    """The outcome of all that was pending on either side.

    Attributes:
        customerio: The outcome for Customer.io.
        lunogram: The outcome for Lunogram.
    """

    customerio: FlushResult
    lunogram: FlushResult


class _Tally(UnsupportedCalls):
    """Counts what has no counterpart: it is not lost, since Customer.io has it."""

    def __init__(self, unsupported: WhenUnsupported) -> None:
        super().__init__(unsupported)
        self.times: Counter[str] = Counter()

    def keep(self, unmatched: list[Unmatched]) -> None:
        """Count calls without a counterpart."""
        self.times.update(each.name for each in unmatched)


class DualWriter(Track):
    """Delivers each call of the Track API to Customer.io, and to Lunogram as a `Bridge` does.

        with DualWriter(CustomerIO(), Lunogram()) as writer:
            writer.identify("5", {"email": "lucy@example.com"})

    A call returns as soon as it is on disk, in an outbox for each side; its events have the time of
    the call on both. Each has an order, a relay
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
        **options: Unpack[RelayedOutboxOptions],
    ) -> None:
        """Open both outboxes. Nothing is sent before `start`.

        Args:
            customerio: The client of Customer.io.
            lunogram: The client of Lunogram.
            customerio_outbox: An outbox, or the URL of one. No other than this may use it.
            lunogram_outbox: An outbox, or the URL of one.
            unsupported: ``"collect"`` what has no counterpart in Lunogram, as a number for
                `compare`, while Customer.io gets it; or ``"raise"`` before either gets it.
            flush_timeout: The maximum number of seconds that `close` waits for the delivery of
                what is pending.
            options: Those of both relays, as described in `RelayOptions`, and those of the
                outboxes that are opened here, as described in `OutboxOptions`.

        Raises:
            ConfigurationError: If an argument is invalid.
            OutboxError: If an outbox can't be used.
        """
        super().__init__(self._put)
        check_timeout("flush_timeout", flush_timeout)
        own, others = divided(options)
        self._unmatched = _Tally(unsupported)
        self._flush_timeout = flush_timeout
        self._started = False
        with ExitStack() as opened:
            self.customerio: CustomerIOOutbox = _open(
                opened, CustomerIOOutbox, customerio_outbox, own
            )
            self.lunogram: Outbox = _open(opened, Outbox, lunogram_outbox, own)
            self._relays = (
                self.customerio.relay(customerio, **others),
                self.lunogram.relay(lunogram, **others),
            )
            self._opened = opened.pop_all()

    def _put(self, call: Call[T], /) -> T:
        call = dated(call)
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
        """Start the relays of both sides, each in its own thread, if they do not run already."""
        self._started = True
        for relay in self._relays:
            relay.start()

    def flush(self, timeout: float = 5.0) -> DualFlushResult:
        """Wait until all that is pending now is delivered or dead on both sides.

        Args:
            timeout: The maximum number of seconds to wait; each side gets at least one second.

        Raises:
            OutboxError: If an outbox can't be read.
        """
        until = time.monotonic() + timeout
        first = self.lunogram.flush(timeout)
        second = self.customerio.flush(max(0.0, until - time.monotonic()))
        return DualFlushResult(customerio=second, lunogram=first)

    def compare(self, limit: int = 1000) -> Comparison:
        """The differences between the two sides: pending calls, and those that one side rejected.

        Neither API can be read back, so this compares what was sent and accepted.

        Args:
            limit: The maximum number of dead letters of each side to compare.

        Raises:
            OutboxError: If an outbox can't be read.
        """
        return compared(self.customerio, self.lunogram, self._unmatched.times, limit)

    def close(self) -> None:
        """Stop the relays, and close what was opened here; if started, flush before."""
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


def _open(opened: ExitStack, kind: type[Q], outbox: Q | str, options: OutboxOptions) -> Q:
    """The outbox, opened here if a URL was given."""
    return opened.enter_context(kind(outbox, **options)) if isinstance(outbox, str) else outbox


def _failure(queue: Queue, calls: Sequence[Call[Any]]) -> OutboxError | None:
    """Queue calls; a failure of one side does not affect the other."""
    try:
        queue.queue_calls(calls, ensure_users=True)  # as at Customer.io, events create people
    except OutboxError as error:
        return error
    return None
