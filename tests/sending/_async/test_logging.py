"""What is logged, and what never is."""

from __future__ import annotations

import logging

import pytest

from lunogram import LunogramError
from tests.sending._async.clients import client_of, count_inbox, create_session, delete, upsert
from tests.support import faults
from tests.support.faults import Response
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import AUTH_METHOD, EMAIL, PERSON, assert_unseen, session, user

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]

SESSION_REQUEST = f"POST /client/auth-methods/{AUTH_METHOD}/sessions"


async def use_and_fail(server: FaultyServer) -> None:
    async with client_of(server, max_retries=1, headers={"X-Shop": "1"}) as client:
        server.plan(
            faults.closed(), user(), Response(404), Response(503), session(), faults.html(200)
        )
        await upsert(client)
        for call in (count_inbox, create_session, delete):
            try:
                await call(client)
            except LunogramError:
                continue


async def test_silent_by_default(
    server: FaultyServer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    await use_and_fail(server)
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name == "lunogram"] == []


async def test_each_attempt_is_a_line(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "lunogram"):
        await use_and_fail(server)
    told = [record.getMessage() for record in caplog.records if record.name == "lunogram"]
    assert [line.partition(" ms)")[0].rpartition(",")[0] for line in told] == [
        "POST /client/users: the response is not HTTP, or ended too early (attempt 1",
        "POST /client/users: 200 (attempt 2",
        "GET /client/users/inbox/count: 404 (attempt 1",
        f"{SESSION_REQUEST}: 503 (attempt 1",
        f"{SESSION_REQUEST}: 201 (attempt 2",
        "DELETE /client/users: 200 (attempt 1",
    ]


async def test_nothing_personal_at_any_level(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "lunogram"):
        await use_and_fail(server)
    assert_unseen(caplog.text, *(repr(vars(record)) for record in caplog.records))


async def test_libraries_below_say_nothing_personal(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await use_and_fail(server)
    assert_unseen(caplog.text, *(repr(vars(record)) for record in caplog.records))
    assert "inbox" not in caplog.text


async def test_libraries_below_say_nothing_personal_through_a_proxy(
    server: FaultyServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{PERSON}:{EMAIL}@127.0.0.1:{server.port}")
    with caplog.at_level(logging.DEBUG):
        async with client_of("http://lunogram.invalid/api") as client:
            server.plan(user(), Response(404), faults.closed())
            await upsert(client)
            for call in (count_inbox, delete):
                with pytest.raises(LunogramError):
                    await call(client)
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert_unseen(caplog.text, *(repr(vars(record)) for record in caplog.records))
    assert "inbox?" not in caplog.text


async def test_libraries_below_say_nothing_personal_in_debug_mode(
    server: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await use_and_fail(server)
    assert_unseen(caplog.text, *(repr(vars(record)) for record in caplog.records))
