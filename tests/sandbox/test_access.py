"""Who may do what: generations of servers, roles of keys, sessions, and browsers."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess

ADA = {"identifier": named("ada")}
EVENT = {"name": "order.completed", "data": {}}
ORIGIN = {"Origin": "https://shop.example"}
INBOX = {"source": "default", "external_id": "ada", "channel": "inbox"}
MESSAGE = {"target": named("ada"), "identifier": {"external_id": "m1"}, "channel": "inbox"}


# -- generations ----------------------------------------------------------------------------------


def test_client_keys_are_those_of_older_servers(api: Api) -> None:
    api.key = f"pk_{uuid4().hex}"
    older = api.of_the_documents()
    assert older.send("POST", "/users", ADA, headers=ORIGIN).status_code == 200
    for path in ("inbox", "inbox/count"):
        detail = older.rejected(403, "GET", f"/users/{path}", params=INBOX)
        assert detail == "missing permission: read"
    path = f"/auth-methods/{DEFAULT_METHOD}/sessions"
    assert older.rejected(403, "POST", path, {"user_id": "ada"}) == "missing permission: create"
    today = Api(api.http, api.url, api.key)
    today.rejected(401, "POST", "/users", ADA)


def test_a_strict_sandbox_knows_servers_of_today_only(http: httpx.Client) -> None:
    with SandboxProcess("--strict") as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        assert api.user("ada")
        api.of_the_documents().rejected(401, "POST", "/users", ADA)
        api.key = f"pk_{uuid4().hex}"
        api.of_the_documents().rejected(401, "POST", "/users", ADA)


# -- event names ----------------------------------------------------------------------------------


def test_an_auth_method_may_be_limited_to_event_names(http: httpx.Client) -> None:
    names = "=order.completed, order.shipped"
    options = (f"--events=sk_limited{names}", f"--events={DEFAULT_METHOD}{names}")
    with SandboxProcess(*options) as sandbox:
        api = Api(http, sandbox.url, "sk_limited")
        api.user("ada")
        own = session(api)
        own.user("ada")
        for each, path in (
            (api, "/users/events"),
            (api, "/organizations/events"),
            (own, "/users/events"),
        ):
            body = [EVENT | ADA, EVENT | ADA | {"name": "user.hacked"}]
            detail = each.rejected(403, "POST", path, body)
            assert detail == 'auth method may not create events "user.hacked"'
            each.done("POST", path, body[:1])
        assert api.events(cause="sent") == ["order.completed"] * 2
        other = Api(http, sandbox.url, sandbox.new_key())
        other.user("ada")
        other.done("POST", "/users/events", [EVENT | ADA | {"name": "any"}])


@pytest.mark.parametrize("option", ["sk_first", "=x", "sk_first=", "sk_first= ,"])
def test_event_names_have_to_be_complete(option: str) -> None:
    with pytest.raises(RuntimeError, match="event names are given as KEY=NAME,… or UUID=NAME,…"):
        SandboxProcess("--events", option)


def test_event_names_are_for_an_auth_method_there_is() -> None:
    with pytest.raises(RuntimeError, match="are for a given API key or session method"):
        SandboxProcess("--api-key", "sk_first", "--events", "sk_second=x")


# -- roles ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> Iterator[SandboxProcess]:
    """A sandbox with keys of each role, of one project."""
    options = [f"--api-key=sk_{role}:{role}" for role in ("client", "support", "editor", "admin")]
    with SandboxProcess("--api-key", "sk_first", *options) as sandbox:
        yield sandbox


CALLS: list[tuple[str, str, object, str, str]] = [
    ("POST", "/users", ADA, "create", "client editor admin"),
    ("POST", "/users/events", [EVENT | ADA], "create", "client editor admin"),
    ("POST", "/users/inbox", [MESSAGE], "create", "client editor admin"),
    ("GET", "/users/inbox", None, "read", "support editor admin"),
    ("GET", "/users/inbox/count", None, "read", "support editor admin"),
    (
        "POST",
        "/users/inbox/read",
        [{"target": named("ada"), "message_id": str(uuid4())}],
        "update",
        "editor admin",
    ),
    ("GET", "/push/vapid", None, "read", "support editor admin"),
    ("DELETE", "/users/scheduled", ADA | {"name": "anniversary"}, "delete", "editor admin"),
    ("POST", "/organizations", ADA, "create", "client editor admin"),
    ("DELETE", "/organizations", ADA, "delete", "client editor admin"),
    ("DELETE", "/users", ADA, "delete", "client editor admin"),
    (
        "POST",
        f"/auth-methods/{DEFAULT_METHOD}/sessions",
        {"user_id": "ada"},
        "create",
        "editor admin",
    ),
]


@pytest.mark.parametrize("role", ["client", "support", "editor", "admin"])
def test_a_role_says_what_a_key_may_do(
    http: httpx.Client, shared: SandboxProcess, role: str
) -> None:
    first = Api(http, shared.url, "sk_first")
    api = Api(http, shared.url, f"sk_{role}")
    assert api.project_id == first.project_id
    for method, path, body, verb, roles in CALLS:
        first.user("ada")
        first.organization("ada")
        if role in roles.split():
            api.done(method, path, body, params=INBOX)
        else:
            response = api.send(method, path, body, params=INBOX)
            assert response.status_code == 403
            assert response.json() == {
                "title": "forbidden",
                "detail": f"missing permission: {verb}",
            }


def test_keys_without_a_role_have_projects_of_their_own(http: httpx.Client) -> None:
    with SandboxProcess("--api-key=sk_a", "--api-key=sk_b:client", "--api-key=sk_c") as sandbox:
        a, b, c = (Api(http, sandbox.url, f"sk_{name}").project_id for name in "abc")
    assert a == b != c


@pytest.mark.parametrize("option", ["--api-key=sk_a:owner", "--api-key=:admin"])
def test_a_role_has_to_be_known(option: str) -> None:
    with pytest.raises(RuntimeError, match="role of an API key must be one of client, support"):
        SandboxProcess(option)


# -- browsers -------------------------------------------------------------------------------------


def test_a_key_is_rejected_with_an_origin(api: Api) -> None:
    api.rejected(401, "POST", "/users", ADA, headers=ORIGIN)
    api.of_the_documents().rejected(401, "POST", "/users", ADA, headers=ORIGIN)


def test_cors_preflights_and_headers(api: Api) -> None:
    headers = {
        **ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    response = api.http.options(f"{api.url}{api.family}/users", headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "Authorization" in response.headers["access-control-allow-headers"]
    for rejected in (api.send("POST", "/users", {}), api.send("PUT", "/users")):
        assert rejected.headers["access-control-allow-origin"] == "*"


# -- sessions -------------------------------------------------------------------------------------


def session(api: Api, user_id: str = "ada", method: str = DEFAULT_METHOD) -> Api:
    """The same project with a session's token."""
    own = api.of_the_documents()
    own.family = api.family
    own.key = api.done("POST", f"/auth-methods/{method}/sessions", {"user_id": user_id})["token"]
    return own


