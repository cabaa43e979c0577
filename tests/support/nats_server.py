"""NATS for tests: the shared server, and servers of a test's own that can be killed."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Self, TypeVar

import nats
from nats.aio.client import Client
from nats.errors import Error as NATSError

from tests.support.child_process import resume, stop
from tests.support.ports import free_port
from tests.support.services import missing

T = TypeVar("T")

SHARED = "127.0.0.1:4222"
_SUFFIXES = ("", "-dead", "-state", "-parked")


def shared() -> str:
    """Where the shared server is, or skip the test."""
    host, port = SHARED.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError as error:
        missing(f"NATS at {SHARED}", error)
    return SHARED


async def _say_nothing(_error: Exception) -> None:
    """What is raised need not be logged."""


def use(server: str, work: Callable[[Client], Awaitable[T]]) -> T:
    """Do something over a connection of its own.

    Args:
        server: Such as ``"127.0.0.1:4222"``.
        work: What to do.
    """

    async def connect_and_work() -> T:
        client = await nats.connect(
            f"nats://{server}",
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=5,
            error_cb=_say_nothing,
        )
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(connect_and_work())


def remove(url: str) -> None:
    """Remove the streams of an outbox, as many as there are."""
    server, _, name = url.removeprefix("nats://").partition("?")[0].partition("/")

    async def delete(client: Client) -> None:
        for suffix in _SUFFIXES:
            await client.request(f"$JS.API.STREAM.DELETE.{name}{suffix}", timeout=5)

    use(server.partition(",")[0], delete)


def _program() -> str:
    """The server that is installed beside this Python, or the machine's own, which may be old."""
    beside = str(Path(sys.executable).parent)
    program = shutil.which("nats-server", path=beside) or shutil.which("nats-server")
    return program or missing("nats-server", "it is not installed")


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return tuple(int(part) for part in said.stdout.rpartition("v")[2].split("-")[0].split("."))


class NATSServer:
    """A server of a test's own, with JetStream in a folder.

    with NATSServer(tmp_path, sync="always") as server:
        server.kill()
        server.start()
    """

    def __init__(self, folder: Path, *, sync: str = "", more: str = "") -> None:
        """Configure it.

        Args:
            folder: Where its files are. It is made if it is missing.
            sync: Its sync_interval, if not the default.
            more: More of its configuration.
        """
        folder.mkdir(exist_ok=True)
        self._program = _program()
        if sync and _version(self._program) < (2, 10):
            missing("nats-server 2.10 or newer", "sync_interval is not known to older ones")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        options = f", sync_interval: {sync}" if sync else ""
        self._configuration = folder / "nats.conf"
        self._configuration.write_text(
            f'listen: "{self.address}"\n'
            f'jetstream {{ store_dir: "{folder}/store"{options} }}\n{more}'
        )
        self._process: subprocess.Popen[Any] | None = None

    def start(self) -> None:
        """Start it, again if it was killed, and wait until it answers."""
        command = [self._program, "-c", str(self._configuration)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < until, "nats-server does not start"
                assert self._process.poll() is None, "nats-server ended"
                time.sleep(0.02)

    def stop(self) -> None:
        """Have it do nothing until `resume`."""
        assert self._process
        stop(self._process.pid)

    def resume(self) -> None:
        """Let it work again."""
        assert self._process
        resume(self._process.pid)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.kill()


async def _leader_of(stream: str, client: Client) -> str:
    response = await client.request(f"$JS.API.STREAM.INFO.{stream}", timeout=2)
    return str(json.loads(response.data).get("cluster", {}).get("leader", ""))


class NATSCluster:
    """Three servers of a test's own, one cluster, any of which can be killed.

    with NATSCluster(tmp_path) as cluster:
        cluster.kill_leader("calls")
    """

    def __init__(self, folder: Path, *, login: str = "", more: str = "") -> None:
        """Configure it.

        Args:
            folder: Where its files are.
            login: Such as ``"user:password@"``, if the servers ask for one.
            more: More of the configuration of each server.
        """
        self._login = login
        routes = [f"127.0.0.1:{free_port()}" for _ in range(3)]
        listed = ", ".join(f'"nats://{route}"' for route in routes)
        self._servers = {
            name: NATSServer(
                folder / name,
                more=f"server_name: {name}\n"
                f'cluster {{ name: cluster, listen: "{route}", routes: [ {listed} ] }}\n{more}',
            )
            for name, route in zip("abc", routes, strict=True)
        }

    @property
    def addresses(self) -> str:
        """The login and the addresses of all servers, as in the URL of an outbox."""
        return self._login + ",".join(server.address for server in self._servers.values())

    def kill(self, name: str) -> None:
        """End a server as `kill -9` does.

        Args:
            name: ``"a"``, ``"b"`` or ``"c"``.
        """
        self._servers[name].kill()

    def start(self, name: str) -> None:
        """Start a server that was killed.

        Args:
            name: Which.
        """
        self._servers[name].start()

    def leader(self, stream: str) -> str:
        """The server that leads a stream, or nothing while none does.

        Args:
            stream: The name of the stream.
        """
        for server in self._servers.values():
            with suppress(OSError, NATSError):
                return use(self._login + server.address, partial(_leader_of, stream))
        return ""

    @contextmanager
    def losing_servers(self, seconds: float) -> Iterator[None]:
        """Kill one server after the other, and start it again, meanwhile.

        Args:
            seconds: How long each is down. All are up four times as long, so that streams elect
                their leaders in between.
        """
        over = threading.Event()

        def lose() -> None:
            for name in cycle(self._servers):
                if over.wait(4 * seconds):
                    return
                self.kill(name)
                over.wait(seconds)
                self.start(name)

        thread = threading.Thread(target=lose)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def __enter__(self) -> Self:
        for server in self._servers.values():
            server.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for server in self._servers.values():
            server.kill()
