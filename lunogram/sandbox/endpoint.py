"""The processing of a request: its key, its body, the handler, the response."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from time import perf_counter
from typing import Any

from starlette.types import Receive, Scope, Send

from lunogram.sandbox import problems
from lunogram.sandbox.call_content import content_of
from lunogram.sandbox.clock import format_time
from lunogram.sandbox.context import Handler, Request, Sandbox
from lunogram.sandbox.faults import NO_FAULT, AppliedFault
from lunogram.sandbox.keys import Access, Project
from lunogram.sandbox.memory import Share
from lunogram.sandbox.path_families import below_family
from lunogram.sandbox.problems import Problem
from lunogram.sandbox.protocol import reset
from lunogram.sandbox.request_log import Call, Entry, beginning
from lunogram.sandbox.responses import Response, as_json

log = logging.getLogger("lunogram.sandbox")


class Disconnected(Exception):  # noqa: N818 - what happened
    """The client disconnected before the request was complete."""


class Endpoint:
    """The ASGI application of one path, which runs the handler of each method."""

    def __init__(
        self, sandbox: Sandbox, handlers: Mapping[str, Handler], *, recorded: bool = True
    ) -> None:
        """Serve `handlers`, by method.

        `recorded` is true for the API itself: its calls are logged and hit by faults, those of the
        test API are not.
        """
        self._sandbox = sandbox
        self._handlers = handlers
        self._is_api = recorded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process one request."""
        with self._sandbox.memory.share() as share, suppress(Disconnected):
            await self._take(scope, receive, send, share)

    async def _take(self, scope: Scope, receive: Receive, send: Send, share: Share) -> None:
        started = perf_counter()
        project, request, applied, now, body = None, None, NO_FAULT, "", b""
        notes: list[str] = []
        try:
            handler = self._handler(scope)
            access = self._access(scope)
            # Only now: the bodies of requests without a valid key are never kept.
            body = await read(receive, share)
            project = access.project
            applied = await self._apply_faults(scope, project, body)
            now = format_time(self._sandbox.clock.now(project.id))
            path, query = scope["path_params"], scope["query_string"]
            request = Request(self._sandbox, access, path, query, body, now, notes)
            response = applied.effect.response or self._run(scope, handler, request)
        except Problem as problem:
            response = self._rejection(problem)
            notes += [problem.why] if problem.why else []
        if project and self._is_api:
            seconds = perf_counter() - started
            call = _call(scope, now, body, response, applied, seconds=seconds, notes=notes)
            content = content_of(call.method, call.path, call.query, body)
            entry = Entry(call, content, request.events() if request else range(0))
            self._sandbox.request_log.record(project.id, entry)
            self._sandbox.hub.wake()
        await (reset(scope, receive) if applied.effect.resets else respond(send, response))

    async def _apply_faults(self, scope: Scope, project: Project, body: bytes) -> AppliedFault:
        """Apply the faults to this call, and wait for their latency."""
        if not self._is_api:
            return NO_FAULT
        applied = self._sandbox.faults.apply(project.id, below_family(scope["path"]), body)
        await self._sandbox.faults.wait(applied)
        return applied

    def _handler(self, scope: Scope) -> Handler:
        handler = self._handlers.get(scope["method"])
        if handler is None:
            raise problems.method_not_allowed(scope["method"])
        return handler

    def _access(self, scope: Scope) -> Access:
        access = self._sandbox.keys.access(dict(scope["headers"]))
        self._sandbox.ensure_project(access.project)
        return access

    def _run(self, _scope: Scope, handler: Handler, request: Request) -> Response:
        return run(handler, request)

    def _rejection(self, problem: Problem) -> Response:
        response = self._format_problem(problem)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(sorted(self._handlers)).encode()
            response.headers = ((b"allow", allowed),)
        return response

    def _format_problem(self, problem: Problem) -> Response:
        return problem_response(problem)


def run(handler: Handler, request: Request) -> Response:
    """Run a handler; its failures become problems."""
    if len(request.body) > problems.BODY_LIMIT:
        raise problems.too_large()
    try:
        # Schedules that are due fire before the handler, also between two ticks of the scheduler.
        request.sandbox.scheduler.catch_up(request.project.id)
        request.last_event = request.newest_event()
        return handler(request)
    except Problem:
        raise
    except RecursionError as error:
        detail = "the body is nested too deeply"
        raise problems.bad_request(detail) from error
    except OverflowError as error:
        detail = "a time or a number is out of range"
        raise problems.bad_request(detail) from error
    except Exception as error:
        log.exception("a handler failed")
        raise problems.failed() from error


def _call(
    scope: Scope,
    now: str,
    body: bytes,
    response: Response,
    applied: AppliedFault,
    *,
    seconds: float,
    notes: list[str],
) -> Call:
    seen = b"" if applied.effect.resets else response.body
    return Call(
        at=now,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        request=beginning(body),
        request_bytes=len(body),
        status="reset" if applied.effect.resets else response.status,
        response=beginning(seen),
        response_bytes=len(seen),
        milliseconds=round(seconds * 1000, 3),
        faults=applied.faults,
        notes=notes,
    )


def problem_response(problem: Problem) -> Response:
    """Return a problem as a JSON response."""
    return as_json(problem.status, {"title": problem.title, "detail": problem.detail})


async def read(receive: Receive, share: Share) -> bytes:
    """Read the body; of one beyond the limit, only as much as shows that it is."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        part, more = _part(message), message.get("more_body", False)
        if len(body) <= problems.BODY_LIMIT:
            share.take(len(part))
            body += part
    return bytes(body)


def _part(message: MutableMapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise Disconnected
    part: bytes = message.get("body", b"")
    return part


async def respond(send: Send, response: Response) -> None:
    """Send a response."""
    headers = [*response.headers]
    if response.body:
        headers.append((b"content-type", response.content_type))
    if response.status != HTTPStatus.NO_CONTENT:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
