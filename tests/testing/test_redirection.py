"""Tests can't reach production: every client of the process sends to the sandbox, or not at all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from lunogram import AsyncLunogram, ConfigurationError, Event, Lunogram
from lunogram.customerio import CustomerIO
from lunogram.outbox import AsyncOutbox, Outbox
from lunogram.testing import Recording, Sandbox, recording
from tests.support.faults import right
from tests.support.faulty_server import FaultyServer
from tests.support.services import database

pytest_plugins = ["pytester"]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyServer]:
    """A server that must not be reached, with real keys for it in the environment."""
    with FaultyServer(right()) as server:
        monkeypatch.setenv("LUNOGRAM_API_KEY", "sk_live_key")
        monkeypatch.setenv("LUNOGRAM_BASE_URL", server.base_url)
        monkeypatch.setenv("LUNOGRAM_PROJECT_ID", "d290f1ee-6c54-4b01-90e6-d701748f0851")
        yield server
        assert server.attempts == 0


def by_the_environment(_url: str) -> Lunogram:
    return Lunogram(ensure_users=True)


def by_arguments(url: str) -> Lunogram:
    return Lunogram("sk_live_key", base_url=url, timeout=5, headers={"X-Shop": "1"})


def over_their_own_client(_url: str) -> Lunogram:
    return Lunogram(http_client=httpx.Client())


@pytest.mark.parametrize("create", [by_the_environment, by_arguments, over_their_own_client])
def test_a_client_that_exists_is_redirected(
    production: FaultyServer, project: Sandbox, create: Callable[[str], Lunogram]
) -> None:
    with create(production.base_url) as client, project.activate():
        client.user.upsert("user_123", email="ada@example.com")
        client.user.events.post(Event("order.completed", "user_123"))
        copied = client.with_options(max_retries=0)
        assert copied.with_raw_response.user.upsert("user_123").status_code == 200
        client.user.schedule.upsert("trial.end", "user_123", interval="7 days")

    assert project.assert_user("user_123", email="ada@example.com")
    project.assert_sent("order.completed", user="user_123")
    assert len(project.schedules("trial.end")) == 1


def test_an_async_client_is_redirected(production: FaultyServer, project: Sandbox) -> None:
    client = AsyncLunogram("sk_live_key", base_url=production.base_url)

    async def use() -> None:
        async with client:
            await client.user.upsert("user_123")

    with project.activate():
        asyncio.run(use())
    project.assert_user("user_123")


def test_a_client_finds_the_way_back(project: Sandbox) -> None:
    with FaultyServer(right()) as server, Lunogram("sk_x", base_url=server.base_url) as client:
        with project.activate():
            client.user.upsert("user_1")
        client.user.delete("user_2")

        assert server.request.method == "DELETE"


def test_what_a_client_knows_of_production_is_not_in_the_sandbox(project: Sandbox) -> None:
    with FaultyServer(right()) as server:
        client = Lunogram("sk_x", base_url=server.base_url, ensure_users=True)
        client.user.upsert("user_123")
        with client, project.activate():
            client.user.events.post(Event("order.completed", "user_123"))

    project.assert_user("user_123")
    project.assert_nothing_lost()


def test_a_client_of_another_sandbox_goes_there(server: Sandbox, project: Sandbox) -> None:
    other = server.new_project()
    client = Lunogram(other.api_key, base_url=other.base_url, project_id=other.project_id)
    with client, project.activate():
        client.user.upsert("user_123")

    assert (other.count("users"), project.count("users")) == (1, 0)


def test_a_client_of_an_earlier_test_goes_to_the_present_one(
    server: Sandbox, project: Sandbox
) -> None:
    with server.new_project() as earlier, earlier.activate():
        client = Lunogram()
        client.user.upsert("user_1")
    with client, project.activate():
        client.user.upsert("user_2")

    assert [user.identifier[0].external_id for user in project.users()] == ["user_2"]


def test_a_client_that_can_not_be_redirected_fails(
    production: FaultyServer, project: Sandbox
) -> None:
    url = production.base_url
    client = CustomerIO("site", "key", app_api_key="key", track_url=url, app_url=url)
    refused = pytest.raises(ConfigurationError, match="sandbox is active, and this call is for")
    with client, project.activate(), refused:
        client.identify("5", {"plan": "pro"})


def test_a_relay_that_runs_already_delivers_to_the_sandbox(
    production: FaultyServer, project: Sandbox, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/outbox.db"
    for concurrency in (1, 4):
        with Outbox(url, client=Lunogram(), concurrency=concurrency) as outbox, project.activate():
            outbox.user.upsert(f"user_{concurrency}")
            assert outbox.flush(20).pending == 0

    assert production.attempts == 0
    assert project.count("users") == 2


def test_it_ends_with_the_block_however_that_ends(
    production: FaultyServer, project: Sandbox
) -> None:
    with pytest.raises(ZeroDivisionError), project.activate():
        _ = 1 / (os.environ["LUNOGRAM_API_KEY"] != project.api_key)

    assert os.environ["LUNOGRAM_BASE_URL"] == production.base_url
    assert os.environ["LUNOGRAM_API_KEY"] == "sk_live_key"


MODULE_LEVEL = """
    from lunogram import AsyncLunogram, Event, Lunogram
    from lunogram.outbox import Outbox

    client = Lunogram(timeout=5)
    async_client = AsyncLunogram()
    outbox = Outbox("sqlite:///shop.db")

    def checkout(user):
        client.user.upsert(user, data={"plan": "pro"})
        client.user.events.post(Event("order.completed", user, data={"total": 99.99}))

    async def sign_up(user):
        async with async_client as client:
            await client.user.upsert(user)
