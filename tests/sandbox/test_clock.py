"""The clock: every project has a time of its own, which can be moved forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess

LATER = "2031-01-31T09:00:00Z"


def now(api: Api) -> datetime:
    """The time of a project."""
    return datetime.fromisoformat(api.inspect("clock")["now"])


def rejection(api: Api, body: object) -> str:
    """Try to move the time; return why that is rejected."""
    before = api.inspect("clock")["moved"]
    response = api.raw("POST", "/sandbox/clock", json=body)
    assert response.status_code == 400, response.text
    assert api.inspect("clock")["moved"] == before
    detail: str = response.json()["detail"]
    return detail


def test_the_time_is_the_real_one_until_it_is_moved(api: Api) -> None:
    before, clock, after = datetime.now(UTC), api.inspect("clock"), datetime.now(UTC)
    assert before <= datetime.fromisoformat(clock["now"]) <= after
    assert clock.keys() == {"now", "moved"}
    assert clock["moved"] is False


@pytest.mark.parametrize(
    ("interval", "at_least"),
    [
        ("7 days", timedelta(days=7)),
        ("24h", timedelta(days=1)),
        ("P1W", timedelta(days=7)),
        ("1 month", timedelta(days=28)),
        ("1 year 2 mons", timedelta(days=365 + 59)),
        ("@ 1 day 02:00:00", timedelta(hours=26)),
        ("0.5 s", timedelta(seconds=0.5)),
    ],
)
def test_time_is_advanced_by_an_interval(api: Api, interval: str, at_least: timedelta) -> None:
    before = now(api)
    response = api.control("clock", advance=interval)
    assert datetime.fromisoformat(response["now"]) - before >= at_least
    assert (response["moved"], response["fired"]) == (True, 0)
    assert api.inspect("clock")["moved"] is True


def test_months_end_where_they_do(api: Api) -> None:
    api.control("clock", set="2031-01-31T09:00:00Z")
    assert api.control("clock", advance="1 month")["now"].startswith("2031-02-28T09:00:")
    assert api.control("clock", advance="1 year")["now"].startswith("2032-02-28T09:00:")
    assert api.control("clock", advance="1 day")["now"].startswith("2032-02-29T09:00:")
    assert api.control("clock", advance="1 year")["now"].startswith("2033-02-28T09:00:")


def test_time_is_set_and_goes_on(api: Api) -> None:
    response = api.control("clock", set="2031-01-31T10:00:00+01:00")
    times = [datetime.fromisoformat(response["now"]), *(now(api) for _ in range(10))]
    assert times[0] >= datetime.fromisoformat(LATER)
    assert all(one < another for one, another in pairwise(times))


def test_time_is_resumed(api: Api) -> None:
    api.control("clock", set=LATER)
    response = api.control("clock", resume=True)
    assert (response["moved"], response["fired"]) == (False, 0)
    assert now(api) <= datetime.now(UTC)
    assert api.control("clock", resume=True)["moved"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": None},
        {"advance": "1 day", "set": LATER},
        {"advance": "1 day", "resume": True},
        {"set": LATER, "resume": True},
    ],
)
def test_exactly_one_way_is_given(api: Api, body: dict[str, Any]) -> None:
    assert rejection(api, body) == "exactly one of advance, set and resume is required"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"advance": "soon"}, "advance: 'soon' is not an interval, such as '7 days'"),
        ({"advance": ""}, "is not an interval"),
        ({"advance": 7}, "advance: must be a string"),
        ({"advance": "-1 day"}, "does not go back"),
        ({"advance": "9000 years"}, "beyond 9999-01-01T00:00:00.000000Z"),
        ({"advance": "7973 years"}, "beyond 9999-01-01T00:00:00.000000Z"),
        ({"set": "1999-12-31T23:59:59Z"}, "and does not go back to 1999-12-31T23:59:59.000000Z"),
        ({"set": "9999-12-31T23:59:59Z"}, "beyond 9999-01-01T00:00:00.000000Z"),
        ({"set": "9999-12-31T23:59:59-12:00"}, "beyond 9999-01-01T00:00:00.000000Z"),
        ({"set": "2031-01-31"}, "set: must be an RFC 3339 time with a zone"),
        ({"set": "2031-01-31T09:00:00"}, "set: must be an RFC 3339 time with a zone"),
        ({"resume": False}, "resume: must be true"),
        ({"resume": 1}, "resume: must be true or false"),
        ([], "the body: must be an object"),
    ],
)
def test_invalid_requests_are_rejected_with_the_reason(api: Api, body: object, reason: str) -> None:
    assert reason in rejection(api, body)


def test_a_moved_time_does_not_go_back_either(api: Api) -> None:
    api.control("clock", set=LATER)
    assert "only resume does, to the real time" in rejection(api, {"set": "2031-01-31T08:59:59Z"})


def test_everything_has_the_projects_time(api: Api) -> None:
    api.control("clock", set=LATER)
    api.user("ada")
    user = api.user("ada", data={"plan": "pro"})
    api.organization("acme")
    api.done("POST", "/users/events", [{"name": "x", "identifier": named("ada"), "data": {}}])
    api.done("POST", "/users/scheduled", schedule("s", interval="1 day"))
    times = [user["created_at"], user["updated_at"]]
    times += [row["created_at"] for what in ("events", "schedules") for row in rows(api, what)]
    times += [call["at"] for call in rows(api, "calls")]
    assert all(time.startswith("2031-01-31T09:00:") for time in times), times
    assert rows(api, "schedules", name="s")[0]["next_at"].startswith("2031-02-01T09:00:")


def schedule(name: str, **timing: str) -> dict[str, Any]:
    """A schedule of ada's."""
    return {"name": name, "identifier": named("ada")} | timing


