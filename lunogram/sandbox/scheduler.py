"""The scheduler, which fires schedules as time passes and when it is moved.

A schedule fires the event `scheduled.NAME` at the time of the occurrence, with the schedule's
data and `schedule_id`, `schedule_offset_id`, `offset` and `fire_at`. The id is that of the
definition, which the schedules of a name have in common. It has one offset here, of zero: a
schedule fires at its time and not earlier.

Inbox messages that are planned for later are sent by it too, which is the event
`inbox.message.sent`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from lunogram.sandbox import message_events
from lunogram.sandbox.clock import Clock, format_time, parse_time
from lunogram.sandbox.occurrences import following, next_occurrence, parsed_interval
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import json_text, read_json
from lunogram.sandbox.store import Row, Store

log = logging.getLogger("lunogram.sandbox")

LIMIT = 50_000
"""The maximum number of firings in one move of the clock."""
_AT_ONCE = 500
"""The number of schedules that fire before requests get their turn."""
_PAUSE = 0.05
"""Seconds between two checks for due schedules."""
_PAUSE_AFTER_FAILURE = 1.0

_OFFSET = "00:00:00"
_WHOLE_SECONDS = len("2026-01-01T00:00:00")
_NEVER = float("inf")


_Firing = tuple[Sequence[str], Callable[[str], dict[str, Any]]]
"""Times, and the function that writes the event of one of them."""


@dataclass(slots=True)
class FiringPlan:
    """The times at which a schedule fires now, and its next occurrence."""

    schedule: Row
    times: Sequence[str]
    occurrence: int
    next_at: str | None

    def next_row(self, project_id: str) -> dict[str, Any]:
        """Return the columns of the next occurrence."""
        key = {"project_id": project_id, "id": self.schedule["id"]}
        return key | {"occurrence": self.occurrence, "next_at": self.next_at}


class Scheduler:
    """Fires the schedules of all projects."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next: dict[str, float] = {}
        for row in store.all("next_of_projects", {}):
            self.expect(row["project_id"], row["next_at"])

    def expect(self, project_id: str, next_at: str | None) -> None:
        """Note that a schedule fires then, so that the database is not queried before."""
        if next_at is not None:
            moment = parse_time(next_at).timestamp() - self._clock.ahead(project_id).total_seconds()
            self._next[project_id] = min(moment, self._next.get(project_id, _NEVER))

    def forget(self, project_id: str) -> None:
        """Note that a project has no schedules."""
        self._next.pop(project_id, None)

    async def run(self) -> None:
        """Fire due schedules until the task is cancelled."""
        while True:
            try:
                self.fire_due()
                await asyncio.sleep(_PAUSE)
            except Exception:
                log.exception("schedules could not be fired")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    def fire_due(self) -> None:
        """Fire the due schedules of all projects."""
        now = self._clock.real().timestamp()
        for project_id in [each for each, moment in self._next.items() if moment <= now]:
            self._fire_some(project_id)

    def catch_up(self, project_id: str) -> int:
        """Fire all due schedules of a project, and return how many fired."""
        now, fired = self._clock.real().timestamp(), 0
        while self._next.get(project_id, _NEVER) <= now:
            fired += self._fire_some(project_id)
        return fired

    def move(self, project_id: str, moment: datetime, ahead: timedelta) -> int:
        """Move a project's clock to a time, which is `ahead` of the computer's.

        All schedules that are due until then fire, in order; returns how many.
        """
        fired = self.catch_up(project_id)
        plans = self._firing_plans(project_id, format_time(moment))
        with self._store.writing():
            self._fire(project_id, plans, format_time(moment))
            microseconds = ahead // timedelta(microseconds=1)
            self._store.run("move_clock", {"id": project_id, "ahead": microseconds})
        self._clock.move(project_id, ahead)
        self._look_ahead(project_id)
        return fired + sum(len(plan.times) for plan in plans)

    def resume(self, project_id: str) -> int:
        """Reset a project's clock to the computer's time; what has fired stays fired."""
        fired = self.catch_up(project_id)
        with self._store.writing():
            self._store.run("move_clock", {"id": project_id, "ahead": 0})
        self._clock.resume(project_id)
        self._look_ahead(project_id)
        return fired

    def _fire_some(self, project_id: str) -> int:
        """Fire the due schedules, each once.

        Occurrences that were missed because the sandbox was not running, or because the interval
        is shorter than the time between checks, are skipped.
        """
        now = format_time(self._clock.now(project_id))
        values = {"project_id": project_id, "until": now}
        due = self._store.part("due_schedules", values, _AT_ONCE, 0)
        with self._store.writing():
            self._fire(project_id, [_once(schedule, now) for schedule in due], now)
        self._look_ahead(project_id)
        return len(due)

    def _firing_plans(self, project_id: str, until: str) -> list[FiringPlan]:
        """Return what fires until a time; raise a problem if it is too much."""
        values = {"project_id": project_id, "until": until}
        plans: list[FiringPlan] = []
        left = LIMIT
        for schedule in self._store.part("due_schedules", values, LIMIT + 1, 0):
            plans.append(_all_until(schedule, until, left + 1))
            left -= len(plans[-1].times)
            if left < 0:
                raise bad_request(_too_many(plans, until))
        return plans

    def _fire(self, project_id: str, plans: Sequence[FiringPlan], until: str) -> None:
        """Record the events of schedules, and of the messages that are sent until a time."""
        values = {"project_id": project_id, "until": until}
        messages = self._store.all("due_messages", values)
        firings: list[_Firing] = [
            *((plan.times, _Writer(project_id, plan.schedule).event) for plan in plans),
            *(([row["sends_at"]], partial(_sent, project_id, row)) for row in messages),
        ]
        moments = ((time, index) for index, (times, _) in enumerate(firings) for time in times)
        events = (firings[index][1](time) for time, index in sorted(moments))
        self._store.many("insert_event", events)
        self._store.many("plan_next", (plan.next_row(project_id) for plan in plans))
        self._store.run("messages_sent", values)

    def _look_ahead(self, project_id: str) -> None:
        self.forget(project_id)
        row = self._store.one("next_of_project", {"project_id": project_id})
        if row:
            self.expect(project_id, row["next_at"])


