"""Relays of one outbox that send elsewhere, or with another key: only one of them sends."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import pytest

from lunogram import ConfigurationError, Event, Lunogram
from lunogram.outbox import Outbox, Relay
from lunogram.outbox.announcements import running_relays
from lunogram.outbox.store import Checkpoint, Limits
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.known_users import upsert_users
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def outbox(request: pytest.FixtureRequest) -> Iterator[Outbox]:
    """An outbox in each kind of store."""
    kind: StoreKind = request.param
    url = kind.make()
    with Outbox(url) as outbox:
        yield outbox
    kind.destroy(url)


@pytest.fixture(autouse=True)
def user(project: Sandbox) -> None:
    upsert_users(project, ["user_1"])


@pytest.fixture
def other_client(sandbox: SandboxProcess) -> Iterator[Lunogram]:
    """A client of another project."""
    other = Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
    upsert_users(other, ["user_1"])
    with Lunogram(other.api_key, base_url=sandbox.base_url) as client:
        yield client


def eventually(is_so: Callable[[], object]) -> None:
    """Wait for something that happens soon."""
    end = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_excluded(relay: Relay) -> bool:
    return "another key or base URL" in (relay.stats().halted or "")


def sent(project: Sandbox) -> list[str]:
    return [event.name for event in project.events() if event.cause == "sent"]


def test_a_relay_with_another_key_waits_until_the_other_has_ended(
    outbox: Outbox,
    client: Lunogram,
    other_client: Lunogram,
    project: Sandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = outbox.relay(client), outbox.relay(other_client)
    with first:
        eventually(lambda: running_relays(outbox._store))
        with second, caplog.at_level(logging.ERROR, "lunogram.outbox"):
            eventually(lambda: is_excluded(second))
            for name in "abcdef":
                outbox.user.events.post(Event(name, "user_1"))
            assert outbox.flush(20).pending == 0
            assert sent(project) == [*"abcdef"]
            first.stop()
            outbox.user.events.post(Event("g", "user_1"))
            assert outbox.flush(20).pending == 0
            assert (second.stats().delivered, second.stats().halted) == (1, None)
    assert sent(project) == [*"abcdef"]
    assert [record.message for record in caplog.records if "another key" in record.message]
    assert running_relays(outbox._store) == []


def test_relays_with_the_same_key_share_the_work(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    with Lunogram(project.api_key, base_url=project.base_url) as same:
        first, second = outbox.relay(client), outbox.relay(same)
        with first, second:
            eventually(lambda: len(running_relays(outbox._store)) == 2)
            outbox.user.events.post(Event("a", "user_1"))
            assert outbox.flush(20).pending == 0
        assert first.stats().halted is second.stats().halted is None


def test_it_may_be_asked_for(outbox: Outbox, client: Lunogram, other_client: Lunogram) -> None:
    second = outbox.relay(other_client, allow_other_targets=True)
    with outbox.relay(client):
        eventually(lambda: running_relays(outbox._store))
        with second:
            eventually(lambda: len(running_relays(outbox._store)) == 2)
            assert second.stats().halted is None


def test_a_relay_that_ends_when_nothing_is_pending_does_not_wait(
    outbox: Outbox, client: Lunogram, other_client: Lunogram
) -> None:
    with outbox.relay(client):
        eventually(lambda: running_relays(outbox._store))
        with pytest.raises(ConfigurationError, match="another relay sends from this outbox"):
            outbox.relay(other_client).run(until_empty=True)


def test_a_relay_that_was_killed_is_no_obstacle(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    gone = [["elsewhere 1 x", "00" * 32, 1.0, time.time() - 1]]
    text = str(gone).replace("'", '"')
    outbox._store.add([], Limits(), Checkpoint("lunogram relays", text))
    outbox.user.events.post(Event("a", "user_1"))
    outbox.relay(client).run(until_empty=True)
    assert sent(project) == ["a"]


@pytest.mark.parametrize("text", ["{", "[1]", "[[1, 2, 3]]", '[["a", "b", "c", "d"]]', "7"])
def test_what_others_wrote_there_is_no_obstacle(
    outbox: Outbox, client: Lunogram, project: Sandbox, text: str
) -> None:
    outbox._store.add([], Limits(), Checkpoint("lunogram relays", text))
    outbox.user.events.post(Event("a", "user_1"))
    outbox.relay(client).run(until_empty=True)
    assert sent(project) == ["a"]


def test_the_store_holds_no_key(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    with outbox.relay(client):
        eventually(lambda: running_relays(outbox._store))
        text = outbox._store.checkpoint("lunogram relays")
    assert project.api_key not in text
    assert "127.0.0.1" not in text
