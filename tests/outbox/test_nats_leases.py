"""The leases of relays in NATS: the code itself, in every order of its requests to the server.

Two or three relays begin, renew their leases, are given entries, leave, are killed between any two
requests, or stop until their lease is over. Each request to the server is a step, and every order
of steps is tried that leads to another state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

import attrs
import pytest

from lunogram.outbox.nats import leases, records, relay_state
from lunogram.outbox.nats.leases import LapsedError
from lunogram.outbox.nats.records import ConflictError, Record
from lunogram.outbox.nats.relay_state import RelayState

SECONDS = 10.0
PARTITIONS = 2
Step = tuple[str, int]
T = TypeVar("T")


class Turn:
    """What an operation awaits before each request."""

    def __await__(self) -> Generator[None, None, None]:
        yield


@attrs.define
class Server:
    """The records, and the partitions of which an entry is in flight.

    Attributes:
        records: The records, by their names.
        revision: That of the last record that was written.
        now: The time, for the server and all relays.
        in_flight: The relays that send an entry of a partition, by partition.
        heard: What the requests of the operation that runs now have returned.
    """

    records: dict[tuple[str, ...], Record] = attrs.Factory(dict)
    revision: int = 0
    now: float = 0.0
    in_flight: dict[int, set[int]] = attrs.Factory(dict)
    heard: list[str] = attrs.Factory(list)
    link: None = None
    names: Any = SimpleNamespace(queue="calls", partition=str)

    def hear(self, result: T) -> T:
        """Note what a request returns: all that the rest of its operation depends on."""
        self.heard.append(str(result))
        return result

    async def get(self, *name: str) -> Record:
        await Turn()
        return self.hear(self.records.get(name, Record(name[-1], {})))

    async def get_all(self, kind: str) -> list[Record]:
        await Turn()
        return self.hear([record for name, record in self.records.items() if name[0] == kind])

    async def put(self, revision: int, value: dict[str, Any], *name: str) -> int:
        await Turn()
        there = self.records.get(name, Record("", {})).revision
        if self.hear(there) != revision:
            raise ConflictError
        self.revision += 1
        copy = json.loads(json.dumps(value))
        self.records[name] = Record(name[-1], copy, self.revision, self.now)
        return self.revision

    async def remove(self, record: Record) -> None:
        await Turn()
        for name, there in list(self.records.items()):
            if there.revision == record.revision:
                del self.records[name]
        self.hear(None)

    async def state(self) -> dict[str, int]:
        await Turn()
        return self.hear({"first_seq": 1})

    async def heads(self, subjects: Iterable[str]) -> list[Any]:
        """The first entries of partitions: one that is in flight, if there is any."""
        await Turn()
        there = [each for each in subjects if self.in_flight.get(int(each))]
        return self.hear([SimpleNamespace(subject=each, sequence=1) for each in there])


@attrs.define
class Relay:
    """A relay, and what it is still to do.

    Attributes:
        number: Its number.
        plan: The names of its operations.
        state: Its state, if it has one.
        running: The operation that has begun.
        heard: What that operation has heard.
        lasts_until: When its lease ends.
        is_dead: Whether it was killed.
    """

    number: int
    plan: list[str]
    state: RelayState | None = None
    running: Coroutine[Any, Any, None] | None = None
    heard: list[str] = attrs.Factory(list)
    lasts_until: float = 0.0
    is_dead: bool = False

    @property
    def is_over(self) -> bool:
        return self.is_dead or not (self.plan or self.running)

    def key(self) -> object:
        """Everything on which it depends what it does from here on."""
        own = self.state and (
            sorted(self.state.partitions), sorted(self.state.given.items()), self.state.revision,
            sorted(self.state.leaving), str(self.state.sightings),
        )  # fmt: skip
        running = tuple(self.heard) if self.running else None
        return (len(self.plan), running, own, self.lasts_until, self.is_dead)


class World:
    """A server and its relays, after some steps."""

    def __init__(self, plans: Sequence[Sequence[str]], kills: int, ticks: int) -> None:
        self.server = Server()
        self.relays = [Relay(number, list(plan)) for number, plan in enumerate(plans)]
        self.kills, self.ticks = kills, ticks

    # -- steps ------------------------------------------------------------------------------------

    def steps(self) -> Iterator[Step]:
        for relay in self.relays:
            if not relay.is_over:
                yield "go on", relay.number
                if self.kills:
                    yield "kill", relay.number
        if self.ticks:
            yield "tick", 0

    def take(self, step: Step) -> None:
        what, number = step
        relay = self.relays[number]
        if what == "go on":
            self._go_on(relay)
        elif what == "kill":
            self.kills -= 1
            relay.is_dead = True
            if relay.running:
                relay.running.close()
        else:
            self.ticks -= 1
            self.server.now += SECONDS + 1

    def _go_on(self, relay: Relay) -> None:
        leases.asyncio.now = self.server.now  # type: ignore[attr-defined]
        if not relay.running:
            relay.running, relay.heard = self._operation(relay), []
        self.server.heard = relay.heard
        try:
            relay.running.send(None)
        except StopIteration:
            relay.running = None
            relay.plan.pop(0)

    async def _operation(self, relay: Relay) -> None:
        operations = {"keep": self._keep, "send": self._send, "settle": self._settle}
        await operations.get(relay.plan[0], self._leave)(relay)

    async def _keep(self, relay: Relay) -> None:
        server: Any = self.server
        for _ in range(2):
            relay.state = relay.state or await leases.begin(server, owner(relay.number))
            try:
                relay.state.renewed_at = float("-inf")
                began = server.now
                await leases.keep(server, relay.state, SECONDS)
            except LapsedError:
                self._lose(relay)
            else:
                relay.lasts_until = began + SECONDS
                return

    async def _send(self, relay: Relay) -> None:
        """Be given an entry of each partition, and send it."""
        if not relay.state:
            return
        own = sorted(relay.state.partitions.keys() - relay.state.leaving)
        entries: Any = [SimpleNamespace(partition=number, sequence=1) for number in own]
        try:
            await leases.note(self.server, relay.state, entries)  # type: ignore[arg-type]
        except LapsedError:
            self._lose(relay)
            return
        relay.state.given |= dict.fromkeys(own, 1)
        if self.server.now <= relay.lasts_until:  # else it sends nothing before it has renewed it
            for number in own:
                self.server.in_flight.setdefault(number, set()).add(relay.number)

    async def _settle(self, relay: Relay) -> None:
        await Turn()
        self._forget(relay)

    async def _leave(self, relay: Relay) -> None:
        self._forget(relay)
        await leases.leave(self.server, owner(relay.number))  # type: ignore[arg-type]
        relay.state = None

    def _lose(self, relay: Relay) -> None:
        relay.state = None
        self._forget(relay)

    def _forget(self, relay: Relay) -> None:
        for senders in self.server.in_flight.values():
            senders.discard(relay.number)

    # -- what always holds ------------------------------------------------------------------------

    def key(self) -> object:
        found = sorted((name, str(record)) for name, record in self.server.records.items())
        relays = [relay.key() for relay in self.relays]
        in_flight = sorted((number, sorted(them)) for number, them in self.server.in_flight.items())
        return json.dumps([found, relays, in_flight, self.kills, self.ticks], default=str)

    def check(self) -> None:
        """No two relays may send entries of a partition while their leases last."""
        for number in range(PARTITIONS):
            holders = [each.number for each in self.relays if self._may_send(each, number)]
            assert len(holders) <= 1, f"relays {holders} may send entries of partition {number}"

    def _may_send(self, relay: Relay, partition: int) -> bool:
        if relay.is_dead or self.server.now > relay.lasts_until or not relay.state:
            return False
        # While it asks for its lease, it sends nothing but what is in flight.
        if relay.running:
            return relay.number in self.server.in_flight.get(partition, ())
        return partition in relay.state.partitions

    def check_end(self) -> None:
        """A relay that comes when all have ended or stopped is given all partitions."""
        self.server.now += SECONDS + 1
        self.kills = self.ticks = 0
        last = Relay(len(self.relays), [])
        self.relays.append(last)
        self._finish(last, "keep", "keep")
        self.server.now += SECONDS + 1  # of those that it saw for the first time
        self._finish(last, "keep")
        assert last.state
        assert sorted(last.state.partitions) == list(range(PARTITIONS))

    def _finish(self, relay: Relay, *plan: str) -> None:
        relay.plan = [*plan]
        while not relay.is_over:
            self._go_on(relay)


def owner(number: int) -> str:
    """The owner of a relay's leases, of which nobody knows whether its process has ended."""
    return f"relay {number}"


