"""Schedules: what is accepted, and when they fire next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.sandbox_api import Api, named

LATER = "2031-01-31T09:00:00Z"
LATER_KEPT = "2031-01-31T09:00:00.000000Z"


@pytest.fixture(autouse=True)
def known(api: Api) -> None:
    """Users of these names: a schedule of nobody is lost."""
    api.user("ada")
    api.user("grace")


def schedule(name: str = "trial.end", who: str = "ada", **more: Any) -> dict[str, Any]:
    """Write a schedule."""
    return {"name": name, "identifier": named(who)} | more


def kept(api: Api, **query: Any) -> list[Any]:
    """Return the schedules that are kept, but for anniversaries."""
    schedules = api.inspect("schedules", **query)["results"]
    return [each for each in schedules if each["name"] != "anniversary"]


def test_a_single_schedule(api: Api) -> None:
    response = api.send("POST", "/users/scheduled", schedule(scheduled_at=LATER, data={"a": 1}))
    assert response.status_code == 202
    response = response.json()
    assert UUID(response.pop("id"))
    assert response == {"name": "trial.end", "scheduled_at": LATER, "data": {"a": 1}}
    (one,) = kept(api, user="ada")
    assert (one["next_at"], one["occurrence"]) == (LATER_KEPT, 0)
    assert "interval" not in one


def test_a_response_without_data_has_null(api: Api) -> None:
    response = api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))
    assert response["data"] is None


@pytest.mark.parametrize("given", ["2031-01-31T09:00:00.5+02:00", "2031-01-31T09:00:00-05:30"])
def test_a_time_is_returned_with_its_offset(api: Api, given: str) -> None:
    response = api.done("POST", "/users/scheduled", schedule(scheduled_at=given))
    assert response["scheduled_at"] == given
    (one,) = kept(api)
    assert datetime.fromisoformat(one["next_at"]) == datetime.fromisoformat(given)
    assert one["next_at"].endswith("Z")


def test_a_recurring_schedule_starts_now(api: Api) -> None:
    response = api.done("POST", "/users/scheduled", schedule(interval="7 days"))
    (one,) = kept(api)
    assert response["scheduled_at"] == one["next_at"]
    next_at, start = map(datetime.fromisoformat, (one["next_at"], one["start_at"]))
    assert abs(datetime.now(UTC) - start) < timedelta(minutes=1)
    assert next_at - start == timedelta(days=7)


def test_a_recurring_schedule_starts_at_start_at(api: Api) -> None:
    api.done("POST", "/users/scheduled", schedule(interval="1 month", start_at=LATER))
    (one,) = kept(api)
    assert one["next_at"] == "2031-02-28T09:00:00.000000Z"


def test_a_recurring_schedule_may_fire_first_at_scheduled_at(api: Api) -> None:
    body = schedule(interval="1 month", start_at="2030-01-01T00:00:00Z", scheduled_at=LATER)
    assert api.done("POST", "/users/scheduled", body)["scheduled_at"] == LATER
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


def test_each_upsert_adds_another_schedule(api: Api) -> None:
    first = api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))
    second = api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))
    assert {one["id"] for one in kept(api)} == {first["id"], second["id"]}


def test_on_older_servers_the_same_name_replaces(api: Api) -> None:
    api = api.of_the_documents()
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


def test_an_update_keeps_what_is_omitted_and_replaces_data(api: Api) -> None:
    schedule_id = str(uuid4())
    whole = schedule(id=schedule_id, interval="1 day", start_at=LATER, data={"a": 1})
    api.done("POST", "/users/scheduled", whole)
    (first,) = kept(api)
    api.done("POST", "/users/scheduled", schedule(id=schedule_id, interval="2 days"))
    (second,) = kept(api)
    assert (second["start_at"], second["interval"]) == (first["start_at"], "2 days")
    assert second["data"] == {}
    api.done("POST", "/users/scheduled", schedule(id=schedule_id, scheduled_at=LATER))
    (third,) = kept(api)
    assert (third["next_at"], third["interval"]) == (LATER_KEPT, "2 days")


def test_older_servers_ignore_ids(api: Api) -> None:
    older, ids = api.of_the_documents(), [str(uuid4()), str(uuid4())]
    responses = [
        older.done("POST", "/users/scheduled", schedule(scheduled_at=LATER, id=each))
        for each in ids
    ]
    (one,) = kept(api)
    assert [each["id"] for each in responses] == [one["id"]] * 2
    assert one["id"] not in ids
    detail = older.rejected(
        400, "DELETE", "/users/scheduled", {"identifier": named("ada"), "id": one["id"]}
    )
    assert "name is required" in detail
    older.done("DELETE", "/users/scheduled", schedule(id=one["id"]))
    assert kept(api) == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"identifier": named("grace")}, "belongs to another subject"),
        ({"name": "other"}, "has another name: trial.end"),
    ],
)
def test_an_id_of_another_schedule_is_accepted_and_lost(
    api: Api, more: dict[str, Any], reason: str
) -> None:
    body = schedule(scheduled_at=LATER, id=str(uuid4()))
    api.done("POST", "/users/scheduled", body)
    assert api.send("POST", "/users/scheduled", body | more).status_code == 202
    assert len(kept(api)) == 1
    (lost,) = api.lost()
    assert (lost["what"], lost["waits"]) == ("schedule", False)
    assert reason in lost["reason"]


def test_a_single_schedule_whose_time_is_past_never_fires(api: Api) -> None:
    body = schedule(scheduled_at="1999-12-31T23:59:59Z")
    assert api.send("POST", "/users/scheduled", body).status_code == 202
    assert "next_at" not in kept(api)[0]
    assert [lost["reason"] for lost in api.lost()] == ["its time is past: it never fires"]


def test_a_recurring_schedule_whose_time_is_past_goes_on(api: Api) -> None:
    body = schedule(scheduled_at="1999-12-31T23:59:59Z", interval="1 day")
    api.done("POST", "/users/scheduled", body)
    assert datetime.fromisoformat(kept(api)[0]["next_at"]) > datetime.now(UTC)
    assert api.lost() == []


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
        detail = api.rejected(400, "POST", "/users/scheduled", body)
        assert detail == "scheduled_at is required for single schedules"
    assert kept(api) == []


@pytest.mark.parametrize(
    "time", ["2031-01-31T09:00:00", "2031-01-31", "tomorrow", "9999-12-31T23:00:00-05:00"]
)
def test_a_time_has_a_zone_and_can_be_kept(api: Api, time: str) -> None:
    api.rejected(400, "POST", "/users/scheduled", schedule(scheduled_at=time))


def test_a_schedule_for_nobody_known_waits_for_the_user(api: Api) -> None:
    body = schedule(who="nobody", scheduled_at=LATER, data={"a": 1})
    schedule_id = api.done("POST", "/users/scheduled", body)["id"]
    (lost,) = api.lost()
    assert lost["reason"] == "nobody has the identifier nobody: upsert the user first"
    assert (lost["name"], lost["waits"]) == ("trial.end", True)
    api.user("nobody")
    (one,) = kept(api, user="nobody")
    assert (one["id"], one["next_at"], one["data"]) == (schedule_id, LATER_KEPT, {"a": 1})
    assert api.lost() == []


def test_a_schedule_of_two_users_is_lost(api: Api) -> None:
    body = schedule(scheduled_at=LATER) | {"identifier": named("ada", "grace")}
    assert api.send("POST", "/users/scheduled", body).status_code == 202
    (lost,) = api.lost()
    reason = "the identifiers ada, grace belong to different users: send those of one"
    assert (lost["reason"], lost["waits"]) == (reason, True)
    assert kept(api) == []


def test_an_organization_has_to_exist(api: Api) -> None:
    body = schedule(who="acme", scheduled_at=LATER)
    for wrong in (body, body | {"scheduled_at": None}):
        detail = api.rejected(404, "POST", "/organizations/scheduled", wrong)
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
    assert api.send("DELETE", f"/{kind}s/scheduled", schedule()).status_code == 200
    never = schedule("never")
    assert api.rejected(404, "DELETE", f"/{kind}s/scheduled", never) == "schedule not found"
    unknown = schedule(who="nobody")
    assert api.rejected(404, "DELETE", f"/{kind}s/scheduled", unknown) == f"{kind} not found"


def test_deleting_takes_one_schedule_by_its_id(api: Api) -> None:
    ids = [
        api.done("POST", "/users/scheduled", schedule(scheduled_at=LATER))["id"] for _ in range(2)
    ]
    one = {"identifier": named("ada"), "id": ids[0]}
    assert api.send("DELETE", "/users/scheduled", one).status_code == 200
    assert [each["id"] for each in kept(api)] == ids[1:]
    for wrong in (one, one | {"id": ids[1], "identifier": named("grace")}):
        detail = api.rejected(404, "DELETE", "/users/scheduled", wrong)
        assert detail == "scheduled instance not found"
    detail = api.rejected(400, "DELETE", "/users/scheduled", {"identifier": named("ada")})
    assert detail == "either id or name is required"


@pytest.mark.parametrize("kind", ["user", "organization"])
def test_everybody_has_a_yearly_anniversary(api: Api, kind: str) -> None:
    subject = getattr(api, kind)("mary")
    (one,) = api.inspect("schedules", **{kind: "mary"})["results"]
    assert (one["name"], one["interval"]) == ("anniversary", "1 year")
    assert one["start_at"] == subject["created_at"]
    year = str(int(subject["created_at"][:4]) + 1)
    assert one["next_at"].startswith(year)
