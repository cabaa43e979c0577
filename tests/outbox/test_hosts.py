"""Whoever may write into a queue decides what is sent, and never where to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from lunogram import Lunogram, ValidationError
from lunogram.calls import Call
from lunogram.customerio import CustomerIO, CustomerIOOutbox
from lunogram.operations import OPERATIONS
from lunogram.outbox import Outbox
from lunogram.outbox.queue import Queue
from lunogram.outbox.store import Entry, Limits

from .damage import REQUESTS


@attrs.define
class Listener:
    """A server that writes down every request, and is a proxy to whom it may concern.

    Attributes:
        url: Where it listens.
        targets: What was asked for: paths, or whole URLs by those who take it for a proxy.
    """

    url: str = ""
    targets: list[str] = attrs.field(factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        """Takes whatever comes."""

        def take(self) -> None:
            """Write it down."""
            found.targets.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    for method in ("POST", "PUT", "DELETE", "BREW", "CONNECT"):
        setattr(Handler, f"do_{method}", Handler.take)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        found.url = f"http://localhost:{server.server_address[1]}"
        yield found
        server.shutdown()
        thread.join()


def customerio(url: str, **options: Any) -> CustomerIO:
    """A client of Customer.io's whose keys are worth stealing."""
    return CustomerIO(
        site_id="site",
        track_api_key="key",
        app_api_key="key",
        track_url=url,
        app_url=url,
        **options,
    )


def lunogram(url: str, **options: Any) -> Lunogram:
    """A client of Lunogram's."""
    return Lunogram("key", base_url=url, **options)


CLIENTS: dict[str, tuple[type[Any], Callable[..., Any]]] = {
    "lunogram": (Outbox, lunogram),
    "customerio": (CustomerIOOutbox, customerio),
}


@pytest.fixture(params=["direct", "http_client", "proxy"])
def way(
    request: pytest.FixtureRequest, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Any], Any]]:
    """How a client of a base URL sends."""
    if request.param == "proxy":
        monkeypatch.setenv("http_proxy", listener.url)
        yield lambda make: make("http://lunogram.invalid")
    elif request.param == "http_client":
        with httpx.Client() as handed:
            yield lambda make: make(listener.url, http_client=handed)
    else:
        yield lambda make: make(listener.url)


@pytest.mark.parametrize("api", CLIENTS)
def test_no_entry_leads_to_another_host(
    api: str, way: Callable[[Any], Any], listener: Listener, tmp_path: Path
) -> None:
    kind, make = CLIENTS[api]
    with kind(f"sqlite:///{tmp_path}/q.db") as outbox, way(make) as client:
        for facts in REQUESTS.values():
            call = {"method": "POST", "path": "/users", "query": "", **facts}
            outbox._store.add([Entry(**call, body=b"{}", subjects=(), queued_at=1.5)], Limits())
        with outbox.relay(client):
            assert outbox.flush(20).pending == 0
        assert outbox.stats().dead == len(REQUESTS)
    assert listener.targets == []


@pytest.mark.parametrize("facts", REQUESTS.values(), ids=REQUESTS.keys())
@pytest.mark.parametrize("kind", [Outbox, CustomerIOOutbox])
def test_no_such_call_is_queued(kind: type[Queue], facts: dict[str, Any], tmp_path: Path) -> None:
    call = {"method": "POST", "path": "/api/v1/customers/5", "query": "", "json": {}, **facts}
    asked = Call(OPERATIONS.of(call.pop("method"), call["path"]), **call)
    with kind(f"sqlite:///{tmp_path}/q.db") as outbox:
        with pytest.raises(ValidationError, match="call: its ") as caught:
            outbox.queue_calls([asked])
        assert "evil" not in str(caught.value)
        assert outbox.stats().queued == 0
