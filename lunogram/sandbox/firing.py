"""Firing schedules: as time passes, and when it is moved.

What a schedule fires is the event `scheduled.NAME`, at the time at which it was to fire, with the
schedule's data and `schedule_id`, `schedule_offset_id`, `offset` and `fire_at`. A schedule has
one offset here, of no length: it fires when it says and not so long before.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from lunogram.sandbox.clock import Clock, read, written
from lunogram.sandbox.decoding import read_json, stored
from lunogram.sandbox.occurrences import following, known_interval, next_occurrence
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.store import Row, Store

log = logging.getLogger("lunogram.sandbox")

LIMIT = 50_000
"""How often schedules may fire in one move of the clock."""
_AT_ONCE = 500
"""How many schedules fire before requests get their turn."""
_PAUSE = 0.05
"""Seconds between looks at what is due."""
_PAUSE_AFTER_FAILURE = 1.0

_OFFSET = "0s"
_NEVER = float("inf")


@dataclass(slots=True)
class Course:
    """How a schedule goes on: when it fires now, and which time is the next one after that."""

    schedule: Row
    times: Sequence[str]
    occurrence: int
    next_at: str | None

    def plan(self, project_id: str) -> dict[str, Any]:
        """Write down when the schedule fires next."""
        key = {"project_id": project_id, "id": self.schedule["id"]}
        return key | {"occurrence": self.occurrence, "next_at": self.next_at}


class Firing:
    """Fires the schedules of all projects."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Look up when each project's first schedule fires."""
        self._store = store
        self._clock = clock
        self._next: dict[str, float] = {}
        for row in store.all("next_of_projects", {}):
            self.expect(row["project_id"], row["next_at"])

    def expect(self, project_id: str, next_at: str | None) -> None:
        """Know that a schedule fires then; so nothing needs to be asked until it does."""
        if next_at is not None:
            moment = read(next_at).timestamp() - self._clock.ahead(project_id).total_seconds()
            self._next[project_id] = min(moment, self._next.get(project_id, _NEVER))

    def forget(self, project_id: str) -> None:
        """Know that a project has no schedules."""
        self._next.pop(project_id, None)

    async def keep_up(self) -> None:
        """Fire what is due, again and again."""
        while True:
            try:
                self.fire_due()
                await asyncio.sleep(_PAUSE)
            except Exception:
                log.exception("schedules could not be fired")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    def fire_due(self) -> None:
        """Fire what is due in any project."""
        now = self._clock.real().timestamp()
        for project_id in [each for each, moment in self._next.items() if moment <= now]:
            self._fire_some(project_id)

    def catch_up(self, project_id: str) -> int:
        """Fire all that is due in a project, and return how many that were."""
        now, fired = self._clock.real().timestamp(), 0
        while self._next.get(project_id, _NEVER) <= now:
            fired += self._fire_some(project_id)
        return fired

    def move(self, project_id: str, moment: datetime, ahead: timedelta) -> int:
        """Move a project's time on to a moment, so far ahead of the real one.

        All that would have fired on the way fires, in order; the number of that is returned.
        """
        fired = self.catch_up(project_id)
        courses = self._courses(project_id, written(moment))
        with self._store.writing():
            self._fire(project_id, courses)
            microseconds = ahead // timedelta(microseconds=1)
            self._store.run("move_clock", {"id": project_id, "ahead": microseconds})
        self._clock.move(project_id, ahead)
        self._look_ahead(project_id)
        return fired + sum(len(course.times) for course in courses)

    def resume(self, project_id: str) -> int:
        """Let a project's time be the real one again; what has fired stays fired."""
        fired = self.catch_up(project_id)
        with self._store.writing():
            self._store.run("move_clock", {"id": project_id, "ahead": 0})
        self._clock.resume(project_id)
        self._look_ahead(project_id)
        return fired

    def _fire_some(self, project_id: str) -> int:
        """Fire what is due, each schedule once.

        A time that was missed because the sandbox was not running, or because the interval is
        shorter than the pause between looks, is left out.
        """
        now = written(self._clock.now(project_id))
        values = {"project_id": project_id, "until": now}
        due = self._store.part("due_schedules", values, _AT_ONCE, 0)
        if due:
            with self._store.writing():
                self._fire(project_id, [_once(schedule, now) for schedule in due])
        self._look_ahead(project_id)
        return len(due)

    def _courses(self, project_id: str, until: str) -> list[Course]:
        """Find out what fires on the way to a moment, or refuse to go so far."""
        values = {"project_id": project_id, "until": until}
        courses: list[Course] = []
        left = LIMIT
        for schedule in self._store.part("due_schedules", values, LIMIT + 1, 0):
            courses.append(_all_until(schedule, until, left + 1))
            left -= len(courses[-1].times)
            if left < 0:
                raise bad_request(_too_many(courses, until))
        return courses

    def _fire(self, project_id: str, courses: Sequence[Course]) -> None:
        writers = [_Writer(project_id, course.schedule) for course in courses]
        moments = ((time, place) for place, course in enumerate(courses) for time in course.times)
        events = (writers[place].event(time) for time, place in sorted(moments))
        self._store.many("insert_event", events)
        self._store.many("plan_next", (course.plan(project_id) for course in courses))

    def _look_ahead(self, project_id: str) -> None:
        self.forget(project_id)
        row = self._store.one("next_of_project", {"project_id": project_id})
        if row:
            self.expect(project_id, row["next_at"])


