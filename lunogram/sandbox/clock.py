"""The clocks of the projects, and the format of times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_NOT_MOVED = timedelta(0)


class Clock:
    """The only source of the current time, so that time can be moved.

    Every project has a clock of its own, which may be ahead of the computer's and runs on from
    there. It is never behind: only `resume` goes back, to the computer's time.
    """

    def __init__(self, ahead: Mapping[str, timedelta]) -> None:
        """Create the clock from the offsets of the projects that are ahead, by project id."""
        self._ahead = dict(ahead)

    def real(self) -> datetime:
        """Return the computer's time."""
        return datetime.now(UTC)

    def now(self, project_id: str) -> datetime:
        """Return a project's time."""
        return datetime.now(UTC) + self._ahead.get(project_id, _NOT_MOVED)

    def ahead(self, project_id: str) -> timedelta:
        """Return by how much a project's clock is ahead of the computer's."""
        return self._ahead.get(project_id, _NOT_MOVED)

    def move(self, project_id: str, ahead: timedelta) -> None:
        """Set by how much a project's clock is ahead of the computer's."""
        self._ahead[project_id] = ahead

    def resume(self, project_id: str) -> None:
        """Reset a project's clock to the computer's time."""
        self._ahead.pop(project_id, None)


def format_time(moment: datetime) -> str:
    """Format a time as RFC 3339 in UTC with microseconds, so that times sort as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_time(text: str) -> datetime:
    """Parse a time that `format_time` wrote."""
    return datetime.fromisoformat(text)
