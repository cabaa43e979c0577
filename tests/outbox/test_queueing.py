"""What an outbox takes, keeps, refuses, and says of itself."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest

from lunogram import ConfigurationError, Event, Lunogram, Message, ValidationError
from lunogram.outbox import Outbox, OutboxError, OutboxFullError, ReadNotSupportedError
from lunogram.testing import Sandbox

ID = "5f0c1a52-9d5e-4a62-8f0a-0d8f1f0f5b11"

WRITES: list[tuple[str, Callable[[Any], Any]]] = [
    ("user.upsert", lambda c: c.user.upsert("u", email="ada@example.com", data={"é": "☂"})),
    ("user.events.post", lambda c: c.user.events.post([Event("one", "u"), Event("two", "v")])),
    ("user.schedule.upsert", lambda c: c.user.schedule.upsert("s", "u", interval="7 days")),
    ("user.schedule.delete", lambda c: c.user.schedule.delete("s", "u")),
    ("user.devices.register", lambda c: c.user.devices.register("u", "d", os="ios", token="t")),
    ("user.inbox.send", lambda c: c.user.inbox.send(Message("m", "u"))),
    ("user.inbox.mark_read", lambda c: c.user.inbox.mark_read("u", ID)),
    ("user.inbox.mark_archived", lambda c: c.user.inbox.mark_archived("u", ID)),
    ("organization.upsert", lambda c: c.organization.upsert("o", name="Acme")),
    ("organization.events.post", lambda c: c.organization.events.post(Event("three", "o"))),
    ("organization.add_user", lambda c: c.organization.add_user("o", "u", data={"a": 1})),
    ("organization.remove_user", lambda c: c.organization.remove_user("o", "u")),
    ("organization.inbox.send", lambda c: c.organization.inbox.send(Message("m", "o"))),
    ("organization.inbox.mark_read", lambda c: c.organization.inbox.mark_read("o", ID)),
    ("organization.inbox.mark_archived", lambda c: c.organization.inbox.mark_archived("o", ID)),
    ("organization.schedule.upsert",
     lambda c: c.organization.schedule.upsert("s", "o", interval="P1D")),
    ("organization.schedule.delete", lambda c: c.organization.schedule.delete("s", "o")),
    ("organization.delete", lambda c: c.organization.delete("o")),
    ("user.delete", lambda c: c.user.delete("u")),
]  # fmt: skip


def methods(client: object) -> dict[str, Any]:
    """Every public method of the resources of a client or an outbox, by its dotted name."""
    found: dict[str, Any] = {}
    for resource in ("user", "organization"):
        found |= _methods(getattr(client, resource), resource)
    return found


def _methods(resource: Any, place: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, method in inspect.getmembers(type(resource), inspect.isfunction):
        if not name.startswith("_"):
            found[f"{place}.{name}"] = method
    for name, member in vars(resource).items():
        if not name.startswith("_"):
            found |= _methods(member, f"{place}.{name}")
    return found


def test_every_write_of_the_client_is_there_with_the_same_arguments(
    outbox: Outbox, client: Lunogram
) -> None:
    ours, theirs = methods(outbox), methods(client)
    reads = {f"{kind}.inbox.{name}" for kind in ("user", "organization")
             for name in ("page", "list", "count")}  # fmt: skip
    assert set(ours) == set(theirs) - reads == {name for name, _ in WRITES}
    for name, method in ours.items():
        mine, original = inspect.signature(method), inspect.signature(theirs[name])
        assert mine.parameters == original.parameters, name
        assert mine.return_annotation == "None", name


def test_a_call_arrives_as_if_the_client_had_sent_it(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    for _, call in WRITES:
        assert call(outbox) is None
    with outbox.relay(client):
        assert outbox.flush(20).pending == 0
    queued = [(call.method, call.path, call.request) for call in project.calls()]

    project.reset()
    for _, call in WRITES:
        try:
            call(client)
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - such as a 404: it was sent, all the same
            pass
    sent = [(call.method, call.path, call.request) for call in project.calls()]
    assert queued == sent


def test_a_stand_in_knows_the_resources(url: str) -> None:
    for stand_in in (create_autospec(Outbox, instance=True), create_autospec(Outbox)(url)):
        stand_in.user.events.post(Event("one", "u"))
        stand_in.organization.upsert("o")
        with pytest.raises(TypeError):
            stand_in.user.upsert("u", nonsense=True)
        with pytest.raises(AttributeError):
            _ = stand_in.user.nonsense
    with pytest.raises(ConfigurationError, match="open an outbox"):
        Outbox.user.upsert("u")


def test_what_cannot_be_right_is_refused_and_nothing_is_queued(outbox: Outbox) -> None:
    with pytest.raises(ValidationError, match=r"events\[1\]\.data\.total"):
        outbox.user.events.post([Event("a", "u"), Event("b", "u", data={"total": float("nan")})])
    assert outbox.stats().queued == 0


@pytest.mark.parametrize(
    "read",
    [
        lambda outbox: outbox.user.inbox.page,
        lambda outbox: outbox.organization.inbox.list,
        lambda outbox: outbox.user.inbox.count,
        lambda outbox: outbox.push,
        lambda outbox: outbox.sessions,
        lambda outbox: outbox.ping,
    ],
)
def test_reads_are_refused(outbox: Outbox, read: Callable[[Any], Any]) -> None:
    with pytest.raises(ReadNotSupportedError, match="needs a response: use the client"):
        read(outbox)


def test_what_nobody_has_is_an_ordinary_attribute_error(outbox: Any) -> None:
    for owner in (outbox, outbox.user.inbox):
        with pytest.raises(AttributeError) as caught:
            _ = owner.nonsense
        assert not isinstance(caught.value, ReadNotSupportedError)
        assert not hasattr(owner, "nonsense")


@pytest.mark.parametrize(
    "address", ["lunogram.db", "sqlite:///", "sqlite:///:memory:", "mysql:///x"]
)
def test_a_url_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite:///FILE"):
        Outbox(address)


@pytest.mark.parametrize("options", [{"durability": "disk"}, {"when_full": "ignore"}])
def test_other_options_are_refused(url: str, options: Any) -> None:
    with pytest.raises(ConfigurationError, match="must be one of"):
        Outbox(url, **options)


def test_nobody_else_can_read_the_file(outbox: Outbox, file: Path) -> None:
    outbox.user.upsert("u")
    for each in file.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600, each


def test_the_file_outlives_the_object(url: str) -> None:
    for number in range(3):
        with Outbox(url, durability="power") as outbox:
            outbox.user.upsert(f"user_{number}")
    with Outbox(url) as outbox:
        assert outbox.stats().pending == 3


def test_a_relative_path_stays_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Outbox("sqlite:///here.db") as outbox:
        monkeypatch.chdir("/")
        outbox.user.upsert("u")
    assert (tmp_path / "here.db").exists()


def test_it_shows_no_data(outbox: Outbox) -> None:
    outbox.user.upsert("person_4711", email="ada@example.com")
    shown = f"{outbox!r} {outbox.stats()!r} {outbox.pending(1)!r}"
    assert "lunogram.db" in shown
    assert "person_4711" not in shown
    assert "ada@" not in shown


def test_threads_share_it(outbox: Outbox) -> None:
    def work() -> None:
        for _ in range(50):
            outbox.user.events.post([Event("e", "u"), Event("e", "v")])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = outbox.pending(1000)
    assert [entry.sequence for entry in entries] == list(range(1, 801))
    # The two events of one call stay together.
    assert [entry.subjects for entry in entries] == [("user:default:u",), ("user:default:v",)] * 400


def test_entries_know_whom_they_are_about(outbox: Outbox) -> None:
    outbox.organization.add_user(("crm", "o"), ["u", ("stripe", "c")])
    outbox.user.inbox.send([Message("m", "u"), Message("n", "v"), Message("o", "u")])
    outbox.user.events.post(Event("e", match={"plan": "pro"}))
    assert [entry.subjects for entry in outbox.pending(9)] == [
        ("user:default:u", "user:stripe:c", "organization:crm:o"),
        ("user:default:u", "user:default:v"),
        (),
    ]


# -- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_not_pickled_or_copied(
    outbox: Outbox, client: Lunogram, copying: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError, match=r"^an outbox can't be pickled or copied"):
        copying(outbox)
    with pytest.raises(TypeError, match=r"^a relay can't be pickled or copied"):
        copying(outbox.relay(client))


def test_a_full_outbox_raises(url: str) -> None:
    outbox = Outbox(url, limit=3)
    outbox.user.upsert("a")
    with pytest.raises(OutboxFullError, match="full"):
        outbox.user.events.post([Event("e", "u")] * 3)
    outbox.user.events.post([Event("e", "u")] * 2)
    assert outbox.stats().pending == 3
    outbox.close()


def test_bytes_are_limited_too(url: str) -> None:
    outbox = Outbox(url, limit_bytes=1000)
    outbox.user.upsert("a", data={"text": "x" * 900})
    with pytest.raises(OutboxFullError):
        outbox.user.upsert("a", data={"text": "x" * 900})
    assert 900 < outbox.stats().pending_bytes < 1000
    outbox.close()


def test_what_is_dropped_is_counted(url: str) -> None:
    outbox = Outbox(url, limit=2, when_full="drop")
    for name in "abc":
        outbox.user.upsert(name)
    outbox.user.events.post([Event("e", "u")] * 2)
    stats = outbox.stats()
    assert (stats.pending, stats.refused) == (2, 3)
    outbox.close()


def test_it_blocks_until_there_is_room(url: str, client: Lunogram) -> None:
    outbox = Outbox(url, limit=1, when_full="block", block_timeout=20)
    with outbox.relay(client):
        for name in "abc":
            outbox.user.upsert(name)
        assert outbox.flush(20).pending == 0
    assert outbox.stats().delivered == 3
    outbox.close()


def test_it_does_not_block_for_ever(url: str) -> None:
    outbox = Outbox(url, limit=1, when_full="block", block_timeout=0.05)
    outbox.user.upsert("a")
    with pytest.raises(OutboxFullError):
        outbox.user.upsert("b")
    outbox.close()


# -- flush, close ---------------------------------------------------------------------------------


def test_flush_comes_back_with_numbers(outbox: Outbox) -> None:
    outbox.user.events.post([Event("e", "u")] * 3)
    assert outbox.flush(0.05).pending == 3
    assert outbox.flush(0).pending == 3


def test_flush_of_nothing_is_done_at_once(outbox: Outbox) -> None:
    result = outbox.flush(100)
    assert (result.delivered, result.pending, result.dead) == (0, 0, 0)


def test_flush_waits_for_a_relay(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    outbox.user.events.post([Event("good", "u"), Event("bad", "u"), Event("good", "u")])
    project.fault("reject", event="bad")
    relay = outbox.relay(client)
    threading.Timer(0.3, relay.start).start()  # when it already waits
    result = outbox.flush(20)
    relay.stop()
    assert (result.delivered, result.pending, result.dead) == (2, 0, 1)


def test_a_closed_outbox_says_so(url: str) -> None:
    outbox = Outbox(url)
    outbox.close()
    outbox.close()
    with pytest.raises(OutboxError, match="it is closed"):
        outbox.user.upsert("u")


def test_both_at_once(client: Lunogram, project: Sandbox, url: str) -> None:
    with Outbox(url, client=client) as outbox:
        outbox.user.upsert("user_123", data={"plan": "pro"})
    assert project.user("user_123").data["plan"] == "pro"


def test_what_is_left_goes_out_the_next_time(client: Lunogram, project: Sandbox, url: str) -> None:
    project.fault("error", status=503)
    with Outbox(url, client=client, flush_timeout=0.1) as outbox:
        outbox.user.upsert("user_123")
    project.clear_faults()
    assert project.users() == []
    with Outbox(url, client=client, flush_timeout=20):
        pass
    assert len(project.users()) == 1


def test_events_get_the_time_of_queueing(url: str) -> None:
    before = datetime.now(UTC)
    with Outbox(url, stamp="occurred_at") as outbox:
        outbox.user.events.post([Event("a", "u"), Event("b", "u", data={"occurred_at": "then"})])
        outbox.organization.events.post(Event("c", "org", data={"total": 1}))
        outbox.user.upsert("u", data={"plan": "pro"})
        bodies = [json.loads(entry.body or b"") for entry in outbox.pending()]
    first, second, third, upsert = (body["data"] for body in bodies)
    at = datetime.fromisoformat(first["occurred_at"])
    assert before - timedelta(seconds=1) < at <= datetime.now(UTC)
    assert second == {"occurred_at": "then"}
    assert third == {"total": 1, "occurred_at": third["occurred_at"]}
    assert upsert == {"plan": "pro"}