def _once(schedule: Row, now: str) -> Course:
    times, next_at = schedule["occurrence"] + 1, None
    if schedule["interval"] is not None:
        length = known_interval(schedule["interval"])
        times, next_at = next_occurrence(length, schedule["anchor_at"], now)
    return Course(schedule, [schedule["next_at"]], times, next_at)


def _all_until(schedule: Row, until: str, most: int) -> Course:
    """Follow a schedule until then, or until it has fired `most` times."""
    times: list[str] = []
    occurrence = schedule["occurrence"]
    for occurrence, moment in _times(schedule):
        if moment > until or len(times) == most:
            return Course(schedule, times, occurrence, moment)
        times.append(moment)
    return Course(schedule, times, occurrence + 1, None)


def _times(schedule: Row) -> Iterator[tuple[int, str]]:
    yield schedule["occurrence"], schedule["next_at"]
    if schedule["interval"] is not None:
        length = known_interval(schedule["interval"])
        yield from following(length, schedule["anchor_at"], schedule["occurrence"])


class _Writer:
    """Writes the events of a schedule."""

    def __init__(self, project_id: str, schedule: Row) -> None:
        """Write what all of them have in common."""
        offset_id = str(uuid5(UUID(schedule["id"]), "offset"))
        added = {"schedule_id": schedule["id"], "schedule_offset_id": offset_id, "offset": _OFFSET}
        self._data = read_json(schedule["data"]) | added
        self._event = {
            "project_id": project_id,
            "subject_id": schedule["subject_id"],
            "member_id": None,
            "name": f"scheduled.{schedule['name']}",
            "cause": "fired",
            "cause_id": schedule["id"],
        }

    def event(self, time: str) -> dict[str, Any]:
        """Write the event of one time."""
        data = stored(self._data | {"fire_at": time})
        return self._event | {"id": str(uuid4()), "data": data, "now": time}


def _too_many(courses: Sequence[Course], until: str) -> str:
    times = Counter({course.schedule["id"]: len(course.times) for course in courses})
    ((schedule_id, most),) = times.most_common(1)
    schedule = next(each.schedule for each in courses if each.schedule["id"] == schedule_id)
    every = f", every {schedule['interval']}" if schedule["interval"] else ""
    return (
        f"schedules would fire more than {LIMIT} times until {until}, {most} of them or more the "
        f"schedule {schedule['name']!r} of the id {schedule_id}{every}: go in smaller steps"
    )
