"""Schedules fire as time passes, and when it is moved."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lunogram.sandbox.intervals import Interval
from lunogram.sandbox.occurrences import next_occurrence
from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess
from tests.support.services import postgres

START = datetime(2031, 1, 31, 9, tzinfo=UTC)
PATIENCE = 10
"""Seconds to wait for what has to happen."""


def plan(api: Api, name: str, kind: str = "user", who: str = "ada", **timing: Any) -> str:
    """Create a schedule, of a subject that exists from now on; return its id."""
    getattr(api, kind)(who)
    body = {"name": name, "identifier": named(who)} | timing
    schedule_id: str = api.done("POST", f"/{kind}s/scheduled", body)["id"]
    return schedule_id


def fired(api: Api, **query: Any) -> list[Any]:
    """Return the events that schedules have fired, but for anniversaries."""
    events = api.inspect("events", cause="fired", limit=1000, **query)["results"]
    return [event for event in events if event["name"] != "scheduled.anniversary"]


def times(api: Api, name: str) -> list[str]:
    """Return when a schedule has fired."""
    return [event["created_at"] for event in fired(api, name=f"scheduled.{name}")]


def moment(text: str) -> str:
    """Write a time as the sandbox does."""
    return text.replace("Z", ".000000Z")


def until(condition: Callable[[], object]) -> Any:
    """Wait for something to be true."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)
    return value


# -- what is fired --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_an_event_says_what_fired_it(api: Api, kind: str) -> None:
    subject = getattr(api, kind)("ada")
    data = {"plan": "pro", "price": 1.5, "offset": "mine"}
    schedule_id = plan(api, "trial.end", kind, scheduled_at="2031-01-31T09:00:00Z", data=data)
    response = api.control("clock", set="2031-02-01T00:00:00Z")
    (event,) = fired(api)
    assert response["fired"] == 1 + api.inspect("events", name="scheduled.anniversary")["total"]
    assert (event["name"], event["cause"]) == ("scheduled.trial.end", "fired")
    assert (event["cause_id"], event[f"{kind}_id"]) == (schedule_id, subject["id"])
    assert event["created_at"] == "2031-01-31T09:00:00.000000Z"
    offset_id = event["data"].pop("schedule_offset_id")
    definition_id = event["data"].pop("schedule_id")
    assert len({UUID(offset_id), UUID(schedule_id), UUID(definition_id)}) == 3
    assert event["data"] == {
        "plan": "pro",
        "price": 1.5,
        "offset": "00:00:00",
        "fire_at": "2031-01-31T09:00:00Z",
    }


def test_schedules_of_a_name_have_their_definition_and_offset_in_common(api: Api) -> None:
    for name in ("one", "one", "two"):
        plan(api, name, interval="1 day")
    api.control("clock", advance="3 days")
    seen = {
        (each["name"], each["data"]["schedule_id"], each["data"]["schedule_offset_id"])
        for each in fired(api)
    }
    assert len(fired(api)) == 9
    assert len(seen) == 2
    assert len({each["cause_id"] for each in fired(api)}) == 3


def test_the_start_is_now_also_if_the_first_time_is_given(api: Api) -> None:
    api.control("clock", set="2031-01-01T00:00:00Z")
    plan(api, "bill", interval="1 day", scheduled_at="2031-01-03T12:00:00Z")
    api.control("clock", set="2031-01-05T12:00:00Z")
    (schedule,) = api.inspect("schedules", name="bill")["results"]
    start = datetime.fromisoformat(schedule["start_at"])
    assert start.day == 1
    later = [datetime.fromisoformat(text) - start for text in times(api, "bill")[1:]]
    assert later == [timedelta(days=3), timedelta(days=4)]


def test_a_single_schedule_fires_once(api: Api) -> None:
    plan(api, "trial.end", scheduled_at="2031-01-31T09:00:00Z")
    for day in ("2031-01-31T08:59:59Z", "2031-01-31T09:00:00Z", "2035-01-01T00:00:00Z"):
        api.control("clock", set=day)
    assert times(api, "trial.end") == ["2031-01-31T09:00:00.000000Z"]
    (schedule,) = api.inspect("schedules", name="trial.end")["results"]
    assert "next_at" not in schedule