def rows(api: Api, what: str, **query: Any) -> list[Any]:
    """Return a list of the test API."""
    results: list[Any] = api.inspect(what, **query)["results"]
    return results


def test_sessions_expire_by_the_projects_time(api: Api) -> None:
    api.user("ada")
    api.control("clock", set=LATER)
    session = api.done("POST", f"/auth-methods/{DEFAULT_METHOD}/sessions", {"user_id": "ada"})
    assert session["expires_at"].startswith("2031-01-31T10:00:")
    headers = {"Authorization": f"Bearer {session['token']}"}
    assert api.send("GET", "/push/vapid", headers=headers).status_code == 200
    api.control("clock", advance="1 hour")
    assert api.send("GET", "/push/vapid", headers=headers).status_code == 401


def test_inboxes_follow_the_projects_time(api: Api) -> None:
    api.user("ada")
    message = {
        "target": named("ada"),
        "identifier": {"external_id": "welcome"},
        "channel": "inbox",
        "scheduled_at": LATER,
        "expires_at": "2031-02-28T09:00:00Z",
    }
    api.done("POST", "/users/inbox", [message])
    shown = []
    for move in ({"advance": "1 minute"}, {"set": LATER}, {"advance": "1 month"}):
        api.control("clock", **move)
        query = {"source": "default", "external_id": "ada", "channel": "inbox"}
        shown.append(api.done("GET", "/users/inbox/count", params=query)["total"])
    assert shown == [0, 1, 0]


def test_projects_have_times_of_their_own(
    api: Api, sandbox: SandboxProcess, http: httpx.Client
) -> None:
    other = Api(http, sandbox.url, sandbox.new_key())
    for each in (api, other):
        each.user("ada")
        each.done("POST", "/users/scheduled", schedule("trial.end", scheduled_at=LATER))
    assert api.control("clock", advance="20 years")["fired"] == 21
    assert other.inspect("clock")["moved"] is False
    assert other.inspect("events", cause="fired")["total"] == 0


def test_after_a_reset_the_time_is_real(api: Api) -> None:
    api.control("clock", set=LATER)
    api.user("ada")
    api.done("POST", "/users/scheduled", schedule("s", interval="1 day"))
    api.control("reset")
    assert api.inspect("clock")["moved"] is False
    assert datetime.fromisoformat(api.user("ada")["created_at"]) <= datetime.now(UTC)
    assert api.control("clock", advance="7 days")["fired"] == 0


@pytest.mark.slow
def test_a_moved_time_is_there_after_a_restart(http: httpx.Client, tmp_path: Path) -> None:
    file, key = tmp_path / "sandbox.db", f"sk_{uuid4().hex}"
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(http, sandbox.url, key)
        api.user("ada")
        api.done("POST", "/users/scheduled", schedule("s", interval="1 month", start_at=LATER))
        api.control("clock", set="2031-03-01T00:00:00Z")
    with SandboxProcess("--db", str(file)) as sandbox:
        api = Api(http, sandbox.url, key)
        assert api.inspect("clock")["moved"] is True
        assert api.inspect("clock")["now"].startswith("2031-03-01T00:")
        api.control("clock", advance="1 month")
        fired = [event["created_at"] for event in rows(api, "events", name="scheduled.s")]
    assert fired == ["2031-02-28T09:00:00.000000Z", "2031-03-31T09:00:00.000000Z"]
    with SandboxProcess("--db", str(file)) as sandbox:
        Api(http, sandbox.url, key).control("clock", resume=True)
    with SandboxProcess("--db", str(file)) as sandbox:
        assert Api(http, sandbox.url, key).inspect("clock")["moved"] is False


def test_both_need_a_key(api: Api) -> None:
    for method in ("GET", "POST"):
        assert api.http.request(method, f"{api.url}/sandbox/clock").status_code == 401
