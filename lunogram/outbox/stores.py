"""The stores of an outbox, by their URLs."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .store import Store

Durability: TypeAlias = Literal["process", "power"]
"""What a queued call survives: the end of the process, or that of the machine too."""


def open_store(
    url: str,
    *,
    durability: Durability = "process",
    patience: float = 5.0,
    create: bool = True,
    reserve: bool = True,
) -> Store:
    """Open the store at a URL, or create it.

    Args:
        url: ``"sqlite:///FILE"``, ``"postgresql://USER@HOST/DATABASE"`` or
            ``"nats://HOST:PORT/STREAM"``, with ``tls:`` for ``nats:`` to demand TLS.
        durability: What a queued call survives.
        patience: The maximum number of seconds to wait for other writers, and for a connection.
        create: Whether to create it if it does not exist.
        reserve: Whether to reserve disk space beside a file.

    Raises:
        ConfigurationError: If the URL is invalid, or an extra is not installed.
        OutboxError: If the store can't be used.
    """
    match _scheme(url):
        case "postgresql":
            from .postgres import PostgresStore

            return PostgresStore(url, durability=durability, patience=patience, create=create)
        case "nats":
            from .nats import NATSStore

            return NATSStore(url, patience=patience, create=create)
    from .sqlite.store import SQLiteStore
    from .sqlite.url import sqlite_path

    return SQLiteStore(
        sqlite_path(url),
        full_sync=durability == "power",
        patience=patience,
        create=create,
        reserve=reserve,
    )


def shown_url(url: str) -> str:
    """The URL of a store without a password, as `Store.url`; nothing is opened.

    Args:
        url: As for `open_store`.

    Raises:
        ConfigurationError: If the URL is invalid, or an extra is not installed.
    """
    match _scheme(url):
        case "postgresql":
            from .postgres.url import place_of

            return place_of(url).url
        case "nats":
            from .nats.url import parse

            return parse(url).shown
    from .sqlite.url import sqlite_path

    return f"sqlite:///{sqlite_path(url).absolute()}"


def _scheme(url: str) -> Literal["postgresql", "nats", "sqlite"]:
    """The scheme of the store at a URL; that of SQLite files rejects all others."""
    match url.partition(":")[0]:
        case "postgresql" | "postgres":
            return "postgresql"
        case "nats" | "tls":
            return "nats"
    return "sqlite"
