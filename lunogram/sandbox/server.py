"""Running the sandbox: a socket, a server, and what is printed."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from lunogram.sandbox.app import application
from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.customerio import announcing
from lunogram.sandbox.customerio.credentials import Credentials, Given
from lunogram.sandbox.faults import Fault
from lunogram.sandbox.keys import Keys, shortened
from lunogram.sandbox.protocol import Protocol
from lunogram.sandbox.store import Store

_BACKLOG = 2048
_GRACE = 3
"""Seconds that requests under way have when the sandbox is stopped."""


class CannotListen(Exception):  # noqa: N818 - what it is
    """An address that cannot be listened at; the message says why."""


def serve(
    host: str,
    port: int,
    *,
    db: Path | None = None,
    keys: Sequence[str] = (),
    mimic: bool = False,
    faults: Sequence[Fault] = (),
    customerio: Given | bool = False,
    quiet: bool = False,
) -> None:
    """Run a sandbox until it is told to stop.

    `customerio` says whether it answers Customer.io's APIs too, and to which credentials alone.
    """
    listener = _listen(host, port)
    store = Store(db)
    sandbox = Sandbox(store, Keys(keys), mimic=mimic, faults=faults)
    sandbox.host, sandbox.root = host, _root(host, listener)
    sandbox.has_customerio = bool(customerio)
    _announce(sandbox.root, db, keys, quiet=quiet)
    given = customerio if isinstance(customerio, Given) else None
    if customerio and not quiet:
        for line in announcing.lines(sandbox.root, keys, given):
            _say(line)
    credentials = Credentials(sandbox.keys, given) if customerio else None
    _Server(sandbox, credentials).run([listener])
    store.close()
    _say("Stopped.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of gathering them.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot listen at {host}, port {port}: {reason}"
        raise CannotListen(message) from error
    return listener


def _root(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(root: str, db: Path | None, keys: Sequence[str], *, quiet: bool) -> None:
    if quiet:
        _say(f"{root}/api")
        return
    place = f"in {db}" if db else "in memory, gone when it stops"
    known = ", ".join(map(shortened, keys))
    _say(f"Lunogram sandbox at {root}/api, its page at {root}/ (data {place})")
    _say(f"export LUNOGRAM_BASE_URL={root}/api")
    # Keys that were given are not printed: terminals are logged and shared.
    _say(f"# LUNOGRAM_API_KEY: {known}" if keys else "export LUNOGRAM_API_KEY=sk_sandbox")


def _say(line: str) -> None:
    # Flushed, because a parent process may be reading.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _configuration(sandbox: Sandbox, customerio: Credentials | None) -> uvicorn.Config:
    return uvicorn.Config(
        application(sandbox, customerio),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )


class _Server(uvicorn.Server):
    """Stops at Ctrl-C and SIGTERM, and then ends as if it had been asked nicely.

    uvicorn's own way is to raise the signal once more after it has stopped, which would end
    the process by the signal and not with exit code 0.
    """

    def __init__(self, sandbox: Sandbox, customerio: Credentials | None) -> None:
        """Serve this sandbox, and Customer.io with it if there are credentials for that."""
        super().__init__(_configuration(sandbox, customerio))
        self._sandbox = sandbox

    async def main_loop(self) -> None:
        """Serve until told to stop, and fire schedules meanwhile."""
        firing = asyncio.create_task(self._sandbox.firing.keep_up())
        await super().main_loop()
        firing.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: first the streams and the calls that wait, which would not end by themselves."""
        self._sandbox.hub.close()
        self._sandbox.faults.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while the server runs."""
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._stop) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
