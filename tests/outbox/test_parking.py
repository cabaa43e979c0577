"""A call that fails while others are delivered: what waits for it, and what does not."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import attrs
import pytest

import lunogram.outbox.relay.parking
import lunogram.outbox.relay.rate_limit
import lunogram.outbox.relay.retries
from lunogram import Event, Lunogram
from lunogram.outbox import DeadLetter, Entry, Outbox, OutboxError, ParkedEntry
from lunogram.outbox.store import Store
from tests.outbox.damage import SQLiteDamage, well_formed_in_sqlite
from tests.support.faults import Fault, problem, right
from tests.support.faulty_server import AnsweringServer, Seen
from tests.support.relays import empty_it, post, replace_store

pytestmark = pytest.mark.usefixtures("impatient")

USERS = "/api/client/users"
EVENTS = "/api/client/users/events"
ORGANIZATIONS = "/api/client/organizations"


@attrs.define
class Server:
    """A server that has a fault, and remembers what it has taken.

    Attributes:
        is_broken: Whether it fails for an item of a request.
        taken: The target and item of everything that it has taken, in order.
        seen: The number of requests.
    """

    is_broken: Callable[[str, dict[str, Any]], bool]
    taken: list[tuple[str, dict[str, Any]]] = attrs.Factory(list)
    seen: int = 0

    def __call__(self, seen: Seen) -> Fault:
        """The response to a request."""
        self.seen += 1
        body = json.loads(seen.body)
        items = body if isinstance(body, list) else [body]
        if any(self.is_broken(seen.target, item) for item in items):
            return problem(500)
        self.taken += [(seen.target, item) for item in items]
        return right()

    def numbers(self) -> dict[str, list[int]]:
        """The numbers of the events that were taken, by users, in order."""
        numbers: dict[str, list[int]] = defaultdict(list)
        for target, item in self.taken:
            if target == EVENTS:
                numbers[user_of(item)].append(item["data"]["n"])
        return numbers

    def count(self, target: str) -> int:
        """How many items of a target were taken."""
        return sum(where == target for where, _ in self.taken)


def user_of(item: dict[str, Any]) -> str:
    """The first identifier of an item."""
    name: str = item["identifier"][0]["external_id"]
    return name


def events(outbox: Outbox, count: int, users: int = 10) -> None:
    """Queue events with numbers, in turns about some users."""
    outbox.user.events.post(
        [Event("e", f"u{n % users}", data={"n": n}) for n in range(count)]
    )  # fmt: skip


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_broken_endpoint_holds_up_nothing_else(outbox: Outbox, concurrency: int) -> None:
    server = Server(lambda target, _: target == ORGANIZATIONS)
    for number in range(31):
        outbox.organization.upsert(f"org_{number}")
    events(outbox, 300)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client, concurrency=concurrency) as relay:
            wait_for(lambda: server.count(EVENTS) == 300)
            wait_for(lambda: outbox.stats().parked == 31)
            wait_for(lambda: outbox.stats().pending == 31)
            wait_for(lambda: relay.stats().parked == 31)
            server.is_broken = lambda *_: False
            assert outbox.flush(30).pending == 0
    assert server.count(ORGANIZATIONS) == 31
    assert outbox.stats().parked == outbox.stats().dead == 0


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_broken_subject_waits_in_order(outbox: Outbox, concurrency: int) -> None:
    server = Server(lambda _, item: user_of(item) == "u3")
    events(outbox, 200)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client, concurrency=concurrency, batch=50):
            wait_for(lambda: server.count(EVENTS) == 180)
            events(outbox, 100)
            wait_for(lambda: server.count(EVENTS) == 270)
            wait_for(lambda: outbox.stats().parked == 30)
            server.is_broken = lambda *_: False
            assert outbox.flush(30).pending == 0
    for user, numbers in server.numbers().items():
        mine = [n for n in range(200) if f"u{n % 10}" == user]
        assert numbers == mine + [n for n in mine if n < 100]


def test_a_call_waits_for_each_of_its_subjects(outbox: Outbox) -> None:
    server = Server(lambda _, item: item["identifier"][0].get("source") == "stripe")
    outbox.user.upsert([("stripe", "cus_1"), "u1"])
    post(outbox, "after", user="u1")
    post(outbox, "other", user="u2")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 2)
        wait_for(lambda: server.taken)
        assert [item["name"] for _, item in server.taken] == ["other"]
        server.is_broken = lambda *_: False
        assert outbox.flush(30).pending == 0
    assert [where for where, _ in server.taken] == [EVENTS, USERS, EVENTS]


def test_members_of_an_organization_do_not_wait_for_each_other(outbox: Outbox) -> None:
    server = Server(lambda _, item: "user" in item and user_of(item["user"]) == "u1")
    for number in range(3):
        outbox.organization.add_user("org", f"u{number}")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: len(server.taken) == 2)
        wait_for(lambda: outbox.stats().parked == 1)


def test_members_wait_for_their_organization(outbox: Outbox) -> None:
    server = Server(lambda target, _: target == ORGANIZATIONS)
    outbox.organization.upsert("org")
    outbox.organization.add_user("org", "u1")
    post(outbox, "other", user="u2")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 2)
        server.is_broken = lambda *_: False
        assert outbox.flush(30).pending == 0
    assert [where for where, _ in server.taken][1:] == [ORGANIZATIONS, f"{ORGANIZATIONS}/users"]


def test_what_waits_for_one_subject_holds_up_its_others(outbox: Outbox) -> None:
    server = Server(lambda target, _: target == ORGANIZATIONS)
    outbox.organization.upsert("org")
    post(outbox, "before", user="u1")
    outbox.organization.add_user("org", "u1")
    post(outbox, "after", user="u1")
    post(outbox, "other", user="u2")
    with (
        AnsweringServer(server) as there,
        outbox.relay(Lunogram("sk_x", base_url=there.base_url)),
    ):
        wait_for(lambda: outbox.stats().parked == 3)
        wait_for(lambda: len(server.taken) == 2)
        assert {item["name"] for _, item in server.taken} == {"before", "other"}
        server.is_broken = lambda *_: False
        assert outbox.flush(30).pending == 0
    assert server.taken[-1][1]["name"] == "after"


def test_parked_calls_wait_in_the_store(outbox: Outbox) -> None:
    server = Server(lambda _, item: user_of(item) == "u3")
    events(outbox, 40, users=4)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client):
            wait_for(lambda: server.count(EVENTS) == 30)
            wait_for(lambda: outbox.stats().parked == 10)
        events(outbox, 40, users=4)
        server.is_broken = lambda *_: False
        empty_it(outbox, client)
    assert server.numbers()["u3"] == [n for n in range(40) if n % 4 == 3] * 2


class Failing:
    """A store that fails now and then when parked entries are read or leased."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _fail(self) -> None:
        self._calls += 1
        if self._calls % 3:
            raise OutboxError("now and then")

    def parked(self, limit: int | None, after: int = 0) -> Iterator[ParkedEntry]:
        """Fail after the first one, if at all."""
        found = iter(self._store.parked(limit, after))
        yield from islice(found, 1)
        self._fail()
        yield from found

    def lease_parked(self, owner: str, sequences: Sequence[int]) -> Sequence[Entry]:
        """Fail before anything is done."""
        self._fail()
        return self._store.lease_parked(owner, sequences)


