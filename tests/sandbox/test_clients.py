"""Clients that are endless, slow or many: the resources that they use are bounded."""

from __future__ import annotations

import re
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from lunogram.outbox.polling import wait_until
from lunogram.sandbox.keys import project_of
from tests.support.sandbox_process import HastySandbox, SandboxProcess

MIB = 1 << 20
PIECE = 256 * 1024
SENT = 400 * MIB
"""How many bytes a client sends at the most."""
PARSED = 40 * MIB
"""How many bytes it sends of what takes long to parse."""
ROOM = 120 * MIB
"""By how much the sandbox's memory may grow: far less than that."""

UPSERT = b"POST /api/client/users HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = UPSERT + b"Authorization: Bearer sk_x\r\nTransfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Endless:
    """A beginning, and then the same piece for ever."""

    beginning: bytes
    more: bytes
    size: int = SENT

    def pieces(self) -> Iterator[bytes]:
        """As large pieces as are good to send."""
        yield self.beginning
        yield from repeat(self.more * (PIECE // len(self.more)), self.size // PIECE)


ENDLESS = {
    "line": Endless(b"GET /", b"a"),
    "method": Endless(b"", b"G"),
    "header": Endless(UPSERT + b"X: ", b"a"),
    "header name": Endless(UPSERT, b"a"),
    "headers": Endless(UPSERT, b"X: aaaaaaaaaaaaaaaaaaaa\r\n"),
    "trailer": Endless(CHUNKED + b"2\r\n{}\r\n0\r\nX: ", b"a"),
    "trailers": Endless(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: aaaaaaaaaaaaaaaaaaaa\r\n"),
    "extension": Endless(CHUNKED + b"2;a=", b"a"),
    "extensions": Endless(CHUNKED, b"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n{\r\n", PARSED),
    "tiny chunks": Endless(CHUNKED, b"1\r\n \r\n", PARSED),
    "body": Endless(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "body without a key": Endless(UPSERT + b"Content-Length: 1000000000000\r\n\r\n", b" " * 1000),
    "pipelined": Endless(b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", PARSED),
    "empty lines": Endless(b"", b"\r\n"),
}


@pytest.fixture
def own() -> Iterator[SandboxProcess]:
    """A sandbox of the test's own, whose memory is its own too."""
    with SandboxProcess() as own:
        yield own


def connect(sandbox: SandboxProcess) -> socket.socket:
    url = urlsplit(sandbox.url)
    return socket.create_connection((url.hostname or "", url.port or 0), timeout=20)


def memory(sandbox: SandboxProcess) -> int:
    """The peak memory of a sandbox, in bytes."""
    status = Path(f"/proc/{sandbox.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def is_well(sandbox: SandboxProcess) -> bool:
    return httpx.get(f"{sandbox.url}/sandbox/health", timeout=20).status_code == 200


def send_all(connection: socket.socket, endless: Endless) -> None:
    """Send until the connection is closed, or nothing more is read for now."""
    connection.settimeout(2)
    with suppress(ConnectionError, TimeoutError):
        for piece in endless.pieces():
            connection.sendall(piece)


linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc")


@linux
@pytest.mark.measured
@pytest.mark.parametrize("endless", ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_takes_little_memory(own: SandboxProcess, endless: Endless) -> None:
    assert is_well(own)
    before = memory(own)
    with connect(own) as connection:
        send_all(connection, endless)
        assert is_well(own)
    assert memory(own) - before < ROOM


@pytest.mark.parametrize("what", ["line", "header", "headers"])
def test_a_head_that_is_too_large_is_reported(sandbox: SandboxProcess, what: str) -> None:
    with connect(sandbox) as connection:
        with suppress(ConnectionError):
            connection.sendall(ENDLESS[what].beginning + ENDLESS[what].more * 400_000)
        received = b""
        with suppress(ConnectionError):
            received = connection.recv(1000)
    assert received[:13] in (b"HTTP/1.1 431 ", b"")


def test_a_large_head_is_taken(sandbox: SandboxProcess) -> None:
    headers = {f"X-{number}": "a" * 1000 for number in range(50)}
    response = httpx.get(f"{sandbox.url}/sandbox/health", headers=headers)
    assert response.status_code == 200


@linux
@pytest.mark.measured
def test_bodies_of_many_clients_have_one_limit(own: SandboxProcess) -> None:
    assert is_well(own)
    before = memory(own)
    body = b"9ffff0\r\n" + b" " * 0x9FFFF0
    with ExitStack() as stack:
        for number in range(60):
            connection = stack.enter_context(connect(own))
            connection.sendall(CHUNKED.replace(b"sk_x", b"sk_%d" % number))
            with suppress(ConnectionError):
                connection.sendall(body)
        assert is_well(own)
        assert memory(own) - before < 400 * MIB
    assert wait_until(20, lambda: upserts(own))


def upserts(sandbox: SandboxProcess) -> bool:
    """Whether a large request is accepted."""
    identifier = [{"external_id": "ada"}]
    body = {"identifier": identifier, "data": {"a": "a" * MIB}}
    with sandbox.client() as http:
        return http.post("/api/client/users", json=body).status_code == 200


@linux
@pytest.mark.measured
def test_a_body_of_nobody_is_not_kept() -> None:
    with SandboxProcess("--api-key", "sk_only") as own:
        assert is_well(own)
        before = memory(own)
        with ExitStack() as stack:
            for _ in range(40):
                connection = stack.enter_context(connect(own))
                connection.sendall(CHUNKED + b"9ffff0\r\n" + b" " * 0x9FFFF0)
                assert connection.recv(13) == b"HTTP/1.1 401 "
            assert memory(own) - before < ROOM


@pytest.fixture
def many_handles() -> Iterator[None]:
    """Room for many clients in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@linux
@pytest.mark.usefixtures("many_handles")
@pytest.mark.parametrize("said", [b"", b"GET /", CHUNKED])
def test_idle_clients_make_room(own: SandboxProcess, said: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(1000):
            connection = stack.enter_context(connect(own))
            with suppress(ConnectionError):
                connection.sendall(said)
        assert is_well(own)
        assert len(list(Path(f"/proc/{own.process.pid}/fd").iterdir())) < 600


@pytest.fixture(scope="module")
def hasty() -> Iterator[HastySandbox]:
    """A sandbox with short time limits."""
    with HastySandbox() as hasty:
        yield hasty


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize("said", [b"", b"\r\n", b"GET /", HEAD, HEAD + b"X: "])
def test_a_head_that_does_not_come_is_not_waited_for(hasty: HastySandbox, said: bytes) -> None:
    with connect(hasty) as connection:
        connection.sendall(said)
        assert connection.recv(13) == b"HTTP/1.1 408 "


def test_a_second_head_that_does_not_come_is_not_waited_for(hasty: HastySandbox) -> None:
    with connect(hasty) as connection:
        connection.sendall(b"GET /sandbox/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        response = connection.recv(65536)
        while not response.endswith(b"}"):  # head and body may come apart
            response += connection.recv(65536)
        assert response.startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET")
        assert connection.recv(13) == b"HTTP/1.1 408 "


@pytest.mark.parametrize("said", [b"", b"2\r\n{", b"2\r\n{}\r\n0\r\nX: "])
def test_a_body_that_does_not_come_is_not_waited_for(hasty: HastySandbox, said: bytes) -> None:
    with connect(hasty) as connection:
        connection.sendall(CHUNKED + said)
        assert connection.recv(13) == b""


@pytest.mark.parametrize("beginning", [HEAD, CHUNKED + b"ffffff\r\n"])
def test_what_drips_is_not_waited_for(hasty: HastySandbox, beginning: bytes) -> None:
    with connect(hasty) as connection:
        connection.sendall(beginning)

        def is_closed() -> bool:
            try:
                connection.sendall(b"a")
            except ConnectionError:
                return True
            return False

        assert wait_until(20, is_closed)


def handles(sandbox: SandboxProcess) -> int:
    return len(list(Path(f"/proc/{sandbox.process.pid}/fd").iterdir()))


@linux
def test_a_response_that_is_not_read_is_not_waited_for(hasty: HastySandbox) -> None:
    key = hasty.new_key()
    with hasty.client(key) as http:
        data = {"a": "a" * (9 * MIB)}
        http.post("/api/client/users", json={"identifier": [{"external_id": "ada"}], "data": data})
    assert wait_until(20, lambda: handles(hasty) < 40)
    before = handles(hasty)
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(hasty))
            head = f"GET /sandbox/users HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}"
            connection.sendall(f"{head}\r\n\r\n".encode())
            assert connection.recv(13) == b"HTTP/1.1 200 "
        assert wait_until(20, lambda: handles(hasty) <= before)


def stream(sandbox: SandboxProcess, key: str) -> socket.socket:
    """Open the page's stream, up to its first message."""
    connection = connect(sandbox)
    target = f"/sandbox/page/stream?project={project_of(key).id}"
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    received = b""
    while b"event: hello" not in received:
        received += connection.recv(65536)
    return connection


@linux
def test_streams_make_room(own: SandboxProcess) -> None:
    key = own.new_key()
    with own.client(key) as http, ExitStack() as stack:
        http.get("/sandbox/users")  # the project is there from now on
        streams = [stack.enter_context(stream(own, key)) for _ in range(70)]
        for ended in streams[:6]:
            assert ended.recv(65536) == b"0\r\n\r\n"
        http.post("/api/client/users", json={"identifier": [{"external_id": "ada"}]})
        for going_on in streams[6:]:
            assert b"event: call" in going_on.recv(65536)


@linux
def test_a_stream_that_is_left_is_forgotten(own: SandboxProcess) -> None:
    key = own.new_key()
    with own.client(key) as http:
        http.get("/sandbox/users")
        before = handles(own)
        for _ in range(200):
            stream(own, key).close()
        assert wait_until(20, lambda: handles(own) <= before)
        staying = stream(own, key)
        http.post("/api/client/users", json={"identifier": [{"external_id": "ada"}]})
        assert b"event: call" in staying.recv(65536)
        staying.close()


@linux
def test_a_stream_that_is_not_read_is_ended(hasty: HastySandbox) -> None:
    key = hasty.new_key()
    with hasty.client(key) as http:
        http.get("/sandbox/users")
        with stream(hasty, key):
            before = handles(hasty)
            whose = [{"external_id": "u" * 200}]
            http.post("/api/client/users", json={"identifier": whose})
            events = [{"name": "e" * 200, "identifier": whose, "data": {}}] * 250

            def is_ended() -> bool:
                assert http.post("/api/client/users/events", json=events).status_code == 202
                return handles(hasty) < before

            assert wait_until(60, is_ended)
