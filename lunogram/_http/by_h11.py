"""Answers read by h11, in Python."""

from __future__ import annotations

import h11

from .._attempts import Answer, Outcome
from . import outcomes
from .compression import decompressed

_END = h11.EndOfMessage()


class H11Reader:
    """As `Reader`."""

    def __init__(self) -> None:
        """Begin."""
        self._protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=outcomes.LARGEST_HEAD)
        self._head: h11.Response | None = None
        self._body = bytearray()
        self.may_go_on = True

    def expect(self, method: str) -> None:
        """As `Reader.expect`. All that h11 needs to know of a request is its method."""
        self.may_go_on = False
        self._protocol.send(h11.Request(method=method, target="/", headers=[("Host", "")]))
        self._protocol.send(_END)

    def hear(self, data: bytes) -> Outcome | None:
        """As `Reader.hear`."""
        try:
            self._protocol.receive_data(data)
            while (event := self._protocol.next_event()) is not h11.NEED_DATA:
                outcome = self._take(event)
                if outcome is not None:
                    return outcome
        except h11.RemoteProtocolError:
            return outcomes.NOT_HTTP
        return None

    def _take(self, event: object) -> Outcome | None:
        if isinstance(event, h11.Data):
            self._body += event.data
            return outcomes.too_large() if len(self._body) > outcomes.LARGEST_ANSWER else None
        if isinstance(event, h11.Response):
            self._head = event
            return None
        if isinstance(event, h11.EndOfMessage):
            return self._answer()
        # More is to come, unless the server goes on in another protocol.
        more = isinstance(event, h11.InformationalResponse) and event.status_code != 101
        return None if more else outcomes.NOT_HTTP

    def _answer(self) -> Outcome:
        assert self._head
        answer = Answer(self._head.status_code, list(self._head.headers), bytes(self._body))
        self._head, self._body = None, bytearray()
        # What follows the answer would be taken for the next one.
        is_whole = self._protocol.trailing_data == (b"", False)
        if is_whole and self._protocol.their_state is h11.DONE:
            self._protocol.start_next_cycle()
            self.may_go_on = True
        return decompressed(answer)
