"""/healthz and /metrics, asked over HTTP as an orchestrator and a Prometheus ask."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

import httpx
import pytest

from lunogram import ConfigurationError, Lunogram
from lunogram.outbox import Outbox, OutboxError, Relay, Stats
from lunogram.outbox.polling import wait_until
from lunogram.outbox.relay.health_server import HealthServer
from lunogram.outbox.store import Store
from lunogram.testing import Sandbox
from tests.support.faults import problem
from tests.support.faulty_server import FaultyServer
from tests.support.ports import free_port
from tests.support.relays import post, replace_store

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def relay(outbox: Outbox, client: Lunogram) -> Iterator[Relay]:
    """A relay that can be asked, and runs."""
    with outbox.relay(client, concurrency=2, health_port=0) as relay:
        yield relay


def ask(relay: Relay, page: str) -> httpx.Response:
    """Get a page."""
    return httpx.get(f"{relay.health_url}{page}", timeout=20, verify=False)


def metrics(relay: Relay) -> dict[str, float]:
    """All numbers, by their names."""
    lines = ask(relay, "/metrics").text.splitlines()
    pairs = [line.split(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def test_all_is_well(relay: Relay, outbox: Outbox) -> None:
    outbox.user.upsert("person_4711", email="ada@example.com")
    assert outbox.flush(20).pending == 0
    answer = ask(relay, "/healthz")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    facts = answer.json()
    assert (facts["status"], facts["delivered"], facts["pending"]) == ("ok", 1, 0)
    assert "person_4711" not in answer.text + ask(relay, "/metrics").text


def test_numbers(relay: Relay, outbox: Outbox, project: Sandbox) -> None:
    project.fault("reject", event="bad")
    project.fault("error", status=503, count=1)
    post(outbox, "good", "bad", "good")
    assert outbox.flush(20).pending == 0
    numbers = metrics(relay)
    assert numbers["lunogram_outbox_up"] == 1
    assert numbers["lunogram_outbox_pending"] == 0
    assert numbers["lunogram_outbox_oldest_age_seconds"] == 0
    assert numbers["lunogram_outbox_dead"] == numbers["lunogram_outbox_dead_total"] == 1
    assert numbers["lunogram_outbox_delivered_total"] == 2
    assert numbers["lunogram_relay_delivered_total"] == 2
    assert numbers["lunogram_relay_retried_total"] == 1
    assert numbers["lunogram_relay_dead_total"] == 1
    assert numbers["lunogram_relay_consecutive_failures"] == 0
    assert numbers["lunogram_relay_concurrency"] == 2
    assert numbers["lunogram_relay_rate"] > 0


def test_prometheus_can_read_it(relay: Relay) -> None:
    answer = ask(relay, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    blocks = re.findall(
        r"# HELP (\w+) [^\n]+\.\n# TYPE (\w+) (counter|gauge)\n(\w+) [0-9.e+-]+\n", answer.text
    )
    assert len(blocks) == answer.text.count("# HELP") == answer.text.count("\n") / 3
    for named, typed, kind, name in blocks:
        assert named == typed == name
        assert name.endswith("_total") == (kind == "counter")


def test_other_pages_are_not_there(relay: Relay) -> None:
    assert ask(relay, "/").status_code == 404


def test_a_wrong_key_is_not_healthy(outbox: Outbox) -> None:
    with FaultyServer(problem(401)) as server:
        outbox.user.upsert("u")
        client = Lunogram("sk_x", base_url=server.base_url)
        with outbox.relay(client, health_port=0) as relay:
            assert wait_until(20, lambda: ask(relay, "/healthz").status_code == 503)
            facts = ask(relay, "/healthz").json()
            assert facts["status"] == "failing"
            assert facts["problem"].startswith("401")
            assert metrics(relay)["lunogram_relay_halted"] == 1


def test_a_server_that_is_down_for_long_is_not_healthy(outbox: Outbox) -> None:
    with FaultyServer(problem(500)) as server:
        outbox.user.upsert("u")
        client = Lunogram("sk_x", base_url=server.base_url)
        with outbox.relay(client, health_port=0) as relay:
            assert wait_until(20, lambda: ask(relay, "/healthz").status_code == 503)
            assert "requests failed in a row" in ask(relay, "/healthz").json()["problem"]


class Broken:
    """A store that can't be read, or hangs."""

    def __init__(self, store: Store, hanging: threading.Event | None = None) -> None:
        self._store = store
        self._hanging = hanging

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def stats(self) -> Stats:
        """As `Store.stats`."""
        if self._hanging:
            self._hanging.wait()
        raise OutboxError("no")


