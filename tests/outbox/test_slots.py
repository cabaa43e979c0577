"""Concurrent delivery: what overtakes what, and what never does."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lunogram.outbox.relay.run
from lunogram import ConfigurationError, Event, Lunogram
from lunogram.outbox import DeadLetter, Outbox
from lunogram.outbox.relay.executors import Job
from lunogram.outbox.relay.slots import Slots
from lunogram.outbox.store import ALL_PARTITIONS, Capacity, Entry, Lease, Store
from lunogram.testing import Sandbox
from tests.support.faults import Fault, problem, right
from tests.support.faulty_server import AnsweringServer, Seen
from tests.support.known_users import upsert_users
from tests.support.relays import empty_it, entry, post, replace_store, user_in

pytestmark = pytest.mark.usefixtures("impatient")

MEMBERS = "/api/client/organizations/users"


@pytest.fixture(autouse=True)
def known(request: pytest.FixtureRequest) -> None:
    """The users of all events here, where a test has a project."""
    if "project" in request.fixturenames:
        upsert_users(request.getfixturevalue("project"), [f"u{number}" for number in range(20)])


def asking(answer: Callable[[Seen], Fault]) -> tuple[AnsweringServer, Lunogram]:
    """A server that answers as it is told, and a client of it."""
    server = AnsweringServer(answer)
    return server, Lunogram("sk_x", base_url=server.base_url, timeout=10)


def whom(seen: Seen) -> str:
    """Whom an upsert is about."""
    name: str = json.loads(seen.body)["identifier"][0]["external_id"]
    return name


# -- order ----------------------------------------------------------------------------------------


def per_user(project: Sandbox) -> dict[str, list[int]]:
    """Which numbers of each user arrived, duplicates left out, in the order they came."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for event in project.events(name="e"):
        numbers[event.data["user"]].append(event.data["n"])
    return {user: list(dict.fromkeys(each)) for user, each in numbers.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.slow
def test_each_subject_stays_in_order_whatever_goes_wrong(
    outbox: Outbox, client: Lunogram, project: Sandbox, seed: int
) -> None:
    project.fault("error", status=503, share=0.15, seed=seed)
    project.fault("reset", share=0.15, seed=seed + 10)
    project.fault("reset", when="after", share=0.1, seed=seed + 20)
    users = [f"u{number}" for number in range(20)]
    for number in range(15):
        outbox.user.events.post(
            [Event("e", user, data={"user": user, "n": number}) for user in users]
        )
    empty_it(outbox, client, concurrency=8, batch=3)
    assert per_user(project) == {user: list(range(15)) for user in users}
    assert outbox.stats().dead == 0


def test_as_many_requests_are_on_their_way_as_there_are_slots(outbox: Outbox) -> None:
    meeting = threading.Barrier(4)

    def meet(_seen: Seen) -> Fault:
        meeting.wait(10)  # breaks, and so does the test, if they come one by one
        return right()

    server, client = asking(meet)
    for slot in range(4):
        outbox.user.upsert(user_in(slot, 4))
    assert empty_it(outbox, client, concurrency=4) == []
    server.close()


def test_a_slot_that_fails_does_not_hold_up_the_others(outbox: Outbox) -> None:
    unlucky, lucky = user_in(0, 2), user_in(1, 2)
    came = threading.Event()

    def answer(seen: Seen) -> Fault:
        if whom(seen) == lucky:
            came.set()
        return right() if came.is_set() else problem(503)

    server, client = asking(answer)
    outbox.user.upsert(unlucky)
    outbox.user.upsert(lucky)
    empty_it(outbox, client, concurrency=2)
    assert {whom(seen) for seen in server.requests} == {lucky, unlucky}
    server.close()


@pytest.mark.parametrize("concurrency", [0, 65])
def test_there_are_as_many_slots_as_there_can_be(
    outbox: Outbox, client: Lunogram, concurrency: int
) -> None:
    with pytest.raises(ConfigurationError, match="from 1 to 64"):
        outbox.relay(client, concurrency=concurrency)


def test_poison_is_singled_out_in_each_slot(
    outbox: Outbox, client: Lunogram, project: Sandbox
) -> None:
    project.fault("reject", event="bad")
    users = [f"u{number}" for number in range(12)]
    for number in range(10):
        for user in users:
            bad = (number + int(user[1:])) % 5 == 0
            data = {"user": user, "n": number}
            outbox.user.events.post(Event("bad" if bad else "e", user, data=data))
    letters: list[DeadLetter] = []
    assert empty_it(outbox, client, concurrency=8, on_dead_letter=letters.append) == []
    good = {user: [n for n in range(10) if (n + int(user[1:])) % 5] for user in users}
    assert per_user(project) == good
    assert len(letters) == outbox.stats().dead == 24
    assert all(b'"bad"' in (letter.entry.body or b"") for letter in letters)


# -- memberships ----------------------------------------------------------------------------------


def members(server: AnsweringServer) -> int:
    """How often a membership was sent."""
    return sum(seen.target == MEMBERS for seen in server.requests)


def test_a_membership_waits_for_an_organization_in_another_slot(outbox: Outbox) -> None:
    was_refused, is_there = threading.Event(), threading.Event()

    def answer(seen: Seen) -> Fault:
        if seen.target == MEMBERS:
            was_refused.set()
            return right() if is_there.is_set() else problem(404, detail="organization not found")
        was_refused.wait(10)
        is_there.set()
        return right()

    server, client = asking(answer)
    outbox.organization.upsert("acme")
    slot = entry("organization:default:acme").partition % 2
    outbox.organization.add_user("acme", user_in(1 - slot, 2))
    empty_it(outbox, client, concurrency=2)
    assert members(server) == 2  # once too early, and once when it was time
    assert (outbox.stats().dead, outbox.stats().delivered) == (0, 2)
    server.close()


def test_memberships_of_many(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    project.fault("error", status=503, path="/organizations", share=0.3, seed=4)
    for number in range(40):
        outbox.organization.upsert(f"o{number % 10}")
        outbox.user.upsert(f"u{number}")
        outbox.organization.add_user(f"o{number % 10}", f"u{number}")
    empty_it(outbox, client, concurrency=8)
    assert outbox.stats().dead == 0
    assert project.count("members") == 40


@pytest.mark.parametrize(("concurrency", "attempts"), [(1, 1), (8, 2)])
def test_a_membership_that_nobody_can_help_is_poison(
    outbox: Outbox, client: Lunogram, concurrency: int, attempts: int
) -> None:
    outbox.organization.add_user("nobody", "nobody")
    empty_it(outbox, client, concurrency=concurrency)
    (letter,) = outbox.dead_letters()
    assert (letter.status, letter.entry.attempts) == (404, attempts)


class Shared:
    """A store of which somebody else has a slot."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """As `Store.lease`."""
        lease = self._store.lease(owner, seconds, room)
        return Lease(lease.kept - {63}, lease.entries)


def test_a_membership_waits_a_while_for_other_relays(
    outbox: Outbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lunogram.outbox.relay.run, "_TOO_EARLY", (0.01, 0.02, 0.03))
    replace_store(outbox, Shared(outbox._store))
    outbox.organization.add_user("nobody", "nobody")
    empty_it(outbox, client)
    (letter,) = outbox.dead_letters()
    assert (letter.status, letter.entry.attempts) == (404, 4)


# -- the gate -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_all_slots_wait_as_long_as_the_server_asks(outbox: Outbox) -> None:
    asked = threading.Event()

    def answer(_seen: Seen) -> Fault:
        if asked.is_set():
            return right()
        asked.set()
        return problem(429, retry_after="1")

    server, client = asking(answer)
    for number in range(40):
        outbox.user.upsert(f"u{number}")
    waiting: list[float] = []
    relay = outbox.relay(
        client, concurrency=4, on_error=lambda _: waiting.append(relay.stats().backoff_seconds)
    )
    relay.run(until_empty=True)
    (pause,) = waiting
    assert 0.5 < pause < 2
    assert len(server.requests) == 41
    server.close()


@pytest.mark.slow
def test_a_storm_of_429(outbox: Outbox, client: Lunogram, project: Sandbox) -> None:
    project.fault("rate_limit", limit=20, per=0.3)
    for number in range(50):
        outbox.user.upsert(f"u{number}")
    empty_it(outbox, client, concurrency=8)
    assert project.count("users") == 50
    assert outbox.stats().dead == 0


@pytest.mark.parametrize("status", [401, 403])
def test_one_request_tries_whether_the_key_is_right_again(outbox: Outbox, status: int) -> None:
    lock, on_their_way, together = threading.Lock(), [0], list[int]()

    def answer(_seen: Seen) -> Fault:
        with lock:
            on_their_way[0] += 1
            together.append(on_their_way[0])
        time.sleep(0.02)
        with lock:
            on_their_way[0] -= 1
            return problem(status) if len(together) < 12 else right()

    server, client = asking(answer)
    for slot in range(4):
        outbox.user.upsert(user_in(slot, 4))
    errors = empty_it(outbox, client, concurrency=4)
    # Up to four were on their way before anybody knew.
    assert set(together[4:12]) == {1}
    assert len(errors) >= 11
    assert outbox.stats().dead == 0
    server.close()


# -- slots that change hands ----------------------------------------------------------------------


class Stolen:
    """A store in which another relay takes everything over, and delivers it, at some moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.leases_left = 4

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def lease(self, owner: str, seconds: float, room: Capacity) -> Lease:
        """As `Store.lease`."""
        self.leases_left -= 1
        if self.leases_left == 0:
            self._store.release(owner)
            self._store.lease("elsewhere 1 x", 1000, Capacity(0))
            self._store.lease("elsewhere 1 x", 1000, Capacity(2))
        return self._store.lease(owner, seconds, room)


def test_what_another_relay_has_taken_over_is_not_sent(outbox: Outbox, url: str) -> None:
    server, client = asking(lambda _seen: right())
    post(outbox, *"abcdef")
    with Outbox(url) as thieving:
        stolen = Stolen(thieving._store)
        replace_store(thieving, stolen)
        relay = thieving.relay(client, batch=1)
        with relay:
            while stolen.leases_left > -3:
                time.sleep(0.01)
            delivered = len(server.requests)
            assert relay.stats().held == 0
    assert 0 < delivered < 6
    assert outbox.stats().delivered == delivered
    server.close()


USERS = st.sampled_from([f"user:default:{name}" for name in "abcdefgh"])


@given(
    subjects=st.lists(USERS, max_size=60),
    count=st.integers(1, 8),
    data=st.data(),
)
@pytest.mark.slow
def test_slots_hold_what_they_are_given_and_keep_its_order(
    subjects: list[str], count: int, data: st.DataObject
) -> None:
    """Whatever comes of requests, in whatever order they come back."""
    slots = Slots(count, 4, 1000)
    slots.add(entry(subject, n + 1, "/users/events") for n, subject in enumerate(subjects))
    waiting, jobs, arrived = len(subjects), list[Job](), list[Entry]()
    now = 0.0
    while waiting or jobs:
        while job := slots.next_job(now):
            waiting -= len(job.entries)
            jobs.append(job)
        assert len({job.slot for job in jobs}) == len(jobs)
        assert slots.held == waiting + sum(len(job.entries) for job in jobs)
        job = jobs.pop(data.draw(st.integers(0, len(jobs) - 1)))
        fate = data.draw(st.sampled_from(["done", "done", "again", "halve"]))
        if fate == "done" or (fate == "halve" and len(job.entries) == 1):
            slots.done(job)
            arrived += job.entries
        else:
            waiting += len(job.entries)
            slots.halve(job, now) if fate == "halve" else slots.put_back(job, now)
    assert (slots.held, slots.bytes) == (0, 0)
    for subject in set(subjects):
        places = [each.sequence for each in arrived if each.subjects == (subject,)]
        assert places == sorted(places)
    assert len(arrived) == len(subjects)


def test_slots_that_are_lost_are_forgotten() -> None:
    ours, theirs = entry("user:default:a", 1), entry("user:default:b", 2)
    slots = Slots(1, 10, 1000)
    slots.add([ours, theirs])
    slots.keep(ALL_PARTITIONS - {theirs.partition})
    job = slots.next_job(0)
    assert job is not None
    assert job.entries == [ours]
    slots.done(job)
    assert (slots.next_job(0), slots.held, slots.bytes) == (None, 0, 0)


def test_what_is_lost_on_its_way_is_not_sent_twice_when_it_comes_back() -> None:
    slots = Slots(1, 10, 1000)
    slots.add([entry("user:default:a", 1)])
    job = slots.next_job(0)
    assert job is not None
    slots.keep(frozenset())
    slots.add([entry("user:default:a", 1, attempts=1), entry("user:default:a", 2)])
    slots.done(job)
    following = slots.next_job(0)
    assert following is not None
    assert [each.sequence for each in following.entries] == [2]


def test_what_fails_after_it_was_lost_is_not_ours_to_try_again() -> None:
    slots = Slots(1, 10, 1000)
    slots.add([entry("user:default:a", 1)])
    job = slots.next_job(0)
    assert job is not None
    slots.keep(frozenset())
    slots.put_back(job, 0)
    assert (slots.next_job(0), slots.held) == (None, 0)


def test_suspects_are_alone_in_our_hands() -> None:
    slots = Slots(1, 10, 1000)
    slots.add([entry("user:default:a", 1, crashes=1)])
    assert slots.room(5).entries == 0
    job = slots.next_job(0)
    assert job is not None
    slots.done(job)
    assert slots.room(5) == Capacity(20, 16_000_000)


def test_hands_are_filled_when_half_of_it_is_gone() -> None:
    slots = Slots(1, 2, 1000)
    slots.add(entry("user:default:a", n) for n in range(1, 5))
    assert slots.room(5).entries == 0
    job = slots.next_job(0)
    assert job is not None
    slots.done(job)
    assert slots.room(5).entries == 0
    job = slots.next_job(0)
    assert job is not None
    slots.done(job)
    room = slots.room(5)
    assert (room.entries, room.empty_handed) == (2, False)
