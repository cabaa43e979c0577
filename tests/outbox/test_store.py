"""The store against a model of it, in any order of calls."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lunogram.outbox import Entry
from lunogram.outbox.sqlite import SQLiteStore
from lunogram.outbox.store import Batch, Leased, Limits

PATHS = st.sampled_from(["/users/events", "/organizations/events", "/users"])
FOR_EVER = 1e9


def entry(path: str, size: int) -> Entry:
    """Something to queue."""
    return Entry("POST", path, "", b"x" * size, ("user:default:u",), 1.0)


class StoreMachine(RuleBasedStateMachine):
    """Two relays, of which one holds the lease at any time, and people who queue and mend."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "outbox.db"
        self.store = SQLiteStore(self.path)
        self.waiting: list[Entry] = []
        self.dead: list[Entry] = []
        self.leased: Leased | None = None
        self.queued = self.delivered = self.died = self.dropped = 0

    def queue(self, entries: list[Entry]) -> None:
        """What the model does with new entries."""
        for each in entries:
            self.queued += 1
            self.waiting.append(attrs.evolve(each, sequence=self.queued, attempts=0, deaths=0))

    @rule(path=PATHS, sizes=st.lists(st.integers(0, 50), min_size=1, max_size=5))
    def add(self, path: str, sizes: list[int]) -> None:
        entries = [entry(path, size) for size in sizes]
        fits = len(self.waiting) + len(entries) <= 30
        assert self.store.add(entries, Limits(entries=30)) is fits
        if fits:
            self.queue(entries)

    @precondition(lambda self: self.leased is None)
    @rule(owner=st.sampled_from(["a 1 x", "a 2 x"]), size=st.integers(1, 8))
    def lease(self, owner: str, size: int) -> None:
        self.leased = self.store.lease(owner, FOR_EVER, Batch(events=size, bytes=80))
        if not self.waiting:
            assert self.leased is None
            return
        assert self.leased is not None
        entries = list(self.leased.entries)
        assert entries == self.waiting[: len(entries)]
        assert len({each.path for each in entries}) == 1
        assert len(entries) == 1 or (
            len(entries) <= size
            and sum(each.size for each in entries) <= 80
            and entries[0].path.endswith("/events")
        )
        # Nobody else may have any now.
        assert self.store.lease("b 1 x", FOR_EVER, Batch()) is None

    def others(self) -> Leased:
        """What is leased; it is not any more."""
        leased, self.leased = self.leased, None
        assert leased is not None
        return leased

    @precondition(lambda self: self.leased)
    @rule()
    def deliver(self) -> None:
        leased = self.others()
        self.store.delivered(leased)
        self.store.release(leased.owner)
        self.delivered += len(leased.entries)
        self.waiting = self.waiting[len(leased.entries) :]

    @precondition(lambda self: self.leased)
    @rule()
    def fail(self) -> None:
        leased = self.others()
        self.store.failed(leased, FOR_EVER)
        self.store.release(leased.owner)
        self.touch(len(leased.entries), attempts=1)

    @precondition(lambda self: self.leased)
    @rule()
    def die(self) -> None:
        leased = self.others()
        # The lease runs out, and the next one finds what was on its way.
        self.store.lease(leased.owner, 0, Batch(events=len(leased.entries), bytes=80))
        assert self.store.lease("c 1 x", FOR_EVER, Batch()) is not None
        self.store.release("c 1 x")
        self.touch(len(leased.entries), attempts=1, deaths=1)

    def touch(self, count: int, attempts: int = 0, deaths: int = 0) -> None:
        """What the model does with entries that were tried."""
        for place in range(count):
            old = self.waiting[place]
            self.waiting[place] = attrs.evolve(
                old, attempts=old.attempts + attempts, deaths=old.deaths + deaths
            )

    @precondition(lambda self: self.leased)
    @rule()
    def bury(self) -> None:
        leased = self.others()
        letters = self.store.bury(leased, 400, "no")
        self.store.release(leased.owner)
        count = len(leased.entries)
        self.touch(count, attempts=1)
        assert [letter.entry for letter in letters] == self.waiting[:count]
        self.dead += self.waiting[:count]
        self.died += count
        self.waiting = self.waiting[count:]

    @rule(data=st.data())
    def retry(self, data: Any) -> None:
        chosen = self.choose(data)
        assert self.store.retry([each.sequence for each in chosen]) == len(chosen)
        self.dead = [each for each in self.dead if each not in chosen]
        self.queue(chosen)

    @rule(data=st.data())
    def drop(self, data: Any) -> None:
        chosen = self.choose(data)
        assert self.store.drop([each.sequence for each in chosen]) == len(chosen)
        self.dead = [each for each in self.dead if each not in chosen]
        self.dropped += len(chosen)

    def choose(self, data: Any) -> list[Entry]:
        """Some of the dead letters, in order."""
        return [each for each in self.dead if data.draw(st.booleans())]

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = SQLiteStore(self.path)

    @invariant()
    def it_holds_what_the_model_holds(self) -> None:
        assert self.store.pending(100) == self.waiting
        assert [letter.entry for letter in self.store.dead_letters(None)] == self.dead

    @invariant()
    def its_numbers_are_those_of_the_model(self) -> None:
        stats = self.store.stats()
        assert stats.pending == len(self.waiting)
        assert stats.pending_bytes == sum(each.size for each in self.waiting)
        assert stats.dead == len(self.dead)
        assert (stats.queued, stats.delivered) == (self.queued, self.delivered)
        assert (stats.died, stats.dropped) == (self.died, self.dropped)
        assert self.store.waits(self.queued) is bool(self.waiting)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