def explore(make: Callable[[], World]) -> int:
    """Try every order of steps; return the number of states.

    Args:
        make: The world before the first step.
    """
    seen: set[object] = set()
    paths: list[tuple[Step, ...]] = [()]
    while paths:
        path = paths.pop()
        world = make()
        for step in path:
            world.take(step)
        world.check()
        if (key := world.key()) in seen:
            continue
        seen.add(key)
        following = list(world.steps())
        if all(relay.is_over for relay in world.relays):
            world.check_end()
        paths += [(*path, step) for step in following]
    return len(seen)


@pytest.fixture(autouse=True)
def in_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few partitions, one clock, and no server but the one here."""
    clock = SimpleNamespace(now=0.0)
    clock.get_running_loop = lambda: SimpleNamespace(time=lambda: clock.now)
    clock.sleep = lambda _seconds: Turn()
    monkeypatch.setattr(leases, "asyncio", clock)
    monkeypatch.setattr(records, "asyncio", clock)
    monkeypatch.setattr(leases, "is_gone", lambda _owner: False)
    for module in (leases, relay_state):
        monkeypatch.setattr(module, "PARTITIONS", PARTITIONS)
    monkeypatch.setattr(leases, "ALL_PARTITIONS", frozenset(range(PARTITIONS)))


@pytest.fixture(autouse=True)
def of_this_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of the queue is asked of the server that is asked for the records."""
    real_write, real_in_use = leases._write, leases._in_use

    def over(server: Any) -> None:
        monkeypatch.setattr(leases, "Stream", lambda _link, _name: server)

    async def write(server: Any, *rest: Any) -> None:
        over(server)
        await real_write(server, *rest)

    async def in_use(server: Any, *rest: Any) -> Any:
        over(server)
        return await real_in_use(server, *rest)

    monkeypatch.setattr(leases, "_write", write)
    monkeypatch.setattr(leases, "_in_use", in_use)


PLANS = {
    "two begin": ([["keep"], ["keep"]], 1, 0),
    "one joins": ([["keep", "send", "settle", "keep"], ["keep"]], 0, 0),
    "one is killed": ([["keep", "send"], ["keep"]], 1, 0),
    "one stops until its lease is over": ([["keep", "send"], ["keep", "keep"]], 0, 1),
    "one leaves": ([["keep", "leave"], ["keep", "keep"]], 0, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("plan", PLANS)
def test_no_partition_has_two_relays(plan: str) -> None:
    plans, kills, ticks = PLANS[plan]
    states = explore(lambda: World(plans, kills, ticks))
    print(f"{plan}: {states:,} states")
    assert states > 50


@pytest.mark.slow
def test_a_fault_in_the_leases_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is written whatever others have written meanwhile."""
    real = Server.put

    async def put(self: Server, revision: int, value: dict[str, Any], *name: str) -> int:
        there = self.records.get(name, Record("", {})).revision
        return await real(self, there if name == ("partitions",) else revision, value, *name)

    monkeypatch.setattr(Server, "put", put)
    plans, kills, ticks = PLANS["two begin"]
    with pytest.raises(AssertionError, match="may send entries of partition"):
        explore(lambda: World(plans, kills, ticks))
