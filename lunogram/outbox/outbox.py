"""The outbox for calls to Lunogram."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Unpack

from .._async.client import AsyncLunogram
from .._disabled import is_disabled
from .._sync.client import Lunogram
from .._sync.sender import Sender
from .._target import DISABLED
from ..calls import Call
from ..errors import ConfigurationError
from . import arguments
from .background_relay import BackgroundRelay
from .errors import ReadNotSupportedError
from .options import OutboxOptions, RelayedOutboxOptions, RelayOptions, RelaySettings, divided
from .queue import Put, Queue, sender_of
from .relay.relay import Relay
from .resources import InboxQueue, OrganizationsQueue, UsersQueue
from .store import Checkpoint, Entry, Store, TransactionalStore


def _without_outbox(_call: Call[Any], /) -> None:
    """The put function of the resources on the class, which has no store."""
    raise ConfigurationError("this is the class; open an outbox, and use its resources")


class Writes:
    """The client's methods that write, which queue their calls.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    # Class attributes too, for tools that inspect the class, such as `mock.create_autospec`.
    user: UsersQueue = UsersQueue(_without_outbox)
    organization: OrganizationsQueue = OrganizationsQueue(_without_outbox)

    def __init__(self, put: Put) -> None:
        """Make the resources.

        Args:
            put: Queues each call.
        """
        self.user = UsersQueue(put)
        self.organization = OrganizationsQueue(put)

    if not TYPE_CHECKING:  # to type checkers, what an outbox can't do is not there

        def __getattr__(self, name: str) -> Any:
            raise missing(self, name, Lunogram)


