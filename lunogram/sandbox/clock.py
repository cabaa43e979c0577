"""What time it is in the sandbox, and how times are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_NOT_MOVED = timedelta(0)


class Clock:
    """The only place that asks for the time, so that time can be moved.

    Every project has a time of its own, which may be ahead of the real one, and runs on from
    there. It is never behind: only `resume` goes back, and that is to the real time.
    """

    def __init__(self, ahead: Mapping[str, timedelta]) -> None:
        """Begin with the projects, by id, whose time is ahead."""
        self._ahead = dict(ahead)

    def real(self) -> datetime:
        """Return the computer's time."""
        return datetime.now(UTC)

    def now(self, project_id: str) -> datetime:
        """Return a project's time."""
        return datetime.now(UTC) + self._ahead.get(project_id, _NOT_MOVED)

    def ahead(self, project_id: str) -> timedelta:
        """Return how far a project's time is ahead."""
        return self._ahead.get(project_id, _NOT_MOVED)

    def move(self, project_id: str, ahead: timedelta) -> None:
        """Let a project's time be so far ahead from now on."""
        self._ahead[project_id] = ahead

    def resume(self, project_id: str) -> None:
        """Let a project's time be the real one again."""
        self._ahead.pop(project_id, None)


def written(moment: datetime) -> str:
    """Write a time as RFC 3339 in UTC with microseconds; written so, times sort as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def read(text: str) -> datetime:
    """Read what `written` wrote."""
    return datetime.fromisoformat(text)
