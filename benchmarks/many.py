"""Clients with many upserts in flight at once, in one event loop."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from benchmarks.singles import BODY, FIELDS, HEADERS, KEY, PATH, request


class Contender:
    """Keeps so many calls in flight."""

    def __init__(self, url: str, in_flight: int) -> None:
        self._in_flight = in_flight
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self.open(url))

    async def open(self, url: str) -> None:
        """Make the client."""
        raise NotImplementedError

    async def call(self) -> object:
        """Send one upsert; return the response."""
        raise NotImplementedError

    def run(self, count: int) -> dict[str, float]:
        """Call so many times, so many at once."""
        self._loop.run_until_complete(self._run(count))
        return {}

    async def _run(self, count: int) -> None:
        left = iter(range(count))

        async def work() -> None:
            for _ in left:
                await self.call()

        await asyncio.gather(*(work() for _ in range(self._in_flight)))

    def close(self) -> None:
        """Let go."""


class AsyncFacade(Contender):
    """Ours."""

    async def open(self, url: str) -> None:
        """Make the client."""
        from lunogram import AsyncLunogram

        self._client = AsyncLunogram(KEY, base_url=url)

    async def call(self) -> object:
        """Upsert."""
        return await self._client.user.upsert("user_123", **FIELDS)


class AsyncHttpx(Contender):
    """httpx by hand."""

    module = "httpx"

    async def open(self, url: str) -> None:
        """Make the client."""
        library: Any = __import__(self.module)
        limits = library.Limits(max_connections=None, max_keepalive_connections=None)
        self._client = library.AsyncClient(base_url=url, headers=HEADERS, limits=limits)

    async def call(self) -> object:
        """Post and read."""
        response = await self._client.post(PATH, json=BODY)
        return response.raise_for_status().json()


class AsyncHttpx2(AsyncHttpx):
    """httpx2 by hand."""

    module = "httpx2"


class Aiohttp(Contender):
    """aiohttp by hand."""

    async def open(self, url: str) -> None:
        """Make the session."""
        import aiohttp

        self._url = url + PATH
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(headers=HEADERS, connector=connector)

    async def call(self) -> object:
        """Post and read."""
        async with self._session.post(self._url, json=BODY) as response:
            return await response.json()

    def close(self) -> None:
        """Close the session."""
        self._loop.run_until_complete(self._session.close())


class AsyncPyreqwest(Contender):
    """pyreqwest by hand."""

    async def open(self, url: str) -> None:
        """Make the client."""
        from pyreqwest.client import ClientBuilder

        self._url = url + PATH
        self._client = ClientBuilder().default_headers(HEADERS).build()

    async def call(self) -> object:
        """Post and read."""
        response = await self._client.post(self._url).body_json(BODY).build().send()
        return await response.json()


class AsyncFloor(Contender):
    """Streams with a request written by hand: one connection for each call in flight."""

    async def open(self, url: str) -> None:
        """Connect."""
        parts = urlsplit(url)
        self._idle = [
            await asyncio.open_connection(parts.hostname, parts.port)
            for _ in range(self._in_flight)
        ]

    async def call(self) -> object:
        """Write, and read to the end of the body."""
        reader, writer = self._idle.pop()
        writer.write(request())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        self._idle.append((reader, writer))
        return json.loads(body)
