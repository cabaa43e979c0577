"""The health port under clients that are slow, many or wrong, at a relay of its own process."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from lunogram.outbox import Outbox
from lunogram.outbox.polling import wait_until
from lunogram.testing import Sandbox
from tests.support.ports import free_port

HANDLES = 128
"""How many file handles the relay may have: fewer than there are idle clients."""


class RelayProcess:
    """`lunogram relay` with a health port and few file handles."""

    def __init__(self, url: str, project: Sandbox) -> None:
        self.port = free_port()
        relay = ["-m", "lunogram.cli", "relay", url, "--health-port", str(self.port)]
        self.process = subprocess.Popen(
            ["sh", "-c", f'ulimit -n {HANDLES}; exec "$@"', "sh", sys.executable, *relay],
            stdout=subprocess.DEVNULL,
            env={**os.environ, **project.environ},
        )
        assert wait_until(20, self.is_well)

    def is_well(self) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz").status_code == 200
        return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def handles(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@pytest.fixture
def relay(url: str, outbox: Outbox, project: Sandbox) -> Iterator[RelayProcess]:
    assert outbox
    relay = RelayProcess(url, project)
    yield relay
    relay.process.terminate()
    assert relay.process.wait(20) == 0


@pytest.fixture
def many_handles() -> Iterator[None]:
    """Capacity for a thousand clients in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def all_of(connection: socket.socket) -> bytes:
    """What a connection gives until its end, which may be a reset."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.usefixtures("many_handles")
@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nX: "])
def test_a_thousand_idle_clients(relay: RelayProcess, outbox: Outbox, said: bytes) -> None:
    threads, handles = relay.threads(), relay.handles()
    with ExitStack() as stack:
        for _ in range(1000):
            connection = stack.enter_context(relay.connect())
            with suppress(ConnectionError):
                connection.sendall(said)
        assert relay.is_well()
        assert relay.threads() <= threads + 1  # one that looks at the store
        assert relay.handles() <= handles + 66
        outbox.user.upsert("user_123")
        assert outbox.flush(20).pending == 0


def test_an_idle_client_is_dropped(relay: RelayProcess) -> None:
    with relay.connect() as connection:
        assert all_of(connection) == b""


def test_a_client_that_drips_is_dropped(relay: RelayProcess) -> None:
    with relay.connect() as connection:

        def is_dropped() -> bool:
            try:
                connection.sendall(b"x")
            except ConnectionError:
                return True
            return False

        assert wait_until(30, is_dropped)


@pytest.mark.parametrize(
    "line", [b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 9000]
)
def test_a_head_that_is_too_large(relay: RelayProcess, line: bytes) -> None:
    with relay.connect() as connection, suppress(ConnectionError):
        connection.sendall(line)
        assert all_of(connection).startswith(b"HTTP/1.1 431 ")
    assert relay.is_well()


def test_a_body_is_ignored(relay: RelayProcess) -> None:
    response = httpx.post(f"http://127.0.0.1:{relay.port}/healthz", content=b"a" * 1_000_000)
    assert response.status_code == 405


def test_a_head_in_pieces(relay: RelayProcess) -> None:
    with relay.connect() as connection:
        for piece in (b"GET /heal", b"thz?from=probe HTTP/1.0\r", b"\n\r\n"):
            connection.sendall(piece)
        assert all_of(connection).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_head_request_has_no_body(relay: RelayProcess) -> None:
    response = httpx.head(f"http://127.0.0.1:{relay.port}/healthz")
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize("noise", [b"\r\n\r\n", b"\x16\x03\x01\x00\x05hello\r\n\r\n"])
def test_noise_is_a_bad_request(relay: RelayProcess, noise: bytes) -> None:
    with relay.connect() as connection:
        connection.sendall(noise)
        assert all_of(connection).startswith(b"HTTP/1.1 400 ")
    assert relay.is_well()
