"""What happens in a seed: who queues, who relays, who dies when. The seed decides all of it."""

from __future__ import annotations

import random
from functools import partial
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM, Signals

import attrs

from tests.acceptance.hazards import (
    Forks,
    FullDisk,
    Greenlets,
    Hazard,
    InterruptedCalls,
    InterruptedRelays,
    LostFile,
    LostServers,
)
from tests.outbox.damage import DAMAGES
from tests.support.traps import points_of_producers, points_of_relays

SCHEMES = {"sqlite": "sqlite", "postgres": "postgresql", "nats": "nats"}
"""The kinds of stores, and what their URLs begin with."""

_LONG_LEASE = 45.0
_SHORT_LEASE = 0.6
_LEASE_IN_CLUSTER = 5.0


@attrs.frozen
class Life:
    """What one process does, and how it ends.

    Attributes:
        trap: The point at which it kills itself, such as "before settle", or nothing.
        passings: When it passes there for the so-manieth time.
        strikes: Signals it is sent, each so many seconds after the one before. Without any, it
            ends when it is done.
        calls: How many calls it queues, for each thread.
        threads: How many threads queue.
        has_relay: Whether a producer relays what it queues until it ends by itself.
        is_wrong: Whether the server is not Lunogram.
        breaks: What requests contain that the server always fails for, or nothing.
    """

    trap: str = ""
    passings: int = 0
    strikes: tuple[tuple[float, Signals], ...] = ()
    calls: int = 0
    threads: int = 1
    has_relay: bool = False
    is_wrong: bool = False
    breaks: str = ""


@attrs.frozen
class Scenario:
    """One seed.

    Attributes:
        seed: Which.
        kind: Of the store.
        producers: The lives of each producer, one after the other.
        relays: The lives of each relay. What is left then is delivered by a last one.
        server: The lives of the server but for the last one, which goes on.
        users: How many users the calls are about.
        concurrency: Of the relays.
        batch: Of the relays.
        lease: For how many seconds the relays take partitions.
        faults: The part of the calls that fail, from 0 to 1.
        jumps: Whether the clock of the machine jumps by hours.
        sandbox: Whether the real sandbox takes the calls.
        hazards: What else happens to producers and relays.
        planted: The names of the malformed entries that another writer plants.
        outboxes: How many outboxes with a relay a producer has, if it has any.
        strays: The part of the responses that something follows that nobody asked for.
        transport: By which the relays send.
    """

    seed: int
    kind: str
    producers: tuple[tuple[Life, ...], ...]
    relays: tuple[tuple[Life, ...], ...]
    server: tuple[Life, ...]
    users: int
    concurrency: int
    batch: int
    lease: float
    faults: float
    jumps: bool
    sandbox: bool
    hazards: tuple[Hazard, ...]
    planted: tuple[str, ...] = ()
    outboxes: int = 1
    strays: float = 0.0
    transport: str = "direct"

    @property
    def lost_file(self) -> LostFile | None:
        """How the file of the outbox is lost, if it is."""
        return next((each for each in self.hazards if isinstance(each, LostFile)), None)

    @property
    def loses_servers(self) -> bool:
        """Whether servers of the cluster that holds the outbox are killed."""
        return LostServers() in self.hazards

    def in_cluster(self) -> Scenario:
        """The same, with an outbox in a cluster whose servers are killed."""
        # Leases last longer than elections, and other writers would have to wait for those too.
        hazards = (LostServers(), *self.hazards)
        return attrs.evolve(self, hazards=hazards, lease=_LEASE_IN_CLUSTER, planted=())


def scenario_of(seed: int, kind: str) -> Scenario:
    """The scenario of a seed.

    Args:
        seed: Any number.
        kind: Of the store.
    """
    chance = random.Random(f"{kind} {seed}")
    stops = chance.random() < (0.1 if kind == "sqlite" else 0.3)
    sandbox = kind == "sqlite" and chance.random() < 0.1
    # Only SQLite sees at once that a relay is gone. Elsewhere its lease has to run out.
    short = stops or kind != "sqlite"
    scenario = Scenario(
        seed=seed,
        kind=kind,
        producers=tuple(_producer(chance, kind) for _ in range(chance.randint(1, 3))),
        relays=tuple(_relay(chance, kind, stops=stops) for _ in range(chance.choice([1, 1, 2, 3]))),
        server=() if sandbox else _server(chance),
        users=chance.choice([1, 3, 10]),
        concurrency=chance.choice([1, 1, 2, 8]),
        batch=chance.choice([1, 5, 20, 60]),
        lease=_SHORT_LEASE if short else _LONG_LEASE,
        faults=chance.choice([0, 0, 0.1, 0.3]),
        jumps=chance.random() < 0.3,
        sandbox=sandbox,
        hazards=_hazards_of_sqlite(chance) if kind == "sqlite" and not sandbox else (),
    )
    # Drawn last, so that the rest of a seed stays as it was.
    scenario = attrs.evolve(
        scenario,
        producers=tuple(map(partial(_with_relay, chance), scenario.producers)),
        server=scenario.server if sandbox else _with_impostors(chance, scenario.server),
        planted=_planted(chance, kind),
    )
    broken = scenario.server if sandbox else _with_broken(chance, scenario.server)
    scenario = attrs.evolve(scenario, server=broken)
    return scenario if sandbox else _with_more(chance, scenario)


