"""Tests of a program that stop the clock, as freezegun does: time limits go on."""

from __future__ import annotations

import sys
import time

import pytest

from lunogram import Lunogram, NetworkTimeoutError
from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY, user


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clocks of `time` stand still, wherever a module of ours holds one by its name."""
    for name in ("time", "monotonic", "perf_counter", "monotonic_ns", "time_ns"):
        real, moment = getattr(time, name), getattr(time, name)()
        for module in [*sys.modules.values()]:
            ours = module is time or getattr(module, "__name__", "").startswith("lunogram")
            for held in dir(module) if ours else ():
                if getattr(module, held, None) is real:
                    monkeypatch.setattr(module, held, lambda moment=moment: moment)


@pytest.mark.usefixtures("stopped")
@pytest.mark.parametrize("fault", [faults.Stall(), faults.drip_headers(), faults.drip_body()])
def test_time_limits_hold(server: FaultyServer, fault: faults.Fault) -> None:
    server.plan(fault)
    with (
        Lunogram(KEY, base_url=server.base_url, timeout=0.1, max_retries=0) as client,
        pytest.raises(NetworkTimeoutError),
    ):
        client.user.upsert("user_123")


@pytest.mark.usefixtures("stopped")
def test_connections_grow_old(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lunogram._http.limits.IDLE_SECONDS", 0.0)
    with Lunogram(KEY, base_url=server.base_url) as client:
        client.user.upsert("user_123")
        client.user.upsert("user_123")
    assert len(server.connections) == 2


@pytest.mark.usefixtures("stopped")
def test_elapsed_is_real(server: FaultyServer) -> None:
    server.plan(user())
    with Lunogram(KEY, base_url=server.base_url) as client:
        assert client.with_raw_response.user.upsert("user_123").elapsed > 0
