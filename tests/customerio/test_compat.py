"""Programs written for Customer.io's own Python client, 2.x and 3.x, with another import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from lunogram import ConfigurationError, Lunogram
from lunogram.customerio import Bridge
from lunogram.customerio.compat import CustomerIO, CustomerIOException, Regions
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.customerio._sync.clients import client_of
from tests.customerio.bridging import QUEUED_AT
from tests.support.faulty_server import FaultyServer
from tests.support.import_files import bodies, queued
from tests.support.sandbox_process import SandboxProcess

EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 1767249000
NOON = datetime.fromtimestamp(SECONDS, UTC)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(f"sqlite:///{tmp_path}/lunogram.db") as outbox:
        yield outbox


@pytest.fixture
def cio(outbox: Outbox) -> CustomerIO:
    return CustomerIO("a-site-id", "a-key", region=Regions.EU, to=Bridge(outbox))


each_version = pytest.mark.parametrize("version", ["", "_2x"])
each_example = pytest.mark.parametrize("version", ["", "_2x", "_messages"])


@each_example
def test_the_example_differs_in_its_import_alone(version: str) -> None:
    stem = f"coming_from_customerio{version}"
    programs = [EXAMPLES / f"{stem}{end}.py" for end in ("_before", "")]
    before, after = (program.read_text().partition('"""\n\n')[2] for program in programs)
    plain = re.sub(" +# pyright: .*", "", before)

    assert re.sub(r"from customerio\b", "from lunogram.customerio.compat", plain) == after


@each_version
def test_the_example_arrives(version: str, sandbox: SandboxProcess) -> None:
    project = Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-W",
            "ignore::ResourceWarning",
            str(EXAMPLES / f"coming_from_customerio{version}.py"),
        ],
        env={**os.environ, **project.environ},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "refused: ValidationError\n"
    (lucy,) = project.users()
    assert lucy.email == "lucy@example.com"
    assert (lucy.data["first_name"], lucy.data["plan"]) == ("Lucy", "premium")
    assert lucy == project.user("5") == project.user(("anonymous", "anon-1"))
    events = [event for event in project.events(user="5") if event.cause == "sent"]
    assert [event.name for event in events] == [
        "pricing viewed",
        "https://shop.example.com/socks",
        "purchase",
        "purchase",
        "cart filled",
    ]
    assert events[2].data == {"type": "socks", "price": 13.99}
    assert events[3].data["price"] == 59.99
    assert events[4].data.keys() == {"items", "timestamp"}
    assert project.devices("5")[0].config == {"token": "messaging-token"}


def test_messages_are_still_sent_by_customerio(customerio_sandbox: SandboxProcess) -> None:
    project = Sandbox.connect(customerio_sandbox.url, api_key=customerio_sandbox.new_key())
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / "coming_from_customerio_messages.py")],
        env={**os.environ, **project.environ, **project.customerio.environ},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "200\nemail: True\npush: True\nrefused: ValidationError\n"
    assert project.user("5") == project.user(("customerio", "03a7")) is not None
    email, push = project.customerio.deliveries()
    assert (email.kind, push.kind) == ("email", "push")
    assert email.request["attachments"] == {"receipt.txt": "VGhhbmsgeW91"}
    assert email.request["from"] == "shop@example.com"
    assert push.request["custom_device"]["token"] == "messaging-token"


