"""The engines: one request out, one answer or failure back, over connections that are kept.

The only package that names an HTTP library. Straight to a server, requests go over sockets
(`sockets`) and asyncio (`streams`), and h11 or httptools read the answers. Through a proxy, and
over a client that was handed over, httpx sends (`by_httpx`). What cannot be written alike for sync
and async is here; the loop around it is written once, in `_async.sender`.

The engines are imported when they are first used, because a sync client needs no asyncio.
"""

from typing import TYPE_CHECKING

from .._lazy import public_name

if TYPE_CHECKING:
    from .async_engine import AsyncEngine
    from .engine import Engine

__all__ = ["AsyncEngine", "Engine"]


def __getattr__(name: str) -> object:
    return public_name(__name__, name, {"AsyncEngine": "async_engine", "Engine": "engine"})
