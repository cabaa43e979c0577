# Derived by `make generate` from tests/sending/_async/test_addresses.py; never edited by hand.
"""Hosts with many addresses, of which some lead nowhere, and names that nobody can look up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.support.faulty_server import FaultyServer, closed_port, full_port
from tests.support.private_data import assert_clean

from lunogram import NetworkError, NetworkTimeoutError
from tests.sending._sync.clients import client_of, upsert

# Connections of httpx look names up themselves, in a thread of an executor that nothing stops.
pytestmark = [pytest.mark.anyio, pytest.mark.uvloop, pytest.mark.transports("direct")]

NAME = "http://many.invalid:8025/api"


class Addresses:
    """What the name of a host stands for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._found: list[str] = []

    def close(self) -> None:
        self._stack.close()

    def holes(self, count: int) -> None:
        """Add some at which nobody ever answers."""
        self._found += [self._stack.enter_context(full_port()) for _ in range(count)]

    def closed(self) -> None:
        """Add one that refuses connections."""
        self._found.append(self._stack.enter_context(closed_port()))

    def server(self, server: FaultyServer) -> None:
        """Add a good one."""
        self._found.append(server.base_url)

    def look_up(self, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        urls = map(urlsplit, self._found)
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*kind, (url.hostname, url.port)) for url in urls]


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    """Those of every host; none at first."""
    made = Addresses()
    monkeypatch.setattr(socket, "getaddrinfo", made.look_up)
    yield made
    made.close()


def test_the_good_one_is_found_in_time(addresses: Addresses, server: FaultyServer) -> None:
    addresses.holes(2)
    addresses.closed()
    addresses.server(server)
    with client_of(NAME, timeout=5, connect_timeout=5) as client:
        upsert(client)
        upsert(client)
    assert len(server.connections) == 1


def test_none_is_good(addresses: Addresses) -> None:
    addresses.holes(3)
    with client_of(NAME, connect_timeout=0.1) as client:
        with pytest.raises(NetworkTimeoutError, match=r"could not connect to .* in time") as caught:
            upsert(client)
    assert_clean(caught.value)


def test_all_refuse(addresses: Addresses) -> None:
    addresses.closed()
    addresses.closed()
    with client_of(NAME) as client:
        with pytest.raises(NetworkError, match="could not connect") as caught:
            upsert(client)
    assert not isinstance(caught.value, TimeoutError)
    assert_clean(caught.value)


@pytest.fixture
def silent_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Looking up a name takes for ever."""
    over = threading.Event()

    def look_up(*_: Any, **__: Any) -> list[Any]:
        over.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


def test_patched_lookup_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        raise LookupError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with client_of(NAME) as client:
        with pytest.raises(NetworkError, match="host name lookup failed") as caught:
            upsert(client)
    assert not isinstance(caught.value, TimeoutError)


@pytest.mark.usefixtures("silent_resolver")
@pytest.mark.parametrize("limit", ["timeout", "connect_timeout", "deadline"])
def test_name_that_nobody_looks_up(limit: str) -> None:
    with client_of(NAME, **{limit: 0.1}) as client:
        with pytest.raises(NetworkTimeoutError, match=r"could not connect to .* in time") as caught:
            upsert(client)
    assert_clean(caught.value)


def test_where_no_thread_can_begin(
    addresses: Addresses, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    addresses.server(server)
    monkeypatch.setattr("lunogram._http.addresses.threading", SimpleNamespace(Thread=refuse))
    with client_of(NAME) as client:
        upsert(client)