def test_an_outbox_that_cannot_be_read_is_not_healthy(outbox: Outbox, client: Lunogram) -> None:
    replace_store(outbox, Broken(outbox._store))
    with outbox.relay(client, health_port=0) as relay:
        assert ask(relay, "/healthz").json()["problem"] == "the outbox can't be used"
        assert metrics(relay)["lunogram_outbox_up"] == 0


@pytest.mark.slow
def test_an_outbox_that_hangs_does_not_make_the_asking_hang(
    outbox: Outbox, client: Lunogram
) -> None:
    hanging = threading.Event()
    replace_store(outbox, Broken(outbox._store, hanging))
    with outbox.relay(client, health_port=0) as relay:
        for _ in range(2):
            numbers = metrics(relay)
            assert numbers["lunogram_outbox_up"] == 0
            assert "lunogram_outbox_pending" not in numbers
        hanging.set()


def test_a_relay_that_is_stuck_is_not_healthy(relay: Relay, monkeypatch: Any) -> None:
    assert relay._health
    assert wait_until(20, lambda: relay._progress.seen_at > 0)
    watch = relay._health.checks
    monkeypatch.setattr(watch, "_silence", -1)
    assert "stuck" in ask(relay, "/healthz").json()["problem"]


def test_a_port_that_is_taken(relay: Relay, outbox: Outbox, client: Lunogram) -> None:
    port = int(str(relay.health_url).rpartition(":")[2])
    other = outbox.relay(client, health_port=port)
    for begin in (other.start, other.run):
        with pytest.raises(ConfigurationError, match=rf"can't listen at 127\.0\.0\.1:{port}: Addr"):
            begin()


@pytest.mark.slow
def test_a_relay_of_its_own_can_be_asked(url: str, project: Sandbox) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        line = [sys.executable, "-m", "lunogram.cli", "relay", url, "--health-port", str(port)]
        environ = {**os.environ, **project.environ}
        refused = subprocess.run(line, capture_output=True, text=True, env=environ, check=False)
        assert refused.returncode == 2
        assert refused.stderr.startswith(f"Error: can't listen at 127.0.0.1:{port}: ")

    def is_well() -> bool:
        with suppress(httpx.ConnectError):
            return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        return False

    relay = subprocess.Popen(line, stdout=subprocess.DEVNULL, env=environ)
    assert wait_until(20, is_well)
    relay.terminate()
    assert relay.wait(20) == 0


def test_ipv6(outbox: Outbox, client: Lunogram) -> None:
    with outbox.relay(client, health_port=0, health_host="::1") as relay:
        assert str(relay.health_url).startswith("http://[::1]:")
        assert ask(relay, "/healthz").status_code == 200


@pytest.mark.parametrize("host", ["no such host", "a" * 64, "\x1b[2J"])
def test_a_host_that_cannot_be_one(outbox: Outbox, client: Lunogram, host: str) -> None:
    relay = outbox.relay(client, health_port=0, health_host=host)
    with pytest.raises(ConfigurationError, match="can't listen at "):
        relay.start()


def test_a_port_that_cannot_be_one(outbox: Outbox, client: Lunogram) -> None:
    with pytest.raises(ConfigurationError, match="health_port"):
        outbox.relay(client, health_port=65536)


def test_it_ends_with_the_relay(outbox: Outbox, client: Lunogram) -> None:
    with outbox.relay(client, health_port=0) as relay:
        assert ask(relay, "/healthz").status_code == 200
    with pytest.raises(httpx.ConnectError):
        ask(relay, "/healthz")
    assert outbox.relay(client).health_url is None


def test_it_ends_while_it_responds() -> None:
    server = HealthServer("127.0.0.1", 0, lambda _path: (200, "text/plain", "ok"))
    server.start()

    def ask_at_each_line(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line" and frame.f_code is HealthServer.stop.__code__:
            with suppress(httpx.TransportError):  # at the last lines, nobody listens any more
                httpx.get(f"http://127.0.0.1:{server.port}/healthz", timeout=0.3)
        return ask_at_each_line

    tracing = sys.gettrace()
    sys.settrace(ask_at_each_line)
    try:
        server.stop()
    finally:
        sys.settrace(tracing)
