"""The last requests and their answers, in memory: what was asked, and why it was refused."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import count, takewhile

from msgspec import Struct

CALLS_KEPT = 1000
"""How many calls are kept for each project."""
PROJECTS_KEPT = 100
"""For how many projects; the one that was idle longest is forgotten first."""
BODY_KEPT = 16 * 1024
"""How many bytes of each body."""


class Call(Struct):
    """One request and its answer. The `Authorization` header is not part of it."""

    at: str
    method: str
    path: str
    query: str
    request: str
    request_bytes: int
    status: int | str
    """As the client saw it; `reset` if it saw none because a fault reset the connection."""
    answer: str
    answer_bytes: int
    milliseconds: float
    faults: list[dict[str, str]] = []
    """Which faults hit it, by id and kind."""
    number: int = 0
    """Its place among all calls, given when it is recorded."""


class Journal:
    """The last calls of each project."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._calls: OrderedDict[str, deque[Call]] = OrderedDict()
        self._numbers = count(1)

    def record(self, project_id: str, call: Call) -> None:
        """Keep a call."""
        call.number = next(self._numbers)
        self._of(project_id).append(call)

    def calls(self, project_id: str) -> list[Call]:
        """Return the calls of a project, oldest first."""
        return list(self._calls.get(project_id, ()))

    def latest(self, project_id: str) -> Call | None:
        """Return the last call of a project, if there is one."""
        calls = self._calls.get(project_id)
        return calls[-1] if calls else None

    def recent(self) -> list[str]:
        """Return the projects that have calls, the one with the last call first."""
        return list(reversed(self._calls))

    def since(self, project_id: str, number: int) -> list[Call]:
        """Return the calls of a project after this number, oldest first."""
        calls = reversed(self._calls.get(project_id, ()))
        return list(takewhile(lambda call: call.number > number, calls))[::-1]

    def forget(self, project_id: str) -> None:
        """Forget the calls of a project."""
        self._calls.pop(project_id, None)

    def _of(self, project_id: str) -> deque[Call]:
        if project_id not in self._calls:
            self._calls[project_id] = deque(maxlen=CALLS_KEPT)
        self._calls.move_to_end(project_id)
        if len(self._calls) > PROJECTS_KEPT:
            self._calls.popitem(last=False)
        return self._calls[project_id]


def beginning(body: bytes) -> str:
    """Return as much of a body as is kept."""
    return body[:BODY_KEPT].decode(errors="replace")
