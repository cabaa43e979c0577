"""Servers that some tests need beside the code: skipped without them, unless they must be there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from uuid import uuid4

import psycopg
import pymysql
import pytest

POSTGRES = "host=127.0.0.1 port=5432 user=postgres dbname=test connect_timeout=2"


def missing(service: str, reason: object) -> NoReturn:
    """Skip the test, or fail it where LUNOGRAM_REQUIRE_SERVICES=1 says that nothing is skipped."""
    message = f"{service} is not there: {reason}"
    if os.environ.get("LUNOGRAM_REQUIRE_SERVICES") == "1":
        pytest.fail(message)
    pytest.skip(message)


def postgres() -> psycopg.Connection:
    """Connect to PostgreSQL, or skip the test."""
    try:
        return psycopg.connect(POSTGRES, autocommit=True)
    except psycopg.OperationalError as error:
        missing("PostgreSQL at 127.0.0.1:5432", error)


@contextmanager
def redis(queue: str) -> Iterator[str]:
    """The URL of a Redis, or skip the test; what is left in a queue of Celery is removed.

    Args:
        queue: Its name.
    """
    from redis import Redis
    from redis.exceptions import ConnectionError as RefusedError

    with Redis(socket_connect_timeout=2) as found:
        try:
            found.ping()
        except RefusedError as error:
            missing("Redis at 127.0.0.1:6379", error)
        yield "redis://127.0.0.1:6379/0"
        found.delete(queue)


def run_in_postgres(statement: str, *values: object) -> list[Any]:
    """Run a statement as somebody with all rights; return the rows, if it has any.

    Again, if the server rolled it back in favor of a transaction of what is tested.
    """
    with postgres() as connection:
        while True:
            try:
                cursor = connection.execute(statement.encode(), values or None)
            except psycopg.errors.DeadlockDetected:
                continue
            return cursor.fetchall() if cursor.description else []


@contextmanager
def database() -> Iterator[str]:
    """The URL of an empty database, or skip the test."""
    name = f"test_{uuid4().hex}"
    run_in_postgres(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql://postgres@127.0.0.1/{name}"
    finally:
        run_in_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def mysql(database: str = "test") -> pymysql.Connection[Any]:
    """Connect to MariaDB or MySQL, or skip the test.

    Args:
        database: The name of a database.
    """
    try:
        return pymysql.connect(
            host="127.0.0.1", user="root", database=database, autocommit=True, connect_timeout=2
        )
    except pymysql.err.OperationalError as error:
        missing("MariaDB at 127.0.0.1:3306", error)


@contextmanager
def mysql_database() -> Iterator[str]:
    """The URL of an empty database of MariaDB or MySQL, or skip the test."""
    name = f"test_{uuid4().hex}"
    with mysql() as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name} character set utf8mb4")
        try:
            yield f"mysql://root@127.0.0.1/{name}"
        finally:
            cursor.execute(f"drop database {name}")
