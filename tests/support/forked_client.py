"""A program that uses one client in a process and in two children of it, at the same time.

    python -m tests.support.forked_client sync|async BASE_URL

Each of the three upserts its own users. The exit status is 0 if all went well.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from functools import partial

from lunogram import AsyncLunogram, Lunogram

CALLS = 30
PROCESSES = ("parent", "child_1", "child_2")


def names(process: str) -> list[str]:
    """The external ids that a process upserts."""
    return [f"{process}_{number}" for number in range(CALLS)]


class SyncUse:
    """One Lunogram."""

    def __init__(self, base_url: str) -> None:
        self.client = Lunogram("sk_key", base_url=base_url, max_retries=0)

    def upsert(self, identifiers: Iterable[str]) -> None:
        """Upsert the users."""
        for identifier in identifiers:
            self.client.user.upsert(identifier)

    def close(self) -> None:
        """Close the client."""
        self.client.close()


class AsyncUse:
    """One AsyncLunogram, each time in an event loop of its own. Nobody closes it."""

    def __init__(self, base_url: str) -> None:
        self.client = AsyncLunogram("sk_key", base_url=base_url, max_retries=0)

    def upsert(self, identifiers: Iterable[str]) -> None:
        """Upsert the users."""

        async def upsert_all() -> None:
            for identifier in identifiers:
                await self.client.user.upsert(identifier)

        asyncio.run(upsert_all())

    def close(self) -> None:
        """Nothing is left to be done."""


def fork(work: Callable[[], None], *, is_seen: bool = True) -> int:
    """A child that does some work. Python may not know of it, as of those of uWSGI."""
    child: int = os.fork() if is_seen else ctypes.PyDLL(None).fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def main(kind: str, base_url: str) -> int:
    """Use the client, fork, and use it everywhere."""
    use = SyncUse(base_url) if kind == "sync" else AsyncUse(base_url)
    use.upsert(["before"])
    # A pipe lets the children begin only when both are there.
    begin, may_begin = os.pipe()

    def work(process: str) -> None:
        os.read(begin, 1)
        use.upsert(names(process))
        use.close()

    children = [fork(partial(work, process)) for process in PROCESSES[1:]]
    os.write(may_begin, b"12")
    use.upsert(names(PROCESSES[0]))
    use.close()
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
