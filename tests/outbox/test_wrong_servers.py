"""A relay that talks to another server than Lunogram: it halts, loses nothing, says what it met.

When the right server is back, it goes on by itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from lunogram import AsyncLunogram, Event, Lunogram
from lunogram.customerio import AsyncCustomerIO, CustomerIO, CustomerIOOutbox, DualWriter
from lunogram.outbox import Outbox
from lunogram.outbox.queue import Queue
from lunogram.outbox.relay.relay import Relay
from tests.customerio.operations import right as right_of_customerio
from tests.support.faults import (
    Bytes,
    Fault,
    Response,
    empty,
    html,
    json_answer,
    not_http,
    problem,
    right,
)
from tests.support.faulty_server import FaultyServer
from tests.support.other_servers import IMPOSTORS, NO_UPSERT, STRANGERS
from tests.support.relays import empty_it

pytestmark = pytest.mark.usefixtures("impatient")

OTHERS = IMPOSTORS | STRANGERS
RETRIED: dict[str, Fault] = {
    "101": empty(101),
    "408": empty(408),
    "501": empty(501),
    "502, a page": html(502),
    "another protocol": not_http(),
}
MODES: dict[str, dict[str, Any]] = {
    "inline": {"concurrency": 1},
    "asyncio": {"concurrency": 8},
    "an http client": {"concurrency": 1, "http_client": True},
    "threads": {"concurrency": 8, "http_client": True},
}
each_mode = pytest.mark.parametrize(
    "mode",
    [
        pytest.param(options, id=name, marks=[pytest.mark.slow] if "http_client" in options else [])
        for name, options in MODES.items()
    ],
)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is closed at the end."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with FaultyServer(right()) as server:
        yield server


def lunogram(server: FaultyServer, opened: ExitStack, *, http_client: bool = False) -> Lunogram:
    http = opened.enter_context(httpx.Client(trust_env=False)) if http_client else None
    client = Lunogram("sk_x", base_url=server.base_url, timeout=5, http_client=http)
    return opened.enter_context(client)


def halt(relay: Relay, failures: int = 3) -> None:
    """Let a relay run until it has failed some times in a row."""
    with relay:
        until = time.monotonic() + 30
        while relay.stats().consecutive_failures < failures and time.monotonic() < until:
            time.sleep(0.005)


def assert_all_is_there(queue: Queue, relay: Relay, count: int) -> None:
    """Check that nothing was delivered or given up, and that nothing of it counts."""
    stats = queue.stats()
    assert (stats.pending, stats.dead, stats.delivered) == (count, 0, 0)
    assert [each.attempts for each in queue.pending(count)] == [0] * count
    assert relay.stats().halted is not None


# -- Lunogram's -----------------------------------------------------------------------------------


@each_mode
@pytest.mark.parametrize("other", (OTHERS | NO_UPSERT).values(), ids=OTHERS | NO_UPSERT)
def test_another_server_empties_nothing(
    outbox: Outbox, server: FaultyServer, opened: ExitStack, other: Response, mode: dict[str, Any]
) -> None:
    options = dict(mode)
    client = lunogram(server, opened, http_client=options.pop("http_client", False))
    for number in range(20):
        outbox.user.upsert(f"u{number}")
    server.plan(other)
    relay = outbox.relay(client, **options)
    halt(relay)
    assert_all_is_there(outbox, relay, 20)
    told = relay.stats().halted or ""
    if other.headers.get("Content-Type") != "application/json":
        assert f"127.0.0.1:{server.port} returned {other.status} with" in told

    server.plan(right())
    assert empty_it(outbox, client, **options) == []
    assert (outbox.stats().delivered, outbox.stats().dead) == (20, 0)


@each_mode
@pytest.mark.parametrize("other", RETRIED.values(), ids=RETRIED)
def test_what_may_pass_is_retried(
    outbox: Outbox, server: FaultyServer, opened: ExitStack, other: Fault, mode: dict[str, Any]
) -> None:
    options = dict(mode)
    client = lunogram(server, opened, http_client=options.pop("http_client", False))
    for number in range(20):
        outbox.user.upsert(f"u{number}")
    server.plan(other)
    relay = outbox.relay(client, **options)
    halt(relay)
    assert (outbox.stats().pending, outbox.stats().dead) == (20, 0)
    assert relay.stats().halted is None


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_no_kind_of_call_is_lost_to_another_server(
    outbox: Outbox, server: FaultyServer, opened: ExitStack, other: Response
) -> None:
    relay = outbox.relay(lunogram(server, opened), concurrency=8)
    outbox.user.events.post([Event("a", "u"), Event("b", "v")])
    outbox.user.delete("u1")
    outbox.user.schedule.upsert("s", "u2", interval="1 day")
    outbox.user.schedule.delete("s", "u3")
    outbox.user.devices.register("u4", "d", os="ios", token="t")
    outbox.organization.upsert("o1")
    outbox.organization.add_user("o2", "u5")
    outbox.organization.remove_user("o3", "u6")
    queued = outbox.stats().pending
    server.plan(other)
    halt(relay, 12)
    assert_all_is_there(outbox, relay, queued)
    server.plan(right())
    assert empty_it(outbox, lunogram(server, opened)) == []
    assert outbox.stats().delivered == queued


def test_a_relay_goes_on_by_itself_when_the_server_is_right_again(
    outbox: Outbox, server: FaultyServer, opened: ExitStack
) -> None:
    for number in range(20):
        outbox.user.upsert(f"u{number}")
    server.plan(*[html(404)] * 9, right())
    relay = outbox.relay(lunogram(server, opened), concurrency=4)
    with relay:
        assert outbox.flush(30).pending == 0
    assert relay.stats().halted is None
    assert (outbox.stats().delivered, outbox.stats().dead) == (20, 0)


def test_a_rejection_of_lunogram_ends_the_halt_too(
    outbox: Outbox, server: FaultyServer, opened: ExitStack
) -> None:
    outbox.user.upsert("u")
    server.plan(html(404), problem(400, "bad request", "no"))
    relay = outbox.relay(lunogram(server, opened))
    relay.run(until_empty=True)
    assert relay.stats().halted is None
    assert outbox.stats().dead == 1


def test_a_deletion_that_another_server_got_was_not_done_before(
    outbox: Outbox, server: FaultyServer, opened: ExitStack
) -> None:
    gone = problem(404, "resource not found", "user not found")
    outbox.user.delete("u")
    server.plan(html(404), empty(404), gone)
    empty_it(outbox, lunogram(server, opened))
    assert (outbox.stats().delivered, outbox.stats().dead) == (0, 1)


def test_a_deletion_that_lunogram_may_have_got_was_done_before(
    outbox: Outbox, server: FaultyServer, opened: ExitStack
) -> None:
    gone = problem(404, "resource not found", "user not found")
    outbox.user.delete("u")
    server.plan(Bytes(b""), html(404), gone)  # the response to the first is lost
    empty_it(outbox, lunogram(server, opened))
    assert (outbox.stats().delivered, outbox.stats().dead) == (1, 0)


def test_what_was_met_is_said_without_a_word_of_the_body(
    outbox: Outbox, server: FaultyServer, opened: ExitStack
) -> None:
    outbox.user.upsert("ada@example.com")
    server.plan(json_answer({"detail": "ada@example.com is unknown"}, 404), right())
    (told,) = empty_it(outbox, lunogram(server, opened))
    assert told == (
        f"404 not found: 127.0.0.1:{server.port} returned 404 with application/json, "
        "which is not Lunogram's response; check base_url (POST /client/users)"
    )


# -- Customer.io's --------------------------------------------------------------------------------


def account(server: FaultyServer) -> dict[str, Any]:
    return {"site_id": "s", "track_api_key": "k", "track_url": server.base_url, "timeout": 5}


CUSTOMERIO_OTHERS = {
    **OTHERS,
    "400, Lunogram": problem(400),
    "404, no such path of theirs": json_answer({"meta": {"error": "path not found"}}, 404),
}


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("other", CUSTOMERIO_OTHERS.values(), ids=CUSTOMERIO_OTHERS)
def test_another_server_empties_nothing_of_customerio(
    tmp_path: Path, server: FaultyServer, other: Response, concurrency: int
) -> None:
    client = (
        AsyncCustomerIO(**account(server)) if concurrency > 1 else CustomerIO(**account(server))
    )
    with CustomerIOOutbox(f"sqlite:///{tmp_path}/customerio.db") as outbox:
        for number in range(4):
            outbox.identify(str(number), {"plan": "pro"})
            outbox.track(str(number), "purchase")
            outbox.delete(str(number))
            outbox.batch([{"type": "person", "identifiers": {"id": str(number)}}])
        server.plan(other)
        relay = outbox.relay(client, concurrency=concurrency)
        halt(relay)
        assert_all_is_there(outbox, relay, 16)

        server.plan(right_of_customerio())
        outbox.relay(client, concurrency=concurrency).run(until_empty=True)
        assert (outbox.stats().delivered, outbox.stats().dead) == (16, 0)


def test_a_rejection_of_customerio_is_a_dead_letter(tmp_path: Path, server: FaultyServer) -> None:
    with CustomerIOOutbox(f"sqlite:///{tmp_path}/customerio.db") as outbox:
        outbox.identify("1", {"plan": "pro"})
        outbox.add_to_segment(7, ["1"])
        outbox.batch([{"type": "person", "identifiers": {"id": "1"}}])
        server.plan(
            json_answer({"meta": {"error": "id is too long"}}, 400),
            json_answer({"meta": {"error": "segment not found"}}, 404),
            json_answer({"errors": [{"reason": "invalid", "message": "no action"}]}, 207),
        )
        outbox.relay(CustomerIO(**account(server))).run(until_empty=True)
        assert [letter.status for letter in outbox.dead_letters()] == [400, 404, 207]


def test_a_dual_writer_keeps_what_two_wrong_servers_got(
    tmp_path: Path, server: FaultyServer, opened: ExitStack
) -> None:
    server.plan(html(200))
    writer = DualWriter(
        CustomerIO(**account(server)),
        AsyncLunogram("sk_x", base_url=server.base_url),
        customerio_outbox=f"sqlite:///{tmp_path}/customerio.db",
        lunogram_outbox=f"sqlite:///{tmp_path}/lunogram.db",
        flush_timeout=0,
    )
    opened.callback(writer.close)
    writer.identify("5", {"plan": "pro"})
    for side, relay in zip((writer.customerio, writer.lunogram), writer._relays, strict=True):
        halt(relay)
        assert_all_is_there(side, relay, 1)