def test_a_store_that_fails(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lunogram.outbox.relay.retries, "_LOOK_AGAIN", 0.05)
    server = Server(lambda _, item: user_of(item) in {"u0", "u3"})
    events(outbox, 4, users=4)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client):
            wait_for(lambda: outbox.stats().parked == 2)
        events(outbox, 40, users=4)
        replace_store(outbox, Failing(outbox._store))
        with outbox.relay(client):
            wait_for(lambda: server.count(EVENTS) == 22)
            server.is_broken = lambda *_: False
            assert outbox.flush(30).pending == 0
    for user, numbers in server.numbers().items():
        last = int(user[1:])
        assert numbers == [last, *(n for n in range(40) if n % 4 == last)]


def test_parked_batches_have_a_size_too(outbox: Outbox) -> None:
    sizes: list[int] = []
    server = Server(lambda _, item: user_of(item) == "u1")

    def answer(seen: Seen) -> Fault:
        sizes.append(len(seen.body))
        return server(seen)

    data = {"text": "x" * 1000, "n": 0}
    outbox.user.events.post([Event("e", "u1", data=data) for _ in range(40)])
    events(outbox, 1, users=1)
    with AnsweringServer(answer) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client, batch_bytes=5000):
            wait_for(lambda: outbox.stats().parked == 40)
            server.is_broken = lambda *_: False
            assert outbox.flush(30).pending == 0
    assert 3000 < max(sizes) < 5500


def test_what_a_parked_call_says(outbox: Outbox) -> None:
    server = Server(lambda _, item: user_of(item) == "secret_user")
    post(outbox, "first", "second", user="secret_user")
    post(outbox, "other", user="u2")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 2)
    first, second = outbox.parked()
    assert first.status == 500
    assert "500" in first.problem
    assert first.entry.attempts >= 1
    assert first.retry_at > first.parked_at > 0
    assert (second.status, second.problem, second.retry_at) == (None, "", 0.0)
    assert second.shown_problem == "waits behind another call"
    assert "secret_user" not in repr([first, second])
    assert [each.sequence for each in outbox.pending()] == [1, 2]


def test_max_attempts(outbox: Outbox) -> None:
    letters: list[DeadLetter] = []
    server = Server(lambda _, item: user_of(item) == "u3")
    events(outbox, 8, users=4)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client, max_attempts=3, on_dead_letter=letters.append):
            # Nothing is given up while nothing else is delivered.
            while not wait_is_over(lambda: len(letters) == 2):
                post(outbox, "other", user="u1")
    assert all(letter.entry.attempts >= 3 for letter in letters)
    assert [letter.status for letter in letters] == [500, 500]
    assert letters[0].problem.startswith("it failed ")
    assert " times since 20" in letters[0].problem
    assert outbox.stats().dead == 2


