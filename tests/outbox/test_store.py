"""Every kind of store against one model of it, in any order of calls."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lunogram.operations import POST_USER_EVENTS, UPSERT_USER
from lunogram.outbox import OutboxError
from lunogram.outbox.entries import fault_of
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import (
    ALL_PARTITIONS,
    NO_PARTITIONS,
    PARTITIONS,
    Capacity,
    Checkpoint,
    DeadLetter,
    Entry,
    Limits,
    Outcomes,
    ParkedEntry,
    Store,
    in_turn,
)
from lunogram.outbox.stores import open_store

from .stores import KINDS, StoreKind, reopen

LONG = 3600.0
PEOPLE = ["user:default:a", "user:default:b", "user:stripe:c", "organization:default:d"]
NO_LIMITS = Limits()


def entry(who: int = 0, size: int = 1, path: str = "/users/events") -> Entry:
    """Something to queue."""
    return Entry("POST", path, "q=1", b"1" * size, (PEOPLE[who],), 1.5, "00-trace")


def letter(given_up: Entry, *, attempts: int = 1) -> DeadLetter:
    """An entry that was sent once more, and given up."""
    dead = attrs.evolve(given_up, attempts=given_up.attempts + attempts)
    return DeadLetter(dead, 400, "no", 2.5)


@attrs.define
class Relay:
    """What the model knows of one relay.

    Attributes:
        owner: Its name.
        hands: What it was given and has not settled, by place.
        seen: Everything it was ever given and might still settle, rightly or not.
        given_away: Slots of which another was given something since it last asked.
        parked: The parked entries that it was given and has not settled, by place.
        is_new: Whether it has no partitions: it never asked, or released them.
        runs_out: Whether its lease is over, so that others may take its partitions.
    """

    owner: str = attrs.field(factory=new_owner)
    hands: dict[int, Entry] = attrs.field(factory=dict)
    seen: dict[int, Entry] = attrs.field(factory=dict)
    given_away: set[int] = attrs.field(factory=set)
    parked: dict[int, Entry] = attrs.field(factory=dict)
    is_new: bool = True
    runs_out: bool = True


def by_partition(entries: Iterable[Entry]) -> dict[int, list[int]]:
    """The places of entries, partition by partition."""
    partitions: dict[int, list[int]] = defaultdict(list)
    for each in entries:
        partitions[each.partition].append(each.sequence)
    return partitions


def touched(old: Entry, *, attempts: int = 0, crashes: int = 0) -> Entry:
    """An entry that was tried."""
    return attrs.evolve(old, attempts=old.attempts + attempts, crashes=old.crashes + crashes)


class StoreMachine(RuleBasedStateMachine):
    """Three relays who come and go, and people who queue and mend.

    Which partitions a relay is given is up to the store. What the model checks is that no entry is
    in two hands, that each partition is in order, and what every entry has been through.
    """

    kind: StoreKind

    def __init__(self) -> None:
        super().__init__()
        self.url = self.kind.make()
        self.store: Store = open_store(self.url)
        self.waiting: dict[int, Entry] = {}
        self.parked: dict[int, ParkedEntry] = {}
        self.taken_by: dict[int, str] = {}
        self.dead: dict[int, DeadLetter] = {}
        self.lost: set[int] = set()  # from hands whose relay ended: a death more for the next
        self.relays = [Relay(), Relay(), Relay()]
        self.checkpoints = {"a": "", "b": ""}
        self.queued = self.delivered = self.died = self.dropped = self.refused = 0
        self.newest = 0

    # -- queueing -----------------------------------------------------------------------------

    def queue(self, entries: Sequence[Entry]) -> None:
        """What the model does with new entries: their places are the store's choice."""
        new = self.store.pending(None, self.newest)
        places = [each.sequence for each in new]
        assert places == sorted(places)
        assert [attrs.evolve(each, sequence=0) for each in new] == [
            attrs.evolve(each, sequence=0, attempts=0, crashes=0) for each in entries
        ]
        self.waiting.update((each.sequence, each) for each in new)
        self.queued += len(new)
        self.newest = max([self.newest, *places])

    @rule(
        whose=st.lists(st.integers(0, 3), max_size=6),
        size=st.integers(1, 40),
        checkpoint=st.none() | st.builds(Checkpoint, st.sampled_from("ab"), st.sampled_from("123")),
    )
    def add(self, whose: list[int], size: int, checkpoint: Checkpoint | None) -> None:
        entries = [entry(who, size) for who in whose]
        waits = sum(each.size for each in self.waiting.values())
        fits = not entries or (
            len(self.waiting) + len(entries) <= 40 and waits + size * len(entries) <= 900
        )
        assert self.store.add(entries, Limits(entries=40, bytes=900), checkpoint) is fits
        if fits:
            self.queue(entries)
        if fits and checkpoint:
            self.checkpoints[checkpoint.name] = checkpoint.value

    @rule(name=st.sampled_from("ab"))
    def forget_bookmark(self, name: str) -> None:
        assert self.store.add([], NO_LIMITS, Checkpoint(name, ""))
        self.checkpoints[name] = ""

    @rule(count=st.integers(1, 5))
    def refuse(self, count: int) -> None:
        self.store.refuse(count)
        self.refused += count

    # -- sending ------------------------------------------------------------------------------

    @rule(
        number=st.integers(0, 2),
        seconds=st.sampled_from([LONG, LONG, LONG, 0.0]),
        count=st.sampled_from([0, 1, 3, 8, 600]),
        size=st.sampled_from([1, 60, 8_000_000]),
    )
    def lease(self, number: int, seconds: float, count: int, size: int) -> None:
        relay = self.relays[number]
        others = [each for each in self.relays if each is not relay and not each.runs_out]
        room = Capacity(count, size, empty_handed=not relay.hands)
        lease = self.store.lease(relay.owner, seconds, room)
        assert not lease.kept & (ALL_PARTITIONS if relay.is_new else relay.given_away)
        relay.given_away.clear()
        if not relay.runs_out:
            leased = [*relay.hands.values(), *relay.parked.values()]
            assert by_partition(leased).keys() <= lease.kept
        relay.parked = {
            place: parked
            for place, parked in relay.parked.items()
            if parked.partition in lease.kept
        }
        for place, held in list(relay.hands.items()):
            if held.partition not in lease.kept:
                self.lose(relay, place)
        self.check_turn(relay, lease.entries, room, alone=not others)
        for each in lease.entries:
            self.hand_over(relay, each)
        if lease.kept or lease.entries or not others or self.kind.shares:
            relay.is_new = False
            relay.runs_out = seconds == 0

    def check_turn(
        self, relay: Relay, given: Sequence[Entry], room: Capacity, *, alone: bool
    ) -> None:
        """What a relay was given is the head of its partitions, and no more than it took."""
        assert list(in_turn(given, room)) == list(given)
        assert not relay.hands.keys() & {each.sequence for each in given}
        free = [
            each
            for each in self.waiting.values()
            if each.sequence not in relay.hands and each.sequence not in self.parked
        ]
        heads = by_partition(free)
        for partition, places in by_partition(given).items():
            assert places == heads[partition][: len(places)]
        if alone and not self.is_divided():
            expected = in_turn(map(self.as_found, free), room)
            assert [each.sequence for each in given] == [each.sequence for each in expected]

    def is_divided(self) -> bool:
        """Whether a store that shares partitions may leave some of them with those who ran out."""
        return self.kind.shares and any(each.hands for each in self.relays)

    def as_found(self, waiting: Entry) -> Entry:
        """An entry as a relay that takes it now finds it."""
        held = any(waiting.sequence in each.hands for each in self.relays)
        crashes = 1 if held or waiting.sequence in self.lost else 0
        return touched(waiting, attempts=crashes, crashes=crashes)

    def hand_over(self, relay: Relay, given: Entry) -> None:
        """What the model does with an entry that a relay was given."""
        place = given.sequence
        for each in self.relays:
            if each is not relay:
                each.given_away.add(given.partition)
            if each is not relay and place in each.hands:
                assert each.runs_out
                self.lose(each, place)
        if place in self.lost:
            self.lost.remove(place)
            self.waiting[place] = touched(self.waiting[place], attempts=1, crashes=1)
        assert given == self.waiting[place]
        relay.hands[place] = relay.seen[place] = given

    def lose(self, relay: Relay, place: int) -> None:
        """What the model does with an entry whose relay ended before it was settled."""
        del relay.hands[place]
        if place in self.waiting:
            self.lost.add(place)

    @precondition(lambda self: self.parked)
    @rule(number=st.integers(0, 2), data=st.data())
    def lease_parked(self, number: int, data: Any) -> None:
        relay = self.relays[number]
        places = data.draw(st.lists(st.sampled_from(sorted(self.parked)), unique=True))
        given = self.store.lease_parked(relay.owner, places)
        assert {each.sequence for each in given} <= {*places}
        for each in given:
            place = each.sequence
            crashes = int(self.taken_by.get(place, relay.owner) != relay.owner)
            self.waiting[place] = touched(self.waiting[place], attempts=crashes, crashes=crashes)
            assert each == self.waiting[place]
            self.parked[place] = attrs.evolve(self.parked[place], entry=each)
            self.taken_by[place] = relay.owner
            relay.seen[place] = each
            if not relay.runs_out:
                relay.parked[place] = each

    @precondition(lambda self: any(each.seen for each in self.relays))
    @rule(data=st.data())
    def settle(self, data: Any) -> None:
        relay = data.draw(st.sampled_from([each for each in self.relays if each.seen]))
        places = data.draw(st.lists(st.sampled_from(sorted(relay.seen)), unique=True))
        verdicts = [data.draw(st.sampled_from("dfxp")) for _ in places]
        found = {
            action_for: [relay.seen[place] for place, each in zip(places, verdicts, strict=True)
                      if each == action_for]
            for action_for in "dfxp"
        }  # fmt: skip
        letters = [letter(each) for each in found["x"]]
        parked = [
            ParkedEntry(touched(each, attempts=1), 500, "no", 3.5, 4.5) for each in found["p"]
        ]
        self.store.settle(Outcomes(found["d"], found["f"], letters, parked))
        for each in found["d"]:
            self.delivered += self.take_out(each)
        for each in letters:
            if self.take_out(each.entry):
                self.died += 1
                self.dead[each.entry.sequence] = each
        for each in found["f"]:
            if old := self.waiting.get(each.sequence):
                self.waiting[each.sequence] = touched(old, attempts=1)
                self.put_down(each.sequence)
        for each in parked:
            if each.entry.sequence in self.waiting:
                self.park(each)

    def put_down(self, place: int) -> None:
        """What the model does with an attempt at a parked entry that failed."""
        if place in self.parked:
            entry = self.waiting[place]
            self.parked[place] = attrs.evolve(self.parked[place], entry=entry)
            self.taken_by.pop(place, None)
            for relay in self.relays:
                relay.parked.pop(place, None)

    def park(self, parked: ParkedEntry) -> None:
        """What the model does with an entry that is parked, perhaps again."""
        place = parked.entry.sequence
        self.waiting[place] = parked.entry
        self.parked[place] = parked
        self.lost.discard(place)
        self.put_down(place)
        for relay in self.relays:
            relay.hands.pop(place, None)

    def take_out(self, settled: Entry) -> bool:
        """Whether an entry still waited; it does so no more."""
        place = settled.sequence
        self.lost.discard(place)
        for relay in self.relays:
            relay.hands.pop(place, None)
            relay.seen.pop(place, None)
            relay.parked.pop(place, None)
        self.parked.pop(place, None)
        self.taken_by.pop(place, None)
        return self.waiting.pop(place, None) is not None

    @rule(number=st.integers(0, 2))
    def release(self, number: int) -> None:
        relay = self.relays[number]
        if relay.parked or (relay.runs_out and relay.hands):
            return  # whether it comes too late for that is the store's choice
        self.store.release(relay.owner)
        relay.hands.clear()
        relay.is_new = relay.runs_out = True

    # -- care ---------------------------------------------------------------------------------

    @rule(data=st.data())
    def retry(self, data: Any) -> None:
        chosen = self.choose(data)
        assert self.store.retry([*chosen, 10**9]) == len(chosen)
        self.queue([self.dead.pop(place).entry for place in chosen])

    @rule(data=st.data())
    def drop(self, data: Any) -> None:
        chosen = self.choose(data)
        assert self.store.drop([*chosen, 10**9]) == len(chosen)
        for place in chosen:
            del self.dead[place]
        self.dropped += len(chosen)

    @rule()
    def retry_all(self) -> None:
        assert self.store.retry(None) == len(self.dead)
        self.queue([self.dead.pop(place).entry for place in sorted(self.dead)])

    def choose(self, data: Any) -> list[int]:
        """Some of the dead letters, in order."""
        return [place for place in sorted(self.dead) if data.draw(st.booleans())]

    @rule()
    def open_again(self) -> None:
        self.store = reopen(self.store, self.url)

    @rule()
    def verify(self) -> None:
        assert list(self.store.verify()) == []

    # -- what always holds --------------------------------------------------------------------

    @invariant()
    def it_holds_what_the_model_holds(self) -> None:
        pending = self.store.pending(None)
        assert [each.sequence for each in pending] == sorted(self.waiting)
        for each in pending:
            # When a death is counted is the store's choice: at the latest with the next relay.
            known = self.waiting[each.sequence]
            assert each in (known, self.as_found(known))
        assert list(self.store.parked(None)) == [
            self.parked[place] for place in sorted(self.parked)
        ]
        assert list(self.store.dead_letters(None)) == [
            self.dead[place] for place in sorted(self.dead)
        ]

    @invariant()
    def its_numbers_are_those_of_the_model(self) -> None:
        stats = self.store.stats()
        assert stats.pending == len(self.waiting)
        assert stats.pending_bytes == sum(each.size for each in self.waiting.values())
        assert stats.oldest_at == (1.5 if self.waiting else None)
        assert stats.dead == len(self.dead)
        assert (stats.queued, stats.delivered) == (self.queued, self.delivered)
        assert (stats.died, stats.dropped) == (self.died, self.dropped)
        assert (stats.refused, stats.parked) == (self.refused, len(self.parked))

    @invariant()
    def its_places_are_those_of_the_model(self) -> None:
        assert self.store.newest() == self.newest
        assert self.store.waits(self.newest) is bool(self.waiting)
        oldest = min(self.waiting, default=0)
        assert not self.store.waits(oldest - 1)
        assert self.store.pending(2, oldest) == self.store.pending(None)[1:3]
        first = min(self.parked, default=0)
        assert list(self.store.parked(2, first)) == list(self.store.parked(None))[1:3]
        first = min(self.dead, default=0)
        assert self.store.dead_letters(2, first) == self.store.dead_letters(None)[1:3]
        assert {name: self.store.checkpoint(name) for name in self.checkpoints} == self.checkpoints

    def teardown(self) -> None:
        self.store.close()
        self.kind.destroy(self.url)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> StoreKind:
    kind: StoreKind = request.param
    return kind


