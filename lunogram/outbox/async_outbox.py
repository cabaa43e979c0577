"""The outbox for programs with an event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, Unpack

from .._async.client import AsyncLunogram
from .._attempts import EnsureUsers
from .._sync.client import Lunogram
from .._unpicklable import Unpicklable
from ..calls import Call
from ..errors import ConfigurationError
from . import arguments
from .async_methods import AsyncQueueMethods
from .async_resources import AsyncInboxQueue, AsyncOrganizationsQueue, AsyncUsersQueue
from .errors import OutboxError, OutboxFullError
from .flush import Flush, FlushResult
from .options import OutboxSettings, RelayedOutboxOptions, check_timeout
from .outbox import Outbox, checked_options, missing, transactional
from .polling import wait_until_async
from .queue import FULL, AsyncPut, Queue
from .relay.relay import Relay
from .relay.tracing import queueing
from .store import Checkpoint, Entry, TransactionalStore
from .stores import shown_url
from .worker_threads import WorkerThreads

T = TypeVar("T")
AsyncAdd: TypeAlias = Callable[[list[Entry]], Awaitable[bool]]
"""The function that adds entries to a store, unless they are beyond the limits."""


async def _without_outbox(_call: Call[Any], /) -> None:
    """The put function of the resources on the class, which has no store."""
    raise ConfigurationError("this is the class; open an outbox, and use its resources")


class AsyncWrites:
    """The client's methods that write, which queue their calls.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    # Class attributes too, for tools that inspect the class, such as `mock.create_autospec`.
    user: AsyncUsersQueue = AsyncUsersQueue(_without_outbox)
    organization: AsyncOrganizationsQueue = AsyncOrganizationsQueue(_without_outbox)

    def __init__(self, put: AsyncPut) -> None:
        """Make the resources.

        Args:
            put: Queues each call.
        """
        self.user = AsyncUsersQueue(put)
        self.organization = AsyncOrganizationsQueue(put)

    if not TYPE_CHECKING:  # to type checkers, what an outbox can't do is not there

        def __getattr__(self, name: str) -> Any:
            raise missing(self, name, AsyncLunogram)


