"""The outbox: takes every write of the client, and keeps it until it has arrived."""

from __future__ import annotations

from typing import Any, Unpack

from .._async.client import AsyncLunogram
from .._sync.client import Lunogram
from .._sync.sender import Sender
from ..calls import Call
from ..errors import ConfigurationError
from .queue import Queue, sender_of
from .queueing import Put
from .relaying.options import RelayOptions, Settings
from .relaying.relay import Relay
from .relaying.tracing import queueing
from .store import TransactionalStore
from .writes import Writes


class Outbox(Queue, Writes):
    """A queue on disk. What it was given is delivered at least once, in order.

        outbox = Outbox("sqlite:///lunogram.db")
        outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])

    Its methods are the client's own, with the same arguments and checks, and return None as soon
    as the call is on disk. A relay sends it: `relay`, or the command ``lunogram relay``. Safe for
    threads, for processes, and after a fork.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    def _offer(self, put: Put) -> None:
        Writes.__init__(self, put)

    def using(self, connection: object) -> Writes:
        """The same writes in a transaction of yours: queued if and only if it commits.

            with psycopg.connect(...) as connection:
                connection.execute("INSERT INTO orders ...")
                outbox.using(connection).user.events.post(Event("order.completed", "user_123"))

        Args:
            connection: To the database of the outbox: one of psycopg, SQLAlchemy or Django.

        Raises:
            ConfigurationError: If the outbox is not in PostgreSQL.
        """
        store = self._store
        if not isinstance(store, TransactionalStore):
            raise ConfigurationError(
                "only an outbox in PostgreSQL (postgresql://…) can take part in a transaction"
            )

        def put(call: Call[Any], /) -> None:
            """Queue a call in the caller's transaction."""
            with queueing([call]) as trace:
                entries = self._entries_of(call, trace)
                self._keep(entries, lambda: store.add_using(connection, entries, self._limits))

        return Writes(put)

    def relay(self, client: Lunogram | AsyncLunogram, /, **options: Unpack[RelayOptions]) -> Relay:
        """A relay that sends what is here as a client would, over connections of its own.

            with outbox.relay(client, concurrency=8):
                ...

        Args:
            client: Whose key, URL, time limits and headers to use.
            options: As described in `RelayOptions`: batch, batch_bytes, deaths, concurrency,
                rate, on_dead_letter, on_error, health_port, health_host.

        Raises:
            ConfigurationError: If an option can't be right.
        """
        return Relay(self._store, lambda: _sender(client), Settings(**options))


def _sender(client: Lunogram | AsyncLunogram) -> Sender:
    theirs = client._sender
    return sender_of(theirs.target, theirs.options, theirs.engine)
