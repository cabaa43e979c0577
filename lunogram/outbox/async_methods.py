# Derived by `make generate` from lunogram/outbox/queue.py; never edited by hand.
"""The methods of an outbox in an event loop, each of which runs in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from lunogram._tracebacks import ShortTracebacks
from lunogram.outbox.queue import Queue
from lunogram.outbox.store import DeadLetter, Entry, ParkedEntry, Stats

T = TypeVar("T")


class AsyncQueueMethods(ShortTracebacks):
    """The methods of an outbox in an event loop, each of which runs in a thread."""

    async def _run(self, work: Callable[[Queue], T]) -> T:
        raise NotImplementedError

    async def stats(self) -> Stats:
        """The outbox in numbers. Only on PostgreSQL, their cost grows with the queue."""
        return await self._run(lambda queue: queue.stats())

    async def pending(self, limit: int | None = None) -> list[Entry]:
        """The pending entries, in the order queued, leased ones included. Personal data.

        Args:
            limit: The maximum number of entries; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return await self._run(lambda queue: queue.pending(limit))

    async def parked(self, limit: int | None = None) -> list[ParkedEntry]:
        """The parked entries, in the order queued. They are pending too. Personal data.

        Args:
            limit: The maximum number of parked entries; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return await self._run(lambda queue: queue.parked(limit))

    async def dead_letters(self, limit: int | None = None) -> list[DeadLetter]:
        """The dead letters, oldest first. Personal data.

        Args:
            limit: The maximum number of dead letters; all by default.

        Raises:
            ValidationError: If the limit is not a whole number of at least 0.
        """
        return await self._run(lambda queue: queue.dead_letters(limit))

    async def checkpoint(self, name: str) -> str:
        """The value that `queue_calls` last wrote for a `Checkpoint`, or empty text.

        Args:
            name: The name of the checkpoint.

        Raises:
            ValidationError: If the name is not a string.
        """
        return await self._run(lambda queue: queue.checkpoint(name))

    async def bury(self, entries: Iterable[int]) -> int:
        """Move pending entries to the dead letters, such as a call that always fails with 500.

        A relay that has leased an entry may still send it. The relay drops it when it has no
        request in flight, at the latest when it is started again.

        Args:
            entries: Their ``sequence``, as ``lunogram outbox list`` shows it. Those that are not
                pending are ignored.

        Returns:
            The number of entries that were moved.

        Raises:
            ValidationError: If an entry is not a sequence number.
        """
        return await self._run(lambda queue: queue.bury(entries))

    async def bury_parked(self, subject: str) -> int:
        """Move the parked entries about a subject to the dead letters.

        Args:
            subject: The subject, such as ``"user:default:user_123"``, as ``lunogram outbox list
                --parked --show-data`` shows it.

        Returns:
            The number of entries that were moved.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        return await self._run(lambda queue: queue.bury_parked(subject))

    async def retry_parked(self, subject: str | None = None) -> int:
        """Let a relay send parked calls again within seconds, such as after a fault was mended.

        Args:
            subject: The subject that they are about, such as ``"user:default:user_123"``; None
                for all parked calls.

        Returns:
            The number of calls that are sent again. Those that wait behind them follow.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        return await self._run(lambda queue: queue.retry_parked(subject))

    async def retry(self, letters: Iterable[int] | Literal["all"]) -> int:
        """Queue dead letters again, at the end of the queue.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that do not exist are ignored.

        Returns:
            The number of dead letters that were queued.

        Raises:
            ValidationError: If a letter is not a sequence number.
        """
        return await self._run(lambda queue: queue.retry(letters))

    async def drop(
        self, letters: Iterable[int] | Literal["all"], *, older_than: float | None = None
    ) -> int:
        """Delete dead letters. They are counted as dropped in `stats`.

        Args:
            letters: Their ``entry.sequence``, or ``"all"``. Those that do not exist are ignored.
            older_than: The seconds since they became dead letters, at least; None for any time.

        Returns:
            The number of dead letters that were deleted.

        Raises:
            ValidationError: If a letter is not a sequence number, or the age is not a number.
        """
        return await self._run(lambda queue: queue.drop(letters, older_than=older_than))

    async def forget(self, subject: str) -> int:
        """Delete everything about a person or an organization, such as for an erasure request.

        Pending calls about it are deleted without being delivered, and dead letters too. Both are
        counted as dropped in `stats`. A call in flight is delivered all the same.

        Args:
            subject: The subject, such as ``"user:default:user_123"``: kind, source and id. A
                person with several identifiers has a subject for each.

        Returns:
            The number of entries and dead letters that were deleted.

        Raises:
            ValidationError: If the subject does not have this form.
        """
        return await self._run(lambda queue: queue.forget(subject))
