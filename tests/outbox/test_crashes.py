"""Relay threads that die, or never start: everybody who may want to know is told."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import httpx
import pytest

from lunogram import Lunogram
from lunogram.outbox import Outbox, OutboxError, Relay
from lunogram.outbox.owner import is_gone, new_owner
from lunogram.outbox.polling import wait_until
from lunogram.outbox.relay.event_loop import new_loop
from lunogram.testing import Sandbox
from tests.support.faults import problem
from tests.support.faulty_server import FaultyServer
from tests.support.relays import replace_store

from .stores import NATSKind

pytestmark = pytest.mark.usefixtures("impatient")


class Failing:
    """A store one of whose methods has a bug, until it is mended."""

    def __init__(self, store: Any, method: str, fault: BaseException) -> None:
        self._store = store
        self._method = method
        self._fault = fault
        self.is_mended = False

    def __getattr__(self, name: str) -> Any:
        if name == self._method and not self.is_mended:
            return self._fail
        return getattr(self._store, name)

    def _fail(self, *_arguments: object) -> NoReturn:
        raise self._fault


CAUSES: list[tuple[str, BaseException]] = [
    ("lease", ValueError("secret_text")),
    ("settle", MemoryError()),
    ("settle", KeyError("secret_text")),
]


def crashed(relay: Relay) -> str:
    """Why a relay has ended, once it has."""
    assert wait_until(30, lambda: relay.stats().crashed is not None)
    assert wait_until(30, lambda: not relay._is_at_work())  # until then, a call does not revive it
    return str(relay.stats().crashed)


@pytest.mark.parametrize("cause", CAUSES, ids=str)
def test_a_bug_is_told(
    outbox: Outbox,
    client: Lunogram,
    project: Sandbox,
    caplog: pytest.LogCaptureFixture,
    cause: tuple[str, BaseException],
) -> None:
    method, fault = cause
    errors: list[Exception] = []
    outbox.user.upsert("user_1")
    store = Failing(outbox._store, method, fault)
    replace_store(outbox, store)
    relay = outbox.relay(client, health_port=0, on_error=errors.append)
    relay.start()
    kind = type(fault).__name__
    assert crashed(relay).startswith(f"the relay has ended: {kind} (test_crashes.py, line ")
    assert wait_until(20, lambda: bool(errors))
    assert isinstance(errors[0], OutboxError)
    assert str(errors[0]) == relay.stats().crashed
    assert errors[0].__cause__ is fault
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]
    assert kind in caplog.text
    assert "secret_text" not in caplog.text + str(errors[0])
    answer = httpx.get(f"{relay.health_url}/healthz", timeout=20)
    assert (answer.status_code, answer.json()["problem"]) == (503, relay.stats().crashed)
    assert_it_can_be_started_again(relay, store, outbox, project)


def assert_it_can_be_started_again(
    relay: Relay, store: Failing, outbox: Outbox, project: Sandbox
) -> None:
    """Mend the store, and see that nobody waits for the lease of the relay that died."""
    store.is_mended = True
    relay.start()
    assert outbox.flush(20).pending == 0
    assert relay.stats().crashed is None
    assert project.count("users") == 1
    relay.stop()


def leave(*_facts: object) -> NoReturn:
    """What a callback may do."""
    raise SystemExit(3)


def test_a_callback_that_leaves(outbox: Outbox) -> None:
    with FaultyServer(problem(500)) as server:
        relay = outbox.relay(Lunogram("sk_x", base_url=server.base_url), on_error=leave)
        outbox.user.upsert("user_1")
        relay.start()
        assert "SystemExit" in crashed(relay)
        relay.stop()


class LeavingError(BaseException):
    """What no `except Exception` catches."""


@pytest.fixture(params=["own", "handed over"])
def any_client(request: pytest.FixtureRequest, project: Sandbox) -> Iterator[Lunogram]:
    """A client with connections of its own, or with a client of httpx, for relays with threads."""
    http = httpx.Client() if request.param == "handed over" else None
    with Lunogram(project.api_key, base_url=project.base_url, http_client=http) as client:
        yield client


@pytest.fixture(params=[SystemExit(3), LeavingError()], ids=repr)
def third_request_fails(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """The third request raises an exception, as a hook or a tracer may; returned is the repair."""
    number = itertools.count(1)

    @contextmanager
    def delivering(_entries: object) -> Iterator[None]:
        if next(number) == 3:
            raise request.param
        yield

    monkeypatch.setattr("lunogram.outbox.relay.executors.delivering", delivering)
    return monkeypatch.undo


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_request_that_leaves(
    outbox: Outbox,
    any_client: Lunogram,
    project: Sandbox,
    third_request_fails: Callable[[], None],
    concurrency: int,
) -> None:
    errors: list[Exception] = []
    for number in range(20):
        outbox.user.upsert(f"user_{number}")
    relay = outbox.relay(any_client, concurrency=concurrency, health_port=0, on_error=errors.append)
    relay.start()
    assert "(test_crashes.py, line " in crashed(relay)
    assert wait_until(20, lambda: [str(error) for error in errors] == [relay.stats().crashed])
    assert httpx.get(f"{relay.health_url}/healthz", timeout=20).status_code == 503
    assert wait_until(20, lambda: relay.stats().in_flight == 0)
    relay.stop()
    third_request_fails()
    with relay:
        assert outbox.flush(20).pending == 0
    assert project.count("users") == 20


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_request_that_leaves_in_the_foreground(
    outbox: Outbox,
    any_client: Lunogram,
    third_request_fails: Callable[[], None],
    concurrency: int,
) -> None:
    for number in range(20):
        outbox.user.upsert(f"user_{number}")
    relay = outbox.relay(any_client, concurrency=concurrency)
    with pytest.raises((SystemExit, LeavingError)):
        relay.run(until_empty=True)
    third_request_fails()
    relay.run(until_empty=True)
    assert outbox.stats().pending == 0


def test_the_executor_of_a_loop_survives_what_leaves() -> None:
    loop = new_loop(uvloop=False)

    async def ask_twice() -> int:
        with suppress(LeavingError):
            await loop.run_in_executor(None, raise_leaving)
        return await asyncio.wait_for(loop.run_in_executor(None, lambda: 2), 20)

    try:
        assert loop.run_until_complete(ask_twice()) == 2
    finally:
        loop.close()


def raise_leaving() -> NoReturn:
    """What a patched `getaddrinfo` may do."""
    raise LeavingError


def test_a_crash_in_the_foreground_is_raised(outbox: Outbox, client: Lunogram) -> None:
    replace_store(outbox, Failing(outbox._store, "lease", ValueError()))
    relay = outbox.relay(client, health_port=0)
    with pytest.raises(ValueError, match=r"^$"):
        relay.run()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{relay.health_url}/healthz")


# -- no thread ------------------------------------------------------------------------------------


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, no thread can be started."""

    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        raise RuntimeError("can't start new thread")

    def begin() -> None:
        for name in ("_start_new_thread", "_start_joinable_thread"):
            monkeypatch.setattr(threading, name, refuse, raising=False)

    return begin


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("kind", ["own", "handed over"])
def test_no_thread_can_be_started(
    outbox: Outbox, no_threads: Callable[[], None], concurrency: int, kind: str
) -> None:
    with httpx.Client() as http:
        client = Lunogram("sk_x", http_client=http if kind == "handed over" else None)
        relay = outbox.relay(client, concurrency=concurrency)
        no_threads()
        with pytest.raises(OutboxError, match="no thread can be started here"):
            relay.start()
        assert relay.stats().crashed == "the relay can't start: no thread can be started here"
        relay.stop()


