"""A program that has no file handle left when its modules are first needed.

    python -m tests.support.without_handles sync|async BASE_URL

It prints a line of JSON for each call: the kind of error, its text and its cause.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from lunogram import AsyncLunogram, Lunogram, LunogramError, calls

Made = Callable[[], Any]


class Handles:
    """All file handles that this process may still have, taken and given back."""

    def __init__(self) -> None:
        self._taken: list[int] = []

    def take(self) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(7)[1]))
        with suppress(OSError):
            while True:
                self._taken.append(os.dup(0))

    def give_back(self) -> None:
        while self._taken:
            os.close(self._taken.pop())


async def tell(call: Made) -> Any:
    """Make a call, print what it raises, and return its result."""
    error: Exception | None = None
    try:
        made = call()
        return await made if inspect.isawaitable(made) else made
    except Exception as raised:  # noqa: BLE001 - the test judges it
        error = raised
    finally:
        kind = "LunogramError" if isinstance(error, LunogramError) else type(error).__name__
        print(json.dumps([kind, str(error), type(error and error.__cause__).__name__]))
    return None


async def main(kind: type[Any], base_url: str) -> None:
    handles = Handles()
    handles.take()
    await tell(lambda: kind("sk_key", base_url=base_url, max_retries=0))
    handles.give_back()
    client = kind("sk_key", base_url=base_url, max_retries=0)
    uses: list[Made] = [
        lambda: client.user.upsert("user_1"),
        lambda: client.with_raw_response.user.delete("user_1"),
        lambda: client.raw,
        lambda: client.organization.delete("org_1"),
    ]
    calls.delete(calls.ORGANIZATION, "org_1")  # imports what the last one needs to connect
    handles.take()
    for use in uses:
        await tell(use)
    handles.give_back()
    for use in uses:
        await tell(use)
    await tell(getattr(client, "aclose", None) or client.close)


if __name__ == "__main__":
    asyncio.run(main({"sync": Lunogram, "async": AsyncLunogram}[sys.argv[1]], sys.argv[2]))
