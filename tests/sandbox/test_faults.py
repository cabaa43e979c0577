"""Faults: errors that the sandbox injects on purpose."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lunogram import Lunogram
from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess

SEEDS = st.integers(0, 2**32)


def upsert(api: Api, who: str = "ada") -> int | str:
    """Upsert a user; return the status, or `reset`."""
    try:
        return api.send("POST", "/users", {"identifier": named(who)}).status_code
    except httpx.TransportError:
        return "reset"


def upserts(api: Api, times: int) -> list[int | str]:
    """Upsert a user that often; return the statuses."""
    return [upsert(api) for _ in range(times)]


def post(api: Api, *names: str) -> httpx.Response:
    """Send events with these names."""
    body = [{"name": name, "identifier": named("ada"), "data": {}} for name in names]
    return api.send("POST", "/users/events", body)


def last_call(api: Api) -> Any:
    """Return the last call in the request log."""
    return api.inspect("calls", limit=1000)["results"][-1]


def is_there(api: Api, who: str) -> bool:
    """Return whether a user exists."""
    return bool(api.inspect("users", search=who)["total"])


# -- setting them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limit", "limit": 10, "per": 1},
        {"kind": "error", "status": 503, "share": 0.2},
        {"kind": "latency", "seconds": 0.2},
        {"kind": "reset", "when": "after"},
        {"kind": "html"},
        {"kind": "reject", "event": "order.completed"},
        {"kind": "html", "count": 3, "for": 1.5, "share": 0.5, "seed": 7, "path": "/users/events"},
    ],
)
def test_a_fault_is_returned_and_listed(api: Api, fault: dict[str, Any]) -> None:
    response = api.raw("POST", "/sandbox/faults", json=fault)
    assert response.status_code == 201
    response = response.json()
    assert fault.items() <= response.items()
    assert isinstance(response["seed"], int)
    assert response["hits"] == 0
    page = {"results": [response], "total": 1, "limit": 100, "offset": 0}
    assert api.inspect("faults") == page


def test_faults_are_listed_page_by_page(api: Api) -> None:
    ids = [api.control("faults", kind="html")["id"] for _ in range(3)]
    page = api.inspect("faults", limit=1, offset=1)
    assert ([each["id"] for each in page["results"]], page["total"]) == (ids[1:2], 3)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({}, "kind: must be one of rate_limit, error, latency, reset, html, reject"),
        ({"kind": "quake"}, "kind: must be one of rate_limit, error, latency"),
        ({"kind": ["error"]}, "kind: must be one of"),
        ({"kind": "rate_limit"}, "limit: is required"),
        ({"kind": "rate_limit", "limit": 0}, "limit: must be 1 or more"),
        ({"kind": "rate_limit", "limit": 1, "per": 0}, "per: must be more than 0"),
        ({"kind": "error", "status": 200}, "status: must be 400 or more"),
        ({"kind": "error", "status": 600}, "status: must be 599 or less"),
        ({"kind": "error", "status": "503"}, "status: must be a whole number, not a string"),
        ({"kind": "latency"}, "seconds: is required"),
        ({"kind": "latency", "seconds": -1}, "seconds: must be 0 or more"),
        ({"kind": "reset", "when": "never"}, "when: must be one of before, after"),
        ({"kind": "reject"}, "event: is required"),
        ({"kind": "html", "share": 1.1}, "share: must be 1 or less"),
        ({"kind": "html", "count": 0}, "count: must be 1 or more"),
        ({"kind": "html", "for": 0}, "for: must be more than 0"),
        ({"kind": "html", "path": "users"}, "path: must be a path that begins with /"),
        (
            {"kind": "html", "status": 502},
            "status: unknown option; must be one of kind, path",
        ),
        ([], "the body: must be an object"),
    ],
)
def test_invalid_requests_are_rejected_with_the_reason(
    api: Api, fault: object, reason: str
) -> None:
    response = api.raw("POST", "/sandbox/faults", json=fault)
    assert response.status_code == 400
    assert reason in response.json()["detail"]
    assert api.inspect("faults")["total"] == 0


def test_faults_are_ended_together(api: Api, http: httpx.Client, sandbox: SandboxProcess) -> None:
    other = Api(http, sandbox.url, sandbox.new_key())
    for each in (api, api, other):
        each.control("faults", kind="error")
    assert api.raw("DELETE", "/sandbox/faults").status_code == 204
    assert (upsert(api), upsert(other)) == (200, 500)
    assert [each.inspect("faults")["total"] for each in (api, other)] == [0, 1]


def test_a_reset_ends_them_too(api: Api) -> None:
    api.control("faults", kind="error")
    api.control("reset")
    assert upsert(api) == 200


# -- what the client sees -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (500, "internal server error"),
        (503, "service unavailable"),
        (418, "i'm a teapot"),
        (499, "error"),
    ],
)
def test_an_error(api: Api, status: int, title: str) -> None:
    api.control("faults", kind="error", status=status)
    response = api.send("POST", "/users", {"identifier": named("ada")})
    assert response.status_code == status
    assert response.json() == {"title": title, "detail": "a fault of the sandbox"}
    assert not is_there(api, "ada")


def test_a_page_instead_of_json(api: Api) -> None:
    api.control("faults", kind="html")
    response = api.send("POST", "/users", {"identifier": named("ada")})
    assert (response.status_code, response.headers["content-type"]) == (502, "text/html")
    assert response.text.startswith("<html>")
    assert not is_there(api, "ada")


def test_latency(api: Api) -> None:
    for seconds in (0.02, 0.03):
        api.control("faults", kind="latency", seconds=seconds)
    assert upsert(api) == 200
    call = last_call(api)
    assert call["milliseconds"] >= 50
    assert [fault["kind"] for fault in call["faults"]] == ["latency", "latency"]


def test_others_do_not_wait_for_a_late_call(
    api: Api, http: httpx.Client, sandbox: SandboxProcess
) -> None:
    """A call that would take an hour does not block another project."""
    api.control("faults", kind="latency", seconds=3600)
    timeout = httpx.Timeout(30, read=0.05)
    with pytest.raises(httpx.ReadTimeout):
        api.send("POST", "/users", {"identifier": named("ada")}, timeout=timeout)
    other = Api(http, sandbox.url, sandbox.new_key())
    assert upsert(other) == 200


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_before_or_after_the_call_took_effect(api: Api, when: str) -> None:
    api.control("faults", kind="reset", when=when, count=1)
    with pytest.raises(httpx.ReadError, match="reset"):
        api.send("POST", "/users", {"identifier": named("ada")})
    assert is_there(api, "ada") == (when == "after")
    assert last_call(api)["status"] == "reset"
    assert upsert(api) == 200


def test_a_rejected_event_rejects_its_batch(api: Api) -> None:
    api.control("faults", kind="reject", event="order.failed")
    assert post(api, "order.completed").status_code == 202
    response = post(api, "a", "order.failed", "order.failed")
    assert response.status_code == 400
    detail = "events[1].name: 'order.failed' is rejected by a fault of the sandbox"
    assert response.json() == {"title": "bad request", "detail": detail}
    assert api.events(name="a") == []
    assert upsert(api) == 200


@pytest.mark.parametrize("body", [b"", b"[", b"3", b'{"name": "x"}', b'["x", 1, null]', b"\xff"])
def test_reject_ignores_bodies_that_are_no_batch(api: Api, body: bytes) -> None:
    api.control("faults", kind="reject", event="x")
    path = f"{api.family}/users/events"
    assert "fault" not in api.raw("POST", path, content=body).json()["detail"]


def test_a_rate_limit(api: Api, http: httpx.Client, sandbox: SandboxProcess) -> None:
    other = Api(http, sandbox.url, sandbox.new_key())
    for each in (api, other):
        each.control("faults", kind="rate_limit", limit=3, per=1000)
    assert upserts(api, 5) == [200, 200, 200, 429, 429]
    assert upsert(other) == 200
    response = api.send("POST", "/users", {"identifier": named("ada")})
    assert 900 < int(response.headers["retry-after"]) <= 1000
    problem = {"title": "too many requests", "detail": "more than 3 calls in 1000 s"}
    assert response.json() == problem


def test_the_sdk_recovers_from_a_rate_limit(api: Api) -> None:
    api.control("faults", kind="rate_limit", limit=2, per=0.5)
    with Lunogram(api.key, base_url=f"{api.url}/api") as client:
        for number in range(4):
            client.user.upsert(f"user_{number}")
    assert api.inspect("users")["total"] == 4
    statuses = [call["status"] for call in api.inspect("calls")["results"]]
    assert set(statuses) == {200, 429}


# -- which calls ----------------------------------------------------------------------------------


@given(SEEDS, st.floats(0, 1), st.integers(1, 20))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_same_seed_hits_the_same_calls(api: Api, seed: int, share: float, times: int) -> None:
    seen = []
    for _ in range(2):
        api.raw("DELETE", "/sandbox/faults")
        api.control("faults", kind="error", share=share, seed=seed)
        seen.append(upserts(api, times))
    assert seen[0] == seen[1]
    assert api.inspect("faults")["results"][0]["hits"] == seen[0].count(500)


def test_a_seed_that_was_made_up_can_be_had_again(api: Api) -> None:
    seed = api.control("faults", kind="error", share=0.5)["seed"]
    seen = upserts(api, 20)
    api.control("reset")
    api.control("faults", kind="error", share=0.5, seed=seed)
    assert upserts(api, 20) == seen


@pytest.mark.parametrize(("share", "statuses"), [(0, {200}), (1, {500}), (0.5, {200, 500})])
def test_a_share_is_a_share(api: Api, share: float, statuses: set[int]) -> None:
    api.control("faults", kind="error", share=share, seed=1)
    assert set(upserts(api, 30)) == statuses


def test_it_ends_after_so_many_hits(api: Api) -> None:
    api.control("faults", kind="error", share=0.5, seed=3, count=2)
    seen = upserts(api, 30)
    assert seen.count(500) == 2
    assert api.inspect("faults")["total"] == 0


def test_it_ends_after_some_time(api: Api) -> None:
    api.control("faults", kind="error", **{"for": 0.3})
    seen = list(takewhile(lambda status: status == 500, iter(lambda: upsert(api), None)))
    assert seen
    assert api.inspect("faults")["total"] == 0


def test_moving_the_clock_does_not_end_it(api: Api) -> None:
    api.control("faults", kind="error", **{"for": 3600})
    api.control("clock", advance="1 year")
    assert upsert(api) == 500


@pytest.mark.parametrize("family", ["/api/client", "/api/client/projects/{}"])
def test_a_path_is_below_the_family(api: Api, family: str) -> None:
    api.family = family.format(api.user("ada")["project_id"])
    api.control("faults", kind="error", path="/users/events")
    api.control("faults", kind="error", status=503, path="/organizations")
    assert post(api, "x").status_code == 500
    assert upsert(api) == 200
    for path in ("/organizations", "/organizations/events"):
        assert api.send("POST", path, {}).status_code == 503


def test_the_test_api_is_never_hit(api: Api) -> None:
    for kind in ("error", "html", "reset"):
        api.control("faults", kind=kind)
    for what in ("users", "events", "calls", "faults", "clock"):
        api.inspect(what)
    api.control("reset")


def test_without_a_key_nothing_is_hit(api: Api) -> None:
    api.control("faults", kind="error")
    assert api.http.post(f"{api.url}/api/client/users", json={}).status_code == 401


ORDERS: list[tuple[list[dict[str, Any]], Sequence[int | str], list[int]]] = [
    ([{"kind": "error"}, {"kind": "html"}], [500, 500], [2, 0]),
    ([{"kind": "error", "count": 1}, {"kind": "html"}], [500, 502], [1]),
    ([{"kind": "html"}, {"kind": "reset"}], [502, 502], [2, 0]),
    ([{"kind": "reset", "when": "after"}, {"kind": "error"}], ["reset", "reset"], [2, 0]),
    ([{"kind": "latency", "seconds": 0}, {"kind": "error"}], [500, 500], [2, 2]),
    ([{"kind": "error"}, {"kind": "latency", "seconds": 9}], [500, 500], [2, 0]),
    ([{"kind": "rate_limit", "limit": 1, "per": 99}, {"kind": "error"}], [500, 429], [1, 1]),
    ([{"kind": "error", "count": 1}, {"kind": "rate_limit", "limit": 1}], [500, 200], [0]),
]


@pytest.mark.parametrize(("faults", "seen", "hits"), ORDERS)
def test_the_first_that_hits_decides(
    api: Api, faults: list[dict[str, Any]], seen: Sequence[int | str], hits: list[int]
) -> None:
    for fault in faults:
        api.control("faults", **fault)
    assert upserts(api, 2) == seen
    assert [fault["hits"] for fault in api.inspect("faults")["results"]] == hits


# -- the request log ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "response"),
    [
        ({"kind": "error", "status": 503}, 503, "a fault of the sandbox"),
        ({"kind": "html"}, 502, "<html>"),
        ({"kind": "rate_limit", "limit": 1, "per": 99}, 429, "more than 1 calls"),
        ({"kind": "reset", "when": "before"}, "reset", ""),
        ({"kind": "reset", "when": "after"}, "reset", ""),
        ({"kind": "latency", "seconds": 0.01}, 200, '"version":1'),
    ],
)
def test_the_request_log_has_the_status_that_the_client_saw_and_its_fault(
    api: Api, fault: dict[str, Any], status: int | str, response: str
) -> None:
    upsert(api)
    assert last_call(api)["faults"] == []
    fault_id = api.control("faults", **fault)["id"]
    if fault["kind"] == "rate_limit":
        upsert(api)
    upsert(api)
    call = last_call(api)
    assert (call["status"], call["faults"]) == (status, [{"id": fault_id, "kind": fault["kind"]}])
    assert response in call["response"]
    assert bool(call["response"]) == bool(response) == bool(call["response_bytes"])
    assert json.loads(call["request"]) == {"identifier": [{"external_id": "ada"}]}


# -- the command line -----------------------------------------------------------------------------


def test_faults_of_the_command_line_are_every_projects(http: httpx.Client) -> None:
    options = ["--fault", "error:status=503,count=1", "--fault", "rate_limit:limit=2,per=99"]
    with SandboxProcess(*options) as sandbox:
        for _ in range(2):
            api = Api(http, sandbox.url, sandbox.new_key())
            assert upserts(api, 4) == [503, 200, 200, 429]
            api.control("reset")
            assert upserts(api, 4) == [503, 200, 200, 429]
            api.raw("DELETE", "/sandbox/faults")
            assert (upsert(api), api.inspect("faults")["total"]) == (200, 0)


def test_a_seed_of_the_command_line_is_every_projects(http: httpx.Client) -> None:
    with SandboxProcess("--fault", "error:share=0.5,seed=7,path=/users") as sandbox:
        seen = [upserts(Api(http, sandbox.url, sandbox.new_key()), 12) for _ in range(2)]
    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("quake", "kind: must be one of rate_limit, error, latency, reset, html, reject"),
        ("", "kind: must be one of"),
        ("rate_limit", "limit: is required"),
        ("error:status=200", "status: must be 400 or more"),
        ("error:status=oops", "status: must be a whole number, not a string"),
        ("error:status", "status: must be a whole number"),
        ("error:share=nan", "share: must be 0 or more"),
        ("error:stat=503", "stat: unknown option; must be one of kind, status, path"),
        ("html:path=users", "path: must be a path that begins with /"),
    ],
)
def test_the_command_names_invalid_faults(text: str, reason: str) -> None:
    command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--port", "0", "--fault", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert f"Error: invalid fault {text!r}: " in done.stderr
    assert reason in done.stderr


def test_it_stops_while_a_call_waits(http: httpx.Client) -> None:
    with SandboxProcess("--fault", "latency:seconds=3600") as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        with pytest.raises(httpx.ReadTimeout):
            api.send("POST", "/users", {"identifier": named("ada")}, timeout=0.2)
    assert (sandbox.process.returncode, sandbox.errors) == (0, "")