def test_an_outbox_that_cannot_have_a_relay(
    url: str, client: Lunogram, no_threads: Callable[[], None]
) -> None:
    no_threads()
    with pytest.raises(OutboxError, match="no thread can be started here"):
        Outbox(url, client=client)


def test_what_is_queued_is_queued_although_no_relay_can_be_revived(
    url: str,
    client: Lunogram,
    no_threads: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    errors: list[Exception] = []
    with Outbox(url, client=client, on_error=errors.append) as outbox:
        own = outbox.own_relay
        assert own
        own.stop()
        no_threads()
        outbox.user.upsert("user_1")
        outbox.user.upsert("user_2")
        assert outbox.stats().pending == 2
    assert [str(error) for error in errors] == [own.stats().crashed]
    assert len(caplog.records) == 1


def test_an_outbox_revives_its_relay(
    url: str, client: Lunogram, project: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lunogram.outbox.relay.relay._PAUSE_OF_REVIVAL", 0.0)
    with Outbox(url, client=client, on_error=leave) as outbox:
        project.fault("error", status=500, count=1)
        outbox.user.upsert("user_1")
        assert outbox.own_relay
        crashed(outbox.own_relay)
        outbox.user.upsert("user_2")
        assert outbox.flush(20).pending == 0
        assert project.count("users") == 2


# -- no handles ----------------------------------------------------------------------------------


@pytest.fixture
def no_handles() -> Iterator[Callable[[], None]]:
    """From when it is called, the process has no file handle left."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []

    def begin() -> None:
        number = os.dup(0)
        taken.append(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, (number + 20, before[1]))
        with suppress(OSError):
            while True:
                taken.append(os.dup(0))

    yield begin
    for number in taken:
        os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_no_handle_for_a_relay(
    outbox: Outbox, client: Lunogram, no_handles: Callable[[], None]
) -> None:
    relay = outbox.relay(client, concurrency=4)
    no_handles()
    for begin in (relay.start, relay.run):
        with pytest.raises(OutboxError, match=r"can be (made|sent) here: Too many open files"):
            begin()
    assert "Too many open files" in str(relay.stats().crashed)


@pytest.mark.usefixtures("collected")
def test_no_handle_for_an_outbox_in_nats(no_handles: Callable[[], None]) -> None:
    kind = NATSKind()
    url = kind.make()
    Outbox(url).close()
    no_handles()
    with pytest.raises(OutboxError, match="no event loop can be made here: Too many open"):
        Outbox(url)


# -- owners ---------------------------------------------------------------------------------------

HOME = new_owner().split(" ")[0]


@pytest.mark.parametrize(
    "owner", ["", "somebody", f"{HOME} x y", f"{HOME} {10**30} y", f"{HOME} 1 y z", f"{HOME} -1 y"]
)
def test_of_an_owner_that_is_none_of_ours_nothing_is_certain(owner: str) -> None:
    assert not is_gone(owner)
