"""Many threads on one client, and one that closes it under the others."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from lunogram import Lunogram, LunogramError, NetworkTimeoutError
from lunogram._http.connection import State
from lunogram._http.idle_pool import IdlePool
from tests.support.faults import Fault, Response, Stall, gzipped
from tests.support.faulty_server import Connection, FaultyServer
from tests.support.private_data import KEY, assert_clean, user

THREADS = 8
CALLS = 25


class Echo(Fault):
    """Answers with the external id that the request names."""

    before_reading = True

    def apply(self, connection: socket.socket, stopping: threading.Event) -> bool:
        request = Connection(connection, 0).request()
        name = json.loads(request.body)["identifier"][0]["external_id"]
        return user(data={"name": name}).apply(connection, stopping)


@pytest.mark.parametrize("retries", [0, 2])
def test_every_thread_gets_its_own_answers(server: FaultyServer, retries: int) -> None:
    # With retries, every other request is turned away at first.
    busy = [Response(503), Echo()] * (THREADS * CALLS) if retries else []
    server.plan(*busy, Echo())

    def ask(thread: int) -> list[bool]:
        names = [f"user_{thread}_{call}" for call in range(CALLS)]
        return [client.user.upsert(name).data == {"name": name} for name in names]

    with (
        Lunogram(KEY, base_url=server.base_url, max_retries=50 * retries) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        right = [answer for answers in pool.map(ask, range(THREADS)) for answer in answers]
    assert right == [True] * (THREADS * CALLS)


def test_closing_under_another_thread(server: FaultyServer) -> None:
    server.plan(Stall())
    client = Lunogram(KEY, base_url=server.base_url, timeout=1, max_retries=2)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.user.upsert, "user_123")
        while not (server.requests or call.done()):
            time.sleep(0.001)
        client.close()
        error = call.exception()
    assert isinstance(error, LunogramError)
    assert_clean(error)


class Fleeting:
    """A connection that is of use every other time."""

    def __init__(self) -> None:
        self.uses = 0

    @property
    def state(self) -> State:
        self.uses += 1
        return State.IDLE if self.uses % 2 else State.CLOSED

    @property
    def idle_seconds(self) -> float:
        return 5.0

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        assert self.uses


def test_signal_handler_that_sends_while_a_connection_comes_back() -> None:
    idle = IdlePool(Fleeting, Fleeting.close)

    class Interrupted(deque[tuple[float, Fleeting]]):
        def append(self, kept: tuple[float, Fleeting]) -> None:
            super().append(kept)
            assert idle.take() is kept[1]

    idle._idle = Interrupted()
    idle.give_back(Fleeting())


@pytest.fixture
def hasty_switching() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_switching")
def test_connections_that_come_back_at_the_same_time() -> None:
    idle = IdlePool(Fleeting, Fleeting.close)
    in_use: set[Fleeting] = set()

    def use(_thread: int) -> None:
        for _ in range(10_000):
            connection = idle.take()
            assert connection not in in_use
            in_use.add(connection)
            in_use.remove(connection)
            idle.give_back(connection)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(use, range(THREADS)))


def test_name_that_httpx_can_t_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [over.wait()][1:])
    with httpx.Client(trust_env=False) as mine:
        client = Lunogram(KEY, base_url="http://a.invalid", http_client=mine, connect_timeout=0.1)
        with pytest.raises(NetworkTimeoutError, match=r"could not connect to .* in time"):
            client.with_options(max_retries=0).user.upsert("user_123")
    over.set()


def test_answer_that_a_hook_of_httpx_has_read(server: FaultyServer) -> None:
    server.plan(gzipped(user().body))
    with httpx.Client(trust_env=False, event_hooks={"response": [httpx.Response.read]}) as mine:
        assert (
            Lunogram(KEY, base_url=server.base_url, http_client=mine).user.upsert("u").version == 3
        )
