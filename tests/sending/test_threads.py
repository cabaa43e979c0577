"""Many threads on one client, and one that closes it under the others."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lunogram import Lunogram, LunogramError
from tests.support.faults import Answer, Fault, Stall
from tests.support.faulty_server import Connection, FaultyServer
from tests.support.sending import KEY, assert_clean, user

THREADS = 8
CALLS = 25


class Echo(Fault):
    """Answers with the external id that the request names."""

    before_reading = True

    def strike(self, connection: socket.socket, stopping: threading.Event) -> bool:
        request = Connection(connection, 0).request()
        name = json.loads(request.body)["identifier"][0]["external_id"]
        return user(data={"name": name}).strike(connection, stopping)


@pytest.mark.parametrize("retries", [0, 2])
def test_every_thread_gets_its_own_answers(server: FaultyServer, retries: int) -> None:
    # With retries, every other request is turned away at first.
    busy = [Answer(503), Echo()] * (THREADS * CALLS) if retries else []
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
