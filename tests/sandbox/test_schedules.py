"""Schedules: what is accepted, and when they fire next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.sandbox_api import Api, named

LATER = "2031-01-31T09:00:00Z"
LATER_KEPT = "2031-01-31T09:00:00.000000Z"


def schedule(name: str = "trial.end", who: str = "ada", **more: Any) -> dict[str, Any]:
    """Write a schedule."""
    return {"name": name, "identifier": named(who)} | more


def kept(api: Api, **query: Any) -> list[Any]:
    """Return the schedules that are kept, but for anniversaries."""
    schedules = api.look("schedules", **query)["results"]
    return [each for each in schedules if each["name"] != "anniversary"]


def test_a_single_schedule(api: Api) -> None:
    api.user("ada")
    response = api.send("POST", "/users/scheduled", schedule(scheduled_at=LATER, data={"a": 1}))
    assert response.status_code == 202
    answer = response.json()
    assert UUID(answer.pop("id"))
    assert answer == {"name": "trial.end", "scheduled_at": LATER_KEPT, "data": {"a": 1}}
    (one,) = kept(api, user="ada")
    assert (one["next_at"], one["occurrence"]) == (LATER_KEPT, 0)
    assert "interval" not in one


def test_an_answer_without_data_has_none(api: Api) -> None:
    assert "data" not in api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))


def test_times_of_other_zones_are_answered_in_utc(api: Api) -> None:
    body = schedule(scheduled_at="2031-01-31T09:00:00.5+02:00")
    answer = api.done("POST", "/users/scheduled", body)
    assert answer["scheduled_at"] == "2031-01-31T07:00:00.500000Z"


def test_a_recurring_schedule_starts_now(api: Api) -> None:
    answer = api.done("POST", "/users/scheduled", schedule(interval="7 days"))
    start = datetime.fromisoformat(answer["scheduled_at"])
    assert abs(datetime.now(UTC) - start) < timedelta(minutes=1)
    (one,) = kept(api)
    assert datetime.fromisoformat(one["next_at"]) - start == timedelta(days=7)


def test_a_recurring_schedule_starts_when_told(api: Api) -> None:
    answer = api.done("POST", "/users/scheduled", schedule(interval="1 month", start_at=LATER))
    assert answer["scheduled_at"] == LATER_KEPT
    (one,) = kept(api)
    assert one["next_at"] == "2031-02-28T09:00:00.000000Z"


def test_a_recurring_schedule_may_fire_first_at_scheduled_at(api: Api) -> None:
    body = schedule(interval="1 month", start_at="2030-01-01T00:00:00Z", scheduled_at=LATER)
    assert api.done("POST", "/users/scheduled", body)["scheduled_at"] == LATER_KEPT
    (one,) = kept(api)
    assert (one["next_at"], one["start_at"]) == (LATER_KEPT, "2030-01-01T00:00:00.000000Z")


def test_what_started_in_the_past_fires_next_in_the_future(api: Api) -> None:
    body = schedule(interval="1 hour", start_at="1999-12-31T00:00:00Z")
    api.done("POST", "/users/scheduled", body)
    (one,) = kept(api)
    next_at = datetime.fromisoformat(one["next_at"])
    rest = next_at - datetime.fromisoformat(one["created_at"])
    # A minute more, should the hour end between the two.
    assert timedelta(0) < rest <= timedelta(minutes=61)
    assert (next_at.minute, next_at.second) == (0, 0)


def test_months_are_counted_from_the_start(api: Api) -> None:
    """The 31st comes back after a shorter month."""
    last = datetime.now(UTC).replace(day=1, hour=0) - timedelta(days=1)
    start = datetime(last.year - 1, 12, 31, 23, tzinfo=UTC)
    body = schedule(interval="1 month", start_at=start.isoformat())
    api.done("POST", "/users/scheduled", body)
    (one,) = kept(api)
    fires = datetime.fromisoformat(one["next_at"])
    assert (fires + timedelta(days=1)).month != fires.month


def test_the_same_name_replaces(api: Api) -> None:
    first = api.done("POST", "/users/scheduled", schedule(interval="1 day", data={"a": 1}))
    second = api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER, data={"b": 2}))
    assert second["id"] == first["id"]
    (one,) = kept(api)
    assert (one["data"], one["next_at"]) == ({"b": 2}, LATER_KEPT)
    assert "interval" not in one


def test_the_same_name_of_another_user_is_another_schedule(api: Api) -> None:
    api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))
    api.done("POST", "/users/scheduled", schedule(who="grace", scheduled_at=LATER))
    assert len(kept(api)) == 2


def test_an_id_makes_a_schedule_or_updates_it(api: Api) -> None:
    first, second = str(uuid4()), str(uuid4())
    for schedule_id in (first, second, first):
        body = schedule(scheduled_at=LATER, id=schedule_id)
        assert api.done("POST", "/users/scheduled", body)["id"] == schedule_id
    assert {one["id"] for one in kept(api)} == {first, second}


def test_an_id_of_another_subject_is_a_conflict(api: Api) -> None:
    body = schedule(scheduled_at=LATER, id=str(uuid4()))
    api.done("POST", "/users/scheduled", body)
    api.refused(409, "POST", "/users/scheduled", body | {"identifier": named("grace")})


@pytest.mark.parametrize(
    "interval", ["24h", "7 days", "1 month", "P7D", "1 year 2 mons", "1 day 02:00:00", "@ 1 day"]
)
def test_intervals_are_read_as_postgresql_does(api: Api, interval: str) -> None:
    api.done("POST", "/users/scheduled", schedule(interval=interval))
    assert kept(api)[0]["interval"] == interval


@pytest.mark.parametrize(
    "interval", ["", "0", "0 days", "-1 day", "1 day ago", "soon", "1 fortnight"]
)
@pytest.mark.parametrize("kind", ["users", "organizations"])
def test_an_interval_has_to_be_readable_and_positive(api: Api, kind: str, interval: str) -> None:
    api.organization("ada")
    for body in (schedule(interval=interval), schedule(interval=interval, scheduled_at=LATER)):
        response = api.send("POST", f"/{kind}/scheduled", body)
        assert response.status_code == 400
        assert response.json() == {"title": "bad request", "detail": "invalid interval"}


def test_a_schedule_needs_a_time_or_an_interval(api: Api) -> None:
    for body in (schedule(), schedule(start_at=LATER), schedule(interval=None, scheduled_at=None)):
        detail = api.refused(400, "POST", "/users/scheduled", body)
        assert detail == "scheduled_at is required for single schedules"
    assert api.look("users")["total"] == 0


@pytest.mark.parametrize(
    "time", ["2031-01-31T09:00:00", "2031-01-31", "tomorrow", "9999-12-31T23:00:00-05:00"]
)
def test_a_time_has_a_zone_and_can_be_kept(api: Api, time: str) -> None:
    api.refused(400, "POST", "/users/scheduled", schedule(scheduled_at=time))


def test_a_schedule_for_nobody_known_creates_the_user(api: Api) -> None:
    api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))
    assert api.events() == ["user.created"]


def test_an_organization_has_to_exist(api: Api) -> None:
    body = schedule(who="acme", scheduled_at=LATER)
    detail = api.refused(404, "POST", "/organizations/scheduled", body)
    assert detail == "organization not found"
    api.organization("acme")
    assert api.send("POST", "/organizations/scheduled", body).status_code == 202
    assert len(kept(api, organization="acme")) == 1


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_deleting_takes_every_schedule_of_the_name(api: Api, kind: str) -> None:
    getattr(api, kind)("ada")
    for schedule_id in (None, str(uuid4())):
        body = schedule(scheduled_at=LATER, id=schedule_id)
        api.done("POST", f"/{kind}s/scheduled", body)
    response = api.send("DELETE", f"/{kind}s/scheduled", schedule())
    assert (response.status_code, response.content) == (200, b"")
    assert kept(api) == []
    assert api.refused(404, "DELETE", f"/{kind}s/scheduled", schedule()) == "schedule not found"
    unknown = schedule(who="nobody")
    assert api.refused(404, "DELETE", f"/{kind}s/scheduled", unknown) == f"{kind} not found"


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_everybody_has_a_yearly_anniversary(api: Api, kind: str) -> None:
    subject = getattr(api, kind)("ada")
    (one,) = api.look("schedules", **{kind: "ada"})["results"]
    assert (one["name"], one["interval"]) == ("anniversary", "1 year")
    assert one["start_at"] == subject["created_at"]
    year = str(int(subject["created_at"][:4]) + 1)
    assert one["next_at"].startswith(year)
