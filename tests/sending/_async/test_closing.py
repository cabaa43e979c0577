"""The end of a client."""

from __future__ import annotations

import httpx
import httpx2
import pytest

from lunogram import AsyncLunogram, ClientClosedError
from tests.sending._async.clients import client_of, count_inbox, post_events, upsert
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY, assert_clean

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]


async def test_closed_client_says_so(server: FaultyServer) -> None:
    client = client_of(server, max_retries=2)
    other = client.with_options(timeout=1)
    await upsert(client)
    await client.aclose()
    for closed in (client, other, client.with_options(timeout=2)):
        for call in (upsert, post_events, count_inbox):
            with pytest.raises(ClientClosedError, match="closed") as caught:
                await call(closed)
            assert_clean(caught.value)
        with pytest.raises(ClientClosedError):
            await closed.with_raw_response.user.upsert("user_123")
    assert server.attempts == 1


async def test_closing_another_with_the_same_connections_closes_both(server: FaultyServer) -> None:
    client = client_of(server)
    await client.with_options(timeout=1).aclose()
    with pytest.raises(ClientClosedError):
        await upsert(client)


async def test_closing_again_does_nothing(server: FaultyServer) -> None:
    client = client_of(server)
    await upsert(client)
    for _ in range(3):
        await client.aclose()


async def test_closing_what_was_never_used(server: FaultyServer) -> None:
    await client_of(server).aclose()
    assert server.attempts == 0


async def test_context_manager(server: FaultyServer) -> None:
    async with client_of(server) as client:
        await upsert(client)
    with pytest.raises(ClientClosedError):
        await upsert(client)


async def use_and_raise(client: AsyncLunogram) -> None:
    async with client:
        await upsert(client)
        raise ZeroDivisionError


async def test_context_manager_lets_errors_through(server: FaultyServer) -> None:
    client = client_of(server)
    with pytest.raises(ZeroDivisionError):
        await use_and_raise(client)
    with pytest.raises(ClientClosedError):
        await upsert(client)


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_client_handed_over_stays_open(server: FaultyServer, library) -> None:
    async with library.AsyncClient(trust_env=False) as http_client:
        client = AsyncLunogram(KEY, base_url=server.base_url, http_client=http_client)
        await upsert(client)
        await client.aclose()
        with pytest.raises(ClientClosedError):
            await upsert(client)
        assert not http_client.is_closed
        assert (await http_client.get(server.base_url)).status_code == 200


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_client_handed_over_that_is_closed(server: FaultyServer, library) -> None:
    async with library.AsyncClient(trust_env=False) as http_client:
        client = AsyncLunogram(KEY, base_url=server.base_url, http_client=http_client)
    with pytest.raises(ClientClosedError, match="http_client") as caught:
        await upsert(client)
    assert_clean(caught.value)
