"""Every operation of the client, against a real local Lunogram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta

from lunogram import (
    AsyncLunogram,
    ConflictError,
    Event,
    ExternalID,
    ForbiddenError,
    InboxMessage,
    Message,
    NotFoundError,
    UnauthorizedError,
    ValidationError,
    calls,
)
from lunogram.sandbox.session_tokens import DEFAULT_METHOD

if TYPE_CHECKING:
    from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
async def client(sandbox: SandboxProcess) -> AsyncIterator[AsyncLunogram]:
    async with AsyncLunogram(sandbox.new_key(), base_url=sandbox.base_url) as client:
        yield client


# -- users ----------------------------------------------------------------------------------------


async def test_a_user_is_created_with_all_that_was_given(client: AsyncLunogram) -> None:
    user = await client.user.upsert(
        ["user_123", ("stripe", "cus_1")],
        email="ada@example.com",
        phone="+31612345678",
        timezone="Europe/London",
        locale="en-GB",
        data={"plan": "pro", "Camel Key": {"nested": [1, None, "x"]}},
    )

    assert (user.email, user.phone) == ("ada@example.com", "+31612345678")
    assert (user.timezone, user.locale) == ("Europe/London", "en-GB")
    assert user.data == {"plan": "pro", "Camel Key": {"nested": [1, None, "x"]}}
    assert {(name.source, name.external_id) for name in user.identifier} == {
        ("default", "user_123"),
        ("stripe", "cus_1"),
    }
    assert not user.has_push_device
    assert user.created_at.tzinfo is not None


async def test_an_upsert_merges_and_leaves_out_what_is_not_given(client: AsyncLunogram) -> None:
    first = await client.user.upsert(
        "user_123", email="ada@example.com", data={"a": 1, "b": {"c": 2}}
    )
    second = await client.user.upsert("user_123", locale="en", email=None, data={"b": {"d": 3}})

    assert second.id == first.id
    assert second.version > first.version
    assert (second.email, second.locale) == ("ada@example.com", "en")
    assert second.data == {"a": 1, "b": {"d": 3}}


async def test_any_identifier_finds_the_user(client: AsyncLunogram) -> None:
    first = await client.user.upsert(["user_123", ("stripe", "cus_1")])
    second = await client.user.upsert(
        [("stripe", "cus_1"), ExternalID("ph_1", source="posthog", metadata={"region": "eu"})]
    )

    assert second.id == first.id
    metadata = {name.source: name.metadata for name in second.identifier}
    assert metadata["posthog"] == {"region": "eu"}


@pytest.mark.filterwarnings("ignore:.*a list is one person")
async def test_identifiers_of_two_users_are_a_conflict(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1")
    await client.user.upsert("user_2")

    with pytest.raises(ConflictError, match="most likely belong to two users") as caught:
        await client.user.upsert(["user_1", "user_2"])
    assert caught.value.status_code == 500


async def test_a_deleted_user_is_gone(client: AsyncLunogram) -> None:
    await client.user.upsert("user_123")
    await client.user.delete("user_123")

    with pytest.raises(NotFoundError, match="user not found"):
        await client.user.delete("user_123")


async def test_a_device_makes_the_user_reachable(client: AsyncLunogram) -> None:
    await client.user.upsert("user_123")
    await client.user.devices.register(
        "user_123",
        "phone",
        os="ios",
        token="t",
        os_version="18.1",
        model="iPhone17,1",
        data={"a": 1},
    )

    assert (await client.user.upsert("user_123")).has_push_device


async def test_a_browser_is_registered_with_its_own_subscription(client: AsyncLunogram) -> None:
    await client.user.upsert("user_123")
    subscription = {
        "endpoint": "https://push.example.com/send/abc",
        "expirationTime": 1893456000000,
        "keys": {"p256dh": "BNcRdreALRFXTkOOUHK1", "auth": "tBHItJI5svbpez7KI4CCXg"},
    }

    await client.user.devices.register("user_123", "tab", os="web", subscription=subscription)

    assert (await client.user.upsert("user_123")).has_push_device


async def test_a_device_of_nobody_is_rejected(client: AsyncLunogram) -> None:
    with pytest.raises(NotFoundError):
        await client.user.devices.register("nobody", "phone", os="android", token="t")


# -- events ---------------------------------------------------------------------------------------


async def test_an_event_creates_no_user(client: AsyncLunogram) -> None:
    await client.user.events.post([Event("order.completed", "user_new", data={"total": 99.99})])

    with pytest.raises(NotFoundError):
        await client.user.delete("user_new")


async def test_events_may_be_plain_dicts_or_one_event(client: AsyncLunogram) -> None:
    await client.user.upsert(["user_1", ("stripe", "cus_1")])
    await client.user.events.post({"name": "a", "identifier": "user_1", "data": {}})
    await client.user.events.post(Event("b", ("stripe", "cus_1")))
    await client.user.events.post(Event(name, "user_1") for name in ("c", "d"))

    await client.user.delete(("stripe", "cus_1"))


async def test_a_match_is_accepted(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1", data={"plan": "pro"})
    await client.user.events.post(Event("feature.released", match={"plan": "pro"}, data={"a": 1}))
    await client.organization.events.post(Event("released", match={"plan": "pro"}))


async def test_a_bad_event_is_named_and_nothing_is_sent(client: AsyncLunogram) -> None:
    events = [Event("ok", "user_1"), Event("bad", "user_1", data={"total": float("nan")})]

    with pytest.raises(ValidationError) as caught:
        await client.user.events.post(events)
    assert caught.value.field == "events[1].data.total"
    with pytest.raises(NotFoundError):
        await client.user.delete("user_1")


# -- organizations --------------------------------------------------------------------------------


async def test_an_organization_is_created_and_merged(client: AsyncLunogram) -> None:
    first = await client.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})
    second = await client.organization.upsert("org_1", data={"seats": 100})

    assert (second.id, second.name) == (first.id, "Acme")
    assert second.data == {"plan": "enterprise", "seats": 100}
    assert second.version > first.version


async def test_members_come_and_go(client: AsyncLunogram) -> None:
    await client.organization.upsert("org_1")
    await client.user.upsert("user_1")

    await client.organization.add_user("org_1", "user_1", data={"role": "admin"})
    await client.organization.add_user("org_1", "user_1", data={"department": "it"})
    await client.organization.remove_user("org_1", "user_1")


async def test_a_membership_needs_both(client: AsyncLunogram) -> None:
    await client.organization.upsert("org_1")

    with pytest.raises(NotFoundError, match="user not found"):
        await client.organization.add_user("org_1", "nobody")
    with pytest.raises(NotFoundError, match="organization not found"):
        await client.organization.add_user("none", "nobody")


async def test_a_deleted_organization_is_gone(client: AsyncLunogram) -> None:
    await client.organization.upsert("org_1")
    await client.organization.delete("org_1")

    with pytest.raises(NotFoundError, match="organization not found"):
        await client.organization.delete("org_1")


async def test_an_event_of_an_unknown_organization_is_dropped(client: AsyncLunogram) -> None:
    await client.organization.events.post(Event("subscription.upgraded", "org_new"))

    with pytest.raises(NotFoundError):
        await client.organization.delete("org_new")


# -- schedules ------------------------------------------------------------------------------------


async def test_a_single_schedule(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1")
    accepted = await client.user.schedule.upsert(
        "trial.end", "user_1", scheduled_at=TOMORROW, data={"plan": "pro"}
    )

    assert (accepted.name, accepted.scheduled_at) == ("trial.end", TOMORROW)
    assert accepted.data == {"plan": "pro"}


@pytest.mark.parametrize(
    "interval", [timedelta(days=7), relativedelta(months=1), "24h", "P7D", "1 year 2 mons"]
)
async def test_a_recurring_schedule(
    client: AsyncLunogram, interval: timedelta | relativedelta | str
) -> None:
    await client.organization.upsert("org_1")
    accepted = await client.organization.schedule.upsert(
        "billing.reminder", "org_1", interval=interval, start_at=TOMORROW
    )

    assert accepted.scheduled_at > TOMORROW


async def test_a_schedule_is_deleted(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1")
    await client.user.schedule.upsert("trial.end", "user_1", scheduled_at=TOMORROW)
    await client.user.schedule.delete("trial.end", "user_1")

    with pytest.raises(NotFoundError, match="schedule not found"):
        await client.user.schedule.delete("never.upserted", "user_1")


async def test_a_schedule_of_an_unknown_organization_is_rejected(client: AsyncLunogram) -> None:
    with pytest.raises(NotFoundError, match="organization not found"):
        await client.organization.schedule.upsert("a", "none", scheduled_at=TOMORROW)
    with pytest.raises(NotFoundError):
        await client.organization.schedule.delete("a", "none")


# -- the inbox ------------------------------------------------------------------------------------


async def send_messages(client: AsyncLunogram, count: int) -> None:
    await client.user.upsert("user_1")
    await client.user.inbox.send(
        [
            Message(f"message_{number}", "user_1", content={"number": number}, tags=["orders"])
            for number in range(count)
        ]
    )


async def all_messages(client: AsyncLunogram, limit: int) -> list[InboxMessage]:
    return [message async for message in client.user.inbox.list("user_1", limit=limit)]


async def test_an_inbox_is_listed_page_by_page(client: AsyncLunogram) -> None:
    await send_messages(client, 7)

    messages = await all_messages(client, limit=3)
    pages = [page async for page in client.user.inbox.list("user_1", limit=3).pages()]
    one = await client.user.inbox.list("user_1", limit=3).page(offset=6)

    assert sorted(message.content["number"] for message in messages) == list(range(7))
    assert [len(page.results) for page in pages] == [3, 3, 1]
    assert (len(one.results), one.total, one.limit, one.offset) == (1, 7, 3, 6)


async def test_a_message_is_sent_once(client: AsyncLunogram) -> None:
    await send_messages(client, 2)
    await send_messages(client, 2)

    assert (await client.user.inbox.count("user_1")).total == 2


async def test_messages_are_read_and_archived(client: AsyncLunogram) -> None:
    await send_messages(client, 3)
    first, second, _third = await all_messages(client, limit=20)

    await client.user.inbox.mark_read("user_1", first.id)
    await client.user.inbox.mark_archived("user_1", [str(second.id)])

    count = await client.user.inbox.count("user_1")
    assert (count.unread, count.total) == (1, 2)
    archived = await client.user.inbox.page("user_1", status="archived")
    assert [message.id for message in archived.results] == [second.id]
    read = await client.user.inbox.page("user_1", status="read", tags=["orders"], priority=3)
    assert [message.id for message in read.results] == [first.id]
    assert read.results[0].read_at is not None


async def test_an_organization_has_an_inbox_too(client: AsyncLunogram) -> None:
    await client.organization.upsert("org_1")
    await client.organization.inbox.send(Message("m", "org_1", source="campaign", priority=1))

    page = await client.organization.inbox.page("org_1", source="campaign")
    assert [message.external_id for message in page.results] == ["m"]
    await client.organization.inbox.mark_read("org_1", page.results[0].id)
    await client.organization.inbox.mark_archived("org_1", page.results[0].id)
    assert (await client.organization.inbox.count("org_1")).total == 0
    assert [message async for message in client.organization.inbox.list("org_1")] == []


async def test_the_inbox_of_nobody_is_not_found(client: AsyncLunogram) -> None:
    with pytest.raises(NotFoundError):
        await client.user.inbox.count("nobody")
    with pytest.raises(NotFoundError):
        await client.user.inbox.page("nobody")


# -- push and sessions ----------------------------------------------------------------------------


async def test_the_project_has_a_push_key(client: AsyncLunogram) -> None:
    assert len(await client.push.vapid_public_key()) == 87


async def test_a_session_is_minted_for_a_user(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1")
    session = await client.sessions.create(DEFAULT_METHOD, "user_1")

    assert session.expires_at > datetime.now(UTC)
    assert session.token
    assert session.token not in repr(session)


async def test_a_session_takes_a_server_key(sandbox: SandboxProcess) -> None:
    async with AsyncLunogram("pk_client", base_url=sandbox.base_url) as client:
        with pytest.raises(ForbiddenError):
            await client.sessions.create(uuid4(), "user_1")


# -- around them ----------------------------------------------------------------------------------


async def test_the_answer_around_what_a_method_returns(client: AsyncLunogram) -> None:
    response = await client.with_raw_response.user.upsert("user_1", data={"plan": "pro"})
    posted = await client.with_raw_response.user.events.post(Event("a", "user_1"))

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.parsed.data == {"plan": "pro"}
    assert response.attempts == 1
    assert response.elapsed > 0
    assert (posted.status_code, posted.parsed) == (202, None)


async def test_the_newer_paths_name_the_project(sandbox: SandboxProcess) -> None:
    key = sandbox.new_key()
    async with AsyncLunogram(key, base_url=sandbox.base_url) as older:
        project = str((await older.user.upsert("user_1")).project_id)
    async with AsyncLunogram(key, base_url=sandbox.base_url, project_id=project) as newer:
        await newer.user.delete("user_1")
        with pytest.raises(NotFoundError) as caught:
            await newer.user.delete("user_1")
        assert str(caught.value.request) == f"DELETE /client/projects/{project}/users"


async def test_a_call_is_sent(client: AsyncLunogram) -> None:
    await client.user.upsert("user_1")
    await client.send(calls.delete(calls.USER, "user_1"))
    with pytest.raises(NotFoundError):
        await client.send(calls.delete(calls.USER, "user_1"))


async def test_ping_says_what_is_wrong(client: AsyncLunogram, sandbox: SandboxProcess) -> None:
    assert await client.ping()
    async with AsyncLunogram("sk_x", base_url=sandbox.url) as astray:
        result = await astray.ping()
    assert not result
    assert "LUNOGRAM_BASE_URL" in str(result)


async def test_a_key_that_is_not_let_in(closed_sandbox: SandboxProcess) -> None:
    async with AsyncLunogram("sk_wrong", base_url=closed_sandbox.base_url) as client:
        with pytest.raises(UnauthorizedError):
            await client.user.upsert("user_1")
        result = await client.ping()
    assert not result
    assert "LUNOGRAM_API_KEY" in result.message
