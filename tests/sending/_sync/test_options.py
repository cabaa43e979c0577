# Derived by `make generate` from tests/sending/_async/test_options.py; never edited by hand.
"""How a client is set up: arguments, environment, and other options over the same connections."""

from __future__ import annotations

from typing import Any

import httpx
import httpx2
import pytest
from tests.support.faults import Response, problem
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import (
    EMAIL,
    KEY,
    PERSON,
    accepted,
    assert_clean,
    assert_unseen,
    user,
)

from lunogram import (
    ClientClosedError,
    ConfigurationError,
    Lunogram,
    NotFoundError,
    ServerError,
    __version__,
)
from tests.sending._sync.clients import client_of, count_inbox, delete, upsert

pytestmark = pytest.mark.anyio

nothing_is_sent = pytest.mark.transports("httpx")  # so that any transport makes no difference


def test_what_is_sent(server: FaultyServer) -> None:
    with client_of(server) as client:
        upsert(client)
    request = server.request
    assert (request.method, request.target) == ("POST", "/api/client/users")
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "authorization": f"Bearer {KEY}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": f"lunogram-python/{__version__}",
        "content-type": "application/json",
        "content-length": str(len(request.body)),
    }
    assert PERSON.encode() in request.body
    assert EMAIL.encode() in request.body


def test_no_body_no_content_type(server: FaultyServer) -> None:
    server.plan(Response(200, b'{"total": 0, "unread": 0, "read": 0, "archived": 0}'))
    with client_of(server) as client:
        client.user.inbox.count("user_123")
    assert (server.request.method, server.request.body) == ("GET", b"")
    assert "content-type" not in server.request.headers
    assert "content-length" not in server.request.headers


@pytest.mark.parametrize("project_id", ["p_1", "a/b c?d#é", " p_1 "])
def test_project_id(server: FaultyServer, project_id: str) -> None:
    with client_of(server, project_id=project_id) as client:
        answer = client.with_raw_response.user.upsert("user_123")
    assert answer.status_code == 200
    quoted = {"p_1": "p_1", "a/b c?d#é": "a%2Fb%20c%3Fd%23%C3%A9"}[project_id.strip()]
    assert server.request.target == f"/api/client/projects/{quoted}/users"


@pytest.mark.parametrize("key", ["sk_from_the_environment", "sk_from_the_environment\n"])
def test_environment(server: FaultyServer, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("LUNOGRAM_API_KEY", key)
    monkeypatch.setenv("LUNOGRAM_BASE_URL", f"{server.base_url}/")
    monkeypatch.setenv("LUNOGRAM_PROJECT_ID", "p_2")
    with Lunogram() as client:
        upsert(client)
    assert server.request.headers["authorization"] == f"Bearer {key.strip()}"
    assert server.request.target == "/api/client/projects/p_2/users"


def test_arguments_come_before_the_environment(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUNOGRAM_API_KEY", "sk_other")
    monkeypatch.setenv("LUNOGRAM_BASE_URL", "http://nonexistent.invalid/api")
    with client_of(server) as client:
        upsert(client)
    assert server.request.headers["authorization"] == f"Bearer {KEY}"


class SecretStr:
    """A secret that some other library keeps."""


@pytest.mark.parametrize(
    "key",
    [
        "sk two", "sk_é", "sk_\r\nX-Injected: 1", "sk_\x00",
        b"sk_1", 5, ["sk_1"], SecretStr(),
    ],
)  # fmt: skip
@nothing_is_sent
def test_key_that_is_none(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        Lunogram(key)
    assert "sk_1" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "  ", None])
@nothing_is_sent
def test_key_that_is_missing_is_looked_up_at_the_first_call(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, key: Any
) -> None:
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)
    with Lunogram(key) as client:
        assert repr(client) == "Lunogram(api_key=None)"
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="api_key, or set LUNOGRAM_API_KEY"):
                upsert(client)
        assert not client.ping().ok
        monkeypatch.setenv("LUNOGRAM_API_KEY", KEY)
        monkeypatch.setenv("LUNOGRAM_BASE_URL", server.base_url)
        copied = client.with_options(max_retries=0)
        upsert(client)
        upsert(copied)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert len(server.connections) == 1
    with pytest.raises(ClientClosedError):
        upsert(copied)


