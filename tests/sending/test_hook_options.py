"""The values that the options for hooks take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lunogram import AsyncLunogram, ConfigurationError, Event, Lunogram, ResponseTrace
from lunogram.outbox import Outbox
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY, accepted


async def hook(_trace: object) -> None: ...


@pytest.mark.parametrize("name", ["on_request", "on_response"])
@pytest.mark.parametrize("value", [hook, "print", 1])
def test_a_hook_is_a_plain_function(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be a function"):
        AsyncLunogram(KEY, **{name: value})


def test_a_relay_calls_the_hooks_of_its_client(server: FaultyServer, tmp_path: Path) -> None:
    seen: list[ResponseTrace] = []
    server.plan(accepted())
    with (
        Lunogram(KEY, base_url=server.base_url, on_response=seen.append) as client,
        Outbox(f"sqlite:///{tmp_path}/outbox.db") as outbox,
        outbox.relay(client),
    ):
        outbox.user.events.post(Event("order.completed", "user_123"))
        outbox.flush(10)
    assert [(each.operation, each.status_code) for each in seen] == [("post_user_events", 202)]
