"""Calls that are queued if and only if a transaction over an async connection commits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from typing import Any

import asyncpg
import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine

from lunogram import ConfigurationError, Event, Lunogram
from lunogram.outbox import AsyncOutbox, Outbox, OutboxError, OutboxFullError
from lunogram.testing import Sandbox
from tests.support import services
from tests.support.known_users import upsert_users

from .stores import PostgresKind
from .test_postgres_using import ADDRESS, names

pytestmark = pytest.mark.anyio

URL = f"postgresql://{ADDRESS}"
Transaction = AbstractAsyncContextManager[Any]
"""A transaction that commits, or is rolled back after an exception; it yields the connection."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def url() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def outbox(url: str) -> Iterator[Outbox]:
    """To look what is queued."""
    with Outbox(url) as outbox:
        yield outbox


@pytest.fixture
async def box(url: str) -> AsyncIterator[AsyncOutbox]:
    async with AsyncOutbox(url) as box:
        yield box


async def post(box: AsyncOutbox, connection: object, *events: str) -> None:
    """Queue events in the transaction of a connection."""
    await box.using(connection).user.events.post([Event(name, "user_1") for name in events])


# -- the kinds of connections ----------------------------------------------------------------------


@asynccontextmanager
async def in_asyncpg(url: str = URL) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def with_encoder_of_json(url: str = URL) -> AsyncIterator[asyncpg.Connection]:
    async with in_asyncpg(url) as connection:
        await connection.set_type_codec(
            "json", encoder=json.dumps, decoder=json.loads, schema="pg_catalog"
        )
        yield connection


@asynccontextmanager
async def in_pool_of_asyncpg(url: str = URL) -> AsyncIterator[Any]:
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=1) as pool,
        pool.acquire() as connection,
        connection.transaction(),
    ):
        yield connection


@asynccontextmanager
async def in_psycopg(url: str = URL) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    any_rows: Any = dict_row
    connecting = psycopg.AsyncConnection.connect(url, row_factory=any_rows)
    async with await connecting as connection:
        yield connection


@asynccontextmanager
async def in_sqlalchemy(driver: str, url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url.replace("postgresql:", f"postgresql+{driver}:"))
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


@asynccontextmanager
async def in_session(driver: str, url: str) -> AsyncIterator[AsyncSession]:
    engine = create_async_engine(url.replace("postgresql:", f"postgresql+{driver}:"))
    try:
        async with AsyncSession(engine) as session, session.begin():
            yield session
    finally:
        await engine.dispose()


def sqlalchemy_over_psycopg(url: str = URL) -> Transaction:
    return in_sqlalchemy("psycopg", url)


def sqlalchemy_over_asyncpg(url: str = URL) -> Transaction:
    return in_sqlalchemy("asyncpg", url)


def session_over_psycopg(url: str = URL) -> Transaction:
    return in_session("psycopg", url)


def session_over_asyncpg(url: str = URL) -> Transaction:
    return in_session("asyncpg", url)


