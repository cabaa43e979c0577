"""Customer.io and Lunogram at once: each at its own pace, whatever happens to the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import lunogram.outbox.relay.rate_limit
from lunogram import ConfigurationError, Lunogram, ValidationError
from lunogram.customerio import (
    AsyncCustomerIO,
    CustomerIO,
    CustomerIOOutbox,
    DualWriter,
    UnsupportedError,
)
from lunogram.outbox import Outbox, OutboxFullError, ReadNotSupportedError
from lunogram.testing import CustomerIOSandbox, Sandbox
from tests.support.sandbox_process import SandboxProcess

NOWHERE = "http://127.0.0.1:9"
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


@pytest.fixture
def project(customerio_sandbox: SandboxProcess) -> Sandbox:
    sandbox = customerio_sandbox
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def theirs(project: Sandbox) -> CustomerIOSandbox:
    return project.customerio


@pytest.fixture
def customerio(theirs: CustomerIOSandbox) -> Iterator[CustomerIO]:
    with CustomerIO(
        theirs.site_id, theirs.track_api_key, track_url=theirs.track_url
    ) as client:  # fmt: skip
        yield client


@pytest.fixture
def ours(project: Sandbox) -> Iterator[Lunogram]:
    with Lunogram(project.api_key, base_url=project.base_url) as client:
        yield client


@attrs.frozen
class Both:
    """Both sides, as clients, and their outboxes."""

    clients: tuple[CustomerIO, Lunogram]
    urls: dict[str, Any]

    def writer(self, **options: Any) -> DualWriter:
        return DualWriter(*self.clients, **{**self.urls, **options})


@pytest.fixture
def both(customerio: CustomerIO, ours: Lunogram, tmp_path: Path) -> Both:
    urls = {
        "customerio_outbox": f"sqlite:///{tmp_path}/customerio.db",
        "lunogram_outbox": f"sqlite:///{tmp_path}/lunogram.db",
    }
    return Both((customerio, ours), urls)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relays that try again at once."""
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_LONGEST_PAUSE", 0.02)


def bodies(outbox: CustomerIOOutbox) -> list[Any]:
    return [json.loads(entry.body or b"null") for entry in outbox.pending(None)]


def tell(writer: DualWriter) -> None:
    """What a day brings."""
    writer.identify("5", {"email": "lucy@example.com", "plan": "pro"})
    writer.track("5", "purchase", {"price": 13.99})
    writer.add_device("5", "tok", "ios")
    writer.batch(
        [
            {"type": "person", "action": "event", "identifiers": {"id": who}, "name": "moved"}
            for who in ("5", "6")
        ]
    )


def test_both_get_everything(
    both: Both,
    theirs: CustomerIOSandbox,
    project: Sandbox,
) -> None:
    with both.writer() as writer:
        tell(writer)
        result = writer.flush(30)
        comparison = writer.compare()

    assert (result.customerio.pending, result.lunogram.pending) == (0, 0)
    assert comparison.agree, str(comparison)
    assert str(comparison).startswith("Customer.io: 5 queued, 5 delivered, 0 pending, 0 dead\n")
    assert project.user("5").data == theirs.person("5").attributes == {"plan": "pro"}
    assert [event.name for event in theirs.events(person="5")] == ["purchase", "moved"]
    sent = [event.name for event in project.events(user="5") if event.cause == "sent"]
    assert sent == ["purchase", "moved"]
    assert project.devices("5")[0].device_id == theirs.devices("5")[0].id == "tok"


@pytest.mark.parametrize("down", ["customerio", "lunogram"])
def test_one_being_down_does_not_hold_up_the_other(
    down: str,
    both: Both,
    theirs: CustomerIOSandbox,
    project: Sandbox,
) -> None:
    up_there, up_here = both.clients
    broken = {
        "customerio": (CustomerIO("s", "k", track_url=NOWHERE), up_here),
        "lunogram": (up_there, Lunogram("sk_x", base_url=f"{NOWHERE}/api")),
    }
    with Both(broken[down], both.urls).writer(flush_timeout=0) as writer:
        tell(writer)
        up, waiting = (
            (writer.lunogram, writer.customerio)
            if down == "customerio"
            else (writer.customerio, writer.lunogram)
        )
        assert up.flush(30).pending == 0
        assert waiting.stats().delivered == 0
        assert waiting.stats().pending == waiting.stats().queued
        assert not writer.compare().agree

    with both.writer() as writer:  # it is up again
        writer.flush(30)
        assert writer.compare().agree
    assert len(theirs.events()) == 3
    assert len([event for event in project.events() if event.cause == "sent"]) == 3


