"""The live stream: each call and each event as it happens, as server-sent events.

| event | data |
|---|---|
| hello | nothing: the stream is open |
| call | a call, as in the page's list |
| event | an event, as in the page's list |
| lost | something that is lost, as in the page's list |
| reload | nothing: the client has missed something, or the project was emptied |

Each has an id; with it in `Last-Event-ID` (or `after` in the query) a stream resumes where
another ended. Nothing is queued for a listener: it reads from its position in the request log and
the database, and one that is too far behind gets a reload.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs

from msgspec import Struct
from starlette.types import Receive, Scope, Send

from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.endpoint import problem_response, respond
from lunogram.sandbox.keys import Project
from lunogram.sandbox.listeners import Listener
from lunogram.sandbox.page.summaries import call_summary, event_summary, row_summary
from lunogram.sandbox.problems import Problem, method_not_allowed
from lunogram.sandbox.request_parser import write_json
from lunogram.sandbox.store import LARGEST, Row

MOST = 300
"""How many calls, or events, are sent at once; beyond it, the listener gets a reload."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the stream is alive."""
_BREATH = 0.03
"""Seconds in which news is gathered, so that a busy sandbox is not slowed down."""

_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8")]


class _Position(Struct):
    """The position of a listener: the last of each kind that was sent to it."""

    run: str
    call: int
    event: int
    lost: int

    @property
    def id(self) -> str:
        """The id of the position, which a listener that reconnects sends back."""
        return f"{self.run}-{self.call}-{self.event}-{self.lost}"


class Stream:
    """The stream as an ASGI application."""

    def __init__(self, sandbox: Sandbox, project_of: Callable[[Sandbox, Scope], Project]) -> None:
        self._sandbox = sandbox
        self._project_of = project_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the listener disconnects or the sandbox stops."""
        try:
            if scope["method"] != "GET":
                raise method_not_allowed(scope["method"])
            project = self._project_of(self._sandbox, scope)
        except Problem as problem:
            await respond(send, problem_response(problem))
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        with self._sandbox.hub.listening(project.id) as listener:
            gone = asyncio.create_task(_until_gone(receive, listener))
            try:
                await self._write(listener, scope, send, gone)
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _write(
        self, listener: Listener, scope: Scope, send: Send, gone: asyncio.Task[None]
    ) -> None:
        writer = StreamWriter(self._sandbox, listener)
        chunk = writer.begin(_last_id(scope))
        while not gone.done() and not listener.ended:
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(_BREATH)
            woken = await listener.wait(HEARTBEAT)
            chunk = writer.news() if woken else b": still here\n\n"


class StreamWriter:
    """Writes the messages of one listener, and tracks its position."""

    def __init__(self, sandbox: Sandbox, listener: Listener) -> None:
        self._sandbox = sandbox
        self._listener = listener
        self._position = self._newest()

    def begin(self, last_id: str) -> bytes:
        """Return the first messages: those after `last_id`, if it is from this run."""
        known = _read_id(last_id)
        if known is None:
            return b"retry: 1000\n" + self._message("hello", {})
        if known.run != self._position.run:
            return self._message("reload", {})
        self._position = known
        return self._message("hello", {}) + self.news()

    def news(self) -> bytes:
        """Return the messages of everything new."""
        if self._listener.reset:
            self._listener.reset = False
            return self._reload()
        log, project_id = self._sandbox.request_log, self._listener.project_id
        calls = log.since(project_id, self._position.call)
        events = self._rows("page_events_since", self._position.event)
        lost = self._rows("page_lost_since", self._position.lost)
        if max(len(calls), len(events), len(lost)) > MOST:
            return self._reload()
        messages = [self._about_call(each.call.number, call_summary(each)) for each in calls]
        callers = log.event_calls(project_id)
        messages += [
            self._about_event(row["number"], event_summary(row, callers)) for row in events
        ]
        messages += [self._about_lost(row["number"], row_summary(row)) for row in lost]
        return b"".join(messages)

    def _rows(self, query: str, after: int) -> list[Row]:
        wanted = {"project_id": self._listener.project_id, "after": after}
        return self._sandbox.store.part(query, wanted, MOST + 1, 0)

    def _about_call(self, number: int, call: object) -> bytes:
        self._position.call = number
        return self._message("call", call)

    def _about_event(self, number: int, event: object) -> bytes:
        self._position.event = number
        return self._message("event", event)

    def _about_lost(self, number: int, lost: object) -> bytes:
        self._position.lost = number
        return self._message("lost", lost)

    def _reload(self) -> bytes:
        self._position = self._newest()
        return self._message("reload", {})

    def _message(self, kind: str, data: object) -> bytes:
        return b"event: %s\nid: %s\ndata: %s\n\n" % (
            kind.encode(),
            self._position.id.encode(),
            write_json(data),
        )

    def _newest(self) -> _Position:
        project_id = self._listener.project_id
        call = self._sandbox.request_log.latest(project_id)
        event = self._sandbox.store.one("last_event", {"project_id": project_id})
        lost = self._sandbox.store.one("page_last_lost", {"project_id": project_id})
        return _Position(
            self._sandbox.hub.run,
            call.number if call else 0,
            event["number"] if event else 0,
            lost["number"] if lost else 0,
        )


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.wake()


def _last_id(scope: Scope) -> str:
    header: bytes = dict(scope["headers"]).get(b"last-event-id", b"")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return header.decode("latin-1") or query.get("after", [""])[0]


def _read_id(text: str) -> _Position | None:
    with suppress(ValueError):
        run, *numbers = text.split("-")
        call, event, lost = (min(int(number), LARGEST) for number in numbers)
        return _Position(run, call, event, lost)
    return None