def test_one_that_has_fired_can_be_planned_again(api: Api) -> None:
    for day in ("2031-01-31T09:00:00Z", "2032-01-31T09:00:00Z"):
        plan(api, "renewal", scheduled_at=day)
        api.control("clock", set=day)
    assert times(api, "renewal") == [moment("2031-01-31T09:00:00Z"), moment("2032-01-31T09:00:00Z")]


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (
            {"interval": "1 month", "start_at": "2031-01-31T09:00:00Z"},
            ["2031-02-28T09:00:00Z", "2031-03-31T09:00:00Z", "2031-04-30T09:00:00Z"],
        ),
        (
            {
                "interval": "7 days",
                "start_at": "2031-01-01T00:00:00Z",
                "scheduled_at": "2031-01-10T00:00:00Z",
            },
            ["2031-01-10T00:00:00Z", "2031-01-15T00:00:00Z", "2031-01-22T00:00:00Z"],
        ),
        (
            {"interval": "1 year", "start_at": "2032-02-29T00:00:00Z"},
            [f"203{y}-02-{d}T00:00:00Z" for y, d in ((3, 28), (4, 28), (5, 28), (6, 29))],
        ),
        (
            {"interval": "36 hours", "start_at": "2031-12-31T12:00:00Z"},
            ["2032-01-02T00:00:00Z", "2032-01-03T12:00:00Z"],
        ),
    ],
)
def test_a_recurring_one_fires_again_and_again(
    api: Api, timing: dict[str, str], expected: list[str]
) -> None:
    plan(api, "bill", **timing)
    api.control("clock", set=expected[-1])
    assert times(api, "bill") == list(map(moment, expected))
    (schedule,) = api.inspect("schedules", name="bill")["results"]
    assert schedule["next_at"] > moment(expected[-1])


def test_everybodys_anniversary_is_a_year_later(api: Api) -> None:
    api.control("clock", set="2032-02-29T12:00:00Z")
    api.user("ada")
    api.organization("acme")
    api.control("clock", set="2036-03-01T00:00:00Z")
    for who in ({"user": "ada"}, {"organization": "acme"}):
        events = api.inspect("events", name="scheduled.anniversary", **who)["results"]
        days = [event["created_at"][:10] for event in events]
        assert days == ["2033-02-28", "2034-02-28", "2035-02-28", "2036-02-29"]


def test_what_is_deleted_or_replaced_does_not_fire(api: Api) -> None:
    api.user("grace")
    for name, who in (("deleted", "ada"), ("replaced", "ada"), ("orphan", "grace")):
        plan(api, name, who=who, scheduled_at="2031-01-31T09:00:00Z")
    api.done("DELETE", "/users/scheduled", {"name": "deleted", "identifier": named("ada")})
    api.done("DELETE", "/users", {"identifier": named("grace")})
    plan(api.of_the_documents(), "replaced", scheduled_at="2031-02-28T09:00:00Z")
    api.control("clock", set="2032-01-01T00:00:00Z")
    assert [event["name"] for event in fired(api)] == ["scheduled.replaced"]
    assert times(api, "replaced") == [moment("2031-02-28T09:00:00Z")]


def test_what_has_fired_does_not_fire_again_after_going_back(api: Api) -> None:
    plan(api, "daily", interval="1 day", start_at="2031-01-30T09:00:00Z")
    api.control("clock", set="2031-02-02T09:00:00Z")
    api.control("clock", resume=True)
    api.control("clock", set="2031-02-03T09:00:00Z")
    assert [time[8:10] for time in times(api, "daily")] == ["31", "01", "02", "03"]


# -- in order -------------------------------------------------------------------------------------

PLANS = st.lists(
    st.tuples(
        st.sampled_from(["user:ada", "user:grace", "organization:acme"]),
        st.integers(0, 300),
        st.none() | st.integers(7, 90),
    ),
    min_size=1,
    max_size=6,
)
STEPS = st.lists(st.integers(1, 400), min_size=1, max_size=4, unique=True).map(sorted)


@pytest.fixture(scope="module")
def project(sandbox: SandboxProcess) -> Iterator[Api]:
    """A project that examples share and empty."""
    with httpx.Client(verify=False) as client:
        yield Api(client, sandbox.url, sandbox.new_key())


