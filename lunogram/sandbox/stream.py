"""The live stream: each call and each event as it happens, as server-sent events.

| event | data |
|---|---|
| hello | nothing: the stream is open, and tells what comes from now on |
| call | a call, as in the page's list |
| event | an event, as in the page's list |
| reload | nothing: more happened than was told, or the project was emptied |

Each has an id, and with it in `Last-Event-ID` (or `after` in the query) a stream goes on where
another ended. Nothing is queued for a listener: it reads where it stands, in the journal and in
the store, and one that is too far behind is told to reload.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs

from msgspec import Struct
from starlette.types import Receive, Scope, Send

from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.decoding import write_json
from lunogram.sandbox.endpoint import refusal, respond
from lunogram.sandbox.keys import Project
from lunogram.sandbox.listeners import Listener
from lunogram.sandbox.page.telling import event_shown, told
from lunogram.sandbox.problems import Problem, method_not_allowed
from lunogram.sandbox.store import LARGEST

MOST = 300
"""How many calls, or events, are told at once; beyond it, the listener is told to reload."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the stream is alive."""
_BREATH = 0.03
"""Seconds in which what happens is gathered, so that a busy sandbox is not slowed down."""

_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8")]


class _Place(Struct):
    """How far a listener has come: the last call and the last event that it was told of."""

    run: str
    call: int
    event: int

    @property
    def id(self) -> str:
        """What a listener that comes back names as the last it heard."""
        return f"{self.run}-{self.call}-{self.event}"


class Stream:
    """The stream as an ASGI application."""

    def __init__(self, sandbox: Sandbox, project_of: Callable[[Sandbox, Scope], Project]) -> None:
        """Tell what happens in the project that a request names."""
        self._sandbox = sandbox
        self._project_of = project_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell until the listener goes away or the sandbox stops."""
        try:
            if scope["method"] != "GET":
                raise method_not_allowed(scope["method"])
            project = self._project_of(self._sandbox, scope)
        except Problem as problem:
            await respond(send, refusal(problem))
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        with self._sandbox.hub.listening(project.id) as listener:
            gone = asyncio.create_task(_until_gone(receive, listener))
            try:
                await self._tell(listener, scope, send, gone)
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _tell(
        self, listener: Listener, scope: Scope, send: Send, gone: asyncio.Task[None]
    ) -> None:
        teller = Teller(self._sandbox, listener)
        chunk = teller.begin(_last_id(scope))
        while not gone.done() and not self._sandbox.hub.closed:
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await asyncio.sleep(_BREATH)
            woken = await listener.wait(HEARTBEAT)
            chunk = teller.news() if woken else b": still here\n\n"


class Teller:
    """What one listener is told, and how far it has come."""

    def __init__(self, sandbox: Sandbox, listener: Listener) -> None:
        """Tell `listener`."""
        self._sandbox = sandbox
        self._listener = listener
        self._place = self._newest()

    def begin(self, last_id: str) -> bytes:
        """Say where the stream begins: after `last_id`, if it is from this run, or now."""
        known = _read_id(last_id)
        if known is None:
            return b"retry: 1000\n" + self._message("hello", {})
        if known.run != self._place.run:
            return self._message("reload", {})
        self._place = known
        return self._message("hello", {}) + self.news()

    def news(self) -> bytes:
        """Say what is new."""
        if self._listener.reset:
            self._listener.reset = False
            return self._reload()
        calls = self._sandbox.journal.since(self._listener.project_id, self._place.call)
        wanted = {"project_id": self._listener.project_id, "after": self._place.event}
        events = self._sandbox.store.part("page_events_since", wanted, MOST + 1, 0)
        if len(calls) > MOST or len(events) > MOST:
            return self._reload()
        messages = [self._about_call(call.number, told(call)) for call in calls]
        messages += [self._about_event(row["number"], event_shown(row)) for row in events]
        return b"".join(messages)

    def _about_call(self, number: int, call: object) -> bytes:
        self._place.call = number
        return self._message("call", call)

    def _about_event(self, number: int, event: object) -> bytes:
        self._place.event = number
        return self._message("event", event)

    def _reload(self) -> bytes:
        self._place = self._newest()
        return self._message("reload", {})

    def _message(self, kind: str, data: object) -> bytes:
        return b"event: %s\nid: %s\ndata: %s\n\n" % (
            kind.encode(),
            self._place.id.encode(),
            write_json(data),
        )

    def _newest(self) -> _Place:
        project_id = self._listener.project_id
        last = self._sandbox.journal.latest(project_id)
        row = self._sandbox.store.one("page_last_event", {"project_id": project_id})
        return _Place(
            self._sandbox.hub.run, last.number if last else 0, row["number"] if row else 0
        )


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.wake()


def _last_id(scope: Scope) -> str:
    header: bytes = dict(scope["headers"]).get(b"last-event-id", b"")
    query = parse_qs(scope["query_string"].decode("latin-1"))
    return header.decode("latin-1") or query.get("after", [""])[0]


def _read_id(text: str) -> _Place | None:
    with suppress(ValueError):
        run, call, event = text.split("-")
        return _Place(run, min(int(call), LARGEST), min(int(event), LARGEST))
    return None
