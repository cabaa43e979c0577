"""The bridge: what each call of Customer.io's becomes at Lunogram, as data, and in a Lunogram."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunogram import AsyncLunogram, ConfigurationError, Lunogram, LunogramError, ValidationError
from lunogram.customerio import (
    AsyncBridge,
    AsyncCustomerIO,
    Bridge,
    CustomerIO,
    UnsupportedError,
)
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.customerio.bridging import (
    CASES,
    FIVE,
    RELATED,
    SECONDS,
    UNSUPPORTED,
    WHO,
    Case,
    operation,
    with_upserts,
)
from tests.support.import_files import queued
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(f"sqlite:///{tmp_path}/lunogram.db") as outbox:
        yield outbox


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def client(project: Sandbox) -> Iterator[Lunogram]:
    with Lunogram(project.api_key, base_url=project.base_url) as client:
        yield client


# -- what becomes of each call --------------------------------------------------------------------


@pytest.mark.usefixtures("queued_at")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_each_call(case: Case, outbox: Outbox) -> None:
    case.call(Bridge(outbox))

    assert queued(outbox) == with_upserts(case.becomes)


def test_deleting_and_parting_are_deletes(outbox: Outbox) -> None:
    bridge = Bridge(outbox)
    bridge.delete("5")
    operation("delete_relationships", identifiers=WHO, cio_relationships=RELATED)(bridge)

    assert [entry.method for entry in outbox.pending(None)] == ["DELETE", "DELETE"]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)


@given(
    attributes=st.dictionaries(
        st.sampled_from(["email", "phone", "timezone", "locale", "language", "plan", "a b", ""]),
        _JSON,
        min_size=1,
    )
)
@pytest.mark.slow
def test_no_attribute_is_lost(attributes: dict[str, Any]) -> None:
    from lunogram.customerio import calls
    from lunogram.customerio.to_lunogram import plan

    (upsert,) = plan(calls.identify("5", attributes)).calls

    body = upsert.json
    fields = {name: body[name] for name in ("email", "phone", "timezone") if name in body}
    kept = {**body.get("data", {}), **fields}
    if "locale" in body:
        kept["locale" if attributes.get("locale") == body["locale"] else "language"] = body[
            "locale"
        ]
    assert kept == attributes


# -- what has no counterpart ----------------------------------------------------------------------

each_unsupported = pytest.mark.parametrize("name", UNSUPPORTED)


@each_unsupported
def test_what_has_no_counterpart_raises(name: str, outbox: Outbox) -> None:
    with pytest.raises(UnsupportedError) as caught:
        UNSUPPORTED[name](Bridge(outbox))

    assert caught.value.name == name
    assert str(caught.value) == f"{name} has no counterpart in Lunogram: {caught.value.instead}"
    assert len(caught.value.instead) > 20
    assert isinstance(caught.value, NotImplementedError)
    assert outbox.stats().queued == 0


@each_unsupported
def test_or_is_kept(name: str, outbox: Outbox) -> None:
    bridge = Bridge(outbox, unsupported="collect")

    assert UNSUPPORTED[name](bridge) is None

    (kept,) = bridge.collected
    assert kept.name == name
    assert "a@example.com" not in repr(kept)
    assert "'/api/v1/customers/5" not in repr(kept)
    assert outbox.stats().queued == 0


def test_a_batch_is_refused_whole_or_done_as_far_as_can_be(outbox: Outbox) -> None:
    batch = [
        {"type": "person", "action": "identify", "identifiers": WHO, "attributes": {"a": 1}},
        {"type": "person", "action": "suppress", "identifiers": WHO},
        {"type": "delivery", "action": "opened"},
    ]
    with pytest.raises(UnsupportedError, match="suppress of a batch has no counterpart"):
        Bridge(outbox).batch(batch)
    assert outbox.stats().queued == 0

    bridge = Bridge(outbox, unsupported="collect")
    bridge.batch(batch)
    assert queued(outbox) == [("/users", {**FIVE, "data": {"a": 1}})]
    assert [kept.call.json["batch"] for kept in bridge.collected] == [[batch[1]], [batch[2]]]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda bridge: bridge.identify("", {"a": 1}), "customer_id"),
        (lambda bridge: bridge.identify(" ", {}), "customer_id"),
        (lambda bridge: bridge.track("5", ""), "name"),
        (lambda bridge: bridge.track("5", "x", {"a": datetime(2026, 1, 1)}), "data.a"),  # noqa: DTZ001 - refused
        (lambda bridge: bridge.add_device("5", "tok", "beos"), "platform"),
        (lambda bridge: bridge.track_anonymous(None, " "), "name"),
        (operation("identify", identifiers={"name": "5"}), "operations[0].identifiers"),
        (operation("event", identifiers=WHO), "name"),
        (
            operation("add_relationships", identifiers=WHO, cio_relationships=[]),
            "operations[0].cio_relationships",
        ),
        (operation("delete", "object", identifiers={}), "operations[0].identifiers.object_id"),
        (
            lambda bridge: bridge.identify("5", {"cio_relationships": {"action": "drop"}}),
            "cio_relationships.action",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_queued(
    call: Callable[[Any], None], field: str, outbox: Outbox
) -> None:
    with pytest.raises(ValidationError) as caught:
        call(Bridge(outbox))

    assert caught.value.field == field
    assert outbox.stats().queued == 0


def test_each_event_of_nobody_is_of_a_new_anonymous_user(outbox: Outbox) -> None:
    bridge = Bridge(outbox)
    bridge.track_anonymous(None, "seen")
    bridge.track_anonymous("", "seen", {"recipient": 5})
    users = [body["identifier"][0] for path, body in queued(outbox) if path == "/users/events"]
    assert {user["source"] for user in users} == {"anonymous"}
    assert len({user["external_id"] for user in users}) == 2


@pytest.mark.parametrize("kind", [Bridge, AsyncBridge])
def test_a_bridge_leads_to_lunogram(kind: Any, client: Lunogram) -> None:
    for target in (None, "sqlite:///x.db", CustomerIO("s", "k")):
        with pytest.raises(ConfigurationError, match="the target of a"):
            kind(target)
    with pytest.raises(ConfigurationError, match='"raise" or "collect"'):
        Bridge(client, unsupported="drop")  # type: ignore[arg-type]


def test_the_signatures_are_those_of_customerio() -> None:
    for ours, theirs in ((Bridge, CustomerIO), (AsyncBridge, AsyncCustomerIO)):
        for name in (*UNSUPPORTED, "identify", "delete", "track", "pageview", "screenview",
                     "track_anonymous", "merge_customers", "add_device", "batch"):  # fmt: skip
            signatures = {str(inspect.signature(getattr(kind, name))) for kind in (ours, theirs)}
            assert len(signatures) == 1, name


# -- in a Lunogram --------------------------------------------------------------------------------


def test_people_and_what_they_do(client: Lunogram, project: Sandbox) -> None:
    bridge = Bridge(client)
    bridge.track_anonymous("anon-1", "pricing viewed")
    bridge.identify("5", {"email": "lucy@example.com", "anonymous_id": "anon-1", "plan": "pro"})
    bridge.track("5", "purchase", {"price": 13.99}, timestamp=SECONDS)
    bridge.add_device("6", "tok", "android")
    bridge.merge_customers("id", "5", "email", "lucy@example.com")

    user = project.user(("email", "lucy@example.com"))
    assert user == project.user("5") == project.user(("anonymous", "anon-1"))
    assert (user.email, user.data) == ("lucy@example.com", {"plan": "pro"})
    names = [event.name for event in project.events(user="5") if event.cause == "sent"]
    assert names == ["pricing viewed", "purchase"]
    assert project.devices("6")[0].device_id == "tok"

    bridge.delete("5")
    bridge.delete("5")
    assert len(project.users()) == 1


def test_two_users_stay_two(client: Lunogram, project: Sandbox) -> None:
    for bridge in (Bridge(client), Bridge(client, unsupported="collect")):
        bridge.identify("5", {"plan": "pro"})
        bridge.track_anonymous("anon-1", "viewed")
        try:
            bridge.identify("5", {"anonymous_id": "anon-1", "plan": "team"})
        except UnsupportedError as error:
            assert "merging two users has no counterpart" in str(error)  # noqa: PT017 - both ways
        else:
            assert [kept.name for kept in bridge.collected] == ["merging two users"]

        assert project.user("5").data == {"plan": "team"}  # nothing is lost
        assert len(project.users()) == 2


def test_a_batch_of_events_is_one_request(client: Lunogram, project: Sandbox) -> None:
    one = {"type": "person", "action": "event", "identifiers": WHO, "name": "moved"}
    Bridge(client).batch([one] * 50)

    assert len(project.events("moved")) == 50
    assert [call.path.rpartition("/")[2] for call in project.calls()] == ["users", "events"]


def test_an_event_creates_its_person_once(client: Lunogram, project: Sandbox) -> None:
    bridge = Bridge(client)
    bridge.identify("5", {"plan": "pro"})
    for person in ("5", "6", "6"):
        bridge.track(person, "moved")
    bridge.delete("6")
    bridge.track("6", "moved")

    paths = [call.path.rpartition("/")[2] for call in project.calls()]
    assert paths == ["users", "events", "users", "events", "events", "users", "users", "events"]
    assert len(project.events("moved", user="6")) == 1


def test_errors_are_those_of_the_client() -> None:
    nobody = Lunogram("sk_test", base_url="http://127.0.0.1:9/api", max_retries=0)
    with nobody, pytest.raises(LunogramError) as caught:
        Bridge(nobody).identify("lucy@example.com", {"plan": "pro"})

    assert caught.value.code == "network"
    assert "lucy" not in str(caught.value)


@pytest.mark.anyio
async def test_the_async_bridge(project: Sandbox) -> None:
    async with AsyncLunogram(project.api_key, base_url=project.base_url) as client:
        bridge = AsyncBridge(client)
        await bridge.identify("5", {"plan": "pro"})
        await bridge.track_anonymous("anon-1", "viewed")
        await bridge.delete("nobody")
        with pytest.raises(UnsupportedError, match="suppress"):
            await bridge.suppress("5")
        with pytest.raises(UnsupportedError, match="merging"):
            await bridge.identify("5", {"anonymous_id": "anon-1", "plan": "team"})
        assert bridge.collected == []

    assert project.user("5").data == {"plan": "team"}