def _hazards_of_sqlite(chance: random.Random) -> tuple[Hazard, ...]:
    # What is interrupted may leave out what later calls need, and only the sink takes those.
    interrupts, is_full = chance.random() < 0.25, chance.choice([False, False, False, True])
    if is_full:
        return (FullDisk(90_000),)
    return (InterruptedCalls(),) if interrupts else ()


def _with_more(chance: random.Random, scenario: Scenario) -> Scenario:
    """What only the sink takes: hazards, and responses that nobody asked for."""
    producers = scenario.hazards or _hazard_of_producers(chance, scenario.kind)
    relays = _hazard_of_relays(chance)
    lost = any(isinstance(each, LostFile) for each in producers)
    return attrs.evolve(
        scenario,
        hazards=(*producers, *relays),
        outboxes=chance.choice([1, 2, 3]),
        strays=chance.choice([0, 0, 0.1, 0.3]),
        transport=chance.choice(["direct", "direct", "direct", "httpx"]),
        planted=() if lost else scenario.planted,
    )


def _hazard_of_producers(chance: random.Random, kind: str) -> tuple[Hazard, ...]:
    interrupts = InterruptedCalls(latest=0.001 if kind == "sqlite" else 0.01)
    forks = Forks(share=chance.choice([0.05, 0.3]), is_seen=chance.random() < 0.7)
    delays = tuple(chance.uniform(0, 0.3) for _ in range(chance.randint(1, 3)))
    lost = LostFile(delays, is_replaced=chance.random() < 0.5)
    found = chance.choices(
        [None, forks, interrupts, Greenlets(), lost],
        [4, 2, 0 if kind == "sqlite" else 2, *([1, 2] if kind == "sqlite" else [0, 0])],
    )[0]
    return (found,) if found else ()


def _hazard_of_relays(chance: random.Random) -> tuple[Hazard, ...]:
    if chance.random() < 0.75:
        return ()
    return (InterruptedRelays(chance.randint(1, 5), latest=chance.choice([0.02, 0.1])),)


def _with_relay(chance: random.Random, lives: tuple[Life, ...]) -> tuple[Life, ...]:
    has_relay = chance.random() < 0.2
    return tuple(attrs.evolve(life, has_relay=has_relay) for life in lives)


def _with_impostors(chance: random.Random, lives: tuple[Life, ...]) -> tuple[Life, ...]:
    """Another server at the same port for a while, in a quarter of the seeds."""
    if chance.random() < 0.75:
        return lives
    wrong = Life(strikes=((chance.uniform(0.05, 0.4), SIGKILL),), is_wrong=True)
    return (*lives, wrong)


def _with_broken(chance: random.Random, lives: tuple[Life, ...]) -> tuple[Life, ...]:
    """A server that fails for a user or an endpoint for a while, in half of the seeds."""
    if chance.random() < 0.5:
        return lives
    breaks = chance.choice(["user_0", "user_1", "/users/events ", "/organizations ", "/users "])
    strikes = ((chance.uniform(0.2, 1.2), SIGKILL),)
    return (Life(strikes=strikes, breaks=breaks), *lives)


def _planted(chance: random.Random, kind: str) -> tuple[str, ...]:
    if chance.random() < 0.75:
        return ()
    return tuple(chance.choices(list(DAMAGES[kind].entries), k=chance.randint(1, 4)))


def _producer(chance: random.Random, kind: str) -> tuple[Life, ...]:
    points = points_of_producers(SCHEMES[kind])
    threads = chance.choice([1, 1, 1, 3])
    mortal = tuple(
        Life(
            trap=chance.choice(["", *points]),
            passings=chance.randint(1, 40),
            strikes=((chance.uniform(0, 0.05), SIGKILL),),
            calls=chance.randint(1, 60),
            threads=threads,
        )
        for _ in range(chance.randint(1, 5))
    )
    return (*mortal, Life(calls=chance.randint(1, 30), threads=threads))


def _relay(chance: random.Random, kind: str, *, stops: bool) -> tuple[Life, ...]:
    points = points_of_relays(SCHEMES[kind])
    return tuple(
        Life(
            trap=chance.choice(["", *points]),
            passings=chance.choice([1, 1, 2, 3, 10]),
            strikes=_strikes(chance, stops=stops and number == 0),
        )
        for number in range(chance.randint(1, 5))
    )


def _strikes(chance: random.Random, *, stops: bool) -> tuple[tuple[float, Signals], ...]:
    first = chance.uniform(0, 0.15)
    if stops:
        end = chance.choice([SIGKILL, SIGTERM])
        return ((first, SIGSTOP), (2 * _SHORT_LEASE, SIGCONT), (0.1, end))
    return ((first, SIGTERM if chance.random() < 0.15 else SIGKILL),)


def _server(chance: random.Random) -> tuple[Life, ...]:
    if chance.random() < 0.7:
        return ()
    return tuple(
        Life(strikes=((chance.uniform(0, 0.2), SIGKILL),)) for _ in range(chance.randint(1, 3))
    )
