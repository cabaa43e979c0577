"""Proxies that the environment names."""

from __future__ import annotations

import pytest

from lunogram import ConfigurationError, NetworkError
from tests.sending._async.clients import client_of, upsert
from tests.support import faults
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.sending import assert_clean

pytestmark = pytest.mark.anyio

FAR = "http://lunogram.invalid:8025/api"


@pytest.fixture
def proxy(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> FaultyServer:
    """A server that the environment calls a proxy. It answers instead of passing on."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    return server


async def test_request_goes_to_the_proxy(proxy: FaultyServer) -> None:
    async with client_of(FAR) as client:
        await upsert(client)
        await upsert(client)
    request = proxy.requests[0]
    assert request.target == f"{FAR}/client/users"
    assert request.headers["host"] == "lunogram.invalid:8025"
    assert len(proxy.connections) == 1


async def test_proxy_with_a_password(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:secret@127.0.0.1:{server.port}")
    async with client_of(FAR) as client:
        await upsert(client)
    assert server.request.headers["proxy-authorization"] == "Basic YWRhOnNlY3JldA=="


async def test_proxy_without_a_scheme(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"127.0.0.1:{server.port}")
    async with client_of(FAR) as client:
        await upsert(client)
    assert server.request.target == f"{FAR}/client/users"


@pytest.mark.parametrize(
    "no_proxy", ["127.0.0.1", "*", "example.com, 127.0.0.1", "127.0.0.1:{port}"]
)
async def test_hosts_that_are_reached_directly(
    proxy: FaultyServer, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    with FaultyServer(faults.problem(418)) as direct:
        monkeypatch.setenv("no_proxy", no_proxy.format(port=direct.port))
        async with client_of(direct) as client:
            with pytest.raises(Exception, match="418"):
                await upsert(client)
    assert (direct.attempts, proxy.attempts) == (1, 0)


@pytest.mark.parametrize("no_proxy", ["", "example.com", "0.0.1", "lunogram"])
async def test_other_hosts_are_not(
    proxy: FaultyServer, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("no_proxy", no_proxy)
    async with client_of(FAR) as client:
        await upsert(client)
    assert proxy.attempts == 1


async def test_nothing_listens_at_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as nowhere:
        monkeypatch.setenv("http_proxy", nowhere.removesuffix("/api"))
        async with client_of(FAR) as client:
            with pytest.raises(NetworkError) as caught:
                await upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize("proxy", ["http://[", "http://", "proxy.invalid", "http://a..b.invalid"])
async def test_proxy_that_is_nowhere(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    async with client_of(FAR) as client:
        with pytest.raises(NetworkError) as caught:
            await upsert(client)
    assert_clean(caught.value)


async def test_tunnel_that_is_refused(proxy: FaultyServer) -> None:
    proxy.plan(faults.problem(407))
    async with client_of("https://lunogram.invalid/api", max_retries=1) as client:
        with pytest.raises(NetworkError, match="the proxy refused") as caught:
            await upsert(client)
    assert [request.method for request in proxy.requests] == ["CONNECT", "CONNECT"]
    assert proxy.requests[0].target == "lunogram.invalid:443"
    assert "authorization" not in proxy.requests[0].headers
    assert_clean(caught.value)


@pytest.mark.parametrize("fault", [faults.closed(), faults.not_http(), faults.Reset()])
async def test_tunnel_that_breaks(proxy: FaultyServer, fault: faults.Fault) -> None:
    proxy.plan(fault)
    async with client_of("https://lunogram.invalid/api") as client:
        with pytest.raises(NetworkError) as caught:
            await upsert(client)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "proxy", ["ftp://ada:secret@proxy.invalid", "socks5://ada:secret@proxy", "://"]
)
def test_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
        client_of(FAR)
    assert "secret" not in str(caught.value)
    assert_clean(caught.value)


def test_certificates_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent/certificates.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE") as caught:
        client_of("https://lunogram.invalid/api")
    assert_clean(caught.value)
