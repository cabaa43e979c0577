"""The parser of the responses of a connection, based on httptools. No I/O."""

from __future__ import annotations

import re

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserUpgrade,
    HttpResponseParser,
)

from .._attempts import Outcome, Response
from . import failures, limits
from .compression import decompress

_MIN_STATUS, _MIN_FINAL_STATUS, _NO_CONTENT = 100, 200, 204

# httptools also accepts similar protocols (RTSP, ICE), and blank lines before the status line.
_START = b"HTTP/1."
_VERSIONS = ("1.0", "1.1")

_REASON = re.compile(rb"[\t -~\x80-\xff]*").fullmatch
# A head, and the last chunk, end with an empty line.
_LATE_END = re.compile(rb"(?:\r?\n){3}\Z").search
_LONGEST_END = 6

_FRAMING = (b"content-length", b"transfer-encoding")
_FRAMING_LENGTHS = tuple(len(name) for name in _FRAMING)


class ResponseParser:
    """The response parser of one connection. It rejects ambiguous responses.

    Attributes:
        keep_alive: Whether another request may follow: the response was complete, nothing followed
            the response, and the server keeps the connection open.
    """

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self.keep_alive = True

    def start(self) -> None:
        """Start a response, to a request of any method except HEAD and CONNECT."""
        self.keep_alive = False
        self._start = b""
        self._size = 0
        self._framing: list[tuple[bytes, bytes]] = []
        self._is_invalid = False
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._is_in_body = self._is_complete = self._has_more = False

    def feed(self, data: bytes) -> Outcome | None:
        """Parse received bytes. Returns the outcome once the response is complete or invalid.

        Args:
            data: The received bytes; empty if the server has closed the connection.
        """
        if not data:
            return self._end_of_connection()
        self._size += len(data)
        if len(self._start) < len(_START):
            self._start += data[: len(_START) - len(self._start)]
            self._is_invalid = not _START.startswith(self._start)
        try:
            self._parser.feed_data(data)
        except HttpParserCallbackError as error:
            # The response is valid: a signal handler has raised during a callback.
            raise error.__context__ or error from None
        except (HttpParserError, HttpParserUpgrade):
            if not self._is_complete:
                return failures.NOT_HTTP
            self._has_more = True
        if self._is_invalid:
            return failures.NOT_HTTP
        if self._is_complete:
            self._has_more = self._has_more or self._ends_late(data)
            return self._response()
        return self._too_large()

    def _ends_late(self, data: bytes) -> bool:
        """Whether line ends follow the response, which httptools skips.

        Args:
            data: The last bytes received. If they are only a few, the next use of the connection
                finds what follows them.
        """
        is_chunked = any(name == b"transfer-encoding" for name, _ in self._framing)
        if self._body and not is_chunked:
            length = min(len(data), len(self._body))
            return data[-length:] != self._body[-length:]
        return _LATE_END(data[-_LONGEST_END:]) is not None

    def _too_large(self) -> Outcome | None:
        """The failure if the head or the body, with its framing, is above its limit."""
        if not self._is_in_body and self._size > limits.MAX_HEAD_BYTES:
            return failures.NOT_HTTP
        is_large = self._size > limits.MAX_HEAD_BYTES + limits.MAX_BODY_BYTES
        return failures.too_large() if is_large else None

    def _end_of_connection(self) -> Outcome:
        """The outcome when the connection ends, which ends a response without a length."""
        if self._framing or not self._is_in_body:
            return failures.NOT_HTTP
        self._has_more = True
        return self._response()

    def _response(self) -> Outcome:
        if self._status < _MIN_STATUS:
            return failures.NOT_HTTP
        if len(self._body) > limits.MAX_BODY_BYTES:
            return failures.too_large()
        self.keep_alive = not self._has_more
        return decompress(Response(self._status, self._headers, bytes(self._body)))

    # -- callbacks of httptools --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Handle the start of a message, which may be an unsolicited response."""
        self._has_more = self._has_more or self._is_complete

    def on_status(self, reason: bytes) -> None:
        """Check a part of the reason phrase."""
        self._is_invalid = self._is_invalid or not _REASON(reason)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; trailers are ignored."""
        if not self._is_in_body:
            self._headers.append((name, value))
            if len(name) in _FRAMING_LENGTHS and name.lower() in _FRAMING:
                self._framing.append((name.lower(), value.strip().lower()))

    def on_headers_complete(self) -> None:
        """Handle the end of the headers."""
        if not self._is_complete:
            self._is_in_body, self._status = True, self._parser.get_status_code()
            self._is_invalid = self._is_invalid or self._is_ambiguous()

    def _is_ambiguous(self) -> bool:
        """Whether the end of the body is ambiguous, or the version of HTTP is unknown."""
        codings = [value for name, value in self._framing if name == b"transfer-encoding"]
        version = self._parser.get_http_version()
        return codings not in ([], [b"chunked"]) or version not in _VERSIONS

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        if not self._is_complete:
            self._body += body

    def on_message_complete(self) -> None:
        """Handle the end of the response, or of an informational response before."""
        if self._is_complete:
            return
        if _MIN_STATUS <= self._status < _MIN_FINAL_STATUS:
            self._headers, self._framing, self._is_in_body = [], [], False
            return
        self._is_complete = True
        # A 204 has no body, but a server that announces one may send it.
        has_body = self._status == _NO_CONTENT and any(v != b"0" for _, v in self._framing)
        self._has_more = has_body or not self._parser.should_keep_alive()
