"""Empty outboxes in each kind of store, removed afterwards; those whose server is there."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from uuid import uuid4

_POSTGRES = "127.0.0.1:5432"
_NATS = "127.0.0.1:4222"


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/outbox.db"


@contextmanager
def _postgres() -> Iterator[str]:
    import psycopg
    from psycopg.sql import SQL, Identifier

    url, schema = f"postgresql://postgres@{_POSTGRES}/test", f"bench_{uuid4().hex}"
    try:
        yield f"{url}?outbox_schema={schema}"
    finally:
        with psycopg.connect(url) as connection:
            drop = SQL("DROP SCHEMA IF EXISTS {} CASCADE")
            connection.execute(drop.format(Identifier(schema)))


@contextmanager
def _nats() -> Iterator[str]:
    stream = f"bench_{uuid4().hex}"
    try:
        yield f"nats://{_NATS}/{stream}"
    finally:
        asyncio.run(_delete(stream))


async def _delete(stream: str) -> None:
    import nats

    client = await nats.connect(f"nats://{_NATS}")
    for suffix in ("", "-dead", "-state", "-parked"):
        await client.request(f"$JS.API.STREAM.DELETE.{stream}{suffix}", timeout=60)
    await client.close()


def stores() -> Mapping[str, Callable[[], AbstractContextManager[str]]]:
    """For each kind whose server is there, what makes the URL of an empty outbox."""
    found: dict[str, Callable[[], AbstractContextManager[str]]] = {"SQLite": _sqlite}
    if _is_listening(_POSTGRES):
        found["PostgreSQL"] = _postgres
    if _is_listening(_NATS):
        found["NATS"] = _nats
    return found


def _is_listening(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True
