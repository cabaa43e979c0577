"""The log of the last requests and their responses, in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile

from msgspec import Struct

from lunogram.sandbox.call_content import CallContent

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A logged call."""

    call: Call
    content: CallContent
    events: range
    """The numbers of the events that were recorded during the call."""


class EventCalls:
    """The calls that recorded events, by the numbers of the events."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = [entry for entry in entries if entry.events]
        self._last = [entry.events[-1] for entry in self._entries]

    def number(self, event: int) -> int | None:
        """Return the number of the call that recorded an event; None if it is not logged."""
        place = bisect_left(self._last, event)
        if place == len(self._last) or event not in self._entries[place].events:
            return None
        return self._entries[place].call.number


class RequestLog:
    """The last calls of each project."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, deque[Entry]] = OrderedDict()
        self._numbers = count(1)

    def record(self, project_id: str, entry: Entry) -> None:
        """Log a call."""
        entry.call.number = next(self._numbers)
        self._of(project_id).append(entry)

    def entries(self, project_id: str) -> list[Entry]:
        """Return the calls of a project with their content, oldest first."""
        return list(self._calls.get(project_id, ()))

    def event_calls(self, project_id: str) -> EventCalls:
        """Return the calls of a project by the numbers of their events."""
        return EventCalls(iter(self._calls.get(project_id, ())))

    def calls(self, project_id: str) -> list[Call]:
        """Return the calls of a project, oldest first."""
        return [entry.call for entry in self._calls.get(project_id, ())]

    def latest(self, project_id: str) -> Call | None:
        """Return the last call of a project, or None."""
        calls = self._calls.get(project_id)
        return calls[-1].call if calls else None

    def recent(self) -> list[str]:
        """Return the projects that have calls, the most recent first."""
        return list(reversed(self._calls))

    def since(self, project_id: str, number: int) -> list[Entry]:
        """Return the calls of a project after this number, oldest first."""
        calls = reversed(self._calls.get(project_id, ()))
        return list(takewhile(lambda entry: entry.call.number > number, calls))[::-1]

    def forget(self, project_id: str) -> None:
        """Delete the calls of a project."""
        self._calls.pop(project_id, None)

    def _of(self, project_id: str) -> deque[Entry]:
        if project_id not in self._calls:
            self._calls[project_id] = deque(maxlen=CALLS_KEPT)
        self._calls.move_to_end(project_id)
        if len(self._calls) > PROJECTS_KEPT:
            self._calls.popitem(last=False)
        return self._calls[project_id]


def beginning(body: bytes) -> str:
    """Return the part of a body that is kept."""
    return body[:BODY_KEPT].decode(errors="replace")
