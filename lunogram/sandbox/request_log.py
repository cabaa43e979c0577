"""The log of the last requests and their responses, in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import count, takewhile

from msgspec import Struct

CALLS_KEPT = 1000
"""The number of calls that are kept for each project."""
PROJECTS_KEPT = 100
"""The number of projects whose calls are kept; the one idle longest is dropped first."""
BODY_KEPT = 16 * 1024
"""The number of bytes that are kept of each body."""


class Call(Struct):
    """A request and its response. The `Authorization` header is not part of it."""

    at: str
    method: str
    path: str
    query: str
    request: str
    request_bytes: int
    status: int | str
    """The status that the client saw; `reset` if a fault reset the connection."""
    response: str
    response_bytes: int
    milliseconds: float
    faults: list[dict[str, str]] = []
    """Id and kind of each fault that hit the call."""
    notes: list[str] = []
    """Why something was lost or has failed, where the response does not say it."""
    number: int = 0
    """The sequence number, assigned when the call is logged."""


class RequestLog:
    """The last calls of each project."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, deque[Call]] = OrderedDict()
        self._numbers = count(1)

    def record(self, project_id: str, call: Call) -> None:
        """Log a call."""
        call.number = next(self._numbers)
        self._of(project_id).append(call)

    def calls(self, project_id: str) -> list[Call]:
        """Return the calls of a project, oldest first."""
        return list(self._calls.get(project_id, ()))

    def latest(self, project_id: str) -> Call | None:
        """Return the last call of a project, or None."""
        calls = self._calls.get(project_id)
        return calls[-1] if calls else None

    def recent(self) -> list[str]:
        """Return the projects that have calls, the most recent first."""
        return list(reversed(self._calls))

    def since(self, project_id: str, number: int) -> list[Call]:
        """Return the calls of a project after this number, oldest first."""
        calls = reversed(self._calls.get(project_id, ()))
        return list(takewhile(lambda call: call.number > number, calls))[::-1]

    def forget(self, project_id: str) -> None:
        """Delete the calls of a project."""
        self._calls.pop(project_id, None)

    def _of(self, project_id: str) -> deque[Call]:
        if project_id not in self._calls:
            self._calls[project_id] = deque(maxlen=CALLS_KEPT)
        self._calls.move_to_end(project_id)
        if len(self._calls) > PROJECTS_KEPT:
            self._calls.popitem(last=False)
        return self._calls[project_id]


def beginning(body: bytes) -> str:
    """Return the part of a body that is kept."""
    return body[:BODY_KEPT].decode(errors="replace")