def test_each_has_dead_letters_of_its_own(both: Both, project: Sandbox) -> None:
    with both.writer() as writer:
        writer.identify("5", {"plan": "pro"})
        writer.track_anonymous("anon-1", "viewed")
        writer.flush(30)
        project.fault("error", status=422, path="/users/events", count=1)
        writer.track("5", "refused")
        writer.identify("secret" * 30, {"plan": "pro"})  # an id too long for Customer.io
        writer.suppress("6")
        writer.flush(30)
        comparison = writer.compare()

    assert not comparison.agree
    refused = {difference.side: difference for difference in comparison.differences}
    assert refused["Lunogram"].letter.status == 422
    assert refused["Lunogram"].person == "user:default:5"
    assert refused["Lunogram"].only_here
    assert refused["Customer.io"].letter.status == 400
    assert comparison.unmatched == {"suppress": 1}
    shown = f"{comparison} {comparison!r}"
    assert "Customer.io rejected PUT /api/v1/customers/…:" in shown
    assert "secret" not in shown
    assert "suppress has no counterpart in Lunogram" in shown
    assert project.user("5").data == {"plan": "pro"}


def test_events_get_an_id_that_is_theirs(both: Both) -> None:
    writer = both.writer()
    writer.track("5", "a")
    writer.track("5", "b", id="mine")
    writer.track_anonymous("anon-1", "c")
    one = {"type": "person", "identifiers": {"id": "5"}}
    writer.batch([{**one, "action": "page", "name": "d"}, {**one, "action": "identify"}])
    first, second, third, fourth, fifth = bodies(writer.customerio)

    ids = [first["id"], third["id"], fourth["batch"][0]["id"]]
    assert all(ULID.fullmatch(each) for each in ids)
    assert len(set(ids)) == 3
    assert second["id"] == "mine"
    assert "id" not in fifth["batch"][0]
    lunograms = [json.loads(e.body or b"") for e in writer.lunogram.pending(None)]
    assert "id" not in lunograms[1]["data"]
    writer.close()


def test_events_have_the_time_of_their_call(both: Both, queued_at: int) -> None:
    writer = both.writer()
    writer.track("5", "a")
    writer.track("5", "b", timestamp=1)
    writer.track_anonymous("anon-1", "c", {"timestamp": "mine"})
    one = {"type": "person", "identifiers": {"id": "5"}}
    writer.batch([{**one, "action": "screen", "name": "d"}, {**one, "action": "identify"}])
    first, second, third, fourth, fifth = bodies(writer.customerio)

    times = [event["timestamp"] for event in (first, second, third, fourth["batch"][0])]
    assert times == [queued_at, 1, queued_at, queued_at]
    assert "timestamp" not in fifth["batch"][0]
    sent = [json.loads(entry.body or b"") for entry in writer.lunogram.pending(None)]
    data = [body["data"] for body in sent if "name" in body]
    assert [each["timestamp"] for each in data] == [queued_at, 1, "mine", queued_at]
    assert data[2]["event_timestamp"] == queued_at
    writer.close()


def test_an_event_whose_answer_was_lost_is_recorded_once(
    both: Both,
    theirs: CustomerIOSandbox,
    project: Sandbox,
) -> None:
    project.fault("reset", when="after", path="/customerio/track", count=1)
    with both.writer() as writer:
        writer.track("5", "purchase")
        writer.flush(30)
        assert writer.compare().agree

    assert [event.name for event in theirs.events()] == ["purchase"]
    paths = [call.path for call in project.calls()]
    assert sum(path.startswith("/customerio/track") for path in paths) == 2


def test_what_one_outbox_cannot_take_the_other_does(both: Both, tmp_path: Path) -> None:
    full = CustomerIOOutbox(f"sqlite:///{tmp_path}/full.db", limit=1)
    writer = both.writer(customerio_outbox=full)
    writer.track("5", "a")
    with pytest.raises(OutboxFullError):
        writer.track("5", "b")

    assert (full.stats().pending, writer.lunogram.stats().pending) == (1, 3)
    writer.close()
    assert full.stats().pending == 1  # it is not the writer's to close
    full.close()


def test_what_lunogram_lacks_may_be_refused_for_both(both: Both) -> None:
    writer = both.writer(unsupported="raise")
    with pytest.raises(UnsupportedError):
        writer.suppress("5")
    with pytest.raises(ValidationError):
        writer.identify(" ", {})
    assert (writer.customerio.stats().queued, writer.lunogram.stats().queued) == (0, 0)
    writer.close()


FORKING = """
import os
from lunogram import Lunogram
from lunogram.customerio import CustomerIO, DualWriter

writer = DualWriter(CustomerIO(), Lunogram(), flush_timeout=0)
writer.start()
read, write = os.pipe()
if child := os.fork():
    writer.close()  # from now on, what the child says is the child's to send
    os.write(write, b"go")
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os.read(read, 2)
writer.track("5", "after the fork")
result = writer.flush(30)
os._exit(result.customerio.pending + result.lunogram.pending)
"""