def own_identifier(user_id: str = "ada") -> list[dict[str, str]]:
    """The identifier of a session's user."""
    return [{"source": f"session:{DEFAULT_METHOD}", "external_id": user_id}]


def test_a_token_is_a_jwt(api: Api) -> None:
    created = api.done("POST", f"/auth-methods/{DEFAULT_METHOD}/sessions", {"user_id": "ada"})
    header, payload, _ = created["token"].split(".")
    assert json.loads(urlsafe_b64decode(header + "==")) == {"alg": "ES256", "typ": "JWT"}
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    assert claims["iss"]
    assert (claims["sub"], claims["amid"]) == ("ada", DEFAULT_METHOD)
    assert claims["exp"] == datetime.fromisoformat(created["expires_at"]).timestamp()


def test_a_session_acts_on_its_own_data(api: Api) -> None:
    api.user("ada")
    own = session(api)
    user = own.done("POST", "/users", {"identifier": named("ada"), "data": {"plan": "pro"}})
    (identifier,) = user["identifier"]
    assert own_identifier()[0].items() <= identifier.items()
    own.done("POST", "/users", {})
    own.done("POST", "/users/events", [EVENT | ADA, EVENT])
    query = {"user": "ada", "source": f"session:{DEFAULT_METHOD}"}
    assert api.events(**query, name="order.completed") == ["order.completed"] * 2
    assert api.events(user="ada") == ["user.created"]
    api.done("POST", "/users/inbox", [MESSAGE | {"target": own_identifier()}])
    assert own.done("GET", "/users/inbox", params=INBOX)["total"] == 1
    assert own.send("DELETE", "/users", ADA).status_code == 204
    assert api.inspect("users")["total"] == 1


