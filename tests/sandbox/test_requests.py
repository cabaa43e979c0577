"""What every request has in common: keys, both families of paths, and how it is rejected."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import yaml

from tests.support.sandbox_api import Api, named
from tests.support.sandbox_process import SandboxProcess

ADA = {"identifier": named("ada")}
UNAUTHORIZED = {
    "title": "bad request",
    "detail": "security requirements failed: unauthorized",
}


def test_a_request_without_a_key_is_rejected(api: Api) -> None:
    for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {api.key}"}):
        response = api.http.post(f"{api.url}{api.family}/users", json=ADA, headers=headers)
        assert response.status_code == 401
        assert response.json() == UNAUTHORIZED
        assert response.headers["content-type"] == "application/json"


def test_a_bare_key_is_a_key(api: Api) -> None:
    headers = {"Authorization": api.key}
    assert api.send("POST", "/users", ADA, headers=headers).status_code == 200


def test_both_families_are_one_project(api: Api) -> None:
    assert api.of_the_documents().user("ada")["project_id"] == api.project_id
    assert api.user("ada")["version"] == 1
    assert api.done("GET", "/push/vapid")
    assert api.send("DELETE", "/users", ADA).status_code == 204


@pytest.mark.parametrize("project_id", ["4c9d3163-7b64-4f9e-9068-d2e4b96be56b", "x"])
def test_a_project_has_to_be_the_keys_own(api: Api, project_id: str) -> None:
    api.family = f"/api/client/projects/{project_id}"
    assert api.rejected(401, "POST", "/users", ADA) == UNAUTHORIZED["detail"]


def test_keys_do_not_see_each_other(api: Api, sandbox: SandboxProcess) -> None:
    other = Api(api.http, api.url, sandbox.new_key())
    mine, theirs = api.user("ada"), other.user("ada")
    assert mine["project_id"] != theirs["project_id"]
    assert mine["id"] != theirs["id"]
    assert other.send("DELETE", "/users", ADA).status_code == 204
    assert api.inspect("users")["total"] == 1
    assert other.inspect("users")["total"] == 0


@pytest.mark.parametrize(
    "path", ["/api", "/api/client", "/api/client/user", "/api/client/users/", "/client/users"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_a_page(api: Api, method: str, path: str) -> None:
    response = api.raw(method, path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "no such path" in response.text


def test_the_document_of_the_api_is_served(api: Api) -> None:
    response = api.http.get(f"{api.url}/api/openapi/client.yaml")
    assert response.headers["content-type"] == "application/yaml"
    document = yaml.safe_load(response.text)
    assert document["paths"].keys() >= {"/users", "/users/events"}
    assert document["servers"][0]["variables"]["base"]["default"] == f"{api.url}/api"


def test_an_unknown_path_of_the_test_api_is_a_problem(api: Api) -> None:
    response = api.raw("GET", "/sandbox/user/")
    assert response.status_code == 404
    assert response.json() == {"title": "resource not found", "detail": "path not found"}


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/jsonp"])
def test_a_body_has_to_be_declared_as_json(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    for method in ("POST", "DELETE"):
        response = api.http.request(
            method,
            f"{api.url}{api.family}/users",
            content=b'{"identifier": [{"external_id": "ada"}]}',
            headers={"Authorization": f"Bearer {api.key}"} | headers,
        )
        assert response.status_code == 400
        assert response.json()["detail"] == "the Content-Type must be application/json"


def test_a_content_type_may_have_a_charset(api: Api) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert api.send("POST", "/users", ADA, headers=headers).status_code == 200


def test_bytes_after_the_body_are_ignored(api: Api) -> None:
    content = b'{"identifier": [{"external_id": "a"}]} {"x"'
    assert api.raw("POST", f"{api.family}/users", content=content).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/users", "DELETE, POST"),
        ("PUT", "/users/events", "POST"),
        ("DELETE", "/users/inbox", "GET, POST"),
        ("POST", "/push/vapid", "GET"),
    ],
)
def test_a_wrong_method_is_a_problem(api: Api, method: str, path: str, allowed: str) -> None:
    response = api.send(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed
    assert response.json()["title"] == "method not allowed"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "the body is empty"),
        (b"  ", "the body is empty"),
        (b"{", "the body is not JSON"),
        (b'{"identifier": [{"external_id": "a"}], "data": {"n": NaN}}', "the body is not JSON"),
        (
            b'{"identifier": [{"external_id": "a"}], "data": {"n": Infinity}}',
            "the body is not JSON",
        ),
        (
            b'{"identifier": [{"external_id": "a"}], "data": {"n": -Infinity}}',
            "the body is not JSON",
        ),
        (
            b'{"identifier": [{"external_id": "a"}], "data": {"n": 1e999999}}',
            "a number is out of range",
        ),
        (b'{"identifier": [{"external_id": "\xff"}]}', "the body is not UTF-8"),
        (b'{"identifier": [{"external_id": "a"}], "unknown": "\xc3"}', "the body is not UTF-8"),
        (b'{"identifier": [{"external_id": "\\ud800"}]}', "the body is not JSON"),
        (
            b'{"identifier": [{"external_id": "a"}], "data": {"n": 1e400}}',
            "a number is out of range",
        ),
        (b'{"unknown": ' + b"[" * 100_000, "nested too deeply"),
        (
            b'{"identifier": [{"external_id": "a"}], "data": {"n": ' + b"9" * 5000 + b"}}",
            "out of range",
        ),
        (b"null", "the body: must be an object, not null"),
        (b"[]", "the body: must be an object, not an array"),
        (b'{"identifier": null}', "identifier: must be an array, not null"),
    ],
)
def test_an_invalid_body(api: Api, body: bytes, detail: str) -> None:
    response = api.raw("POST", f"{api.family}/users", content=body)
    assert response.status_code == 400
    assert response.json()["title"] == "bad request"
    assert detail in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"identifier": [{"external_id": "a\\u0000b"}]}',
        b'{"identifier": [{"external_id": "a"}], "data": {"\\u0000": 1}}',
    ],
)
def test_a_nul_is_an_internal_error(api: Api, body: bytes) -> None:
    assert api.raw("POST", f"{api.family}/users", content=body).status_code == 500
    assert "NUL character" in api.inspect("calls")["results"][-1]["notes"][0]


def test_an_escaped_backslash_before_u0000_is_not_a_nul(api: Api) -> None:
    body = b'{"identifier": [{"external_id": "a"}], "data": {"text": "\\\\u0000"}}'
    assert api.raw("POST", f"{api.family}/users", content=body).json()["data"] == {
        "text": "\\u0000"
    }


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large(api: Api, *, chunked: bool) -> None:
    def parts() -> Iterator[bytes]:
        yield from itertools.repeat(b" " * 2**16, 2**20 * 11 // 2**16)

    content = parts() if chunked else b"".join(parts())
    response = api.raw("POST", f"{api.family}/users", content=content)
    assert response.status_code == 413
    assert response.json() == {
        "title": "content too large",
        "detail": "the body is larger than 10485760 bytes",
    }
    assert api.user("ada")


def test_a_large_body_within_the_limit(api: Api) -> None:
    text = "x" * (9 * 2**20)
    assert api.user("ada", data={"text": text})["data"]["text"] == text


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("email", 1, "email: must be a string or null, not a whole number"),
        ("data", [], "data: must be an object or null, not an array"),
        ("identifier", [{}], "identifier[0].external_id: is required"),
        (
            "identifier",
            [{"external_id": "a", "metadata": 1.5}],
            "identifier[0].metadata: must be an object or null, not a number",
        ),
        (
            "identifier",
            [{"external_id": "a"}, {"external_id": "a", "source": True}],
            "identifier[1].source: must be a string, not true or false",
        ),
    ],
)
def test_an_error_names_the_field(api: Api, field: str, value: object, detail: str) -> None:
    assert api.rejected(400, "POST", "/users", ADA | {field: value}) == detail


def test_a_caller_that_goes_away_does_no_harm(api: Api, sandbox: SandboxProcess) -> None:
    url = urlsplit(sandbox.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        request = f"POST {api.family}/users HTTP/1.1"
        head = f"{request}\r\nHost: localhost\r\nAuthorization: Bearer {api.key}"
        connection.sendall(f"{head}\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert api.inspect("users")["total"] == 0


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 1100, 5000])
def test_nesting_is_kept_or_rejected(api: Api, depth: int) -> None:
    data = '{"a": ' + "[" * depth + "]" * depth + "}"
    body = f'{{"identifier": [{{"external_id": "ada"}}], "data": {data}}}'
    first = api.raw("POST", f"{api.family}/users", content=body)
    second = api.raw("POST", f"{api.family}/users", content=body)
    event = f'[{{"name": "x", "match": {data}, "data": {{}}}}]'
    third = api.raw("POST", f"{api.family}/users/events", content=event)
    statuses = {first.status_code, second.status_code, third.status_code}
    assert statuses <= {200, 202, 400}
    if depth <= 100:
        assert statuses == {200, 202}
