"""A cluster of three NATS servers, over TLS and with a user, whose leaders are killed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme

from lunogram.outbox import OutboxError
from lunogram.outbox.nats import NATSStore
from tests.outbox.test_nats_connecting import SECRET, with_tls
from tests.outbox.test_nats_kills import came, check, programs, wait_until_empty
from tests.support.nats_server import NATSCluster

__all__ = ["programs"]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NATSCluster]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    user = f'authorization {{ user: shop, password: "{SECRET}" }}\n'
    more = with_tls(authority, tmp_path) + user
    with NATSCluster(tmp_path, login=f"shop:{SECRET}@", more=more) as cluster:
        yield cluster


def made(url: str) -> None:
    """Create the streams as soon as the cluster has come together."""
    until = time.monotonic() + 60
    while True:
        try:
            NATSStore(url, patience=10).close()
        except OutboxError:
            assert time.monotonic() < until
            time.sleep(0.2)
        else:
            return


def replace_leader(cluster: NATSCluster, stream: str) -> str:
    """Kill the server that leads a stream, and start it again when another one does."""
    until = time.monotonic() + 60
    while not (leader := cluster.leader(stream)):
        assert time.monotonic() < until
        time.sleep(0.1)
    cluster.kill(leader)
    while cluster.leader(stream) in ("", leader):
        assert time.monotonic() < until
        time.sleep(0.1)
    cluster.start(leader)
    return leader


@pytest.mark.slow
def test_leaders_are_killed_while_all_are_at_work(cluster: NATSCluster, programs: Any) -> None:
    url = f"tls://{cluster.addresses}/calls"
    made(f"{url}?replicas=3")
    relays = [programs("relay", url) for _ in range(2)]
    queueing = [programs("queue", url, run, "800") for run in "ab"]
    chance = random.Random(3)
    for _ in range(3):
        replace_leader(cluster, chance.choice(["calls", "calls-state"]))
    assert [program.process.wait(120) for program in queueing] == [0, 0]
    wait_until_empty(url)
    check([f"{run} {number}" for run in "ab" for number in range(800)], came(relays[0]))
    with closing(NATSStore(url)) as store:
        stats = store.stats()
        assert (stats.pending, stats.dead) == (0, 0)