EVENTS: dict[str, tuple[Callable[[CustomerIO], object], dict[str, Any]]] = {
    "2.x": (lambda cio: cio.track(customer_id="5", name="e", price=1), {"price": 1}),
    "2.x: id, timestamp and data are data too": (
        lambda cio: cio.track("5", "e", price=1, id="a", timestamp=2, data=[3]),
        {"price": 1, "id": "a", "timestamp": 2, "data": [3], "event_timestamp": QUEUED_AT},
    ),
    "3.x": (lambda cio: cio.track("5", "e", {"price": 1}), {"price": 1}),
    "3.x: id and timestamp": (
        lambda cio: cio.track("5", "e", data={"price": 1}, id="a", timestamp=NOON),
        {"price": 1, "id": "a", "timestamp": SECONDS},
    ),
    "no data": (lambda cio: cio.track("5", "e"), {}),
    "anonymous, 2.x": (lambda cio: cio.track_anonymous("a", "e", price=1), {"price": 1}),
    "anonymous, 3.x": (
        lambda cio: cio.track_anonymous("a", "e", {"price": 1}, timestamp=str(SECONDS)),
        {"price": 1, "timestamp": SECONDS},
    ),
    "pageview": (lambda cio: cio.pageview("5", "e", a=1), {"a": 1, "type": "page"}),
    "backfill": (
        lambda cio: cio.backfill("5", "e", SECONDS + 0.9, a=1),
        {"a": 1, "timestamp": SECONDS},
    ),
    "backfill: without a zone it is UTC": (
        lambda cio: cio.backfill("5", "e", NOON.replace(tzinfo=None)),
        {"timestamp": SECONDS},
    ),
    "values as those programs give them": (
        lambda cio: cio.track(
            "5",
            "e",
            {
                "naive": NOON.replace(tzinfo=None),
                "deep": [{"aware": NOON.astimezone(timezone(timedelta(hours=5)))}],
                "none": float("nan"),
            },
        ),
        {"naive": SECONDS, "deep": [{"aware": SECONDS}], "none": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("label", EVENTS)
def test_events(label: str, cio: CustomerIO, outbox: Outbox, queued_at: int) -> None:
    call, data = EVENTS[label]
    call(cio)

    dated = {"timestamp": queued_at, **data}
    assert [(body["name"], body["data"]) for body in bodies(outbox) if "name" in body] == [
        ("e", dated)
    ]


def test_people_and_devices(cio: CustomerIO, outbox: Outbox) -> None:
    five = {"identifier": [{"external_id": "5"}]}
    cio.identify(id=5, email="lucy@example.com", plan="pro")
    cio.identify(5)
    cio.add_device("5", "tok", "ios", last_used=NOON, app="2.4")
    cio.merge_customers("id", "5", "email", "lucy@example.com")
    cio.batch([{"type": "person", "action": "identify", "identifiers": {"id": "5"},
                "attributes": {"at": NOON.replace(tzinfo=None)}}])  # fmt: skip
    cio.delete(customer_id="5")

    device = {"app": "2.4", "last_used": SECONDS}
    assert queued(outbox) == [
        ("/users", {**five, "email": "lucy@example.com", "data": {"plan": "pro"}}),
        ("/users", five),
        ("/users", five),
        (
            "/users/devices",
            {**five, "device_id": "tok", "os": "ios", "config": {"token": "tok"}, "data": device},
        ),
        (
            "/users",
            {
                "identifier": [
                    *five["identifier"],
                    {"external_id": "lucy@example.com", "source": "email"},
                ]
            },
        ),
        ("/users", {**five, "data": {"at": SECONDS}}),
        ("/users", five),
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda cio: cio.suppress("5"),
        lambda cio: cio.unsuppress("5"),
        lambda cio: cio.delete_device("5", "tok"),
        lambda cio: cio.identify("", plan="pro"),
        lambda cio: cio.track("5", "e", {"a": {1}}),
        lambda cio: cio.backfill("5", "e", "yesterday"),
        lambda cio: cio.merge_customers("name", "5", "id", "6"),
    ],
)
def test_what_fails_is_caught_as_before(
    call: Callable[[CustomerIO], object], cio: CustomerIO
) -> None:
    with pytest.raises(CustomerIOException):
        call(cio)


NOBODY: list[Any] = ["", None, 0, False, " "]
NOBODIES: dict[str, Callable[[CustomerIO, Any], object]] = {
    "identify": lambda cio, nobody: cio.identify(nobody, plan="pro"),
    "identify, no attributes": lambda cio, nobody: cio.identify(nobody),
    "track": lambda cio, nobody: cio.track(nobody, "e"),
    "pageview": lambda cio, nobody: cio.pageview(nobody, "p"),
    "backfill": lambda cio, nobody: cio.backfill(nobody, "e", SECONDS),
    "delete": lambda cio, nobody: cio.delete(nobody),
    "add_device": lambda cio, nobody: cio.add_device(nobody, "tok", "ios"),
    "add_device, no device": lambda cio, nobody: cio.add_device("5", nobody, "ios"),
    "delete_device": lambda cio, nobody: cio.delete_device(nobody, "tok"),
    "delete_device, no device": lambda cio, nobody: cio.delete_device("5", nobody),
    "suppress": lambda cio, nobody: cio.suppress(nobody),
    "unsuppress": lambda cio, nobody: cio.unsuppress(nobody),
    "merge_customers": lambda cio, nobody: cio.merge_customers("id", nobody, "id", "6"),
    "merge_customers, secondary": lambda cio, nobody: cio.merge_customers("id", "5", "id", nobody),
}


@pytest.mark.parametrize("label", NOBODIES)
@pytest.mark.parametrize("nobody", NOBODY)
def test_a_call_about_nobody_is_never_sent(label: str, nobody: Any, server: FaultyServer) -> None:
    with client_of(server) as client, pytest.raises(CustomerIOException):
        NOBODIES[label](CustomerIO(to=client), nobody)
    assert server.attempts == 0


def test_an_identify_without_attributes_sends_an_empty_object(server: FaultyServer) -> None:
    with client_of(server) as client, CustomerIO(to=client) as cio:
        cio.identify(5)
    seen = server.request
    assert (seen.method, seen.target, seen.body) == ("PUT", "/track/api/v1/customers/5", b"{}")


def test_it_finds_lunogram_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess
) -> None:
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)
    with (
        CustomerIO("a-site-id", "a-key") as cio,
        pytest.raises(ConfigurationError, match="LUNOGRAM_API_KEY"),
    ):
        cio.identify(id=5)

    project = Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)
    cio = CustomerIO("a-site-id", "a-key", None, Regions.US, 443, retries=1, timeout=3)
    cio.identify(id=5, plan="pro")
    cio.close()
    assert project.user("5").data == {"plan": "pro"}
    assert "a-key" not in repr(cio)


def test_what_is_given_stays_open(sandbox: SandboxProcess) -> None:
    project = Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())
    with Lunogram(project.api_key, base_url=project.base_url) as client:
        with CustomerIO(to=Bridge(client)) as cio:
            cio.identify(id=5, plan="pro")
        client.user.delete("5")
