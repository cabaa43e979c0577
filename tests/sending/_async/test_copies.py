"""Clients that are subclassed, copied, pickled and stood in for."""

from __future__ import annotations

import copy
import pickle
from functools import cached_property
from typing import Any
from unittest.mock import create_autospec

import pytest

from lunogram import AsyncLunogram, ConfigurationError
from lunogram.customerio import AsyncCustomerIO
from tests.sending._async.clients import client_of, upsert
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY

pytestmark = pytest.mark.anyio


class Mine(AsyncLunogram):
    """A client with something of its own."""

    __slots__ = ("region",)

    def __init__(self, team: str, **options: Any) -> None:
        super().__init__(KEY, **options)
        self.team = team
        self.region = "eu"

    @cached_property
    def slow(self) -> AsyncLunogram:
        return self.with_options(timeout=60)


class MyCustomerIO(AsyncCustomerIO):
    """The same at Customer.io."""

    def __init__(self, team: str) -> None:
        super().__init__("a-site-id", "a-key")
        self.team = team


async def test_attributes_of_subclasses_are_kept(server: FaultyServer) -> None:
    async with Mine("checkout", base_url=server.base_url) as client:
        assert client.slow
        assert client.with_raw_response
        quick = client.with_options(timeout=1)
        assert (type(quick), quick.team, quick.region) == (Mine, "checkout", "eu")
        assert quick.slow is not client.slow
        assert quick.with_raw_response is not client.with_raw_response
        assert quick.user is not client.user
        await upsert(quick)
        other = quick.with_options(timeout=2)
        other.team = "search"
        assert quick.team == "checkout"


async def test_attributes_of_subclasses_at_customerio() -> None:
    quick = MyCustomerIO("checkout").with_options(timeout=1)
    assert (type(quick), quick.team) == (MyCustomerIO, "checkout")


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
async def test_a_client_says_that_it_is_not_copied(server: FaultyServer, copied: Any) -> None:
    async with client_of(server) as client, AsyncCustomerIO("a-site-id", "a-key") as other:
        for each in (client, client.raw, other, other.raw):
            with pytest.raises(TypeError, match="a client can't be pickled or copied"):
                copied(each)


async def test_nor_are_its_resources(server: FaultyServer) -> None:
    async with client_of(server) as client:
        for part in (client.user, client.user.events.post, client.with_raw_response):
            with pytest.raises(TypeError, match="a client can't be pickled or copied"):
                pickle.dumps(part)


async def test_stand_in_knows_the_resources() -> None:
    for stand_in in (
        create_autospec(AsyncLunogram, instance=True),
        create_autospec(AsyncLunogram)(KEY),
    ):
        stand_in.user.upsert.return_value = "a user"
        assert await stand_in.user.upsert("user_123", email="ada@example.com") == "a user"
        await stand_in.user.events.post([])
        await stand_in.user.inbox.count("user_123")
        await stand_in.organization.upsert("org_1")
        await stand_in.push.vapid_public_key()
        await stand_in.sessions.create("id", "user_123")
        with pytest.raises(TypeError):
            stand_in.user.upsert("user_123", nonsense=True)
        with pytest.raises(AttributeError):
            _ = stand_in.user.nonsense


async def test_resources_of_the_class_are_of_no_use() -> None:
    with pytest.raises(ConfigurationError, match="create a client"):
        await AsyncLunogram.user.upsert("user_123")