@pytest.mark.slow
def test_it_goes_on_after_a_fork(
    theirs: CustomerIOSandbox, project: Sandbox, tmp_path: Path
) -> None:
    environ = {**os.environ, **theirs.environ, **project.environ}
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-W", "ignore", "-c", FORKING]
    done = subprocess.run(line, env=environ | path, cwd=tmp_path, timeout=60, check=False)

    assert done.returncode == 0
    assert [event.name for event in theirs.events()] == ["after the fork"]
    assert [event.name for event in project.events(user="5") if event.cause == "sent"] == [
        "after the fork"
    ]


# -- Customer.io's outbox alone -------------------------------------------------------------------


def test_an_outbox_for_customerio(
    tmp_path: Path, theirs: CustomerIOSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in theirs.environ.items():
        monkeypatch.setenv(name, value)
    with CustomerIOOutbox(f"sqlite:///{tmp_path}/customerio.db") as outbox:
        outbox.identify("5", {"plan": "pro"})
        outbox.add_to_segment(7, ["5"])
        outbox.merge_customers("id", "5", "id", "6")
        outbox.batch([{"type": "object", "action": "identify", "identifiers": {"object_id": "a"}}])
        with pytest.raises(ReadNotSupportedError, match="region needs a response"):
            outbox.region()
        outbox.relay(AsyncCustomerIO(), concurrency=4).run(until_empty=True)

        assert outbox.stats().delivered == 3
        (letter,) = outbox.dead_letters()
        assert letter.status == 207  # the sandbox keeps no objects
    assert theirs.person("5").segments == [7]


@pytest.mark.slow
def test_commands_show_no_names(tmp_path: Path, theirs: CustomerIOSandbox) -> None:
    url = f"sqlite:///{tmp_path}/customerio.db"
    with CustomerIOOutbox(url) as outbox:
        outbox.identify("lucy@example.com", {"plan": "pro"})
        outbox.identify("5" * 200, {"plan": "pro"})

    def run(*arguments: str) -> str:
        """What a command prints."""
        line = [sys.executable, "-W", "error", "-m", "lunogram.cli", *arguments]
        environ = {**os.environ, **theirs.environ}
        done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    listed = run("outbox", "list", url)
    relayed = run("relay", url, "--customerio", "--until-empty")
    letters = run("outbox", "dead-letters", url)
    for text in (listed, relayed, letters):
        assert "/api/v1/customers/…" in text
        assert "lucy" not in text
        assert "5555" not in text
    assert "1 delivered, 1 dead letters" in relayed
    assert "5555" in run("outbox", "dead-letters", url, "--show-data")


@pytest.mark.slow
def test_a_relay_refuses_the_other_ones_outbox(
    tmp_path: Path, project: Sandbox, theirs: CustomerIOSandbox
) -> None:
    url = f"sqlite:///{tmp_path}/outbox"
    with CustomerIOOutbox(f"{url}1.db") as first, Outbox(f"{url}2.db") as second:
        first.identify("5", {"plan": "pro"})
        second.user.upsert("5")
    for arguments, fault in (
        ([f"{url}1.db"], "this outbox is Customer.io's: relay it with --customerio"),
        ([f"{url}2.db", "--customerio"], "this outbox is Lunogram's: relay it without"),
    ):
        line = [sys.executable, "-m", "lunogram.cli", "relay", *arguments, "--until-empty"]
        environ = {**os.environ, **theirs.environ, **project.environ}
        done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert fault in done.stderr


@pytest.mark.parametrize(
    ("url", "options"), [("mysql://localhost", {}), ("sqlite:///{folder}/b.db", {"rate": -1})]
)
def test_what_cannot_be_made_leaves_nothing_open(
    tmp_path: Path, url: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError):
        DualWriter(
            CustomerIO("a-site-id", "a-key"),
            Lunogram("sk_key"),
            customerio_outbox=f"sqlite:///{tmp_path}/a.db",
            lunogram_outbox=url.format(folder=tmp_path),
            **options,
        )
    # SQLite removes the log of a file when its last connection is closed.
    assert (tmp_path / "a.db").exists()
    assert not list(tmp_path.glob("*-wal"))


def test_reprs_show_no_names(tmp_path: Path) -> None:
    with CustomerIOOutbox(f"sqlite:///{tmp_path}/customerio.db") as outbox:
        outbox.track("lucy@example.com", "purchase", {"price": 1})
        (entry,) = outbox.pending(None)
        assert entry.path == "/api/v1/customers/lucy%40example.com/events"
        assert entry.shown_path == "/api/v1/customers/…/events"
        assert "lucy" not in repr(entry)


def test_lunograms_outbox_is_still_one_of_arrays(tmp_path: Path) -> None:
    with Outbox(f"sqlite:///{tmp_path}/lunogram.db") as outbox:
        outbox.user.events.post([{"name": n, "identifier": "5"} for n in "ab"])
        assert outbox.stats().pending == 2
