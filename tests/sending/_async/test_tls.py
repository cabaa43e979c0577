"""Servers that prove who they are."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from lunogram import NetworkError
from tests.sending._async.clients import client_of, post_events, upsert
from tests.support.faulty_server import FaultyServer
from tests.support.sending import accepted, assert_clean, user

pytestmark = pytest.mark.anyio

FROM_AFAR = {"letter": "x" * 3_000_000}


def proving(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """What a server shows to prove that it has a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[FaultyServer]:
    with FaultyServer(user(), tls=proving(authority, "127.0.0.1")) as running:
        yield running


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
async def test_much_there_and_back(server: FaultyServer) -> None:
    server.plan(user(data=FROM_AFAR))
    async with client_of(server) as client:
        stored = await client.user.upsert("user_123", data=FROM_AFAR)
        assert stored.data == FROM_AFAR
        server.plan(accepted())
        await post_events(client)
    assert len(server.connections) == 1


async def test_one_that_nobody_knows(server: FaultyServer) -> None:
    async with client_of(server) as client:
        with pytest.raises(NetworkError, match="could not connect") as caught:
            await upsert(client)
    assert not server.requests
    assert_clean(caught.value)


@pytest.mark.usefixtures("trusted")
async def test_one_with_another_name(authority: trustme.CA) -> None:
    with FaultyServer(user(), tls=proving(authority, "lunogram.example")) as server:
        async with client_of(server) as client:
            with pytest.raises(NetworkError, match="could not connect") as caught:
                await upsert(client)
        assert not server.requests
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