def wait_is_over(condition: Callable[[], bool]) -> bool:
    """Whether something is so, after a moment."""
    time.sleep(0.02)
    return condition()


def test_nothing_is_given_up_while_the_server_is_down(outbox: Outbox) -> None:
    server = Server(lambda *_: True)
    events(outbox, 8, users=4)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client, max_attempts=1, give_up_after=0):
            wait_for(lambda: server.seen > 40)
            assert outbox.stats().dead == 0
            server.is_broken = lambda *_: False
            assert outbox.flush(30).pending == 0
    assert server.numbers() == {f"u{user}": [user, user + 4] for user in range(4)}


def test_a_broken_server_is_not_asked_without_end(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_FIRST_PAUSE", 30.0)
    monkeypatch.setattr(lunogram.outbox.relay.rate_limit, "_LONGEST_PAUSE", 30.0)
    server = Server(lambda *_: True)
    events(outbox, 300, users=300)
    with AnsweringServer(server) as there:
        client = Lunogram("sk_x", base_url=there.base_url)
        with outbox.relay(client) as relay:
            wait_for(lambda: relay.stats().backoff_seconds > 0)
            time.sleep(0.5)
    assert server.seen < 20
    assert outbox.stats().pending == 300


def test_parked_calls_are_retried_by_hand(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lunogram.outbox.relay.parking, "_FIRST_PAUSE", 1e6)
    monkeypatch.setattr(lunogram.outbox.relay.retries, "_LOOK_AGAIN", 0.05)
    server = Server(lambda _, item: user_of(item) == "u3")
    events(outbox, 40, users=4)
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 10)
        server.is_broken = lambda *_: False
        assert outbox.retry_parked("user:default:u1") == 0
        assert outbox.retry_parked("user:default:u3") == 1
        assert outbox.flush(30).pending == 0
    assert server.numbers()["u3"] == [n for n in range(40) if n % 4 == 3]


@pytest.mark.parametrize(
    "plant", [SQLiteDamage.entries["unknown method"], well_formed_in_sqlite], ids=["bad", "good"]
)
def test_another_writer_does_not_take_the_place_of_a_parked_call(
    url: str, outbox: Outbox, plant: Callable[[str], None]
) -> None:
    server = Server(lambda target, _: target == USERS)
    outbox.user.upsert("u1")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        post(outbox, "other", user="u2")
        wait_for(lambda: outbox.stats().parked == outbox.stats().pending == 1)
        plant(url)  # In an empty table of SQLite, other writers begin at 1 again.
        wait_for(lambda: outbox.stats().parked + outbox.stats().dead == 2)
        server.is_broken = lambda *_: False
        assert outbox.flush(30).pending == 0
    assert "u1" in [user_of(item) for target, item in server.taken if target == USERS]
    assert outbox.stats().queued == 3


def test_parked_calls_are_buried_by_hand(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lunogram.outbox.relay.retries, "_LOOK_AGAIN", 0.05)
    server = Server(lambda _, item: item.get("name") == "bad")
    post(outbox, "bad", "good", user="u3")
    post(outbox, "good", user="u1")
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 2)
        assert outbox.bury_parked("user:default:u1") == 0
        # The relay may be sending the first one, and then parks nothing that is not there.
        assert outbox.bury_parked("user:default:u3") == 2
        post(outbox, "after", user="u3")
        assert outbox.flush(30).pending == 0
    assert outbox.stats().dead == 2
    assert [item["name"] for _, item in server.taken] == ["good", "after"]


def test_everything_about_a_person_is_forgotten(outbox: Outbox) -> None:
    server = Server(lambda _, item: user_of(item) == "u3")
    events(outbox, 40, users=4)
    with AnsweringServer(server) as there, outbox.relay(Lunogram("sk_x", base_url=there.base_url)):
        wait_for(lambda: outbox.stats().parked == 10)
    events(outbox, 8, users=4)
    assert outbox.bury([outbox.pending(1)[0].sequence]) == 1
    assert outbox.forget("user:default:u3") == 12
    assert outbox.forget("user:default:u3") == 0
    assert all("user:default:u3" not in entry.subjects for entry in outbox.pending())
    stats = outbox.stats()
    assert (stats.pending, stats.parked, stats.dead, stats.dropped) == (6, 0, 0, 12)


def test_old_dead_letters_are_dropped(outbox: Outbox) -> None:
    post(outbox, "a", "b")
    assert outbox.bury(entry.sequence for entry in outbox.pending()) == 2
    assert outbox.drop("all", older_than=3600) == 0
    assert outbox.drop([1, 7], older_than=0) == 1
    assert outbox.drop("all", older_than=0) == 1
