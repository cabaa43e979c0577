"""Servers that prove who they are."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from lunogram import ConfigurationError, NetworkError
from tests.sending._async.clients import client_of, post_events, upsert
from tests.support.faults import Afterwards
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import USER, accepted, assert_clean, user

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]

FROM_AFAR = {"letter": "x" * 3_000_000}


def proving(authority: trustme.CA, name: str, **validity: Any) -> ssl.SSLContext:
    """What a server shows to prove that it has a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **validity).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[FaultyServer]:
    with FaultyServer(user(), tls=proving(authority, "127.0.0.1")) as running:
        yield running


@pytest.fixture(autouse=True)
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment that says whom to trust."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


@pytest.mark.usefixtures("trusted")
async def test_one_that_is_trusted(server: FaultyServer) -> None:
    async with client_of(server) as client:
        await upsert(client)
        await upsert(client)
    assert len(server.requests) == 2
    assert len(server.connections) == 1


@pytest.mark.usefixtures("trusted")
async def test_the_handshake_is_measured(server: FaultyServer) -> None:
    async with client_of(server) as client:
        first = (await client.with_raw_response.user.upsert("user_123")).timings
        second = (await client.with_raw_response.user.upsert("user_123")).timings
    assert first.connect is not None
    assert first.tls is not None
    assert first.first_byte is not None
    assert 0 < first.connect + first.tls <= first.first_byte <= first.total
    assert (second.connect, second.tls, second.reused) == (None, None, True)


@pytest.mark.usefixtures("trusted")
async def test_much_there_and_back(server: FaultyServer) -> None:
    server.plan(user(data=FROM_AFAR))
    async with client_of(server) as client:
        stored = await client.user.upsert("user_123", data=FROM_AFAR)
        assert stored.data == FROM_AFAR
        server.plan(accepted())
        await post_events(client)
    assert len(server.connections) == 1


@pytest.mark.usefixtures("trusted")
async def test_what_nobody_asked_is_nobody_s(server: FaultyServer) -> None:
    stray = Afterwards(user(), user(version=666).written())
    server.plan(stray, user())
    async with client_of(server) as client:
        await upsert(client)
        stray.happen()
        assert (await client.user.upsert("user_123")).version == USER["version"]
    assert len(server.connections) == 2


async def test_one_that_nobody_knows(server: FaultyServer) -> None:
    async with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError, match="not trusted: unknown authority") as caught:
            await upsert(client)
    assert not server.requests
    assert f"could not connect to 127.0.0.1:{server.port}: " in str(caught.value)
    assert "SSL_CERT_FILE" in str(caught.value)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert caught.value.attempts == 1  # it will not be trusted the next time
    assert_clean(caught.value)


PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)

UNTRUSTED: dict[str, tuple[dict[str, Any], str]] = {
    "another name": ({"name": "lunogram.example"}, "it is for another IP address"),
    "expired": ({"name": "127.0.0.1", "not_after": PAST}, "it has expired"),
    "not yet valid": (
        {"name": "127.0.0.1", "not_before": FUTURE, "not_after": FUTURE + timedelta(days=9)},
        "it is not valid yet",
    ),
}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("http_client", [None, httpx.AsyncClient])
@pytest.mark.parametrize(("certificate", "fault"), UNTRUSTED.values(), ids=UNTRUSTED)
async def test_certificate_that_is_not_trusted(
    authority: trustme.CA, certificate: dict[str, Any], fault: str, http_client: Any
) -> None:
    with FaultyServer(user(), tls=proving(authority, **certificate)) as server:
        given = {"http_client": http_client(trust_env=True)} if http_client else {}
        async with client_of(server, max_retries=2, **given) as client:
            with pytest.raises(
                NetworkError, match=f"TLS certificate not trusted: {fault}"
            ) as caught:
                await upsert(client)
        if http_client:
            await given["http_client"].aclose()
        assert not server.requests
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert caught.value.attempts == 1
    assert_clean(caught.value)


@pytest.mark.usefixtures("trusted")
async def test_certificate_for_another_host_name(authority: trustme.CA) -> None:
    with FaultyServer(user(), tls=proving(authority, "lunogram.example")) as server:
        async with client_of(f"https://localhost:{server.port}/api") as client:
            with pytest.raises(NetworkError, match="it is for another host name"):
                await upsert(client)


def self_signed(folder: Path) -> ssl.SSLContext:
    """What a server shows that nobody but itself vouches for."""
    own = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / "own.pem"
    file.write_bytes(own.private_key_pem.bytes() + own.cert_pem.bytes())
    context.load_cert_chain(file)
    return context


async def test_certificate_that_is_self_signed(tmp_path: Path) -> None:
    with FaultyServer(user(), tls=self_signed(tmp_path)) as server:
        async with client_of(server) as client:
            with pytest.raises(NetworkError, match="not trusted: it is self-signed"):
                await upsert(client)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
async def test_bundle_of_other_libraries(
    server: FaultyServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    file = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv(variable, str(file))
    async with client_of(server) as client:
        await upsert(client)


@pytest.mark.usefixtures("trusted")
async def test_own_variable_comes_before_those_of_other_libraries(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/bundle.pem")
    async with client_of(server) as client:
        await upsert(client)


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        ("CURL_CA_BUNDLE", "to trust it, set SSL_CERT_FILE to"),
        (
            "SSL_CERT_FILE REQUESTS_CA_BUNDLE",
            "SSL_CERT_FILE is set, so REQUESTS_CA_BUNDLE is ignored",
        ),
        (
            "REQUESTS_CA_BUNDLE CURL_CA_BUNDLE",
            "REQUESTS_CA_BUNDLE is set, so CURL_CA_BUNDLE is ignored",
        ),
        (
            "SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE",
            "SSL_CERT_FILE is set, so REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE are ignored",
        ),
    ],
)
async def test_variable_that_is_ignored(
    server: FaultyServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: str,
    advice: str,
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    for name in variables.split():
        monkeypatch.setenv(name, str(other))
    async with client_of(server) as client:
        with pytest.raises(NetworkError, match="not trusted: unknown authority") as caught:
            await upsert(client)
        assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "path"),
    [
        ("SSL_CERT_FILE", "/nonexistent/certificates.pem"),
        ("SSL_CERT_FILE", __file__),
        ("SSL_CERT_DIR", "/nonexistent"),
        ("REQUESTS_CA_BUNDLE", "/nonexistent/certificates.pem"),
        ("CURL_CA_BUNDLE", __file__),
    ],
)
async def test_certificates_that_are_none(
    monkeypatch: pytest.MonkeyPatch, variable: str, path: str
) -> None:
    monkeypatch.setenv(variable, path)
    with pytest.raises(ConfigurationError, match=variable) as caught:
        client_of("https://lunogram.invalid/api")
    assert_clean(caught.value)


async def test_plain_http_where_tls_is_expected(server: FaultyServer) -> None:
    async with client_of(server.base_url.replace("https:", "http:")) as client:
        with pytest.raises(NetworkError, match="base_url needs https://") as caught:
            await upsert(client)
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert_clean(caught.value)


@pytest.mark.usefixtures("trusted")
async def test_folder_of_authorities(
    server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # in which nothing is named as OpenSSL asks
    async with client_of(server) as client:
        with pytest.raises(NetworkError):
            await upsert(client)
