"""What a call costs: ours and others' clients, one small upsert after the other and many at once.

    make bench

Each runs in a process of its own on one core, in turns; the server is on another. CPU time is the
client's alone. What travels between machines is the ratio to httpx used by hand.
"""

from __future__ import annotations

import attrs

from benchmarks.rounds import Entrant, Turn, middle, ratios

BASE = "httpx"

ONE = [
    Entrant("socket by hand", "singles.Floor"),
    Entrant("pyreqwest", "singles.Pyreqwest", needs="pyreqwest"),
    Entrant("http.client", "singles.HttpClient"),
    Entrant("httpx2", "singles.Httpx2", needs="httpx2"),
    Entrant(BASE, "singles.Httpx"),
    Entrant("lunogram", "singles.Facade"),
    Entrant("customerio", "singles.Customerio", needs="customerio"),
    Entrant("Node's fetch", "fetch.mjs", size=1, needs="node"),
]


def many(in_flight: int) -> list[Entrant]:
    """Those who can have many calls on their way in one event loop.

    Args:
        in_flight: How many.
    """
    return [
        Entrant("streams by hand", "many.AsyncFloor", in_flight),
        Entrant("pyreqwest", "many.AsyncPyreqwest", in_flight, needs="pyreqwest"),
        Entrant("aiohttp", "many.Aiohttp", in_flight, needs="aiohttp"),
        Entrant("httpx2", "many.AsyncHttpx2", in_flight, needs="httpx2"),
        Entrant(BASE, "many.AsyncHttpx", in_flight),
        Entrant("lunogram", "many.AsyncFacade", in_flight),
        Entrant("Node's fetch", "fetch.mjs", in_flight, needs="node"),
    ]


def relays(concurrency: int) -> list[Entrant]:
    """The same, and the relay of an outbox.

    Args:
        concurrency: How many requests it has on their way.
    """
    return [*many(concurrency), Entrant("relay", "queues.RelaySingles", concurrency)]


def threads(count: int) -> list[Entrant]:
    """Those who share one client among threads.

    Args:
        count: How many threads.
    """
    return [
        Entrant("pyreqwest", "threads.Pyreqwest", count, needs="pyreqwest"),
        Entrant(BASE, "threads.Httpx", count),
        Entrant("lunogram", "threads.Facade", count),
    ]


def arrays(size: int) -> list[Entrant]:
    """Those who send events in arrays.

    Args:
        size: How many at once.
    """
    return [Entrant(BASE, "arrays.Httpx", size), Entrant("lunogram", "arrays.Facade", size)]


@attrs.frozen
class Section:
    """A part of the table.

    Attributes:
        title: What it is about.
        entrants: Who takes part.
        weight: How many calls make a turn, as a multiple of what was asked for.
        is_quick: Whether it is also in the quick run.
    """

    title: str
    entrants: list[Entrant]
    weight: int = 1
    is_quick: bool = False


SECTIONS = [
    Section("one at a time", ONE, is_quick=True),
    Section("1 in flight, one event loop", relays(1)),
    Section("8 in flight, one event loop", relays(8)),
    Section("32 in flight, one event loop", relays(32), is_quick=True),
    Section("128 in flight, one event loop", many(128)),
    Section("8 threads", threads(8)),
    Section("events one by one", arrays(1)),
    Section("events in arrays of 100", arrays(100), weight=10),
    Section("events in arrays of 500", arrays(500), weight=20, is_quick=True),
]


def table(title: str, turns: dict[str, list[Turn]], count: int) -> None:
    """Print what each cost, the cheapest first.

    Args:
        title: What it is about.
        turns: What each did, round by round.
        count: How many calls there were in each turn.
    """
    print(f"\n{title:32}{'CPU us':>9}{'of httpx':>10}{'(quartiles)':>16}{'per second':>12}")
    for name in sorted(turns, key=lambda name: middle(turns[name], "cpu")):
        low, half, high = ratios(turns[name], turns[BASE], "cpu")
        print(f"{name:32}{middle(turns[name], 'cpu') / count * 1e6:9.1f}{half:10.2f}"
              f"{f'{low:.2f} to {high:.2f}':>16}"
              f"{count / middle(turns[name], 'wall'):12.0f}")  # fmt: skip