@given(PLANS, STEPS)
@example([("user:ada", 5, 10), ("organization:acme", 5, 10), ("user:grace", 15, None)], [1, 400])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.slow
def test_all_fire_in_order_in_one_step_or_many(
    project: Api, plans: list[tuple[str, int, int | None]], steps: list[int]
) -> None:
    project.control("reset")
    project.organization("acme")
    project.control("clock", set=START.isoformat())
    expected = set()
    for number, (owner, first, interval) in enumerate(plans):
        kind, _, who = owner.partition(":")
        first_at = START + timedelta(hours=1, minutes=first)
        timing = {} if interval is None else recurring(first_at, interval)
        plan(project, f"s{number}", kind, who, scheduled_at=first_at.isoformat(), **timing)
        minutes = range(first, steps[-1] + 1, interval or 1000)
        expected |= {(minute, f"scheduled.s{number}") for minute in minutes}
    for step in steps:
        target = START + timedelta(hours=1, minutes=step)
        project.control("clock", set=target.isoformat())
    seen = [(minutes_in(event), event["name"]) for event in fired(project)]
    assert set(seen) == expected
    assert len(seen) == len(expected)
    assert [minute for minute, _ in seen] == sorted(minute for minute, _ in expected)


def recurring(first_at: datetime, interval: int) -> dict[str, str]:
    """The timing of a schedule that recurs after so many minutes, counted from its first time."""
    return {"interval": f"{interval} minutes", "start_at": first_at.isoformat()}


def minutes_in(event: dict[str, Any]) -> float:
    """When an event was fired, counted from an hour after the start."""
    since = datetime.fromisoformat(event["created_at"]) - START
    return (since - timedelta(hours=1)) / timedelta(minutes=1)


@pytest.fixture(scope="module")
def database() -> Iterator[psycopg.Connection]:
    with postgres() as connection:
        connection.execute("SET timezone TO 'UTC'")
        yield connection


