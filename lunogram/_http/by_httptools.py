"""Answers read by httptools, in C: for a fraction of the time."""

from __future__ import annotations

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from .._attempts import Answer, Outcome
from . import outcomes
from .compression import decompressed

_LEAST_STATUS, _LEAST_FINAL_STATUS = 100, 200


class HttptoolsReader:
    """As `Reader`."""

    def __init__(self) -> None:
        """Begin."""
        self._parser = HttpResponseParser(self)
        self.may_go_on = True

    def expect(self, method: str) -> None:
        """As `Reader.expect`. With none of the methods there are is an answer's end unclear."""
        del method
        self.may_go_on = False
        self._heads = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = bytearray()
        self._is_in_body = self._is_complete = self._has_more = False

    def hear(self, data: bytes) -> Outcome | None:
        """As `Reader.hear`."""
        if not data:
            return self._at_the_end()
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            if not self._is_complete:
                return outcomes.NOT_HTTP
            self._has_more = True
        if self._is_complete:
            return self._answer()
        self._heads += 0 if self._is_in_body else len(data)
        if self._heads > outcomes.LARGEST_HEAD:
            return outcomes.NOT_HTTP
        return outcomes.too_large() if len(self._body) > outcomes.LARGEST_ANSWER else None

    def _at_the_end(self) -> Outcome:
        """The end of the connection is the end of an answer that does not say where it ends."""
        framing = {b"content-length", b"transfer-encoding"}
        says_where = not framing.isdisjoint(name.lower() for name, _ in self._headers)
        if says_where or not self._is_in_body:
            return outcomes.NOT_HTTP
        self._has_more = True
        return self._answer()

    def _answer(self) -> Outcome:
        if self._status < _LEAST_STATUS:
            return outcomes.NOT_HTTP
        self.may_go_on = not self._has_more
        return decompressed(Answer(self._status, self._headers, bytes(self._body)))

    # -- what the parser tells --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Something begins, which may be what nobody asked for."""
        self._has_more = self._has_more or self._is_complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header is there, or a trailer, which says nothing that we need."""
        if not self._is_in_body:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """All headers are there."""
        if not self._is_complete:
            self._is_in_body, self._status = True, self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Some of the body is there."""
        if not self._is_complete:
            self._body += body

    def on_message_complete(self) -> None:
        """All is there, unless the server is about to say more."""
        if self._is_complete:
            return
        if _LEAST_STATUS <= self._status < _LEAST_FINAL_STATUS:
            self._headers, self._is_in_body = [], False
        else:
            self._is_complete, self._has_more = True, not self._parser.should_keep_alive()