def test_what_is_invalid_besides_a_missing_key_raises_at_once() -> None:
    given: dict[str, Any] = {"base_url": "localhost", "project_id": ".", "http_client": object()}
    for name, value in given.items():
        with pytest.raises(ConfigurationError, match=name):
            Lunogram("", **{name: value})


def test_a_client_without_a_key_that_was_closed_stays_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Lunogram()
    client.close()
    monkeypatch.setenv("LUNOGRAM_API_KEY", KEY)
    with pytest.raises(ClientClosedError):
        upsert(client)


@pytest.mark.parametrize("project_id", ["..", ".", "a\nb", 5, b"p_1"])
@nothing_is_sent
def test_project_id_that_is_none(project_id: Any) -> None:
    with pytest.raises(ConfigurationError, match="project_id"):
        Lunogram(KEY, project_id=project_id)


@pytest.mark.parametrize(
    "base_url",
    [
        "localhost:8025/api",
        "ftp://localhost/api",
        "http://",
        "http:///api",
        "http://[::1/api",
        "http://localhost:0/api",
        "http://localhost:99999/api",
        "http://localhost:port/api",
        "http://user:password@localhost/api",
        "http://localhost/api?a=b",
        "http://localhost/api#a",
        "http://localhost/api/client",
        "http://localhost/api/client/",
        "http://localhost/api?",
        "http://localhost/api#",
        "http://localhost/a\nb",
        "http://local\thost/api",
        "http://localhost/a\x7fb",
        "http://localhost/a\u2028b",
        "http://local host/api",
        "http://local%68ost/api",
        "http://localhost\\@lunogram.invalid/api",
        "http://user:pass/word@localhost/api",
        "http://user:12/password@localhost/api",
        "http://user:pass#word@localhost/api",
        "http://@localhost/api",
        "http://[fe80::1%eth0]/api",
        "http://[127.0.0.1]/api",
        "http://straße.example/api",
        "http://localhost/a/../api",
        "http://localhost/./api",
        b"http://localhost/api",
        httpx.URL("http://localhost/api"),
    ],
)
@pytest.mark.parametrize("library", [None, httpx, httpx2])
@nothing_is_sent
def test_base_url_that_is_none(base_url: Any, library: Any) -> None:
    http_client = library and library.Client(trust_env=False)
    with pytest.raises(ConfigurationError, match="base_url") as caught:
        Lunogram(KEY, base_url=base_url, http_client=http_client)
    if http_client:
        http_client.close()
    assert "word@" not in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.parametrize("library", [None, httpx, httpx2])
@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("http://LOCALHOST:{port}/api/ ", "/api"),
        ("http://ｌｏｃａｌｈｏｓｔ:{port}/api", "/api"),  # noqa: RUF001
        ("http://127.0.0.1:{port}/käse api", "/k%C3%A4se%20api"),
        ("http://127.0.0.1:{port}/100%/%41/[a]|\\^{{}}", "/100%25/%41/%5Ba%5D%7C%5C%5E%7B%7D"),
        ("http://127.0.0.1:{port}//a;b=c//", "//a;b=c"),
    ],
)
def test_base_url_is_read_alike_by_all(
    server: FaultyServer, library: Any, given: str, sent: str
) -> None:
    http_client = library and library.Client(trust_env=False)
    base_url = given.format(port=server.port)
    with Lunogram(KEY, base_url=base_url, http_client=http_client) as client:
        upsert(client)
    if http_client:
        http_client.close()
    assert server.request.target == f"{sent}/client/users"
    assert server.request.headers["host"] in repr(client)


@pytest.mark.parametrize("name", ["timeout", "connect_timeout", "deadline"])
@pytest.mark.parametrize("value", [0, -1, -0.0, float("nan"), float("-inf"), "5", True, [5]])
@nothing_is_sent
def test_time_that_is_none(server: FaultyServer, name: str, value: Any) -> None:
    options = {name: value}
    with pytest.raises(ConfigurationError, match=name):
        client_of(server, **options)
    with client_of(server) as client:
        with pytest.raises(ConfigurationError, match=name):
            client.with_options(**options)