ANCHORS = st.datetimes(
    datetime(2028, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    datetime(2036, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LENGTHS = st.tuples(st.integers(0, 14), st.integers(0, 40), st.integers(0, 10**11))


@given(ANCHORS, LENGTHS.filter(any))
@example(datetime(2028, 2, 29, tzinfo=UTC), (12, 0, 0))
@example(datetime(2031, 1, 31, 9, tzinfo=UTC), (1, 0, 0))
@example(datetime(2031, 10, 31, tzinfo=UTC), (4, 1, 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_they_fire_when_postgresql_says(
    project: Api, database: psycopg.Connection, anchor: datetime, length: tuple[int, int, int]
) -> None:
    interval = "{} mons {} days {} us".format(*length)
    question = "SELECT %s + n * %s::interval FROM generate_series(0, 9) AS n ORDER BY n"
    theirs = [row[0] for row in database.execute(question, (anchor, interval)).fetchall()]
    project.control("reset")
    timing = {"scheduled_at": anchor.isoformat(), "start_at": anchor.isoformat()}
    plan(project, "s", interval=interval, **timing)
    project.control("clock", set=theirs[-1].isoformat())
    ours = [datetime.fromisoformat(event["created_at"]) for event in fired(project)]
    assert ours[: len(theirs)] == theirs  # time goes on: after 1 us, there is one more


# -- in real time ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_they_fire_by_themselves_as_time_passes(http: httpx.Client, tmp_path: Path) -> None:
    """No request triggers it: the fired events are found in the database."""
    file = tmp_path / "sandbox.db"
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        soon = datetime.now(UTC) + timedelta(seconds=0.2)
        plan(api, "soon", scheduled_at=soon.isoformat())
        plan(api, "often", interval="0.2 seconds")
        with closing(sqlite3.connect(file)) as kept:
            query = "SELECT created_at FROM events WHERE name = ?"
            until(lambda: len(kept.execute(query, ("scheduled.often",)).fetchall()) >= 2)
            (row,) = until(lambda: kept.execute(query, ("scheduled.soon",)).fetchall())
    assert datetime.fromisoformat(row[0]) == soon


def test_they_fire_as_moved_time_passes(api: Api) -> None:
    plan(api, "new.year", scheduled_at="2031-01-01T00:00:00Z")
    api.control("clock", set="2030-12-31T23:59:59.8Z")
    assert until(lambda: times(api, "new.year")) == ["2031-01-01T00:00:00.000000Z"]


def test_what_is_due_comes_before_what_is_asked(api: Api) -> None:
    """Whether it was awaited or not."""
    plan(api, "often", interval="1 microsecond")
    api.done("DELETE", "/users/scheduled", {"name": "often", "identifier": named("ada")})
    assert set(api.events()) == {"user.created", "scheduled.often"}


@pytest.mark.slow
def test_a_move_that_is_cut_off_has_not_happened(http: httpx.Client, tmp_path: Path) -> None:
    """Or it has fired completely: `kill -9` leaves no half of it."""
    file, key = tmp_path / "sandbox.db", f"sk_{uuid4().hex}"
    sandbox = SandboxProcess("--db", str(file))
    plan(Api(http, sandbox.url, key), "ping", interval="1 minute")
    with suppress(httpx.TransportError):
        body, headers = {"advance": "20 days"}, {"Authorization": f"Bearer {key}"}
        http.post(f"{sandbox.url}/sandbox/clock", json=body, headers=headers, timeout=0.1)
    sandbox.kill()
    with SandboxProcess("--db", str(file)) as again:
        api = Api(http, again.url, key)
        happened = api.inspect("clock")["moved"]
        total = api.inspect("events", name="scheduled.ping")["total"]
    assert total >= 20 * 24 * 60 if happened else total == 0


@pytest.mark.slow
def test_what_was_missed_is_omitted(http: httpx.Client, tmp_path: Path) -> None:
    file, key = tmp_path / "sandbox.db", f"sk_{uuid4().hex}"
    with SandboxProcess("--db", str(file)) as sandbox:
        plan(Api(http, sandbox.url, key), "often", interval="1 hour")
    with closing(sqlite3.connect(file)) as kept, kept:
        kept.execute("""
            UPDATE schedules SET anchor_at = '2001-01-01T00:00:00.000000Z', occurrence = 1,
                next_at = '2001-01-01T01:00:00.000000Z'
            WHERE name = 'often'
        """)
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(http, sandbox.url, key)
        assert times(api, "often") == ["2001-01-01T01:00:00.000000Z"]
        (schedule,) = api.inspect("schedules", name="often")["results"]
        assert datetime.fromisoformat(schedule["next_at"]) > datetime.now(UTC)
        before = api.inspect("events")["total"]
        assert api.control("clock", advance="3 hours")["fired"] == 3
        assert api.inspect("events")["total"] == before + 3


def test_an_interval_of_next_to_nothing_blocks_no_other(api: Api) -> None:
    plan(api, "always", interval="1 microsecond", start_at="1970-01-01T00:00:00Z")
    until(lambda: len(times(api, "always")) > 3)
    api.user("grace")
    assert "go in smaller steps" in rejected(api, advance="1 day")


# -- how far --------------------------------------------------------------------------------------


def rejected(api: Api, **move: Any) -> str:
    """Try to move the time; return why that is rejected."""
    response = api.raw("POST", "/sandbox/clock", json=move)
    assert response.status_code == 400
    detail: str = response.json()["detail"]
    return detail


def test_a_move_with_too_many_firings_has_no_effect(api: Api) -> None:
    plan(api, "trial.end", scheduled_at="2031-01-31T09:00:00Z")
    schedule_id = plan(api, "ping", interval="1 second", start_at="2030-01-01T00:00:00Z")
    detail = rejected(api, set="2040-01-01T00:00:00Z")
    assert "more than 50000 times until 2040-01-01T00:00:00.000000Z" in detail
    assert f"the schedule 'ping' of the id {schedule_id}, every 1 second" in detail
    assert fired(api) == []
    assert api.inspect("clock")["moved"] is False
    api.control("clock", set="2030-01-01T00:01:00Z")
    assert len(times(api, "ping")) == 60


def test_the_last_anniversary_is_before_time_ends(api: Api) -> None:
    api.user("ada")
    api.control("clock", set="9998-12-31T00:00:00Z")
    api.user("grace")
    assert "next_at" in api.inspect("schedules", user="ada")["results"][0]
    assert api.control("clock", set="9999-01-01T00:00:00Z")["fired"] == 0


@pytest.mark.parametrize("years", [1, 1000, 4096])
def test_the_next_time_is_found_far_away(years: int) -> None:
    """The search does not look beyond the last representable time."""
    now = datetime(1999 + years, 6, 1, tzinfo=UTC)
    start = datetime(1999, 1, 1, tzinfo=UTC)
    times, text = next_occurrence(Interval(months=12), start.isoformat(), now.isoformat())
    assert (times, text) == (years + 1, f"{2000 + years}-01-01T00:00:00.000000Z")


def test_events_are_numbered_as_they_fire(api: Api) -> None:
    plan(api, "one", interval="2 days")
    plan(api, "two", interval="3 days")
    api.control("clock", advance="20 days")
    numbers = [event["number"] for event in fired(api)]
    assert numbers == sorted(numbers)
    kept = [event["created_at"] for event in fired(api)]
    assert kept == sorted(kept)
    assert len(kept) == 20 // 2 + 20 // 3
