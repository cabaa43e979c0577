"""The outbox of a Django project, whose calls are queued if and only if the transaction commits."""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

from ..._per_process import PerProcess
from ...calls import Call
from ...outbox import Outbox
from ...outbox.outbox import Writes
from .configuration import Configuration, configuration

if TYPE_CHECKING:
    from ...outbox.postgres.store import PostgresStore

_lock = PerProcess(Lock)
_open: dict[str, Outbox] = {}


def outbox(using: str | None = None) -> Writes:
    """The outbox, in the current transaction of a database.

        with transaction.atomic():
            order.save()
            outbox().user.events.post(Event("order.completed", str(order.user_id)))

    With PostgreSQL, a call is a row of the transaction. With an outbox elsewhere
    (``LUNOGRAM["OUTBOX"]``), it is queued as soon as the transaction has committed.

    Args:
        using: The alias of the database; by default ``LUNOGRAM["DATABASE"]``.

    Returns:
        The users and organizations of the outbox, with its methods.

    Raises:
        ImproperlyConfigured: If the setting ``LUNOGRAM`` is invalid.
        OutboxError: If the outbox can't be used.
    """
    chosen = configuration()
    alias = using or chosen.database
    if chosen.is_in_database:
        return opened(chosen).using(connections[alias])
    return Writes(partial(_put_on_commit, chosen, alias))


def _put_on_commit(chosen: Configuration, alias: str, call: Call[Any], /) -> None:
    queue = opened(chosen)
    if not queue._is_diverted([call]):  # by a test, whose transaction never commits
        transaction.on_commit(partial(queue.queue_calls, [call]), using=alias)


def opened(chosen: Configuration) -> Outbox:
    """The outbox of this process, opened on first use.

    Args:
        chosen: The configuration.

    Raises:
        OutboxError: If the outbox can't be used.
    """
    url = chosen.url
    with _lock.get():
        if url not in _open:
            _open[url] = Outbox(url, **chosen.options)
            if chosen.is_in_database:
                _leave_no_connection(_open[url])
        return _open[url]


def _leave_no_connection(outbox: Outbox) -> None:
    """Close the connection of the outbox: calls are queued over Django's own.

    Otherwise each process would hold a second one, and the database of tests could not be dropped.
    """
    store: PostgresStore = outbox._store  # type: ignore[assignment]
    store.disconnect()
