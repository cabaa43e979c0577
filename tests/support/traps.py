"""Traps: a process kills itself, as `kill -9` does, when it passes a named point often enough.

A point is a moment and a place, such as "before settle" or "after send". Nothing in the product
knows of it: the functions are wrapped from outside.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from functools import partial, wraps
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any

_STORES = {
    "sqlite": ("lunogram.outbox.sqlite.store", "SQLiteStore"),
    "postgresql": ("lunogram.outbox.postgres.store", "PostgresStore"),
    "nats": ("lunogram.outbox.nats.store", "NATSStore"),
}
_PLACES = {
    "encode": [("lunogram.values", "", "encode")],
    "batch": [("lunogram.outbox.relay.executors", "", "body_of")],
    "send": [("lunogram._http", "Engine", "send"), ("lunogram._http", "AsyncEngine", "send")],
    "question": [
        ("lunogram.outbox.nats.connection", "Link", "ask_all"),
        ("lunogram.outbox.nats.connection", "Link", "pull"),
    ],
}
_STATEMENTS = {"statement": "", "commit": "COMMIT", "checkpoint": "PRAGMA wal_checkpoint"}
"""What the SQL begins with."""

_OF_PRODUCERS = ("encode", "add")
_OF_RELAYS = ("lease", "batch", "send", "settle")
_OF_BOTH = {
    "sqlite": ("statement", "commit", "checkpoint"),
    "postgresql": ("statement",),
    "nats": ("question",),
}


def points_of_producers(scheme: str) -> list[str]:
    """The points that a process passes when it queues.

    Args:
        scheme: Of the URL of the outbox.
    """
    return _moments(_OF_PRODUCERS + _OF_BOTH[scheme])


def points_of_relays(scheme: str) -> list[str]:
    """The points that a relay passes.

    Args:
        scheme: Of the URL of the outbox.
    """
    return _moments(_OF_RELAYS + _OF_BOTH[scheme])


def _moments(places: tuple[str, ...]) -> list[str]:
    return [f"{moment} {place}" for place in places for moment in ("before", "after")]


class Trap:
    """Kills this process when it is passed for the last time.

    Attributes:
        left: How often it may still be passed.
    """

    def __init__(self, moment: str, left: int) -> None:
        self.moment = moment
        self.left = left

    def passed(self) -> None:
        """Somebody passes."""
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function with the trap before or after it."""
        if iscoroutinefunction(function):
            return self._around_async(function)

        @wraps(function)
        def trapped(*arguments: Any, **named: Any) -> Any:
            if self.moment == "before":
                self.passed()
            result = function(*arguments, **named)
            if self.moment == "after":
                self.passed()
            return result

        return trapped

    def _around_async(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def trapped(*arguments: Any, **named: Any) -> Any:
            if self.moment == "before":
                self.passed()
            result = await function(*arguments, **named)
            if self.moment == "after":
                self.passed()
            return result

        return trapped


def set_trap(point: str, passings: int, scheme: str) -> None:
    """Set a trap in this process.

    Args:
        point: Such as "before settle".
        passings: The process ends when it passes there for the so-manieth time.
        scheme: Of the URL of the outbox.
    """
    moment, _, place = point.partition(" ")
    trap = Trap(moment, passings)
    if place in _STATEMENTS:
        _trap_statements(trap, scheme, _STATEMENTS[place])
        return
    for module, owner, function in _PLACES.get(place) or [(*_STORES[scheme], place)]:
        where = getattr(import_module(module), owner) if owner else import_module(module)
        setattr(where, function, trap.around(getattr(where, function)))


def _trap_statements(trap: Trap, scheme: str, beginning: str) -> None:
    if scheme == "postgresql":
        import psycopg

        for function in ("execute", "executemany"):
            setattr(psycopg.Cursor, function, trap.around(getattr(psycopg.Cursor, function)))
        return

    class Trapped(sqlite3.Connection):
        """A connection some of whose statements are trapped."""

        def execute(self, sql: str, /, *values: Any) -> sqlite3.Cursor:
            """As sqlite3's."""
            run: Callable[..., sqlite3.Cursor] = super().execute
            if sql.startswith(beginning):
                run = trap.around(run)
            return run(sql, *values)

    sqlite3.connect = partial(sqlite3.connect, factory=Trapped)  # type: ignore[assignment]
