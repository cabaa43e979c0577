"""The local Customer.io as a part of the sandbox: credentials, options, faults, files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.customerio_api import Workspace, path_of
from tests.support.sandbox_api import Api
from tests.support.sandbox_process import SandboxProcess

SEND = {"transactional_message_id": 3, "to": "a@b.c", "identifiers": {"id": "5"}}


def test_it_is_not_there_unless_it_is_asked_for(api: Api) -> None:
    workspace = Workspace(api.http, api.url, api.key)
    for response in (workspace.track("GET", "/auth"), workspace.app("POST", "/v1/send/email", {})):
        assert response.status_code == 404
        assert response.json() == {"title": "resource not found", "detail": "path not found"}


# -- credentials ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "auth",
    [
        None,
        ("site_a", "track_b"),
        ("site_", "track_"),
        ("site_a", ""),
        ("a", "a"),
        ("track_a", "site_a"),
    ],
)
def test_wrong_track_credentials_are_rejected(workspace: Workspace, auth: Any) -> None:
    for path in ("/auth", "/api/v1/accounts/region"):
        response = workspace.track("GET", path, auth=auth)
        assert response.status_code == 401
        assert response.json() == {"meta": {"error": "Unauthorized request"}}
    response = workspace.track("POST", "/api/v2/batch", {}, auth=auth)
    assert (response.status_code, set(response.json())) == (401, {"errors"})


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer app_", "Bearer sk_a", "Basic a", "Basic YQ=="]
)
def test_wrong_app_credentials_are_rejected(workspace: Workspace, value: str) -> None:
    headers = {"Authorization": value} if value else {}
    response = workspace.app("POST", "/v1/send/email", SEND, headers=headers)
    assert (response.status_code, response.json()) == (401, {"meta": {"error": "unauthorized"}})
    response = workspace.app("POST", "/v1/campaigns/1/triggers", {}, headers=headers)
    assert (response.status_code, response.json()) == (
        401,
        {"errors": [{"detail": "unauthorized", "status": "401"}]},
    )


def test_each_key_is_for_its_own_host(workspace: Workspace) -> None:
    bearer = {"Authorization": f"Bearer {workspace.app_key}"}
    assert workspace.track("GET", "/auth", auth=None, headers=bearer).status_code == 401
    sent = workspace.http.post(
        f"{workspace.customerio}/app/v1/send/email", json=SEND, auth=workspace.site
    )
    assert sent.status_code == 401


def test_requests_of_browsers_are_rejected(workspace: Workspace) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    assert workspace.track("GET", "/auth", headers=origin).status_code == 403


def test_workspaces_do_not_meet(customerio_sandbox: SandboxProcess, workspace: Workspace) -> None:
    other = Workspace(workspace.http, workspace.url, customerio_sandbox.new_key())
    for each in (workspace, other):
        each.event("5", "seen", id="the-same")
        each.identify("5", email="ada@example.com")
    assert len(workspace.there("people")) == len(other.there("people")) == 1
    assert workspace.names() == other.names() == ["seen"]
    workspace.control("reset")
    assert (workspace.there("people"), workspace.there("events")) == ([], [])
    assert other.names() == ["seen"]


def test_only_the_given_credentials_are_accepted(http: httpx.Client) -> None:
    options = ("--customerio-site-id", "s", "--customerio-track-api-key", "t", "--api-key", "key")
    with SandboxProcess("--customerio", *options, "--customerio-app-api-key", "a") as sandbox:
        workspace = Workspace(http, sandbox.url, "key")
        assert workspace.track("GET", "/auth").status_code == 401
        workspace.site, workspace.app_key = ("s", "t"), "a"
        workspace.identify("5")
        assert workspace.app("POST", "/v1/send/email", SEND).status_code == 200
        assert len(workspace.there("people")) == len(workspace.there("deliveries")) == 1
        for wrong in (("s", "x"), ("x", "t"), ("s", "")):
            assert workspace.track("GET", "/auth", auth=wrong).status_code == 401


def test_credentials_follow_the_accepted_keys(http: httpx.Client) -> None:
    with SandboxProcess("--customerio", "--api-key", "sk_one") as sandbox:
        assert Workspace(http, sandbox.url, "sk_one").track("GET", "/auth").status_code == 200
        assert Workspace(http, sandbox.url, "sk_two").track("GET", "/auth").status_code == 401


# -- rejections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["track", "app", "collections"])
def test_an_unknown_path_is_not_found(workspace: Workspace, host: str) -> None:
    response = workspace.http.get(f"{workspace.customerio}/{host}/nowhere")
    assert response.status_code == 404
    assert set(response.json()) == ({"errors"} if host == "collections" else {"meta"})


def test_an_unknown_host_is_rejected_by_the_sandbox_itself(workspace: Workspace) -> None:
    assert workspace.http.get(f"{workspace.customerio}/pipelines/x").json()["title"]


def test_an_unknown_method_is_not_allowed(workspace: Workspace) -> None:
    response = workspace.track("GET", path_of("5"))
    assert (response.status_code, response.headers["allow"]) == (405, "DELETE, PUT")
    assert set(response.json()) == {"meta"}


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b'{"a": "\\u0000"}'])
def test_a_body_that_cannot_be_read_is_rejected(workspace: Workspace, content: bytes) -> None:
    url = f"{workspace.customerio}/track{path_of('5')}"
    response = workspace.http.put(url, content=content, auth=workspace.site)
    assert (response.status_code, set(response.json())) == (400, {"meta"})
    assert workspace.there("people") == []


# -- faults, and what is kept ---------------------------------------------------------------------


def test_faults_hit_in_customer_ios_shape(workspace: Workspace) -> None:
    workspace.control("faults", kind="error", status=503, count=2, path="/customerio")
    assert workspace.error("PUT", path_of("5"), {}, status=503) == "a fault of the sandbox"
    assert workspace.app("POST", "/v1/campaigns/1/triggers", {}).json() == {
        "errors": [{"detail": "a fault of the sandbox", "status": "503"}]
    }
    workspace.identify("5")
    workspace.control("faults", kind="rate_limit", limit=1, per=60, path="/customerio/track")
    workspace.identify("5")
    limited = workspace.track("PUT", path_of("5"), {})
    assert (limited.status_code, set(limited.json())) == (429, {"meta"})
    assert int(limited.headers["retry-after"]) > 0
    assert workspace.app("POST", "/v1/send/email", SEND).status_code == 200


def test_a_connection_may_be_reset_after_the_effect(workspace: Workspace) -> None:
    workspace.control("faults", kind="reset", when="after", count=1)
    with pytest.raises(httpx.TransportError):
        workspace.track("PUT", path_of("5"), {})
    assert workspace.person("5")


def test_calls_are_logged_without_credentials(workspace: Workspace) -> None:
    workspace.identify("5", plan="pro")
    workspace.error("PUT", path_of("5"), {"id": 5})
    calls = workspace.inspect("calls")["results"]
    assert [(call["path"], call["status"]) for call in calls] == [
        ("/customerio/track/api/v1/customers/5", 200),
        ("/customerio/track/api/v1/customers/5", 400),
    ]
    assert workspace.site[1] not in str(calls)


def test_the_projects_time_is_customer_ios(workspace: Workspace) -> None:
    workspace.control("clock", set="2100-01-01T00:00:00Z")
    workspace.event("5", "seen")
    assert workspace.there("events")[0]["timestamp"] >= 4102444800


@pytest.mark.slow
def test_what_was_acknowledged_outlives_kill_9(http: httpx.Client, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    sandbox = SandboxProcess("--customerio", "--db", str(file))
    workspace = Workspace(http, sandbox.url, sandbox.new_key())
    for number in range(50):
        workspace.event(f"user_{number}", "seen")
    sandbox.kill()
    with SandboxProcess("--db", str(file)) as again:
        there = Workspace(http, again.url, workspace.key)
        assert len(there.there("people")) == len(there.there("events")) == 50
        assert there.track("GET", "/auth").status_code == 404
    assert workspace.site[1].encode() not in file.read_bytes()


def test_the_inspection_api_has_pages(workspace: Workspace) -> None:
    for number in range(5):
        workspace.event("5", f"event_{number}")
    page = workspace.inspect("customerio/events", limit=2, offset=3)
    assert (page["total"], [each["name"] for each in page["results"]]) == (
        5,
        ["event_3", "event_4"],
    )
    assert workspace.names(person="nobody") == []
    assert workspace.names(name="event_1") == ["event_1"]
