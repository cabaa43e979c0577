"""The engines, which send a request and return its response or failure.

This is the only package that imports an HTTP library. There are three transports: httpx and httpx2
(`httpx_transport`), and direct connections (`socket_connection`, `asyncio_connection`), whose
responses httptools parses. `transport` chooses one. This package holds the code that differs
between sync and async; the retry loop above is written once, in `_async.sender`.

The engines are imported on first use, because a sync client needs no asyncio.
"""

from typing import TYPE_CHECKING

from .._lazy import public_name

if TYPE_CHECKING:
    from .async_engine import AsyncEngine
    from .engine import Engine

__all__ = ["AsyncEngine", "Engine"]


def __getattr__(name: str) -> object:
    return public_name(__name__, name, {"AsyncEngine": "async_engine", "Engine": "engine"})
