# Derived by `make generate` from tests/sending/_async/test_closing.py; never edited by hand.
"""The end of a client."""

from __future__ import annotations

import httpx
import httpx2
import pytest
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY, assert_clean

from lunogram import ClientClosedError, Lunogram
from tests.sending._sync.clients import client_of, count_inbox, post_events, upsert

pytestmark = [pytest.mark.anyio, pytest.mark.uvloop]


def test_closed_client_says_so(server: FaultyServer) -> None:
    client = client_of(server, max_retries=2)
    other = client.with_options(timeout=1)
    upsert(client)
    client.close()
    for closed in (client, other, client.with_options(timeout=2)):
        for call in (upsert, post_events, count_inbox):
            with pytest.raises(ClientClosedError, match="closed") as caught:
                call(closed)
            assert_clean(caught.value)
        with pytest.raises(ClientClosedError):
            closed.with_raw_response.user.upsert("user_123")
    assert server.attempts == 1


def test_closing_another_with_the_same_connections_closes_both(server: FaultyServer) -> None:
    client = client_of(server)
    client.with_options(timeout=1).close()
    with pytest.raises(ClientClosedError):
        upsert(client)


def test_closing_again_does_nothing(server: FaultyServer) -> None:
    client = client_of(server)
    upsert(client)
    for _ in range(3):
        client.close()


def test_closing_what_was_never_used(server: FaultyServer) -> None:
    client_of(server).close()
    assert server.attempts == 0


def test_context_manager(server: FaultyServer) -> None:
    with client_of(server) as client:
        upsert(client)
    with pytest.raises(ClientClosedError):
        upsert(client)


def use_and_raise(client: Lunogram) -> None:
    with client:
        upsert(client)
        raise ZeroDivisionError


def test_context_manager_lets_errors_through(server: FaultyServer) -> None:
    client = client_of(server)
    with pytest.raises(ZeroDivisionError):
        use_and_raise(client)
    with pytest.raises(ClientClosedError):
        upsert(client)


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_client_handed_over_stays_open(server: FaultyServer, library) -> None:
    with library.Client(trust_env=False) as http_client:
        client = Lunogram(KEY, base_url=server.base_url, http_client=http_client)
        upsert(client)
        client.close()
        with pytest.raises(ClientClosedError):
            upsert(client)
        assert not http_client.is_closed
        assert http_client.get(server.base_url).status_code == 200


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_client_handed_over_that_is_closed(server: FaultyServer, library) -> None:
    with library.Client(trust_env=False) as http_client:
        client = Lunogram(KEY, base_url=server.base_url, http_client=http_client)
    with pytest.raises(ClientClosedError, match="http_client") as caught:
        upsert(client)
    assert_clean(caught.value)
