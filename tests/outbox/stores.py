"""The kinds of stores that have to behave alike: how each is made, opened again, and removed."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from lunogram.outbox.store import Store
from lunogram.outbox.stores import open_store
from tests.support import nats_server, services


class StoreKind(Protocol):
    """How to come by a store of some kind.

    Attributes:
        name: Of the kind, for the names of tests.
        shares: Whether several relays may have partitions at the same time.
    """

    name: str
    shares: bool

    def make(self) -> str:
        """A URL at which nothing is yet; skips the test where a server is missing."""
        ...

    def destroy(self, url: str) -> None:
        """Remove what is there. It is closed."""
        ...


class SQLiteKind:
    """A file in a folder of its own."""

    name = "sqlite"
    shares = False

    def make(self) -> str:
        """As `StoreKind.make`."""
        return f"sqlite:///{tempfile.mkdtemp()}/outbox.db"

    def destroy(self, url: str) -> None:
        """As `StoreKind.destroy`."""
        shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)


class PostgresKind:
    """Tables in a schema of their own."""

    name = "postgres"
    shares = True

    def make(self) -> str:
        """As `StoreKind.make`."""
        services.postgres().close()
        name = f"outbox_{uuid4().hex}"
        return f"postgresql://postgres@127.0.0.1:5432/test?outbox_schema={name}"

    def destroy(self, url: str) -> None:
        """As `StoreKind.destroy`."""
        services.run_in_postgres(f"DROP SCHEMA IF EXISTS {url.rpartition('=')[2]} CASCADE")


class NATSKind:
    """Streams of their own on the shared server, or in a cluster.

    Attributes:
        cluster: The addresses of its servers, or nothing.
    """

    name = "nats"
    shares = True
    cluster = ""

    def make(self) -> str:
        """As `StoreKind.make`."""
        name = f"outbox_{uuid4().hex}"
        if self.cluster:
            return f"nats://{self.cluster}/{name}?replicas=3"
        return f"nats://{nats_server.shared()}/{name}"

    def destroy(self, url: str) -> None:
        """As `StoreKind.destroy`."""
        nats_server.remove(url)


KINDS: list[StoreKind] = [SQLiteKind(), PostgresKind(), NATSKind()]


def reopen(store: Store, url: str) -> Store:
    """Close a store, and open it again.

    Args:
        store: What is open.
        url: Where it is.
    """
    store.close()
    return open_store(url, create=False)