class Outbox(Queue, Writes):
    """A queue on disk, whose calls are delivered at least once, in order.

        outbox = Outbox("sqlite:///lunogram.db")
        outbox.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])

    Its methods are the client's own, with the same arguments and checks, and return None as soon
    as the call is on disk. A relay sends the calls: with ``client=``, one in this process; else
    that of `relay`, or the command ``lunogram relay``. Safe for threads, for processes, and after
    a fork.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    def __init__(
        self,
        url: str,
        *,
        client: Lunogram | AsyncLunogram | None = None,
        flush_timeout: float = 5.0,
        **options: Unpack[RelayedOutboxOptions],
    ) -> None:
        """Open an outbox, or create it.

            outbox = Outbox("sqlite:///lunogram.db", client=Lunogram(), concurrency=8)

        Args:
            url: ``"sqlite:///FILE"``, such as ``"sqlite:///lunogram.db"`` for a file in the
                working directory, or ``"sqlite:////var/lib/shop/lunogram.db"``: one file for each
                host, which all processes may share. Or ``"postgresql://USER@HOST/DATABASE"``, or
                ``"nats://HOST:PORT/STREAM"``.
            client: The client as which a relay in this process sends, from now until `close` or
                the end of the program, over connections of its own. Without a client, the outbox
                has no relay. If the client is disabled, nothing is queued.
            flush_timeout: The maximum number of seconds that `close` and the end of the program
                wait for the delivery of what is pending. What is not delivered by then stays in
                the outbox. Only with ``client``.
            options: Those of the outbox, as described in `OutboxOptions`: durability, limit,
                limit_bytes, when_full, block_timeout, lock_timeout, strict, ensure_users. With
                ``client``, also those of the relay, as described in `RelayOptions`: batch,
                batch_bytes, max_crashes, concurrency, rate, on_dead_letter, on_error,
                health_port, health_host.

        Raises:
            ConfigurationError: If an argument is invalid.
            OutboxError: If the outbox can't be used, or no thread can be started.
        """
        own, settings = checked_options(client, options)
        self._background: BackgroundRelay | None = None
        super().__init__(url, **own)
        self._enabled = None if client is None else client._sender.options.enabled
        if client is None or is_disabled(enabled=self._enabled):
            return
        with ExitStack() as undo:
            undo.callback(super().close)
            relay = self._made_relay(client, settings)
            undo.callback(relay.stop)
            self._background = BackgroundRelay(relay, flush_timeout, super().close)
            undo.pop_all()

    def _offer(self, put: Put) -> None:
        Writes.__init__(self, put)

    def _add(self, entries: Sequence[Entry], checkpoint: Checkpoint | None) -> bool:
        is_added = super()._add(entries, checkpoint)
        if self._background:
            self._background.revive()  # threads do not outlive a fork; and what is queued is queued
        return is_added

    def using(self, connection: object) -> Writes:
        """The same writes in a transaction of the caller: queued if and only if it commits.

            with psycopg.connect(...) as connection:
                connection.execute("INSERT INTO orders ...")
                outbox.using(connection).user.events.post(Event("order.completed", "user_123"))

        Args:
            connection: A connection to the outbox's database, of psycopg, SQLAlchemy or Django.

        Raises:
            ConfigurationError: If the outbox is not in PostgreSQL. The calls raise it if the
                connection is of another kind, or async: `AsyncOutbox` takes those.
        """
        store = transactional(self._store)

        limits = self._settings.limits

        def put(call: Call[Any], /) -> None:
            # What is queued here is not remembered: the transaction may be rolled back.
            for batch in call.batches():
                complete = self._complete([batch], ensured=self._settings.ensure_users)
                self._queue(complete, lambda new: store.add_using(connection, new, limits))
            self._has_queued.get()

        return Writes(put)

    def relay(self, client: Lunogram | AsyncLunogram, /, **options: Unpack[RelayOptions]) -> Relay:
        """A relay that sends the calls of this outbox as a client would.

            with outbox.relay(client, concurrency=8):
                ...

        It has connections of its own, and uses no ``http_client`` of an `AsyncLunogram`.

        Args:
            client: The client whose key, URL, time limits and headers are used.
            options: As described in `RelayOptions`.

        Raises:
            ConfigurationError: If an option is invalid, or the client is no client.
        """
        arguments.check_client(client)
        return self._made_relay(client, RelaySettings(**options))

    def _made_relay(self, client: Lunogram | AsyncLunogram, settings: RelaySettings) -> Relay:
        return Relay(self._store, lambda: _sender(client), settings)

    @property
    def own_relay(self) -> Relay | None:
        """The relay that ``client=`` started, for its `stats` and `health_url`; None without."""
        return self._background.relay if self._background else None

    def close(self) -> None:
        """Close the outbox. What is pending stays in it.

        With ``client``, this first waits up to ``flush_timeout`` for the delivery of what is
        pending, and stops the relay. Requests in flight when the time is over count as failed
        attempts, and are sent again the next time.
        """
        if self._background:
            self._background.close()
        else:
            super().close()


def transactional(store: Store) -> TransactionalStore:
    """The store, if it can take part in a transaction.

    Args:
        store: The store of an outbox.

    Raises:
        ConfigurationError: If it can't.
    """
    if isinstance(store, TransactionalStore):
        return store
    raise ConfigurationError(
        "only an outbox in PostgreSQL (postgresql://…) can take part in a transaction"
    )


def checked_options(
    client: Lunogram | AsyncLunogram | None, options: RelayedOutboxOptions
) -> tuple[OutboxOptions, RelaySettings]:
    """The options of an outbox, and the settings of its relay.

    Args:
        client: The client as which the relay sends, or None.
        options: The options of both.

    Raises:
        ConfigurationError: If an option of the relay is invalid, or there is no client for it.
    """
    own, others = divided(options)
    settings = RelaySettings(**others)
    if others and client is None:
        raise ConfigurationError(f"{min(others)} is an option of a relay, and needs client=…")
    if client is not None:
        arguments.check_client(client)
        own.setdefault("ensure_users", client._sender.options.ensure_users)
    return own, settings


def _sender(client: Lunogram | AsyncLunogram) -> Sender:
    theirs = client._sender.current()
    if theirs.target is DISABLED:
        raise ConfigurationError("the client is disabled: a relay would deliver nothing")
    return sender_of(theirs.target, theirs.options, theirs.engine)


def _read_of_inbox(self: InboxQueue, name: str) -> Any:
    from .._sync.resources import Inbox

    raise missing(self, name, Inbox)


def missing(owner: object, name: str, original: type) -> AttributeError:
    """The error that an outbox lacks an attribute.

    Args:
        owner: The outbox, or a resource of it.
        name: The name of the attribute.
        original: The class of the client that may have it.
    """
    if name in ("push", "sessions") or hasattr(original, name):
        return ReadNotSupportedError(
            f"{name} needs a response: use the client, an outbox only takes writes"
        )
    return AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")


if not TYPE_CHECKING:
    InboxQueue.__getattr__ = _read_of_inbox
