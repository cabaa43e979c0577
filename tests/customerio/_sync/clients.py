# Derived by `make generate` from tests/customerio/_async/clients.py; never edited by hand.
"""The client that the tests of sending to Customer.io use."""

from __future__ import annotations

from typing import Any

from tests.support.faulty_server import FaultyServer

from lunogram.customerio import CustomerIO

KEYS: dict[str, Any] = {
    "site_id": "site_1",
    "track_api_key": "track_c0ffee",
    "app_api_key": "app_c0ffee",
}


def client_of(server: FaultyServer | str, **options: Any) -> CustomerIO:
    """A client of a server, all three hosts of it. It does not try again unless it is told to."""
    base = server if isinstance(server, str) else server.base_url.removesuffix("/api")
    urls = {f"{api}_url": f"{base}/{api}" for api in ("track", "app", "collections")}
    return CustomerIO(**{**KEYS, **urls, "max_retries": 0, **options})