"""

QUIET = ["-p", "lunogram.testing.plugin", "-W", "error", "-q"]


def test_a_module_level_client_with_real_keys_under_the_fixtures(
    production: FaultyServer, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        shop=MODULE_LEVEL,
        test_shop="""
        import asyncio
        import pytest
        import shop
        from lunogram import Event

        @pytest.mark.parametrize("turn", [1, 2])
        def test_checkout(lunogram_sandbox, turn):
            shop.checkout(f"user_{turn}")
            assert lunogram_sandbox.assert_user(f"user_{turn}", data={"plan": "pro"})
            lunogram_sandbox.assert_sent("order.completed", user=f"user_{turn}", times=1)
            lunogram_sandbox.assert_no_rejections()
            assert lunogram_sandbox.count("users") == 1

        def test_sign_up(lunogram_sandbox):
            asyncio.run(shop.sign_up("user_123"))
            lunogram_sandbox.assert_user("user_123")

        def test_recorded(lunogram_recording):
            shop.checkout("user_123")
            shop.outbox.user.events.post(Event("order.queued", "user_123"))
            lunogram_recording.assert_user("user_123", data={"plan": "pro"})
            lunogram_recording.assert_sent("order.completed", user="user_123", times=1)
            lunogram_recording.assert_sent("order.queued", user="user_123", times=1)
            lunogram_recording.assert_nothing_lost()
            lunogram_recording.assert_no_rejections()
            assert shop.outbox.stats().pending == 0

        def test_recorded_in_a_sandbox(lunogram_sandbox, lunogram_recording):
            shop.checkout("user_123")
            assert lunogram_sandbox.count("calls") == 0
            lunogram_recording.assert_user("user_123")

        @pytest.fixture(scope="module", autouse=True)
        def closed():
            yield
            shop.client.close()
            shop.outbox.close()
        """,
    )

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=5)
    assert production.attempts == 0


FROZEN = {
    "freezegun": 'from freezegun import freeze_time\nstopped = freeze_time("2031-01-01")',
    "time-machine": "import time_machine\nstopped = time_machine.travel(1924992000, tick=False)",
}


@pytest.mark.parametrize("library", FROZEN)
def test_a_frozen_time_beside_the_clock_of_the_sandbox(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(f"""
from datetime import UTC, datetime, timedelta
from lunogram import Event
{FROZEN[library]}

