# Derived by `make generate` from tests/customerio/_async/test_wire.py; never edited by hand.
"""What goes out is what Customer.io's documents say, to the last header."""

from __future__ import annotations

import json

import pytest
from tests.customerio.operations import OPERATIONS, Operation
from tests.support.faulty_server import FaultyServer, Seen

from lunogram import __version__
from tests.customerio._sync.clients import client_of

pytestmark = pytest.mark.anyio

# A ping has words of its own, and no raw response.
WITH_RAW_RESPONSE = [each for each in OPERATIONS if each.label != "ping"]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)
AUTHORIZATION = {
    "track": "Basic c2l0ZV8xOnRyYWNrX2MwZmZlZQ==",
    "app": "Bearer app_c0ffee",
    "collections": "Bearer app_c0ffee",
}


def assert_sent(operation: Operation, seen: Seen) -> None:
    """Check a request, whole."""
    assert (seen.method, seen.target) == (operation.method, f"/{operation.api}{operation.target}")
    content = {"content-type": "application/json", "content-length": str(len(seen.body))}
    assert seen.headers == {
        "host": seen.headers["host"],
        "authorization": AUTHORIZATION[operation.api],
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": f"lunogram-python/{__version__}",
        **({} if operation.body is None else content),
    }
    assert (json.loads(seen.body) if seen.body else None) == operation.body


@each_operation
def test_call_goes_out_as_the_documents_say(server: FaultyServer, operation: Operation) -> None:
    with client_of(server) as client:
        operation.call(client)
    assert_sent(operation, server.request)


@pytest.mark.parametrize("operation", WITH_RAW_RESPONSE, ids=lambda each: each.label)
def test_call_with_its_raw_response_goes_out_the_same(
    server: FaultyServer, operation: Operation
) -> None:
    with client_of(server) as client:
        response = operation.call(client.with_raw_response)
        assert_sent(operation, server.request)
        assert (response.status_code, response.attempts) == (200, 1)
        assert response.parsed == operation.call(client)
