# Derived by `make generate` from tests/sending/_async/test_proxies.py; never edited by hand.
"""Proxies that the environment names."""

from __future__ import annotations

import sys
from base64 import b64decode
from contextlib import suppress
from urllib.parse import unquote

import pytest
from tests.support import faults
from tests.support.faulty_server import FaultyServer, closed_port, full_port
from tests.support.private_data import assert_clean, user

from lunogram import ConfigurationError, LunogramError, NetworkError, NetworkTimeoutError
from tests.sending._sync.clients import client_of, upsert

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]

FAR = "http://lunogram.invalid:8025/api"


@pytest.fixture
def proxy(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> FaultyServer:
    """A server that the environment calls a proxy. It answers instead of passing on."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    return server


def test_request_goes_to_the_proxy(proxy: FaultyServer) -> None:
    with client_of(FAR) as client:
        upsert(client)
        upsert(client)
    request = proxy.requests[0]
    assert request.target == f"{FAR}/client/users"
    assert request.headers["host"] == "lunogram.invalid:8025"
    assert len(proxy.connections) == 2  # a late answer of the proxy's is nobody's


def test_proxy_with_a_password(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:secret@127.0.0.1:{server.port}")
    with client_of(FAR) as client:
        upsert(client)
    assert server.request.headers["proxy-authorization"] == "Basic YWRhOnNlY3JldA=="


def test_proxy_without_a_scheme(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"127.0.0.1:{server.port}")
    with client_of(FAR) as client:
        upsert(client)
    assert server.request.target == f"{FAR}/client/users"


HOSTS_BELOW = [
    "lunogram.invalid", "LUNOGRAM.invalid", ".lunogram.invalid", "*.lunogram.invalid", ".invalid",
    "invalid", "*", "other.example,lunogram.invalid", " other.example , lunogram.invalid ",
    "other.example lunogram.invalid", "lunogram.invalid:8025", "lunogram.invalid.",
]  # fmt: skip
OTHER_HOSTS = [
    "", "example.com", "nogram.invalid", "lunogram", "lunogram.invalid:8026", ".", "*.", ":8025",
    "10.0.0.0/8", "300.0.0.0/8", "[", "lunogram.invalid.example",
]  # fmt: skip


def goes_through(proxy: FaultyServer, base_url: str) -> bool:
    with client_of(base_url, connect_timeout=0.1) as client:
        with suppress(LunogramError):
            upsert(client)
    return proxy.attempts > 0


@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize("no_proxy", HOSTS_BELOW)
def test_hosts_that_are_reached_directly(
    proxy: FaultyServer, monkeypatch: pytest.MonkeyPatch, variable: str, no_proxy: str
) -> None:
    monkeypatch.setenv(variable, no_proxy)
    assert not goes_through(proxy, FAR)


@pytest.mark.parametrize("no_proxy", OTHER_HOSTS)
def test_other_hosts_are_not(
    proxy: FaultyServer, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("no_proxy", no_proxy)
    with client_of(FAR) as client:
        upsert(client)
    assert proxy.attempts == 1


@pytest.mark.parametrize(
    ("host", "no_proxy", "is_direct"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.0/24", True),
        ("203.0.113.9", "203.0.113.77/24", True),
        ("203.0.113.9", "203.0.114.0/24", False),
        ("203.0.113.9", "113.9", False),
        ("203.0.113.9", ".9", False),
        ("203.0.113.9:81", "203.0.113.9:81", True),
        ("203.0.113.9:81", "203.0.113.9:80", False),
        ("203.0.113.9", "203.0.113.9:80", True),
        ("[2001:db8::9]", "2001:db8::9", True),
        ("[2001:db8::9]", "[2001:db8::9]", True),
        ("[2001:db8::9]", "2001:0DB8:0:0::9", True),
        ("[2001:db8::9]", "2001:db8::/32", True),
        ("[2001:db8::9]", "[2001:db8::]/32", True),
        ("[2001:db8::9]", "[2001:db8::9]:80", True),
        ("[2001:db8::9]", "[2001:db8::9]:81", False),
        ("[2001:db8::9]", "203.0.113.0/24", False),
        ("[2001:db8::9]", "2001:db9::/32", False),
    ],
)
def test_addresses_that_are_reached_directly(
    proxy: FaultyServer,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    no_proxy: str,
    is_direct: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setenv("no_proxy", no_proxy)
    assert goes_through(proxy, f"http://{host}/api") != is_direct


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST"])
def test_this_machine_is_reached_directly(
    proxy: FaultyServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("no_proxy", "other.example")
    with closed_port() as nowhere:
        assert not goes_through(proxy, nowhere.replace("127.0.0.1", host))


def test_this_machine_is_reached_directly_in_ipv6(proxy: FaultyServer) -> None:
    assert not goes_through(proxy, "http://[::1]:9/api")


def test_http_proxy_of_a_cgi_request_is_none(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{server.port}")
    assert goes_through(server, FAR)
    server.plan(user())
    monkeypatch.setenv("REQUEST_METHOD", "GET")
    assert not goes_through(server, FAR)


def test_nothing_listens_at_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as nowhere:
        peer = nowhere.removeprefix("http://").removesuffix("/api")
        monkeypatch.setenv("http_proxy", f"http://ada:secret@{peer}")
        with client_of(FAR) as client:
            with pytest.raises(NetworkError) as caught:
                upsert(client)
    assert f"could not connect to the proxy {peer}: connection refused" in str(caught.value)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    assert "secret" not in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.parametrize("proxy", ["proxy.invalid", "http://a..b.invalid"])
def test_proxy_that_is_nowhere(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with client_of(FAR) as client:
        with pytest.raises(NetworkError, match=r"the proxy .*invalid:80: ") as caught:
            upsert(client)
    assert_clean(caught.value)


def test_proxy_that_does_not_accept(monkeypatch: pytest.MonkeyPatch) -> None:
    with full_port() as nowhere:
        monkeypatch.setenv("http_proxy", nowhere.removesuffix("/api"))
        with client_of(FAR, connect_timeout=0.1) as client:
            with pytest.raises(NetworkTimeoutError, match=r"\(connect_timeout: 0\.1 s\)") as caught:
                upsert(client)
    assert_clean(caught.value)


def test_tunnel_that_is_refused(proxy: FaultyServer) -> None:
    proxy.plan(faults.problem(407))
    with client_of("https://lunogram.invalid/api", max_retries=1) as client:
        with pytest.raises(NetworkError, match="407 proxy authentication required") as caught:
            upsert(client)
    assert f"the proxy 127.0.0.1:{proxy.port} requires a user" in str(caught.value)
    assert [request.method for request in proxy.requests] == ["CONNECT", "CONNECT"]
    assert proxy.requests[0].target == "lunogram.invalid:443"
    assert "authorization" not in proxy.requests[0].headers
    assert_clean(caught.value)


@pytest.mark.parametrize("status", [302, 403, 502])
def test_tunnel_that_is_refused_otherwise(proxy: FaultyServer, status: int) -> None:
    proxy.plan(faults.html(status))
    with client_of("https://lunogram.invalid/api") as client:
        with pytest.raises(NetworkError, match=str(status)) as caught:
            upsert(client)
    assert f"lunogram.invalid:443: the proxy 127.0.0.1:{proxy.port}" in str(caught.value)
    assert_clean(caught.value)


def test_proxy_that_wants_another_password(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:secret@127.0.0.1:{server.port}")
    server.plan(faults.html(407))
    with client_of(FAR) as client:
        with pytest.raises(NetworkError, match="407 proxy authentication required") as caught:
            upsert(client)
    assert f"the proxy 127.0.0.1:{server.port}" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.parametrize("fault", [faults.closed(), faults.not_http(), faults.Reset()])
def test_tunnel_that_breaks(proxy: FaultyServer, fault: faults.Fault) -> None:
    proxy.plan(fault)
    with client_of("https://lunogram.invalid/api") as client:
        with pytest.raises(NetworkError) as caught:
            upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "password", ["p@ss", "a/b", "a#b", "a?b", "a:b", "p%40ss", "100%", "ä b", "@"]
)
def test_password_as_it_is(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:{password}@127.0.0.1:{server.port}")
    with client_of(FAR) as client:
        upsert(client)
    told = server.request.headers["proxy-authorization"].removeprefix("Basic ")
    assert b64decode(told).decode() == f"ada:{unquote(password)}"


@pytest.mark.parametrize(
    "proxy",
    [
        "ftp://ada:secret@proxy.invalid",
        "://",
        "http://",
        "http://[",
        "http://ada:secret@",
        "http://ada:secret@[::1",
        "http://ada:secret@[secret]",
        "http://ada:secret@proxy.invalid:99999",
        "http://ada:secret@proxy.invalid:0",
        "http://ada:secret@proxy.invalid:port",
        "http://ada:secret@proxy invalid",
        "http://ada:secret@proxy.invalid/path",
        "http://ada:secret@pröxy.invalid",
    ],
)
def test_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(ConfigurationError, match="HTTP_PROXY or ALL_PROXY") as caught:
        client_of(FAR)
    assert "secret" not in str(caught.value)
    assert_clean(caught.value)


def test_socks_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("all_proxy", "socks5://ada:secret@proxy.invalid")
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY .*httpx\[socks\]") as caught:
        client_of(FAR)
    assert "secret" not in str(caught.value)
    assert_clean(caught.value)
