"""The cost of the facade beside bare httpx: one upsert, with responses of httpx's MockTransport.

Only Python's work counts: request and response are the same on both sides. CPU time, several
rounds taken in turns; the ratio is what travels between machines. With --check it fails above the
project's ceiling.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from lunogram import AsyncLunogram, Lunogram

CEILING = 1.25
ROUNDS = 15
CALLS = 400

URL = "http://lunogram.test/api"
KEY = "sk_benchmark"
MOMENT = "2026-01-15T09:00:00.123456Z"
ID = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"
NAME = {"id": ID, "source": "default", "external_id": "user_123"}
TIMES = {"created_at": MOMENT, "updated_at": MOMENT}
FIELDS: dict[str, Any] = {
    "email": "ada@example.com",
    "timezone": "Europe/London",
    "data": {"plan": "pro"},
}
BODY = {"identifier": [{"external_id": "user_123"}], **FIELDS}
RESPONSE = json.dumps(
    {
        "id": ID,
        "project_id": ID,
        "identifier": [NAME | TIMES],
        "has_push_device": False,
        "version": 1,
        **FIELDS,
        **TIMES,
    }
).encode()


def respond(_request: httpx.Request) -> httpx.Response:
    """The server's part."""
    return httpx.Response(200, content=RESPONSE, headers={"content-type": "application/json"})


def sync_ratio() -> list[float]:
    """The facade's CPU time over that of httpx used by hand, round by round."""
    http = httpx.Client(transport=httpx.MockTransport(respond))
    client = Lunogram(KEY, base_url=URL, http_client=http)
    headers = {"Authorization": f"Bearer {KEY}"}

    def bare() -> object:
        response = http.post(f"{URL}/client/users", json=BODY, headers=headers)
        return response.raise_for_status().json()

    def facade() -> object:
        return client.user.upsert("user_123", **FIELDS)

    return [cost(facade) / cost(bare) for _ in range(ROUNDS)]


async def async_ratio() -> list[float]:
    """The same for asyncio."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    client = AsyncLunogram(KEY, base_url=URL, http_client=http)
    headers = {"Authorization": f"Bearer {KEY}"}

    async def bare() -> object:
        response = await http.post(f"{URL}/client/users", json=BODY, headers=headers)
        return response.raise_for_status().json()

    async def facade() -> object:
        return await client.user.upsert("user_123", **FIELDS)

    return [await async_cost(facade) / await async_cost(bare) for _ in range(ROUNDS)]


def cost(call: Callable[[], object]) -> float:
    """CPU seconds of a number of calls."""
    begun = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - begun


async def async_cost(call: Callable[[], Awaitable[object]]) -> float:
    """CPU seconds of a number of calls."""
    begun = time.process_time()
    for _ in range(CALLS):
        await call()
    return time.process_time() - begun


def main() -> int:
    """Measure, print, and compare with the ceiling if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help=f"fail above {CEILING}")
    arguments = parser.parse_args()
    ratios = {"sync": sync_ratio(), "async": asyncio.run(async_ratio())}
    for name, rounds in ratios.items():
        low, middle, high = statistics.quantiles(rounds)
        print(f"{name:6}{middle:.2f} times bare httpx ({low:.2f} to {high:.2f})")
    worst = max(min(rounds) for rounds in ratios.values())
    return int(arguments.check and worst > CEILING)


if __name__ == "__main__":
    sys.exit(main())
