"""Calls that are queued if and only if a transaction of the application commits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import django
import psycopg
import pytest
import sqlalchemy
from django.conf import settings
from django.db import connections, transaction
from psycopg.rows import dict_row
from sqlalchemy.orm import Session

from lunogram import Event
from lunogram.errors import ConfigurationError
from lunogram.outbox import Outbox, OutboxError, OutboxFullError
from tests.support import services

from .stores import PostgresKind

# Type checkers know nothing of Django.
atomic: Any = transaction.atomic

ADDRESS = "postgres@127.0.0.1:5432/test"


@pytest.fixture
def url() -> Iterator[str]:
    kind = PostgresKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def outbox(url: str) -> Iterator[Outbox]:
    with Outbox(url) as outbox:
        yield outbox


@pytest.fixture
def connection() -> Iterator[psycopg.Connection]:
    """A connection of the application, which begins transactions by itself."""
    with closing(psycopg.connect(services.POSTGRES)) as connection:
        yield connection


@pytest.fixture
def engine() -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(f"postgresql+psycopg://{ADDRESS}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def django_is_set_up() -> None:
    """Django takes its settings once for each process."""
    user, _, rest = ADDRESS.partition("@")
    host, _, rest = rest.partition(":")
    port, _, name = rest.partition("/")
    there = {"USER": user, "HOST": host, "PORT": port, "NAME": name}
    databases = {
        "default": {"ENGINE": "django.db.backends.postgresql", **there},
        "server_side": {
            "ENGINE": "django.db.backends.postgresql",
            "OPTIONS": {"server_side_binding": True},
            **there,
        },
        "lite": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    }
    settings.configure(DATABASES=databases, USE_TZ=True)
    django.setup()


@pytest.fixture
def djangos(django_is_set_up: None) -> Iterator[Any]:
    """Django's connections, by their aliases."""
    del django_is_set_up
    yield connections
    connections.close_all()


def names(outbox: Outbox) -> str:
    """The names of the events that are queued, in order."""
    pending = outbox.pending(None)
    return "".join((each.body or b"").partition(b'"name":"')[2][:1].decode() for each in pending)


def post(outbox: Outbox, connection: object, *events: str) -> None:
    """Queue events in the transaction of a connection."""
    outbox.using(connection).user.events.post([Event(name, "user_1") for name in events])


# -- psycopg ---------------------------------------------------------------------------------------


def test_psycopg(outbox: Outbox, connection: psycopg.Connection) -> None:
    post(outbox, connection, "a", "b")
    assert names(outbox) == ""
    connection.commit()
    assert names(outbox) == "ab"

    post(outbox, connection, "c")
    connection.rollback()
    assert names(outbox) == "ab"

    with connection.transaction():
        post(outbox, connection, "d")
        with connection.transaction(force_rollback=True):
            post(outbox, connection, "e")
        post(outbox, connection, "f")
    assert names(outbox) == "abdf"


@pytest.mark.parametrize(
    "options",
    [
        {"row_factory": dict_row},
        {"cursor_factory": psycopg.ClientCursor},
        {"autocommit": True},
    ],
    ids=["row_factory", "client_cursor", "autocommit"],
)
def test_any_psycopg_connection(outbox: Outbox, options: Any) -> None:
    with psycopg.connect(services.POSTGRES, **options) as connection:
        post(outbox, connection, "a", "b")
    assert names(outbox) == "ab"


def test_a_transaction_that_nobody_ends(outbox: Outbox) -> None:
    with closing(psycopg.connect(services.POSTGRES)) as connection:
        post(outbox, connection, "a")
    assert names(outbox) == ""


# -- SQLAlchemy ------------------------------------------------------------------------------------


def test_a_session_of_sqlalchemy(outbox: Outbox, engine: sqlalchemy.Engine) -> None:
    with Session(engine) as session:
        post(outbox, session, "a")
        assert names(outbox) == ""
        session.commit()
        post(outbox, session, "b")
        session.rollback()
        with session.begin_nested() as savepoint:
            post(outbox, session, "c")
            savepoint.rollback()
        post(outbox, session, "d", "e")
        session.commit()
    assert names(outbox) == "ade"


def test_a_connection_of_sqlalchemy(outbox: Outbox, engine: sqlalchemy.Engine) -> None:
    with engine.begin() as connection:
        post(outbox, connection, "a")
    with engine.connect() as connection:
        post(outbox, connection, "b")
    assert names(outbox) == "a"


def test_a_sync_session_of_an_async_one(outbox: Outbox) -> None:
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    async def work() -> None:
        engine = create_async_engine(f"postgresql+psycopg://{ADDRESS}")
        async with AsyncSession(engine) as session:
            with pytest.raises(ConfigurationError, match=r"not async; for async .* AsyncOutbox"):
                post(outbox, session, "a")
            await session.run_sync(lambda session: post(outbox, session, "b"))
            await session.commit()
        async with engine.connect() as connection:
            with pytest.raises(ConfigurationError, match=r"not async; for async .* AsyncOutbox"):
                post(outbox, connection, "c")
        await engine.dispose()

    asyncio.run(work())
    assert names(outbox) == "b"