@pytest.fixture
def url(kind: StoreKind) -> Iterator[str]:
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


def test_any_order_of_calls(kind: StoreKind, store: Store) -> None:
    assert store.newest() == 0  # or it was skipped
    run_state_machine_as_test(
        type("Machine", (StoreMachine,), {"kind": kind}),
        settings=settings(
            max_examples=25 if kind.shares else 80,  # servers are slower
            stateful_step_count=30,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip


def fill(store: Store, count: int, *, size: int = 1) -> list[Entry]:
    """Queue so many entries, for all partitions, and return them."""
    new = [
        attrs.evolve(entry(size=size), subjects=(f"user:default:{number}",))
        for number in range(count)
    ]
    assert store.add(new, NO_LIMITS)
    return list(store.pending(None))[-count:]


def test_a_partition_is_the_same_everywhere() -> None:
    partitions = [each.partition for each in (entry(0), entry(1), entry(2), entry(3))]
    assert partitions == [22, 44, 51, 59]
    assert attrs.evolve(entry(), subjects=()).partition == 0
    many = [attrs.evolve(entry(), subjects=(f"user:default:{n}",)).partition for n in range(10_000)]
    assert set(many) == set(range(PARTITIONS))
    assert max(map(many.count, set(many))) < 3 * min(map(many.count, set(many)))


def test_the_operation_of_an_entry_is_the_one_it_was_queued_as() -> None:
    assert entry().operation is POST_USER_EVENTS
    moved = Entry("POST", "/users/log", "", b"1", (), 1.5, name="post_user_events")
    assert moved.operation is POST_USER_EVENTS
    assert moved.shown_path == "(invalid path)"
    assert fault_of(moved) == "its method and path are not those of its operation"
    newer = attrs.evolve(entry(path="/users"), name="a_name_of_a_newer_version")
    assert newer.operation is UPSERT_USER
    assert fault_of(newer).startswith("its operation is unknown")


def test_everything_of_an_entry_is_kept(store: Store) -> None:
    text = "ünïcödé \x00 \U0001f600"
    strange = Entry("DELETE", "/users", text, None, (text, "user:b:c"), 1e9 + 0.25, text)
    empty = Entry("POST", "/users", "", b"", (), 0.0)
    assert store.add([strange, empty], NO_LIMITS)
    found = store.pending(None)
    assert [attrs.evolve(each, sequence=0) for each in found] == [strange, empty]
    dead = DeadLetter(attrs.evolve(found[0], attempts=7, crashes=3), None, text, 1e9 + 0.5)
    store.lease(new_owner(), LONG, Capacity(10))
    store.settle(Outcomes(dead=[dead]))
    assert list(store.dead_letters(None)) == [dead]


def test_a_bookmark_needs_no_room(store: Store) -> None:
    full = Limits(entries=0, bytes=0)
    assert not store.add([entry()], full, Checkpoint("a", "1"))
    assert store.checkpoint("a") == ""
    fill(store, 1)
    assert store.add([], full, Checkpoint("a", "2"))
    assert store.checkpoint("a") == "2"


def test_parked_entries_take_room_by_their_bodies(store: Store) -> None:
    entries = fill(store, 5, size=20)
    store.lease(new_owner(), LONG, Capacity(5))
    store.settle(Outcomes(parked=[ParkedEntry(each, 500, "no", 3.5, 4.5) for each in entries]))
    assert store.add([entry(size=20)], Limits(entries=6, bytes=120))
    assert not store.add([entry(size=1)], Limits(bytes=120))
    assert not store.add([entry(size=1)], Limits(entries=6))


def test_a_retried_letter_begins_anew(store: Store) -> None:
    (queued,) = fill(store, 1, size=7)
    store.lease(new_owner(), LONG, Capacity(1))
    store.settle(Outcomes(dead=[letter(attrs.evolve(queued, attempts=8, crashes=2))]))
    assert store.stats().pending_bytes == 0
    assert store.retry([queued.sequence]) == 1
    assert list(store.pending(None)) == [attrs.evolve(queued, sequence=store.newest())]
    assert store.newest() > queued.sequence
    assert store.stats().pending_bytes == 7


def test_suspects_come_to_empty_hands_only_and_few_at_a_time(store: Store) -> None:
    entries = fill(store, 700)
    owner = new_owner()
    assert list(store.lease(owner, LONG, Capacity(1000)).entries) == entries
    for crashes, count in [(1, 62), (2, 7), (3, 1), (4, 1)]:
        store.lease(owner, 0, Capacity(0))
        owner = new_owner()
        assert store.lease(owner, LONG, Capacity(1000, empty_handed=False)).entries == ()
        given = store.lease(owner, LONG, Capacity(1000)).entries
        assert list(given) == [
            touched(each, attempts=crashes, crashes=crashes) for each in entries[:count]
        ]


def test_a_release_leaves_no_mark(store: Store) -> None:
    entries = fill(store, 5)
    first, second = new_owner(), new_owner()
    assert list(store.lease(first, LONG, Capacity(5)).entries) == entries
    store.release(first)
    assert list(store.lease(second, LONG, Capacity(5)).entries) == entries
    assert store.lease(first, LONG, Capacity(5)).kept == NO_PARTITIONS


def test_a_late_release_is_not_the_next_relays(store: Store) -> None:
    fill(store, 5)
    first, second = new_owner(), new_owner()
    store.lease(first, 0, Capacity(5))
    assert len(store.lease(second, LONG, Capacity(5)).entries) == 5
    store.release(first)
    assert store.lease(second, LONG, Capacity(0)).kept == ALL_PARTITIONS
    assert store.lease(first, LONG, Capacity(5)).entries == ()


def test_what_is_settled_out_of_order(store: Store) -> None:
    entries = fill(store, 9, size=10)
    owner = new_owner()
    store.lease(owner, LONG, Capacity(9))
    store.settle(Outcomes(delivered=[entries[8], entries[0], entries[1], entries[4]]))
    store.settle(Outcomes(delivered=[entries[4], entries[5]], failed=[entries[0], entries[7]]))
    left = [entries[2], entries[3], entries[6], touched(entries[7], attempts=1)]
    assert list(store.pending(None)) == left
    assert (store.stats().delivered, store.stats().pending_bytes) == (5, 40)
    assert store.lease(owner, LONG, Capacity(9)).entries == ()


def test_relays_take_turns_until_all_is_delivered(store: Store) -> None:
    entries = fill(store, 500)
    relays = [new_owner() for _ in range(4)]
    came: list[Entry] = []
    for _ in range(200):
        for owner in relays:
            given = store.lease(owner, LONG, Capacity(20)).entries
            came += given
            store.settle(Outcomes(delivered=given))
    assert store.stats().pending == 0
    assert sorted(each.sequence for each in came) == [each.sequence for each in entries]
    assert by_partition(came) == by_partition(entries)


def test_relays_that_ask_at_the_same_moment(store: Store, url: str) -> None:
    owners = [new_owner() for _ in range(4)]

    stores = [open_store(url) for _ in owners]
    ready = threading.Barrier(4)

    def ask(owner: str, store: Store) -> list[int]:
        ready.wait(10)
        leases = [store.lease(owner, LONG, Capacity(20)) for _ in range(2)]
        return [each.sequence for lease in leases for each in lease.entries]

    for _ in range(25):
        entries = fill(store, 100)
        with ThreadPoolExecutor(4) as pool:
            came = [place for places in pool.map(ask, owners, stores) for place in places]
        assert came
        assert len(came) == len(set(came))
        store.settle(Outcomes(delivered=entries))
        for owner in owners:
            store.release(owner)
    for each in stores:
        each.close()


def test_a_closed_store(store: Store) -> None:
    store.close()
    for use in (
        lambda: store.add([entry()], NO_LIMITS),
        lambda: store.lease(new_owner(), LONG, Capacity(1)),
        store.stats,
        store.verify,
    ):
        with pytest.raises(OutboxError, match="closed"):
            use()
    store.close()


def test_it_says_where_it_is(store: Store, url: str) -> None:
    assert store.url.partition(":")[0] == url.partition(":")[0]
    assert "password" not in store.url


def test_none_is_made_by_looking(kind: StoreKind) -> None:
    url = kind.make()
    with pytest.raises(OutboxError):
        open_store(url, create=False)
    kind.destroy(url)
