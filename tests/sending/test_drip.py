"""Headers that come byte by byte, for ever.

Only the async client is safe from them: asyncio ends the whole attempt, while a socket's time limit
begins anew with each read.
"""

from __future__ import annotations

import pytest

from lunogram import NetworkTimeoutError
from tests.sending._async.clients import client_of, upsert
from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.sending import assert_clean

pytestmark = pytest.mark.anyio


async def test_headers_without_an_end(server: FaultyServer) -> None:
    server.plan(faults.drip_headers())
    async with client_of(server, timeout=0.2) as client:
        with pytest.raises(NetworkTimeoutError) as caught:
            await upsert(client)
    assert_clean(caught.value)