KINDS: list[Callable[..., Transaction]] = [
    in_asyncpg,
    with_encoder_of_json,
    in_pool_of_asyncpg,
    in_psycopg,
    sqlalchemy_over_psycopg,
    sqlalchemy_over_asyncpg,
    session_over_psycopg,
    session_over_asyncpg,
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def transaction(request: pytest.FixtureRequest) -> Callable[..., Transaction]:
    kind: Callable[..., Transaction] = request.param
    return kind


class UndoError(Exception):
    """Ends a transaction with a rollback."""


async def post_and_undo(box: AsyncOutbox, transaction: Callable[..., Transaction]) -> None:
    """Queue an event in a transaction that is rolled back."""
    with suppress(UndoError):
        async with transaction() as connection:
            await post(box, connection, "a")
            raise UndoError


# -- commits and rollbacks -------------------------------------------------------------------------


async def test_what_is_committed_is_queued(
    box: AsyncOutbox, outbox: Outbox, transaction: Callable[..., Transaction]
) -> None:
    async with transaction() as connection:
        await post(box, connection, "a", "b")
        await post(box, connection, "c")
        assert names(outbox) == ""
    assert names(outbox) == "abc"


async def test_what_is_rolled_back_is_not_queued(
    box: AsyncOutbox, outbox: Outbox, transaction: Callable[..., Transaction]
) -> None:
    await post_and_undo(box, transaction)
    assert names(outbox) == ""
    await box.user.events.post(Event("b", "user_1"))
    assert names(outbox) == "b"


async def test_what_is_committed_is_delivered(
    box: AsyncOutbox,
    outbox: Outbox,
    transaction: Callable[..., Transaction],
    client: Lunogram,
    project: Sandbox,
) -> None:
    upsert_users(project, ["user_1"])
    async with transaction() as connection:
        text = 'é "☂" \x00 % $1 :x'
        event = Event("a", "user_1", data={"text": text.replace("\x00", ""), "n": [1, None]})
        await box.using(connection).user.events.post(event)
    outbox.relay(client).run(until_empty=True)
    [arrived] = project.events(name="a")
    assert arrived.data == event.data


# -- what can't be ---------------------------------------------------------------------------------


async def test_another_database(box: AsyncOutbox, transaction: Callable[..., Transaction]) -> None:
    with services.database() as other:
        url = other.replace("127.0.0.1", "127.0.0.1:5432")
        with pytest.raises(OutboxError, match="not in the database of this connection") as caught:
            async with transaction(url) as connection:
                await post(box, connection, "a")
        assert "user_1" not in str(caught.value)


async def test_tables_that_are_emptied(
    box: AsyncOutbox, transaction: Callable[..., Transaction]
) -> None:
    schema = box.url.rpartition("=")[2]
    services.run_in_postgres(f"TRUNCATE {schema}.entries, {schema}.version")
    with pytest.raises(OutboxError, match="its tables were emptied"):
        async with transaction() as connection:
            await post(box, connection, "a")


async def test_connections_that_have_ended(box: AsyncOutbox) -> None:
    async with in_asyncpg() as asyncpgs, in_psycopg() as psycopgs:
        pass
    for connection in (asyncpgs, psycopgs):
        with pytest.raises(OutboxError, match=r"in this transaction: .*connection is closed"):
            await post(box, connection, "a")


async def test_limits(url: str, transaction: Callable[..., Transaction]) -> None:
    async with AsyncOutbox(url, limit=2) as box:
        async with transaction() as connection:
            await post(box, connection, "a", "b")
        with pytest.raises(OutboxFullError):
            async with transaction() as connection:
                await post(box, connection, "c")


async def test_users_of_a_transaction_that_is_rolled_back_are_not_known(url: str) -> None:
    async with AsyncOutbox(url, ensure_users=True) as box:
        await post_and_undo(box, in_asyncpg)
        async with in_asyncpg() as connection:
            await post(box, connection, "a")
        queued = [entry.name for entry in await box.pending()]
    assert queued == ["upsert_user", "post_user_events"]


async def test_other_connections(box: AsyncOutbox) -> None:
    pool = asyncpg.create_pool(URL)
    with closing(psycopg.connect(services.POSTGRES)) as connection:
        for other in (connection, pool, box, "connection", None):
            with pytest.raises(ConfigurationError, match="with other connections, use Outbox"):
                await post(box, other, "a")


async def test_other_drivers(box: AsyncOutbox) -> None:
    class Dialect:
        driver = "aiosqlite"

    class Connection:
        sync_connection = None
        dialect = Dialect()

    with pytest.raises(ConfigurationError, match="with other connections, use Outbox"):
        await post(box, Connection(), "a")


async def test_an_outbox_in_another_store(tmp_path: Any) -> None:
    async with AsyncOutbox(f"sqlite:///{tmp_path}/lunogram.db") as box:
        with pytest.raises(ConfigurationError, match="only an outbox in PostgreSQL"):
            await post(box, None, "a")
