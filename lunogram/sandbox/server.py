"""The sandbox's server: its socket, its event loop, and what it prints."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from lunogram._terminal import visible
from lunogram.sandbox.app import application
from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.customerio import announcement
from lunogram.sandbox.customerio.credentials import Credentials, FixedCredentials
from lunogram.sandbox.event_names import EventNames
from lunogram.sandbox.faults import Fault
from lunogram.sandbox.keys import GivenKey, Keys, Project
from lunogram.sandbox.protocol import Protocol
from lunogram.sandbox.session_tokens import SessionTokens
from lunogram.sandbox.store import Store

_BACKLOG = 2048
_GRACE = 3
"""Seconds that requests in flight have when the sandbox is stopped."""

_HANDLES = 16
"""The number of file handles that an event loop and a few connections need."""
_WATCH = 1.0
"""Seconds between two checks for slow clients."""


_TAKEN = "; stop the program that uses it, such as another sandbox, or choose another --port"


class ListenError(Exception):
    """An address that can't be listened on; the message says why."""


def serve(
    host: str,
    port: int,
    *,
    db: Path | None = None,
    keys: Sequence[GivenKey] = (),
    projects: Mapping[str, Project] | None = None,
    session_methods: Mapping[str, str] | None = None,
    event_names: EventNames | None = None,
    strict: bool = False,
    faults: Sequence[Fault] = (),
    customerio: FixedCredentials | bool = False,
    allowed_hosts: Sequence[str] = (),
    quiet: bool = False,
) -> None:
    """Run a sandbox until it is stopped.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 picks a free one.
        db: The database file; without it, everything is in memory.
        keys: The API keys that are accepted; any, if empty.
        projects: The projects that have a name, by name.
        session_methods: The ids of the session methods, with the lifetimes of their sessions.
        event_names: The only events that some of the keys or session methods may create.
        strict: Whether to reject the paths and keys of older servers, as today's server does.
        faults: Faults that are active in every project.
        customerio: Whether to serve Customer.io's APIs, or the only credentials for them.
        allowed_hosts: Host names that are accepted besides its own and loopback names.
        quiet: Whether to print nothing but the base URL.

    Raises:
        StoreError: If the database can't be used.
        ListenError: If the address can't be listened on.
        OSError: If there are not enough file handles.
    """
    with closing(Store(db)) as store, _listen(host, port) as listener:
        _require_handles(listener)
        sessions = SessionTokens(session_methods)
        sandbox = Sandbox(
            store,
            Keys(keys),
            sessions=sessions,
            event_names=event_names,
            strict=strict,
            faults=faults,
        )
        sandbox.host, sandbox.root = host, _root(host, listener)
        sandbox.allowed_hosts = frozenset(name.lower() for name in allowed_hosts)
        sandbox.has_customerio = bool(customerio)
        sandbox.name(projects or {})
        _announce(sandbox, db, quiet=quiet)
        given = customerio if isinstance(customerio, FixedCredentials) else None
        if customerio and not quiet:
            for line in announcement.lines(sandbox.root, keys, given):
                _say(line)
        credentials = Credentials(sandbox.keys, given) if customerio else None
        _Server(sandbox, credentials).run([listener])
    _say("Stopped.")


def _listen(host: str, port: int) -> socket.socket:
    try:
        return _listener(host, port)
    except (OSError, UnicodeError, TypeError) as error:  # it may be an invalid DNS name
        reason = getattr(error, "strerror", None) or "not a host name"
        advice = _TAKEN if getattr(error, "errno", None) == errno.EADDRINUSE else ""
        message = f"cannot listen on {host}, port {port}: {reason}{advice}"
        raise ListenError(message) from error


def _require_handles(listener: socket.socket) -> None:
    """Raise an OSError, before anything is announced, if an event loop could not be created."""
    with ExitStack() as stack:
        for _ in range(_HANDLES):
            stack.enter_context(listener.dup())


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small responses at once instead of buffering them.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _root(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(sandbox: Sandbox, db: Path | None, *, quiet: bool) -> None:
    root = sandbox.root
    if quiet:
        _say(f"{root}/api")
        return
    data = f"in {db}" if db else "in memory, gone when it stops"
    _say(f"Lunogram sandbox at {root}/api, its page at {root}/ (data {data})")
    _say(f"export LUNOGRAM_BASE_URL={root}/api")
    for line in sandbox.keys.variables():
        _say(line)
    _say(f"# session auth method: {', '.join(sandbox.sessions.methods)}")


def _say(line: str) -> None:
    # Flushed, because a parent process may be reading.
    sys.stdout.write(f"{visible(line)}\n")
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
    """A uvicorn server that exits with 0 on Ctrl-C and SIGTERM.

    uvicorn itself raises the signal again after it has stopped, which would end the process by the
    signal and not with exit code 0.
    """

    def __init__(self, sandbox: Sandbox, customerio: Credentials | None) -> None:
        super().__init__(_configuration(sandbox, customerio))
        self._sandbox = sandbox

    async def main_loop(self) -> None:
        """Serve until the server is stopped, and fire schedules meanwhile."""
        tasks = [
            asyncio.create_task(self._sandbox.scheduler.run()),
            asyncio.create_task(self._watch_clients()),
        ]
        await super().main_loop()
        for task in tasks:
            task.cancel()

    async def _watch_clients(self) -> None:
        """Close the connections of clients that are too slow."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_WATCH)
            for connection in list(self.server_state.connections):
                if isinstance(connection, Protocol):
                    connection.check(loop.time())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: first the streams and the delayed calls, which would not end by themselves."""
        self._sandbox.hub.close()
        self._sandbox.faults.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while the server runs."""
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
