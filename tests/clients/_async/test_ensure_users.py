"""`ensure_users`: users are upserted before their events and schedules."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from lunogram import (
    AsyncLunogram,
    ConfigurationError,
    Event,
    ExternalID,
    Identifiers,
    LunogramWarning,
    ServerError,
    ValidationError,
    call_warnings,
)
from tests.calls.recorder import BASE_URL, KEY, Recorder, respond

pytestmark = pytest.mark.anyio


def client_of(recorder: Recorder, **options: Any) -> AsyncLunogram:
    http_client = httpx.AsyncClient(transport=httpx.MockTransport(recorder))
    options = {"base_url": BASE_URL, "max_retries": 0, **options}
    return AsyncLunogram(KEY, http_client=http_client, **options)


def sent(recorder: Recorder) -> list[tuple[str, Any]]:
    """The last part of each path, and whom the upserts are of."""
    requests = [(each.url.path.rpartition("/")[2], each.content) for each in recorder.requests]
    return [(path, json.loads(body)) for path, body in requests]


def upserted(recorder: Recorder) -> list[Any]:
    return [body["identifier"] for path, body in sent(recorder) if path == "users"]


def of(external_id: str, source: str | None = None) -> dict[str, str]:
    return {"external_id": external_id, **({"source": source} if source else {})}


async def test_each_user_is_upserted_once_and_first() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        await client.user.events.post(
            [Event("a", "u1"), Event("b", ("stripe", "c")), Event("c", "u1")]
        )
        await client.user.events.post(Event("d", "u1"))
        await client.user.schedule.upsert("trial", "u2", interval="1 day")
    assert [path for path, _ in sent(recorder)] == [
        "users", "users", "events", "events", "users", "scheduled"
    ]  # fmt: skip
    assert upserted(recorder) == [[of("u1")], [of("c", "stripe")], [of("u2")]]


async def test_an_upsert_has_the_identifiers_and_nothing_else() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        named: Identifiers = ["u1", ExternalID("a", source="anonymous", metadata={"since": 2020})]
        await client.user.events.post(Event("a", named))
    assert sent(recorder)[0] == ("users", {"identifier": [of("u1"), of("a", "anonymous")]})


async def test_who_was_upserted_is_known_by_any_identifier() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        await client.user.upsert(["u1", ("stripe", "c")], email="ada@example.com")
        await client.user.events.post(Event("a", ["unknown", ("stripe", "c")]))
        await client.with_options(timeout=3).user.events.post(Event("b", "u1"))
    assert [path for path, _ in sent(recorder)] == ["users", "events", "events"]


async def test_events_with_a_match_and_those_of_organizations_need_no_user() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        await client.user.events.post(Event("a", match={"plan": "pro"}))
        await client.organization.events.post(Event("a", "org"))
    assert [path for path, _ in sent(recorder)] == ["events", "events"]


async def test_whoever_is_deleted_is_upserted_again() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        await client.user.upsert(["u1", ("stripe", "c")])
        await client.user.delete("u1")
        await client.user.events.post(Event("a", ("stripe", "c")))
    assert [path for path, _ in sent(recorder)] == ["users", "users", "users", "events"]


async def test_the_event_is_not_sent_if_the_upsert_fails() -> None:
    def fail_once(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if len(recorder.requests) == 1 else respond(request)

    recorder = Recorder(fail_once)
    async with client_of(recorder, ensure_users=True) as client:
        with pytest.raises(ServerError):
            await client.user.events.post(Event("a", "u1"))
        await client.user.events.post(Event("a", "u1"))
    assert [path for path, _ in sent(recorder)] == ["users", "users", "events"]


async def test_it_is_off_by_default_and_an_option_of_a_copy() -> None:
    recorder = Recorder()
    async with client_of(recorder) as client:
        await client.user.events.post(Event("a", "u1"))
        await client.with_options(ensure_users=True).user.events.post(Event("a", "u1"))
    assert [path for path, _ in sent(recorder)] == ["events", "users", "events"]


@pytest.mark.filterwarnings("ignore:.*a list is one person")
async def test_no_more_identifiers_are_remembered_than_ten_thousand() -> None:
    recorder = Recorder()
    async with client_of(recorder, ensure_users=True) as client:
        for first in range(0, 12_000, 500):
            named = [str(number) for number in range(first, first + 500)]
            await client.user.upsert(named)
        before = len(recorder.requests)
        await client.user.events.post([Event("a", "1999"), Event("a", "2000")])
    assert upserted(recorder)[before:] == [[of("1999")]]


async def test_unknown_users_are_warned_of_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call_warnings, "_issued", call_warnings._Issued())  # others have warned
    recorder = Recorder()
    async with client_of(recorder, ensure_users="warn", strict=True) as client:
        with pytest.raises(ValidationError, match="was not upserted here") as caught:
            await client.user.events.post([Event("a", "u1")])
        assert caught.value.field == "events[0].identifier"
        with pytest.raises(ValidationError):
            await client.user.schedule.upsert("trial", "u1", interval="1 day")
        assert recorder.requests == []
        await client.user.upsert("u1")
        await client.user.events.post([Event("a", "u1"), Event("b", match={"plan": "pro"})])
        await client.user.schedule.upsert("trial", "u1", interval="1 day")
        lenient = client.with_options(strict=False)
        with pytest.warns(LunogramWarning, match="upsert the user first"):
            await lenient.user.events.post(Event("warned", "u2"))
    assert [path for path, _ in sent(recorder)] == ["users", "events", "scheduled", "events"]


async def test_other_values_are_rejected() -> None:
    with pytest.raises(ConfigurationError, match="ensure_users must be"):
        client_of(Recorder(), ensure_users="yes")
