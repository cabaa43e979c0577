"""Failures to connect: they say where to, and why not."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import httpx2
import pytest

from lunogram import NetworkError, NetworkTimeoutError
from tests.sending._async.clients import client_of, upsert
from tests.support import faults
from tests.support.faulty_server import FaultyServer, closed_port, full_port
from tests.support.private_data import assert_clean

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.uvloop,
    pytest.mark.parametrize("library", [None, httpx, httpx2]),
]


async def failure_of(base_url: str, library: Any, **options: Any) -> NetworkError:
    """The failure of a call, over our own connections or those of a library."""
    http_client = library and library.AsyncClient(trust_env=False)
    async with client_of(base_url, http_client=http_client, **options) as client:
        with pytest.raises(NetworkError) as caught:
            await upsert(client)
    if http_client:
        await http_client.aclose()
    assert_clean(caught.value)
    return caught.value


async def test_refused(library: Any) -> None:
    with closed_port() as base_url:
        error = await failure_of(base_url, library)
    peer = base_url.removeprefix("http://").removesuffix("/api")
    assert f"could not connect to {peer}" in str(error)
    assert ": connection refused" in str(error)
    assert isinstance(error.__cause__, ConnectionRefusedError)


async def test_refused_at_all_addresses(library: Any) -> None:
    with closed_port() as base_url:
        error = await failure_of(base_url.replace("127.0.0.1", "localhost"), library)
    assert ": connection refused" in str(error)
    assert "localhost:" in str(error)


async def test_name_that_is_unknown(library: Any) -> None:
    # However long the name servers of this machine take to say so.
    limits = {"timeout": 60, "connect_timeout": 60, "deadline": 120}
    error = await failure_of("https://lunogram.invalid/api", library, **limits)
    assert "could not connect to lunogram.invalid:443" in str(error)
    assert ": host name not found" in str(error)
    assert isinstance(error.__cause__, socket.gaierror)


async def test_plain_http_on_the_port(server: FaultyServer, library: Any) -> None:
    server.plan(faults.Hasty(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    error = await failure_of(server.base_url.replace("http:", "https:"), library, timeout=2)
    assert f"could not connect to 127.0.0.1:{server.port}" in str(error)
    assert "does not speak TLS on this port" in str(error)


async def test_server_that_hangs_up_in_the_handshake(server: FaultyServer, library: Any) -> None:
    server.plan(faults.Hasty(b""))
    error = await failure_of(server.base_url.replace("http:", "https:"), library)
    assert f"could not connect to 127.0.0.1:{server.port}" in str(error)


SYSTEM_ERRORS = {
    errno.ENETUNREACH: "network unreachable",
    errno.EHOSTUNREACH: "host unreachable",
    errno.EMFILE: "too many open files in this process",
    errno.EADDRNOTAVAIL: "no local address or port is available",
    errno.ENOBUFS: os.strerror(errno.ENOBUFS),
}


@contextmanager
def broken_sockets(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """No connection can be made, as of this system's error."""

    def fail(*_arguments: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patches:
        patches.setattr(socket.socket, "connect", fail)
        patches.setattr(socket.socket, "connect_ex", lambda *_: number)
        patches.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", fail)
        yield


@pytest.mark.parametrize(("number", "words"), SYSTEM_ERRORS.items(), ids=SYSTEM_ERRORS.values())
async def test_system_errors(
    library: Any,
    number: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    anyio_backend: tuple[str, dict[str, bool]],
) -> None:
    if anyio_backend[1].get("use_uvloop"):
        pytest.skip("uvloop makes its connections in C")
    with broken_sockets(monkeypatch, number):
        error = await failure_of("http://127.0.0.1:9/api", library)
    assert "could not connect to 127.0.0.1:9" in str(error)
    assert f": {words}" in str(error)
    assert isinstance(error.__cause__, OSError)
    assert error.__cause__.errno == number


async def test_limit_of_a_connection_is_named(library: Any) -> None:
    with full_port() as base_url:
        error = await failure_of(base_url, library, connect_timeout=0.1, timeout=5)
    assert isinstance(error, NetworkTimeoutError)
    assert "in time (connect_timeout: 0.1 s)" in str(error)
    assert isinstance(error.__cause__, TimeoutError)


@pytest.mark.parametrize("name", ["timeout", "deadline"])
async def test_other_limits_are_named(server: FaultyServer, library: Any, name: str) -> None:
    server.plan(faults.Stall())
    error = await failure_of(server.base_url, library, **{name: 0.1})
    assert isinstance(error, NetworkTimeoutError)
    assert f"no complete response in time ({name}: 0.1 s)" in str(error)


async def test_attempt_that_ends_a_connection_too(library: Any) -> None:
    with full_port() as base_url:
        error = await failure_of(base_url, library, timeout=0.1)
    assert "(timeout: 0.1 s)" in str(error)
