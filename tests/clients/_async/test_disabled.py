"""Clients that are disabled: arguments are checked, nothing is sent, upserts return something."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from lunogram_api.api.users import upsert_user
from lunogram_api.models import ExternalID as RawExternalID
from lunogram_api.models import UserUpsert

from lunogram import (
    AsyncLunogram,
    ClientClosedError,
    ConfigurationError,
    Event,
    Lunogram,
    ValidationError,
)
from lunogram.outbox import Outbox
from lunogram.testing import recording
from tests.support.faults import right
from tests.support.faulty_server import FaultyServer

pytestmark = pytest.mark.anyio

NOTICE = "the client is disabled: nothing is sent"


@pytest.fixture(params=["argument", "environment"])
def options(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments of a client that is disabled, without any key."""
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)
    if request.param == "argument":
        return {"enabled": False}
    monkeypatch.setenv("LUNOGRAM_DISABLED", "1")
    return {}


async def test_nothing_is_sent_and_upserts_return_what_is_known(
    options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lunogram")
    async with AsyncLunogram(**options) as client:
        await client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})
        user = await client.user.upsert("user_123", data={"seats": 3})
        await client.user.events.post(Event("order.completed", "user_123"))
        copied = client.with_options(max_retries=0)
        assert (await copied.with_raw_response.user.delete("user_123")).status_code == 204
        assert (await client.user.inbox.count("user_123")).total == 0
        body = UserUpsert(identifier=[RawExternalID("user_1")])
        assert await upsert_user.asyncio(client=client.raw, body=body)
        ping = await client.ping()

    assert (user.email, user.data) == ("ada@example.com", {"plan": "pro", "seats": 3})
    assert (ping.ok, ping.message) == (True, "The client is disabled: nothing is sent.")
    notices = [(each.levelname, each.message) for each in caplog.records]
    assert notices == [("INFO", NOTICE)]


async def test_arguments_are_checked(options: dict[str, Any]) -> None:
    async with AsyncLunogram(**options) as client:
        with pytest.raises(ValidationError, match="email"):
            await client.user.upsert("user_123", email="")


async def test_a_closed_client_stays_closed(options: dict[str, Any]) -> None:
    async with AsyncLunogram(**options) as client:
        pass
    with pytest.raises(ClientClosedError):
        await client.user.upsert("user_123")


async def test_a_copy_may_be_enabled() -> None:
    with FaultyServer(right()) as server:
        async with AsyncLunogram("sk_x", base_url=server.base_url, enabled=False) as client:
            await client.user.upsert("user_123")
            assert server.attempts == 0
            await client.with_options(enabled=True).user.upsert("user_123")
            assert server.attempts == 1


async def test_a_variable_that_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncLunogram("sk_x", base_url="http://127.0.0.1:1/api", max_retries=0) as client:
        monkeypatch.setenv("LUNOGRAM_DISABLED", "perhaps")
        with pytest.raises(ConfigurationError, match="LUNOGRAM_DISABLED must be 1 or 0"):
            await client.user.upsert("user_123")
        for value in ("0", "false", ""):
            monkeypatch.setenv("LUNOGRAM_DISABLED", value)
            with pytest.raises(Exception, match="refused"):
                await client.user.upsert("user_123")


async def test_a_recording_takes_the_calls_all_the_same(options: dict[str, Any]) -> None:
    async with AsyncLunogram(**options) as client:
        with recording() as recorded:
            await client.user.upsert("user_123")
    recorded.assert_user("user_123")


async def test_outboxes_follow(options: dict[str, Any], tmp_path: Path) -> None:
    client = Lunogram(**options)
    with Outbox(f"sqlite:///{tmp_path}/outbox.db", client=client) as outbox:
        outbox.user.events.post(Event("order.completed", "user_123"))
        with pytest.raises(ValidationError):
            outbox.user.events.post(Event("", "user_123"))
        assert (outbox.own_relay, outbox.stats().pending) == (None, 0)
        with pytest.raises(ConfigurationError, match="a relay would deliver nothing"):
            outbox.relay(client).run(until_empty=True)