def test_events_of_a_session_whose_user_was_never_upserted_are_lost(api: Api) -> None:
    api.user("ada")
    session(api).done("POST", "/users/events", [EVENT])
    (lost,) = api.lost()
    assert lost["identifier"] == own_identifier()
    assert lost["reason"] == (
        f"nobody has the identifier session:{DEFAULT_METHOD}:ada: upsert the user first"
    )


def test_what_a_session_may_not_do(api: Api) -> None:
    own = session(api)
    detail = own.rejected(403, "POST", "/users/events", [EVENT | {"match": {}}])
    assert detail == "end users may not emit match-based events"
    pair = {"organization": ADA, "user": ADA}
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/organizations", ADA),
        ("DELETE", "/organizations", ADA),
        ("POST", "/organizations/users", pair),
        ("POST", "/organizations/events", [EVENT | ADA]),
        ("GET", "/organizations/inbox", None),
    ]
    for method, path, body in calls:
        detail = own.rejected(403, method, path, body, params=INBOX)
        assert detail == "end users may only access their own data"
    path = f"/auth-methods/{DEFAULT_METHOD}/sessions"
    detail = own.rejected(403, "POST", path, {"user_id": "grace"})
    assert detail == "an API key is required to mint sessions"


def test_a_session_may_send_to_the_inboxes_of_organizations(api: Api) -> None:
    api.organization("ada")
    session(api).done("POST", "/organizations/inbox", [MESSAGE])
    assert api.inspect("inbox", organization="ada")["total"] == 1


def test_a_session_may_come_from_a_browser(api: Api) -> None:
    response = session(api).send("POST", "/users", {}, headers=ORIGIN)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_token_is_of_its_project_and_of_its_sandbox(api: Api, sandbox: SandboxProcess) -> None:
    own = session(api)
    other = Api(api.http, api.url, sandbox.new_key())
    other.user("ada")
    other.key = own.key
    other.rejected(401, "POST", "/users", {})
    content, _, signature = own.key.rpartition(".")
    own.key = f"{content}.{signature[::-1]}"
    own.rejected(401, "POST", "/users", {})


def test_session_methods_are_given(http: httpx.Client) -> None:
    method = str(uuid4())
    options = ("--session-method", f"{method}:15 minutes", "--session-method", str(uuid4()))
    with SandboxProcess(*options) as sandbox:
        api = Api(http, sandbox.url, sandbox.new_key())
        own = session(api, method=method)
        own.user("ada")
        api.control("clock", advance="14 minutes")
        own.user("ada")
        api.control("clock", advance="1 minute")
        own.rejected(401, "POST", "/users", {})
        path = f"/auth-methods/{DEFAULT_METHOD}/sessions"
        api.rejected(404, "POST", path, {"user_id": "ada"})


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("x", "id of a session method must be a UUID: x"),
        (
            f"{DEFAULT_METHOD}:soon",
            "lifetime of a session must be an interval longer than zero: soon",
        ),
        (
            f"{DEFAULT_METHOD}:0 s",
            "lifetime of a session must be an interval longer than zero: 0 s",
        ),
    ],
)
def test_session_methods_have_to_be_valid(option: str, reason: str) -> None:
    with pytest.raises(RuntimeError, match=reason):
        SandboxProcess("--session-method", option)