def _once(schedule: Row, now: str) -> FiringPlan:
    times, next_at = schedule["occurrence"] + 1, None
    if schedule["interval"] is not None:
        length = parsed_interval(schedule["interval"])
        times, next_at = next_occurrence(length, schedule["anchor_at"], now)
    return FiringPlan(schedule, [schedule["next_at"]], times, next_at)


def _all_until(schedule: Row, until: str, most: int) -> FiringPlan:
    """Return the firings of a schedule until a time, or until there are `most`."""
    times: list[str] = []
    occurrence = schedule["occurrence"]
    for occurrence, moment in _times(schedule):
        if moment > until or len(times) == most:
            return FiringPlan(schedule, times, occurrence, moment)
        times.append(moment)
    return FiringPlan(schedule, times, occurrence + 1, None)


def _times(schedule: Row) -> Iterator[tuple[int, str]]:
    yield schedule["occurrence"], schedule["next_at"]
    if schedule["interval"] is not None:
        length = parsed_interval(schedule["interval"])
        yield from following(length, schedule["anchor_at"], schedule["occurrence"])


class _Writer:
    """Writes the events of a schedule."""

    def __init__(self, project_id: str, schedule: Row) -> None:
        schedule_id = schedule["definition_id"]
        offset_id = str(uuid5(UUID(schedule_id), "offset"))
        added = {"schedule_id": schedule_id, "schedule_offset_id": offset_id, "offset": _OFFSET}
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
        data = json_text(self._data | {"fire_at": f"{time[:_WHOLE_SECONDS]}Z"})
        return self._event | {"id": str(uuid4()), "data": data, "now": time}


def _sent(project_id: str, message: Row, time: str) -> dict[str, Any]:
    """Write the event of a message that is sent."""
    return {
        "id": str(uuid4()),
        "project_id": project_id,
        "subject_id": message["subject_id"],
        "member_id": None,
        "name": message_events.SENT,
        "data": json_text(message_events.data_of(message)),
        "cause": "recorded",
        "cause_id": None,
        "now": time,
    }


def _too_many(plans: Sequence[FiringPlan], until: str) -> str:
    times = Counter({plan.schedule["id"]: len(plan.times) for plan in plans})
    ((schedule_id, most),) = times.most_common(1)
    schedule = next(each.schedule for each in plans if each.schedule["id"] == schedule_id)
    every = f", every {schedule['interval']}" if schedule["interval"] else ""
    return (
        f"schedules would fire more than {LIMIT} times until {until}, {most} of them or more the "
        f"schedule {schedule['name']!r} of the id {schedule_id}{every}: go in smaller steps"
    )
