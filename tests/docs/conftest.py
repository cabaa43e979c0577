"""What the snippets of the docs talk to, besides a local Lunogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.customerio.operations import right
from tests.support.faulty_server import FaultyServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def customerio(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that answers like Customer.io when all is well."""
    with FaultyServer(right()) as server:
        for name in ("TRACK", "APP"):
            monkeypatch.setenv(f"CUSTOMERIO_{name}_URL", server.base_url)
        monkeypatch.setenv("CUSTOMERIO_SITE_ID", "a-site-id")
        monkeypatch.setenv("CUSTOMERIO_TRACK_API_KEY", "a-track-api-key")
        monkeypatch.setenv("CUSTOMERIO_APP_API_KEY", "an-app-api-key")
        yield
