"""The trace of an exchange over httpcore: it limits the total time and counts the bytes read.

httpcore has a time limit for each step: each address, each read. It reports the start of each step
to the request extension ``trace``, with the arguments of the step, and the stream of each new
connection. The trace changes the limits in these arguments to what is left of the total time, and
wraps the streams to count the bytes.
"""

from __future__ import annotations

from contextvars import ContextVar, Token
from functools import partial
from types import ModuleType
from typing import Any, Self, cast

from .._clock import monotonic, remaining
from .._stopwatch import Step, current
from . import limits
from .addresses import addresses

_current: ContextVar[Trace | None] = ContextVar("lunogram_trace", default=None)

_WITHOUT_BODY = (204, 304)


def is_active() -> bool:
    """Whether this thread or task is in an exchange of this package."""
    return _current.get() is not None


class Trace:
    """The trace of one exchange of a thread, active inside its ``with`` block."""

    def __init__(self, library: ModuleType, until: float, connect_until: float) -> None:
        """Create a trace.

        Args:
            library: httpx or httpx2, whose exceptions the callers expect.
            until: The end of the time limit of the exchange, on the monotonic clock.
            connect_until: The end of the time limit of connecting, on the monotonic clock.
        """
        self._library = library
        self._until = until
        self._connect_until = connect_until
        self._stopwatch = current()
        self._reset()
        self._outer: Token[Trace | None] | None = None

    def __enter__(self) -> Self:
        self._outer = _current.set(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        # The limits do not apply to other requests of the same thread or task.
        if self._outer:
            _current.reset(self._outer)

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Handle an event of the extension ``trace``.

        Args:
            event: The name of the event, for example ``connection.connect_tcp.started``.
            info: The arguments of a step that starts, or the result of a complete one.
        """
        match event.split(".")[1:]:
            case ["connect_tcp", "started"]:
                self._stopwatch.note(Step.CONNECTING)
                self._before_connecting(info)
            case ["start_tls", "started"]:
                self._stopwatch.note(Step.SECURING)
                info["timeout"] = remaining(self._connect_until)
            case ["connect_tcp" | "start_tls" as step, "complete"]:
                self._stopwatch.note(Step.CONNECTED if step == "connect_tcp" else Step.SECURED)
                self._wrap(info["return_value"])
            case ["send_request_headers", "started"]:
                self._stopwatch.note(Step.SENDING)
                self._reset()
            case ["receive_response_headers", "complete"]:
                self._stopwatch.note(Step.RECEIVING)  # where the bytes are not counted
                self._expect(event, info["return_value"])

    def is_clean(self) -> bool:
        """Whether the bytes that were read are one response and nothing else.

        It is True where the library ensures this, as with HTTP/2, and where nothing was sent.
        """
        return not self._is_http11 or self._read == self._expected

    # -- limits -----------------------------------------------------------------------------------

    def _before_connecting(self, info: dict[str, Any]) -> None:
        """Look the host up within the limit, and divide the time left among its addresses."""
        try:
            found = addresses(info["host"], info["port"], self._connect_until)
        except TimeoutError:
            found = []
        except (OSError, UnicodeError):
            return  # the library's own lookup fails too
        if not found:
            raise self._library.ConnectTimeout("")
        info["timeout"] = remaining(self._connect_until) / len(found)

    def _wrap(self, stream: Any) -> None:
        read = stream.read

        def counted_read(max_bytes: int, timeout: float | None = None) -> bytes:
            trace = _current.get()
            reads = partial(trace.read_within, read) if trace else read
            return cast("bytes", reads(max_bytes, timeout))

        stream.read = counted_read

    def read_within(self, read: Any, max_bytes: int, timeout: float | None) -> bytes:
        """The bytes that a stream reads within the limit.

        Args:
            read: The method of the stream that reads.
            max_bytes: The maximum number of bytes.
            timeout: The time limit of this read, in seconds, or None.
        """
        time_left = remaining(self._until)
        data: bytes = read(max_bytes, time_left if timeout is None else min(timeout, time_left))
        if monotonic() > self._until:
            raise self._library.ReadTimeout("")
        return self.count(data)

    # -- bytes read --------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._read, self._expected, self._is_http11 = 0, -1, False
        self._head = bytearray()

    def count(self, data: bytes) -> bytes:
        """Count bytes that were read, and return them.

        Args:
            data: The bytes.
        """
        if data:
            self._stopwatch.note(Step.RECEIVING)
        self._read += len(data)
        if not self._is_http11 and len(self._head) <= limits.MAX_HEAD_BYTES:
            self._head += data
        return data

    def _expect(self, event: str, head: Any) -> None:
        """Set the expected size of the response. Without a length, it is never clean."""
        self._is_http11 = event.startswith("http11.")
        if not self._is_http11 or self._head.startswith(b"HTTP/1.1 1"):
            return
        _, status, _, headers = head
        lengths = [value for name, value in headers if name.lower() == b"content-length"]
        is_chunked = any(name.lower() == b"transfer-encoding" for name, _ in headers)
        end = self._head.find(b"\r\n\r\n")
        if status in _WITHOUT_BODY:
            lengths = [b"0"]
        if end >= 0 and not is_chunked and len(lengths) == 1:
            self._expected = end + 4 + int(lengths[0])


class AsyncTrace(Trace):
    """The trace of one exchange of a task, which an `asyncio.timeout` limits."""

    async def __call__(self, event: str, info: dict[str, Any]) -> None:  # type: ignore[override]
        """Handle an event of the extension ``trace``.

        Args:
            event: The name of the event.
            info: The arguments or the result of the step.
        """
        super().__call__(event, info)

    def _before_connecting(self, info: dict[str, Any]) -> None:
        info["timeout"] = remaining(self._connect_until)  # for the lookup and all addresses

    def _wrap(self, stream: Any) -> None:
        read = stream.read

        async def counted_read(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
            data: bytes = await read(max_bytes, timeout)
            trace = _current.get()
            return trace.count(data) if trace else data

        stream.read = counted_read
