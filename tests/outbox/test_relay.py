"""The relay: order, batches, poison, pauses, patience."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
from typing import Any

import httpx
import pytest

from lunogram import AsyncLunogram, ConfigurationError, Event, Lunogram
from lunogram.outbox import DeadLetter, Outbox
from lunogram.outbox.owner import new_owner
from lunogram.outbox.relay.event_loop import new_loop
from lunogram.outbox.relay.executors import AsyncioExecutor, Job
from lunogram.outbox.store import Capacity
from lunogram.testing import Sandbox
from tests.support.faults import Fault, Response, empty, html, problem, right
from tests.support.faulty_server import AnsweringServer, FaultyServer, Seen, closed_port
from tests.support.known_users import upsert_users
from tests.support.relays import empty_it, entry, post, sent, user_in

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(autouse=True)
def known(request: pytest.FixtureRequest) -> None:
    """The users of all events here, where a test has a project."""
    if "project" in request.fixturenames:
        upsert_users(request.getfixturevalue("project"), ["user_1"])


def bodies(server: FaultyServer) -> list[Any]:
    """What a server was sent, events by their names alone."""
    sent = [(seen.target, json.loads(seen.body)) for seen in server.requests]
    return [[event["name"] for event in body] if target.endswith("events") else target
            for target, body in sent]  # fmt: skip


def against(*script: Fault) -> tuple[FaultyServer, Lunogram]:
    """A server with a script, whose last line is repeated, and a client of it."""
    server = FaultyServer(*script)
    return server, Lunogram("sk_x", base_url=server.base_url, timeout=5)


# -- batches and order ----------------------------------------------------------------------------


def test_runs_for_one_endpoint_go_out_together(outbox: Outbox) -> None:
    server, client = against(right())
    post(outbox, "a")
    post(outbox, "b", "c")
    outbox.user.upsert("u")
    post(outbox, "d")
    outbox.organization.events.post(Event("e", "o"))
    outbox.organization.delete("o")
    outbox.organization.delete("p")
    empty_it(outbox, client)
    assert bodies(server) == [
        ["a", "b", "c"],
        "/api/client/users",
        ["d"],
        ["e"],
        "/api/client/organizations",
        "/api/client/organizations",
    ]
    server.close()


def test_a_batch_has_a_size(outbox: Outbox) -> None:
    server, client = against(right())
    post(outbox, *"abcde")
    empty_it(outbox, client, batch=2)
    assert bodies(server) == [["a", "b"], ["c", "d"], ["e"]]
    server.close()


def test_a_batch_has_a_size_in_bytes(outbox: Outbox) -> None:
    server, client = against(right())
    post(outbox, "a" * 90, "b" * 90, "c" * 250, "d")
    empty_it(outbox, client, batch_bytes=330)
    assert [[name[0] for name in body] for body in bodies(server)] == [["a", "b"], ["c"], ["d"]]
    server.close()


@pytest.mark.parametrize("options", [{"batch": 0}, {"batch_bytes": 0}, {"max_crashes": 0}])
def test_sizes_are_one_or_more(outbox: Outbox, client: Lunogram, options: Any) -> None:
    with pytest.raises(ConfigurationError, match="1 or more"):
        outbox.relay(client, **options)


def test_an_async_client_lends_its_key_too(outbox: Outbox, project: Sandbox) -> None:
    post(outbox, "a")
    empty_it(outbox, AsyncLunogram(project.api_key, base_url=project.base_url))
    project.assert_sent("a", user="user_1")


# -- ways to send ---------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_client_that_was_handed_over_sends(outbox: Outbox, concurrency: int) -> None:
    with FaultyServer(right()) as server, httpx.Client(headers={"X-Own": "1"}) as http:
        post(outbox, *"abcdef")
        client = Lunogram("sk_x", base_url=server.base_url, http_client=http)
        outbox.relay(client, concurrency=concurrency, batch=1).run(until_empty=True)
        assert [seen.headers["x-own"] for seen in server.requests] == ["1"] * 6
        assert not http.is_closed


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_relay_may_run_where_an_event_loop_turns(outbox: Outbox, concurrency: int) -> None:
    with FaultyServer(right()) as server:
        post(outbox, *"abc")
        relay = outbox.relay(Lunogram("sk_x", base_url=server.base_url), concurrency=concurrency)

        async def run() -> None:
            relay.run(until_empty=True)

        asyncio.run(run())
        assert relay.stats().delivered == 3


def courier_to(base_url: str, *, uvloop: bool) -> AsyncioExecutor:
    sender = AsyncLunogram("sk_x", base_url=base_url)._sender
    return AsyncioExecutor(sender, new_loop(uvloop=uvloop))


@pytest.mark.parametrize("uvloop", [True, False])
def test_a_relay_that_is_woken_at_its_end_ends(*, uvloop: bool) -> None:
    with FaultyServer(right()) as server:
        executor = courier_to(server.base_url, uvloop=uvloop)
        jobs = [Job(0, [entry("user:default:u")]) for _ in range(3)]
        for job in jobs:
            executor.submit(job)
        executor.wake()
        executor.close()
        executor.wake()
        assert [job.error for job in jobs] == [None] * 3
        assert server.attempts == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_that_lets_go_of_a_relay_does_not_deafen_its_parent() -> None:
    with closed_port() as base_url:
        executor = courier_to(base_url, uvloop=False)
        child = os.fork()
        if child == 0:
            executor.close()
            os._exit(0)
        os.waitpid(child, 0)
        waiter = threading.Thread(target=executor.wait, args=(60,), daemon=True)
        waiter.start()
        executor.wake()
        waiter.join(30)
        assert not waiter.is_alive()
        executor.close()


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_many_requests_are_on_their_way_at_once(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, loop: str
) -> None:
    monkeypatch.setenv("LUNOGRAM_EVENT_LOOP", loop)
    all_there = threading.Barrier(8)

    def answer(_seen: Seen) -> Fault:
        all_there.wait(30)
        return right()

    with AnsweringServer(answer) as server:
        for partition in [*range(8)] * 3:
            outbox.user.delete(user_in(partition, 8))
        relay = outbox.relay(Lunogram("sk_x", base_url=server.base_url), concurrency=8)
        relay.run(until_empty=True)
        assert relay.stats().delivered == 24
        assert len(server.connections) == 8


@pytest.mark.parametrize(
    ("concurrency", "loop"), [(1, "asyncio"), (4, "asyncio"), (4, "uvloop"), (4, "threads")]
)
def test_a_relay_that_is_interrupted_leaves_nothing_in_its_hands(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, concurrency: int, loop: str
) -> None:
    if loop != "threads":
        monkeypatch.setenv("LUNOGRAM_EVENT_LOOP", loop)

    def interrupt(seen: Seen) -> Fault:
        if b'user_4"' in seen.body:
            os.kill(os.getpid(), signal.SIGINT)
        return right()

    for number in range(100):
        outbox.user.upsert(f"user_{number}")
    with AnsweringServer(interrupt) as server, httpx.Client() as http:
        client = Lunogram(
            "sk_x", base_url=server.base_url, http_client=http if loop == "threads" else None
        )
        with pytest.raises(KeyboardInterrupt):
            outbox.relay(client, concurrency=concurrency).run()
    rest = outbox.stats().pending
    entries = outbox._store.lease(new_owner(), 60, Capacity(100)).entries
    assert [each.crashes for each in entries] == [0] * rest
    assert 0 < rest < 100


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_relay_that_is_terminated_finishes_and_returns(outbox: Outbox, concurrency: int) -> None:
    def terminate(seen: Seen) -> Fault:
        if b'user_4"' in seen.body:
            os.kill(os.getpid(), signal.SIGTERM)
        return right()

    for number in range(100):
        outbox.user.upsert(f"user_{number}")
    with AnsweringServer(terminate) as server:
        relay = outbox.relay(Lunogram("sk_x", base_url=server.base_url), concurrency=concurrency)
        relay.run()
    assert 0 < outbox.stats().pending < 100
    assert relay.stats().delivered == outbox.stats().delivered
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_loop_that_there_is_not(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUNOGRAM_EVENT_LOOP", "epoll")
    with pytest.raises(ConfigurationError, match="must be asyncio or uvloop"):
        outbox.relay(Lunogram("sk_x"))
    monkeypatch.setenv("LUNOGRAM_EVENT_LOOP", "uvloop")
    monkeypatch.setattr("lunogram._accelerators.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lunogram\[fast\]'"):
        outbox.relay(Lunogram("sk_x"))


# -- poison ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [[0], [7], [0, 1], [3, 12, 19], list(range(20))])
def test_poison_is_singled_out(
    outbox: Outbox, client: Lunogram, project: Sandbox, places: list[int]
) -> None:
    names = ["bad" if place in places else f"good_{place}" for place in range(20)]
    post(outbox, *names)
    project.fault("reject", event="bad")
    letters: list[DeadLetter] = []
    assert empty_it(outbox, client, on_dead_letter=letters.append) == []
    assert sent(project) == [n for n in names if n != "bad"]
    assert [letter.entry.sequence for letter in letters] == [place + 1 for place in places]
    assert letters == outbox.dead_letters()
    assert all(letter.status == 400 and letter.entry.attempts > 0 for letter in letters)
    assert all("400" in letter.problem for letter in letters)


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_a_refused_call_becomes_a_dead_letter(outbox: Outbox, status: int) -> None:
    detail = "user not found" if status == 404 else "never"
    server, client = against(problem(status, "no", detail), right())
    outbox.user.delete("a")
    outbox.user.delete("b")
    empty_it(outbox, client)
    (letter,) = outbox.dead_letters()
    assert (letter.status, letter.entry.attempts) == (status, 1)
    assert detail in letter.problem
    assert outbox.stats().delivered == 1
    server.close()


def test_dead_letters_are_retried_or_dropped(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    post(outbox, "bad", "bad", "bad")
    project.fault("reject", event="bad")
    empty_it(outbox, client)
    first, second, third = (letter.entry.sequence for letter in outbox.dead_letters())
    assert outbox.drop([second, 999]) == 1
    assert outbox.retry([first]) == 1
    assert outbox.retry("all") == 1
    assert outbox.dead_letters() == []
    stats = outbox.stats()
    assert (stats.pending, stats.dead, stats.dropped, stats.died) == (2, 0, 1, 3)
    project.clear_faults()
    empty_it(outbox, client)
    assert len(project.events(name="bad")) == 2
    assert outbox.stats().pending_bytes == 0
    assert third == 3


@pytest.mark.parametrize("concurrency", [1, 4])
def test_what_is_given_up_by_hand_holds_up_nobody(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, concurrency: int
) -> None:
    monkeypatch.setattr("lunogram.outbox.relay.run._LONG_PAUSE", 0.001)
    failed = threading.Event()

    def answer(seen: Seen) -> Fault:
        if b"poison" not in seen.body:
            return right()
        failed.set()
        return Response(500)

    outbox.user.upsert("user_123", data={"poison": True})
    outbox.user.upsert("user_123")
    with AnsweringServer(answer) as server:
        client = Lunogram("sk_x", base_url=server.base_url)
        with outbox.relay(client, concurrency=concurrency):
            assert failed.wait(30)
            assert outbox.bury([outbox.pending(1)[0].sequence]) == 1
            assert outbox.flush(30).pending == 0
    assert outbox.stats().delivered == 1
    assert [letter.problem for letter in outbox.dead_letters()] == ["buried by hand"]


# -- patience -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_tried_again(outbox: Outbox, status: int) -> None:
    server, client = against(*[problem(status)] * 4, right())
    post(outbox, "a", "b")
    assert len(empty_it(outbox, client, order="queue")) == 4
    assert bodies(server) == [["a", "b"]] * 5
    assert outbox.stats().dead == 0
    server.close()


@pytest.mark.parametrize(
    "fault", [problem(401), problem(403), html(404), html(200), problem(405), empty(302)]
)
def test_a_wrong_key_or_url_kills_nothing_and_is_loud(
    outbox: Outbox, fault: Response, caplog: pytest.LogCaptureFixture
) -> None:
    server, client = against(fault, fault, right())
    post(outbox, "a")
    with caplog.at_level(logging.INFO, "lunogram.outbox"):
        assert len(empty_it(outbox, client)) == 2
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR", "INFO"]
    assert outbox.stats().dead == 0
    server.close()


def test_a_server_that_is_down_is_waited_for(outbox: Outbox, project: Sandbox) -> None:
    post(outbox, "a", "b")
    with closed_port() as base_url:
        relay = outbox.relay(Lunogram("sk_x", base_url=base_url))
        with relay:
            assert outbox.flush(0.3).pending == 2
        assert relay.stats().consecutive_failures > 1
        assert "could not connect" in str(relay.stats().last_error)
    (first, second) = outbox.pending(9)
    assert first.attempts > second.attempts == 1  # then one at a time probes the server
    assert first.crashes == 0
    empty_it(outbox, Lunogram(project.api_key, base_url=project.base_url))
    assert sent(project) == ["a", "b"]


def test_a_lost_answer_sends_again(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    post(outbox, "a")
    project.fault("reset", when="after", count=1)
    empty_it(outbox, client)
    assert sent(project) == ["a", "a"]


def test_a_deletion_whose_answer_was_lost_is_done(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    client.user.upsert("u")
    outbox.user.delete("u")
    outbox.user.delete("nobody")
    project.fault("reset", when="after", count=1)
    empty_it(outbox, client)
    assert [user.identifier[0].external_id for user in project.users()] == ["user_1"]
    assert [letter.entry.sequence for letter in outbox.dead_letters()] == [2]


def test_everything_goes_wrong_and_everything_arrives(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    project.fault("error", status=500, share=0.2, seed=1)
    project.fault("reset", share=0.2, seed=2)
    project.fault("html", share=0.1, seed=3)
    names = [f"e{number}" for number in range(100)]
    post(outbox, *names)
    empty_it(outbox, client, batch=5)
    assert list(dict.fromkeys(sent(project))) == names
    assert outbox.stats().dead == 0


def test_callbacks_that_fail_do_no_harm(
    outbox: Outbox, client: Lunogram, project: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_fact: object) -> None:
        raise RuntimeError

    post(outbox, "bad", "good")
    project.fault("error", status=503, count=1)
    project.fault("reject", event="bad")
    outbox.relay(client, on_dead_letter=fail, on_error=fail).run(until_empty=True)
    assert sent(project) == ["good"]
    assert caplog.text.count("a callback of the relay raised an exception") == 2


def test_a_callback_may_queue(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    post(outbox, "bad")
    project.fault("reject", event="bad")
    outbox.relay(client, on_dead_letter=lambda _: post(outbox, "died")).run(until_empty=True)
    project.assert_sent("died", user="user_1")


# -- several relays -------------------------------------------------------------------------------


def test_two_relays_take_turns(
    outbox: Outbox, url: str, client: Lunogram, project: Sandbox
) -> None:
    names = [f"e{number}" for number in range(300)]
    post(outbox, *names)
    with Outbox(url) as other:
        first, second = outbox.relay(client, batch=7), other.relay(client, batch=7)
        with first, second:
            assert outbox.flush(30).pending == 0
    assert sent(project) == names
    assert first.stats().delivered + second.stats().delivered == 300


def test_what_ends_every_relay_is_given_up(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    names = [f"e{number}" for number in range(20)]
    post(outbox, *names)
    for relay in range(3):
        outbox._store.lease(f"elsewhere {relay} x", 0, Capacity(16, crashes=3))
    letters: list[DeadLetter] = []
    empty_it(outbox, client, on_dead_letter=letters.append, max_crashes=3)
    (letter,) = letters
    assert (letter.entry.sequence, letter.status, letter.entry.attempts) == (1, None, 3)
    assert letter.problem == "3 relays ended while sending it"
    assert sent(project) == names[1:]


def test_threads_that_start_it_at_once_start_one(outbox: Outbox, client: Lunogram) -> None:
    relay = outbox.relay(client)
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        relay.start()

    for _ in range(20):
        starting = [threading.Thread(target=start) for _ in range(8)]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        at_work = [thread for thread in threading.enumerate() if thread.name == "lunogram-relay"]
        relay.stop()
        assert len(at_work) == 1


def test_a_relay_can_be_started_again(outbox: Outbox, client: Lunogram) -> None:
    relay = outbox.relay(client)
    for number in range(3):
        outbox.user.upsert(f"u{number}")
        with relay:
            assert outbox.flush(20).pending == 0
    assert relay.stats().delivered == 3
    assert "delivered=3" in repr(relay)
