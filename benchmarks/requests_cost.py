"""What a call costs: ours and others' clients, one small upsert after the other and many at once.

Each runs in a process of its own on one core, in turns; the server is on another. CPU time is the
client's alone. What travels between machines is the ratio to httpx used by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from benchmarks.rounds import Entrant, compete, ours
from benchmarks.servers import Server
from benchmarks.tables import Table, costs

BASE = "httpx"
IN_FLIGHT = (1, 8, 32, 128)
SIZES = (1, 10, 100, 500)
_MOST_PARTITIONS = 64
# What is compiled as it goes wants more to warm up.
_JIT = 5_000


def one_at_a_time() -> list[Entrant]:
    """Those who send one upsert after the other."""
    return [
        Entrant("socket by hand", "singles.Floor"),
        Entrant("pyreqwest", "singles.Pyreqwest", needs="pyreqwest"),
        Entrant("http.client", "singles.HttpClient"),
        Entrant("httpx2", "singles.Httpx2", needs="httpx2"),
        Entrant(BASE, "singles.Httpx"),
        *ours("lunogram", "singles.Facade"),
        Entrant("customerio", "singles.Customerio", needs="customerio"),
        *_not_python(1),
    ]


def in_event_loop(in_flight: int) -> list[Entrant]:
    """Those who can have many calls on their way in one event loop, and the relay of an outbox.

    Args:
        in_flight: How many.
    """
    relays = (
        ours("relay", "outboxes.RelaySingles", in_flight) if in_flight <= _MOST_PARTITIONS else []
    )
    return [
        Entrant("streams by hand", "many.AsyncFloor", in_flight),
        Entrant("pyreqwest", "many.AsyncPyreqwest", in_flight, needs="pyreqwest"),
        Entrant("aiohttp", "many.Aiohttp", in_flight, needs="aiohttp"),
        Entrant("httpx2", "many.AsyncHttpx2", in_flight, needs="httpx2"),
        Entrant(BASE, "many.AsyncHttpx", in_flight),
        *ours("lunogram", "many.AsyncFacade", in_flight),
        *_not_python(in_flight),
        *relays,
    ]


def in_threads(count: int) -> list[Entrant]:
    """Those who share one client among threads.

    Args:
        count: How many threads.
    """
    return [
        Entrant("pyreqwest", "threads.Pyreqwest", count, needs="pyreqwest"),
        Entrant("httpx2", "threads.Httpx2", count, needs="httpx2"),
        Entrant(BASE, "threads.Httpx", count),
        *ours("lunogram", "threads.Facade", count),
    ]


def in_arrays(size: int) -> list[Entrant]:
    """Those who send events in arrays; a relay always sends them in arrays of 500.

    Args:
        size: How many at once.
    """
    return [
        Entrant(BASE, "arrays.Httpx", size),
        *ours("lunogram", "arrays.Facade", size),
        *_in_node("events", size, warm=max(_JIT, 100 * size)),
        *(ours("relay", "outboxes.RelayEvents") if size == 500 else []),
    ]


def _not_python(in_flight: int) -> list[Entrant]:
    return [
        *_in_node("upserts", in_flight, warm=_JIT),
        Entrant("Go's net/http", "client.go", in_flight, needs="go"),
    ]


def _in_node(what: str, size: int, warm: int) -> list[Entrant]:
    return [
        Entrant("Node's fetch", f"fetch.mjs {what}", size, "node", warm=warm),
        Entrant("openapi-fetch", f"openapi-fetch.mjs {what}", size, "npm", warm=warm),
    ]


@attrs.frozen
class Section:
    """A table of upserts or events that are sent.

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

    def measure(self, server: Server, calls: int, rounds: int) -> Table:
        """Let them take turns.

        Args:
            server: Where to send.
            calls: How many calls make a turn, before they are weighed.
            rounds: How many rounds.
        """
        count = calls * self.weight
        turns = compete(self.entrants, server.url, count, rounds)
        return costs(self.title, turns, BASE, count, server.name)


def loop_title(in_flight: int) -> str:
    """What the section of so many calls in one event loop is called."""
    return f"{in_flight} in flight, one event loop"


def threads_title(count: int) -> str:
    """What the section of so many threads is called."""
    return f"{count} threads" if count > 1 else "one at a time"


def arrays_title(size: int) -> str:
    """What the section of arrays of so many events is called."""
    return f"events in arrays of {size}" if size > 1 else "events one by one"


def sections() -> Iterator[Section]:
    """All of them."""
    yield Section(threads_title(1), one_at_a_time(), is_quick=True)
    for count in IN_FLIGHT:
        # A relay connects anew in each turn, which should not be what is measured.
        weight = 4 if count == 32 else max(1, count // 64)
        yield Section(loop_title(count), in_event_loop(count), weight, is_quick=count == 32)
    for count in IN_FLIGHT[1:]:
        weight = max(1, count // 64)
        yield Section(threads_title(count), in_threads(count), weight, is_quick=count == 8)
    for size in SIZES:
        weight = min(100, size)
        yield Section(arrays_title(size), in_arrays(size), weight, is_quick=size == 500)
