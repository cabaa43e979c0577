"""Relays and flushes while a program's tests freeze time."""

from __future__ import annotations

import pytest
from freezegun import freeze_time

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.support.faults import problem, right
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.relays import empty_it

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_relay_goes_on(outbox: Outbox, project: Sandbox, concurrency: int) -> None:
    client = Lunogram(project.api_key, base_url=project.base_url.replace("127.0.0.1", "localhost"))
    with freeze_time("2031-01-01"), outbox.relay(client, concurrency=concurrency):
        outbox.user.upsert("user_1")
        assert outbox.flush(30).pending == 0


@pytest.mark.parametrize("concurrency", [1, 4])
def test_pauses_end(outbox: Outbox, concurrency: int) -> None:
    with FaultyServer(problem(500), problem(429), right()) as server:
        client = Lunogram("sk_x", base_url=server.base_url)
        outbox.user.upsert("user_1")
        with freeze_time("2031-01-01"):
            empty_it(outbox, client, concurrency=concurrency)


def test_a_relay_that_time_overtakes(outbox: Outbox, client: Lunogram) -> None:
    with outbox.relay(client):
        for moment in ("2001-01-01", "2031-01-01"):
            with freeze_time(moment):
                outbox.user.upsert("user_1")
                assert outbox.flush(30).pending == 0


def test_a_flush_comes_back(outbox: Outbox) -> None:
    outbox.user.upsert("user_1")
    with freeze_time("2031-01-01"):
        assert outbox.flush(0.2).pending == 1


def test_an_outbox_ends(url: str) -> None:
    with closed_port() as base_url, freeze_time("2031-01-01"):
        outbox = Outbox(url, client=Lunogram("sk_x", base_url=base_url), flush_timeout=0.2)
        outbox.user.upsert("user_1")
        outbox.close()