class AsyncOutbox(AsyncQueueMethods, AsyncWrites, Unpicklable):
    """An outbox for programs with an event loop, which it never blocks.

        async with AsyncOutbox("sqlite:///lunogram.db") as outbox:
            await outbox.user.events.post(Event("order.completed", "user_123"))

    It is an `Outbox` whose methods are awaited: they check their arguments at once, and use the
    store in threads of their own. Calls are queued in the order in which they are made. If an
    ``await`` is cancelled, the call may have been queued, and then as a whole.

    It needs asyncio, with any event loop. Safe to share between tasks, and after a fork.

    Attributes:
        user: Users, as on the client; writes only.
        organization: Organizations, as on the client; writes only.
    """

    _why_unpicklable = Queue._why_unpicklable

    def __init__(
        self,
        url: str,
        *,
        client: Lunogram | AsyncLunogram | None = None,
        flush_timeout: float = 5.0,
        **options: Unpack[RelayedOutboxOptions],
    ) -> None:
        """Create an outbox. The first call opens it, or ``async with``.

            outbox = AsyncOutbox("sqlite:///lunogram.db", client=AsyncLunogram(), concurrency=8)

        Args:
            url: As for `Outbox`.
            client: The client as which a relay in a thread of this process sends, from the opening
                until `aclose` or the end of the program, over connections of its own. Without a
                client, the outbox has no relay.
            flush_timeout: The maximum number of seconds that `aclose` and the end of the program
                wait for the delivery of what is pending. Only with ``client``.
            options: Those of `Outbox`, as described in `OutboxOptions` and, with ``client``, in
                `RelayOptions`.

        Raises:
            ConfigurationError: If an argument is invalid.
        """
        own, _ = checked_options(client, options)
        self._settings = OutboxSettings(**own)
        check_timeout("flush_timeout", flush_timeout)
        self._url = shown_url(url)
        self._open: Callable[[], Outbox] = partial(
            Outbox, url, client=client, flush_timeout=flush_timeout, **options
        )
        self._threads = WorkerThreads()
        self._outbox: Outbox | None = None
        self._is_closed = False
        AsyncWrites.__init__(self, self._put)

    @property
    def url(self) -> str:
        """The URL of the outbox, without a password."""
        return self._url

    # -- opening and closing ----------------------------------------------------------------------

    async def _opened(self) -> Outbox:
        """The outbox in the worker threads, opened by the first one that asks."""
        if self._is_closed:
            raise OutboxError(f"the outbox {self.url} can't be used: it is closed; open another")
        if self._outbox:
            return self._outbox
        return await self._threads.run_in_order(self._open_once)

    def _open_once(self) -> Outbox:
        """Open the outbox unless it is open, in the thread in which all that is queued waits."""
        outbox = self._outbox or self._open()
        self._outbox = outbox
        return outbox

    @property
    def own_relay(self) -> Relay | None:
        """The relay that ``client=`` started, for its `stats` and `health_url`; None without."""
        return self._outbox.own_relay if self._outbox else None

    async def aclose(self) -> None:
        """Close the outbox. What is pending stays in it.

        With ``client``, this first waits up to ``flush_timeout`` for the delivery of what is
        pending, and stops the relay. Requests in flight when the time is over count as failed
        attempts, and are sent again the next time.
        """
        if not self._is_closed:
            self._is_closed = True
            await self._threads.close(self._close)

    def _close(self) -> None:
        if self._outbox:
            self._outbox.close()

    async def __aenter__(self) -> Self:
        await self._opened()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    # -- queueing ---------------------------------------------------------------------------------

    async def _put(self, call: Call[Any], /) -> None:
        # The batches of a list are all queued, or none is; those of a generator one by one.
        if isinstance(call.rest, tuple):
            await self.queue_calls([*call.batches()] if call.rest else [call])
            return
        for batch in call.batches():
            await self.queue_calls([batch])

    async def queue_calls(
        self,
        calls: Sequence[Call[Any]],
        checkpoint: Checkpoint | None = None,
        *,
        ensure_users: EnsureUsers | None = None,
    ) -> None:
        """Queue calls in one transaction: all of them, or none. For much work, such as imports.

        Args:
            calls: Writes, as `lunogram.calls` makes them.
            checkpoint: Written in the same transaction, if it is given and the calls are queued.
            ensure_users: Whether to queue upserts before the events and schedules of users; default
                as the outbox does.

        Raises:
            ValidationError: If one of them is no call of the API, or its method, path or query is
                invalid.
            OutboxError: If the calls were not queued; `OutboxFullError` if the outbox is full.
        """
        outbox = await self._opened()
        ensured = self._settings.ensure_users if ensure_users is None else ensure_users
        progress = arguments.checkpoint(checkpoint)
        complete = outbox._complete(arguments.calls(calls), ensured=ensured)

        async def add(entries: list[Entry]) -> bool:
            return await self._threads.run_in_order(lambda: outbox._add(entries, progress))

        if await self._queue(outbox, complete, add):
            outbox._note(complete, ensured=ensured)

    async def _queue(self, outbox: Outbox, calls: Sequence[Call[Any]], add: AsyncAdd) -> bool:
        """Whether the calls were added, and neither dropped nor diverted."""
        with queueing(calls) as trace:
            entries = outbox._checked_entries(calls, trace)
            if outbox._is_diverted(calls):
                return False
            if await add(entries):
                return True
            when_full = self._settings.when_full
            if when_full == "drop":
                await self._threads.run_in_order(lambda: outbox._store.refuse(len(entries)))
            elif when_full == "raise" or not await wait_until_async(
                self._settings.block_timeout, lambda: add(entries)
            ):
                raise OutboxFullError(FULL)
            return when_full != "drop"

    def using(self, connection: object) -> AsyncWrites:
        """The same writes in a transaction of the caller: queued if and only if it commits.

            async with connection.transaction():
                await connection.execute("INSERT INTO orders ...")
                await outbox.using(connection).user.events.post(Event("order", "user_123"))

        Args:
            connection: A connection to the outbox's database: of asyncpg, an AsyncConnection of
                psycopg or SQLAlchemy, or an AsyncSession of SQLAlchemy.

        Raises:
            ConfigurationError: The calls raise it if the outbox is not in PostgreSQL, or if the
                connection is of another kind.
        """

        async def put(call: Call[Any], /) -> None:
            outbox = await self._opened()
            add = partial(self._add_using, connection, transactional(outbox._store))
            # What is queued here is not remembered: the transaction may be rolled back.
            complete = outbox._complete([call], ensured=self._settings.ensure_users)
            await self._queue(outbox, complete, add)
            outbox._has_queued.get()

        return AsyncWrites(put)

    async def _add_using(
        self, connection: object, store: TransactionalStore, entries: list[Entry]
    ) -> bool:
        from .postgres.async_transactions import execute_using_async

        limits = self._settings.limits
        statement = await self._threads.run(lambda: store.statement(entries, limits))
        if statement is None:
            return False
        store.added(entries, await execute_using_async(connection, statement))
        return True

    # -- the rest ---------------------------------------------------------------------------------

    async def flush(self, timeout: float = 5.0) -> FlushResult:  # noqa: ASYNC109 - as `Outbox.flush`
        """Wait until everything that is pending now is delivered or dead, or the time is over.

        It does not send: a relay does, here or in another process.

        Args:
            timeout: The maximum number of seconds to wait. A store that does not respond gets at
                least one second.

        Raises:
            ValidationError: If the time is not a number of seconds.
            OutboxError: If the outbox can't be read, or does not respond in that time.
        """
        outbox = await self._opened()
        flush = Flush(outbox._store, arguments.seconds(timeout, "timeout"))
        try:
            return await self._threads.run(flush.run)
        finally:
            flush.stop()  # also if this is cancelled

    async def _run(self, work: Callable[[Queue], T]) -> T:
        outbox = await self._opened()
        return await self._threads.run(lambda: work(outbox))


def _read_of_inbox(self: AsyncInboxQueue, name: str) -> Any:
    from .._async.resources import AsyncInbox

    raise missing(self, name, AsyncInbox)


if not TYPE_CHECKING:
    AsyncInboxQueue.__getattr__ = _read_of_inbox