# -- Django ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ["default", "server_side"])
def test_django(outbox: Outbox, djangos: Any, alias: str) -> None:
    connection = djangos[alias]
    with atomic(using=alias):
        post(outbox, connection, "a")
        with atomic(using=alias):
            post(outbox, connection, "b")
            transaction.set_rollback(True, using=alias)
        post(outbox, connection, "c", "d")
        assert names(outbox) == ""
    assert names(outbox) == "acd"

    with atomic(using=alias):
        post(outbox, connection, "e")
        transaction.set_rollback(True, using=alias)
    post(outbox, connection, "f")  # in no transaction: at once
    assert names(outbox) == "acdf"


def test_the_default_connection_of_django(outbox: Outbox, djangos: Any) -> None:
    from django.db import connection

    del djangos
    with atomic():
        post(outbox, connection, "a")
    assert names(outbox) == "a"


# -- what can't be ---------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["psycopg", "sqlalchemy", "django"])
def test_tables_that_are_emptied(
    outbox: Outbox,
    connection: psycopg.Connection,
    engine: sqlalchemy.Engine,
    djangos: Any,
    library: str,
) -> None:
    schema = outbox.url.rpartition("=")[2]
    services.run_in_postgres(f"TRUNCATE {schema}.entries, {schema}.version")
    with Session(engine) as session:
        theirs = {"psycopg": connection, "sqlalchemy": session, "django": djangos["default"]}
        with pytest.raises(OutboxError, match="its tables were emptied"):
            post(outbox, theirs[library], "one", "two")
    assert outbox.pending() == []


def test_what_is_no_connection(outbox: Outbox, djangos: Any) -> None:
    lite = sqlalchemy.create_engine("sqlite://")
    with lite.connect() as sqlalchemys, closing(sqlite3.connect(":memory:")) as sqlites:
        for connection in (sqlalchemys, sqlites, djangos["lite"], outbox, "connection", None):
            with pytest.raises(ConfigurationError, match="over psycopg 3 and not async"):
                post(outbox, connection, "a")
    lite.dispose()


def test_an_async_connection_of_psycopg(outbox: Outbox) -> None:
    async def work() -> None:
        async with await psycopg.AsyncConnection.connect(services.POSTGRES) as connection:
            with pytest.raises(ConfigurationError, match="not async"):
                post(outbox, connection, "a")

    asyncio.run(work())


def test_another_database(outbox: Outbox) -> None:
    with services.database() as other, closing(psycopg.connect(other)) as connection:
        with pytest.raises(OutboxError, match="not in the database of this connection") as caught:
            post(outbox, connection, "a")
        assert "user_1" not in str(caught.value)
        # They see that their transaction has failed, and can't believe that it has committed.
        with pytest.raises(OutboxError, match="the transaction has failed before"):
            post(outbox, connection, "a")


def test_another_database_over_sqlalchemy(outbox: Outbox) -> None:
    with services.database() as other:
        engine = sqlalchemy.create_engine(other.replace("postgresql:", "postgresql+psycopg:"))
        with (
            Session(engine) as session,
            pytest.raises(OutboxError, match="not in the database of this connection"),
        ):
            post(outbox, session, "a")
        engine.dispose()


def test_connections_that_have_ended(
    outbox: Outbox, connection: psycopg.Connection, djangos: Any
) -> None:
    connection.close()
    with pytest.raises(OutboxError, match="in this transaction: the connection is closed"):
        post(outbox, connection, "a")
    with atomic():
        theirs = djangos["default"].cursor().execute("SELECT pg_backend_pid()").fetchone()[0]
        services.run_in_postgres("SELECT pg_terminate_backend(%s, 5000)", theirs)
        with pytest.raises(OutboxError, match="in this transaction: "):
            post(outbox, djangos["default"], "a")
        transaction.set_rollback(True)


def test_limits(url: str, connection: psycopg.Connection) -> None:
    with Outbox(url, limit=2) as outbox:
        post(outbox, connection, "a", "b")
        connection.commit()
        with pytest.raises(OutboxFullError):
            post(outbox, connection, "c")
        connection.commit()
        assert names(outbox) == "ab"


def test_users_of_a_transaction_that_is_rolled_back_are_not_known(
    url: str, connection: psycopg.Connection
) -> None:
    with Outbox(url, ensure_users=True) as outbox:
        for end in (connection.rollback, connection.commit):
            outbox.using(connection).user.events.post(Event("a", "user_1"))
            end()
        names = [entry.name for entry in outbox.pending()]
        assert names == ["upsert_user", "post_user_events"]