def test_time(lunogram_sandbox, lunogram_client):
    lunogram_client.user.upsert("user_123")
    with stopped:
        now = datetime.now(UTC)
        lunogram_sandbox.set_time(now)
        lunogram_client.user.schedule.upsert("trial.end", "user_123", interval="7 days")
        lunogram_client.user.events.post(Event("order.completed", "user_123", data={{"at": now}}))
        lunogram_sandbox.wait_for_event("order.completed", data={{"at": now}})
        moved = lunogram_sandbox.advance(days=8)
        assert moved.now - now >= timedelta(days=8)
        event = lunogram_sandbox.assert_sent("scheduled.trial.end", user="user_123", times=1)
        assert event.created_at.year == 2031
""")

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


# -- recordings -----------------------------------------------------------------------------------


@pytest.fixture
def recorded() -> Iterator[Recording]:
    with recording() as recorded:
        yield recorded


def test_a_recording_takes_what_an_outbox_would_queue(recorded: Recording, tmp_path: Path) -> None:
    with Outbox(f"sqlite:///{tmp_path}/outbox.db", ensure_users=True) as outbox:
        outbox.user.events.post([Event("order.completed", "user_123"), Event("a", "user_456")])
        assert outbox.stats().pending == 0

    assert [call.name for call in recorded.calls] == [
        "user.upsert",
        "user.upsert",
        "user.events.post",
    ]
    recorded.assert_sent("order.completed", user="user_123", times=1)


def test_a_recording_takes_what_an_async_outbox_would_queue(
    recorded: Recording, tmp_path: Path
) -> None:
    async def queue() -> int:
        async with AsyncOutbox(f"sqlite:///{tmp_path}/outbox.db") as outbox:
            await outbox.user.upsert("user_123")
            return (await outbox.stats()).pending

    assert asyncio.run(queue()) == 0
    assert [call.name for call in recorded.calls] == ["user.upsert"]


def test_a_recording_takes_what_is_queued_in_a_transaction(recorded: Recording) -> None:
    with database() as url, Outbox(url) as outbox, psycopg.connect(url) as connection:
        outbox.using(connection).user.events.post(Event("order.completed", "user_123"))
        connection.commit()
        assert outbox.stats().pending == 0

    recorded.assert_sent("order.completed", user="user_123", times=1)


def test_a_recording_says_what_would_be_rejected(recorded: Recording) -> None:
    with Lunogram() as client:
        client.user.upsert("user_123", email="ada@example.com")
        client.user.delete("user_123")
        recorded.assert_no_rejections()
        client.user.devices.register("user_9", "phone", os="ios", token="t")
        client.organization.add_user("org_1", "user_9")

    with pytest.raises(AssertionError, match=r"user.devices.register: nobody has .*user_9") as e:
        recorded.assert_no_rejections()
    assert "organization.add_user: no organization has the identifier org_1" in str(e.value)
    recorded.clear()
    recorded.assert_no_rejections()


def test_the_user_of_a_recording(recorded: Recording) -> None:
    with Lunogram() as client:
        client.user.upsert(["user_123", ("stripe", "cus_1")], data={"plan": "pro"})

    assert recorded.user(("stripe", "cus_1")).data == {"plan": "pro"}
    with pytest.raises(AssertionError, match=r"user user_123: data.plan is \"pro\", not \"free\""):
        recorded.assert_user("user_123", data={"plan": "free"})
    with pytest.raises(AssertionError, match="no user user_12; nearest of 2 identifiers: user_123"):
        recorded.assert_user("user_12")


def test_a_sandbox_lists_what_it_rejected(client: Lunogram, project: Sandbox) -> None:
    project.assert_no_rejections()
    project.fault("error", status=500, path="/users", count=1)
    with pytest.raises(Exception, match="500"):
        client.user.upsert("user_123")

    with pytest.raises(AssertionError, match=r"Rejected:\n  POST /api/client/projects/.*: 500"):
        project.assert_no_rejections()
