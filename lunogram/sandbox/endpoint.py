"""How a request is taken through: its key, its body, the operation, the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from time import perf_counter
from typing import Any

from starlette.types import Receive, Scope, Send

from lunogram.sandbox import problems
from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.clock import written
from lunogram.sandbox.context import Operation, Request, Sandbox
from lunogram.sandbox.faults import NO_DAMAGE, Damage
from lunogram.sandbox.journal import Call, beginning
from lunogram.sandbox.keys import Project
from lunogram.sandbox.problems import Problem
from lunogram.sandbox.protocol import reset

log = logging.getLogger("lunogram.sandbox")


class Disconnected(Exception):  # noqa: N818 - what happened
    """The caller went away before the request was complete."""


class Endpoint:
    """One path: an ASGI application that runs the operation of each method."""

    def __init__(
        self, sandbox: Sandbox, operations: Mapping[str, Operation], *, journal: bool = True
    ) -> None:
        """Serve `operations`, by method; `journal` says whether this is the API itself.

        Its calls are recorded, and hit by faults; those of the test API are not.
        """
        self._sandbox = sandbox
        self._operations = operations
        self._is_api = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request through."""
        started = perf_counter()
        try:
            body = await read(receive)
        except Disconnected:
            return
        project, damage, now = None, NO_DAMAGE, ""
        try:
            operation = self._operation(scope)
            project = self._project(scope)
            damage = await self._break(scope, project, body)
            now = written(self._sandbox.clock.now(project.id))
            path, query = scope["path_params"], scope["query_string"]
            request = Request(self._sandbox, project, path, query, body, now)
            answer = damage.effect.answer or _run(operation, request)
        except Problem as problem:
            answer = self._refusal(problem)
        if project and self._is_api:
            seconds = perf_counter() - started
            call = _call(scope, now, body, answer, damage, seconds=seconds)
            self._sandbox.journal.record(project.id, call)
            self._sandbox.hub.wake()
        await (reset(scope, receive) if damage.effect.resets else respond(send, answer))

    async def _break(self, scope: Scope, project: Project, body: bytes) -> Damage:
        """Ask the faults what they do to this call, and wait as long as they say."""
        if not self._is_api:
            return NO_DAMAGE
        damage = self._sandbox.faults.strike(project.id, _below_family(scope), body)
        await self._sandbox.faults.wait(damage)
        return damage

    def _operation(self, scope: Scope) -> Operation:
        operation = self._operations.get(scope["method"])
        if operation is None:
            raise problems.method_not_allowed(scope["method"])
        return operation

    def _project(self, scope: Scope) -> Project:
        project = self._sandbox.keys.project(dict(scope["headers"]))
        if scope["path_params"].get("project_id", project.id) != project.id:
            detail = "the key belongs to another project"
            raise problems.forbidden(detail)
        self._sandbox.know(project)
        return project

    def _refusal(self, problem: Problem) -> Answer:
        if problem.platform_fails and self._sandbox.mimic:
            problem = problems.failed()
        answer = self._written(problem)
        if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = ", ".join(sorted(self._operations)).encode()
            answer.headers = ((b"allow", allowed),)
        return answer

    def _written(self, problem: Problem) -> Answer:
        return refusal(problem)


def _run(operation: Operation, request: Request) -> Answer:
    if len(request.body) > problems.BODY_LIMIT:
        raise problems.too_large()
    try:
        # What is due comes before what is asked, also between two looks at what is due.
        request.sandbox.firing.catch_up(request.project.id)
        return operation(request)
    except Problem:
        raise
    except RecursionError as error:
        detail = "the body is nested too deeply"
        raise problems.invalid_body(detail) from error
    except OverflowError as error:
        detail = "a time or a number is out of range"
        raise problems.invalid_body(detail) from error
    except Exception as error:
        log.exception("an operation failed")
        raise problems.failed() from error


def _below_family(scope: Scope) -> str:
    """Return the path as it is in both families."""
    path: str = scope["path"].removeprefix("/api/client")
    project_id = scope["path_params"].get("project_id")
    return path.removeprefix(f"/projects/{project_id}") if project_id else path


def _call(
    scope: Scope, now: str, body: bytes, answer: Answer, damage: Damage, *, seconds: float
) -> Call:
    seen = b"" if damage.effect.resets else answer.body
    return Call(
        at=now,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        request=beginning(body),
        request_bytes=len(body),
        status="reset" if damage.effect.resets else answer.status,
        answer=beginning(seen),
        answer_bytes=len(seen),
        milliseconds=round(seconds * 1000, 3),
        faults=damage.faults,
    )


def refusal(problem: Problem) -> Answer:
    """Answer with a problem."""
    return as_json(problem.status, {"title": problem.title, "detail": problem.detail})


async def read(receive: Receive) -> bytes:
    """Read the body; of one that is too large, only what shows that it is."""
    message = await receive()
    body = bytearray(_part(message))
    while message.get("more_body"):
        message = await receive()
        part = _part(message)
        if len(body) <= problems.BODY_LIMIT:
            body += part
    return bytes(body)


def _part(message: MutableMapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise Disconnected
    part: bytes = message.get("body", b"")
    return part


async def respond(send: Send, answer: Answer) -> None:
    """Send an answer."""
    headers = [*answer.headers]
    if answer.body:
        headers.append((b"content-type", answer.content_type))
    if answer.status != HTTPStatus.NO_CONTENT:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