@pytest.mark.parametrize("value", [-1, float("nan"), "2", True, [2]])
@nothing_is_sent
def test_number_of_retries_that_is_none(server: FaultyServer, value: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_retries"):
        client_of(server, max_retries=value)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "a\r\nX-Injected: 1"},
        {"X-A\n": "a"},
        {"X-A": "é"},
        {"X-A": " a"},
        {"X-A": "a "},
        {"X-A": 5},
        {"X A": "a"},
        {"X-A:": "a"},
        {"": "a"},
        {5: "a"},
    ],
)
@nothing_is_sent
def test_headers_that_are_none(server: FaultyServer, headers: Any) -> None:
    with pytest.raises(ConfigurationError, match="headers"):
        client_of(server, headers=headers)
    with client_of(server) as client:
        with pytest.raises(ConfigurationError, match="headers"):
            client.with_options(headers=headers)


def test_times_in_whole_seconds(server: FaultyServer) -> None:
    with client_of(server, timeout=10, connect_timeout=5, deadline=30) as client:
        upsert(client)


def test_headers_are_added(server: FaultyServer) -> None:
    server.plan(user(), user(), user())
    with client_of(server, headers={"X-A": "1", "X-B": "1"}) as client:
        upsert(client)
        upsert(client.with_options(headers={"X-B": "2", "User-Agent": "shop/1.0"}))
        upsert(client)
    told = [
        tuple(request.headers.get(name) for name in ("x-a", "x-b", "user-agent"))
        for request in server.requests
    ]
    own = ("1", "1", f"lunogram-python/{__version__}")
    assert told == [own, ("1", "2", "shop/1.0"), own]


def test_no_more_headers_is_no_fewer(server: FaultyServer) -> None:
    with client_of(server, headers={"X-A": "1"}) as client:
        upsert(client.with_options(headers={}))
    assert server.request.headers["x-a"] == "1"


def test_own_headers_win_however_they_are_spelt(server: FaultyServer) -> None:
    own = {"authorization": "Bearer sk_other", "USER-AGENT": "shop/1.0", "X-Empty": ""}
    with client_of(server, headers=own) as client:
        upsert(client)
    named = [name for name, _ in server.request.raw_headers]
    assert len(named) == len(set(named))
    assert server.request.headers["authorization"] == "Bearer sk_other"
    assert server.request.headers["user-agent"] == "shop/1.0"
    assert server.request.headers["x-empty"] == ""


def test_other_options_share_the_connections(server: FaultyServer) -> None:
    with client_of(server) as client:
        upsert(client)
        other = client.with_options(timeout=2, max_retries=1, headers={"X-A": "1"})
        upsert(other)
        upsert(other.with_options(deadline=5))
        upsert(client)
        client.with_raw_response.user.upsert("user_123")
    assert len(server.requests) == 5
    assert len(server.connections) == 1


def test_other_options_change_nothing_else(server: FaultyServer) -> None:
    server.plan(Response(503))
    with client_of(server, max_retries=1) as client:
        with pytest.raises(ServerError, match="4 attempts"):
            upsert(client.with_options(max_retries=3))
        with pytest.raises(ServerError, match="2 attempts"):
            upsert(client)
        with pytest.raises(ServerError, match="2 attempts"):
            upsert(client.with_options(timeout=3))


def test_answer_around_what_it_is_for(server: FaultyServer) -> None:
    server.plan(Response(503), user(), accepted())
    with client_of(server, max_retries=1) as client:
        stored = client.with_raw_response.user.upsert("user_123")
        events = client.with_raw_response.user.events.post(
            {"name": "order.completed", "identifier": "user_123"}
        )
    assert (stored.status_code, stored.attempts, stored.parsed.version) == (200, 2, 3)
    assert stored.headers["content-type"] == "application/json"
    assert stored.elapsed > 0
    assert (events.status_code, events.attempts, events.parsed) == (202, 1, None)
    assert_unseen(repr(stored), repr(events))


def test_repr_hides_the_key(server: FaultyServer) -> None:
    with client_of(server) as client:
        assert server.base_url in repr(client)
        assert_unseen(repr(client), repr(client.user), repr(client.with_raw_response))
        assert_unseen(repr(client.with_options(headers={"X-Secret": KEY})))


def test_query_is_encoded(server: FaultyServer) -> None:
    server.plan(problem(404, detail="user not found"))
    with client_of(server) as client:
        for call in (count_inbox, delete):
            with pytest.raises(NotFoundError):
                call(client)
        with pytest.raises(NotFoundError):
            client.user.inbox.count("a&b=c d/é?#")
    assert "external_id=a%26b%3Dc+d%2F%C3%A9%3F%23" in server.requests[2].target
