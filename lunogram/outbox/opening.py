"""Which store a URL means."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from ..errors import ConfigurationError
from .store import Store

Durability: TypeAlias = Literal["process", "power"]
"""What a queued call survives: the end of the process, or that of the machine too."""


def open_store(
    url: str, *, durability: Durability = "process", patience: float = 5.0, create: bool = True
) -> Store:
    """Open the store at a URL, or make it.

    Args:
        url: ``"sqlite:///FILE"``, ``"postgresql://USER@HOST/DATABASE"`` or
            ``"nats://HOST:PORT/STREAM"``.
        durability: What a queued call survives.
        patience: For how many seconds to wait for others who use it, and for a connection.
        create: Whether to make it if it is not there.

    Raises:
        ConfigurationError: If it is no such URL, or an extra is not installed.
        OutboxError: If it can't be used.
    """
    scheme = url.partition(":")[0]
    if scheme in ("postgresql", "postgres"):
        from .postgres import PostgresStore

        return PostgresStore(url, durability=durability, patience=patience, create=create)
    if scheme == "nats":
        from .nats import NATSStore

        return NATSStore(url, patience=patience, create=create)
    from .sqlite.sqlite import SQLiteStore

    return SQLiteStore(
        sqlite_path(url), full_sync=durability == "power", patience=patience, create=create
    )


def sqlite_path(url: str) -> Path:
    """The file that the URL of an outbox names.

    Args:
        url: ``"sqlite:///FILE"``.

    Raises:
        ConfigurationError: If it is no such URL.
    """
    scheme, _, file = url.partition(":///")
    if scheme != "sqlite" or not file or file == ":memory:":
        raise ConfigurationError(
            "the URL of an outbox is sqlite:///FILE, postgresql://… or nats://HOST:PORT/STREAM"
        )
    return Path(file)
