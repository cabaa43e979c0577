"""What several relays deliver together from one outbox: ``make bench-scale``.

Entries wait in the outbox, relays in processes of their own share them, and for some seconds it is
counted what they deliver. The CPU time is that of the relays, and of the whole machine: servers of
the outbox and of HTTP included, and whatever else it does.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import attrs

from benchmarks import entries
from benchmarks.results import Results
from benchmarks.rounds import FAST, PLAIN, Entrant, Turn, Worker
from benchmarks.servers import Server, fastest, sink
from benchmarks.stores import stores
from benchmarks.tables import Table
from benchmarks.timed_relay import OUTBOX
from lunogram.outbox import Outbox
from lunogram.outbox.store import Entry, Limits, Store

_DOCS = Path(__file__).parents[1] / "docs"
_DELAY = 0.05
_SECONDS = 4
_KINDS: Mapping[str, Callable[[int], list[Entry]]] = {
    "events": entries.of_events,
    "upserts": entries.of_upserts,
}
# Until relays have begun, and until several have shared the partitions.
_BEGINNING = 2.0
_SHARING = 6.0
# More than relays deliver in the time.
_WAITING = {"SQLite": 2_400_000, "PostgreSQL": 1_600_000, "NATS": 300_000}
_MOST_UPSERTS = 200_000


@attrs.frozen
class Setting:
    """Relays on an outbox.

    Attributes:
        store: The name of a kind of store.
        relays: How many there are.
        concurrency: How many requests each has on its way.
        is_fast: Whether they are of ``lunogram[fast]``.
    """

    store: str
    relays: int
    concurrency: int
    is_fast: bool = False

    @property
    def label(self) -> str:
        """What the table calls it."""
        fast = "[fast]" if self.is_fast else ""
        return f"{self.store}, {self.relays} x relay{fast}, {self.concurrency} at once"

    def relay(self, url: str) -> Entrant:
        """One of its relays.

        Args:
            url: Of the outbox.
        """
        environ = {OUTBOX: url, **(FAST if self.is_fast else PLAIN)}
        return Entrant(self.label, "timed_relay.Relay", self.concurrency, environ=environ)


def at_full_speed() -> Iterator[Setting]:
    """What is measured against a server that responds at once."""
    for store in stores():
        if store == "SQLite":  # others would stand by
            yield from _one_relay(1, 32)
        else:
            yield from (Setting(store, relays, 8) for relays in (1, 2, 4))


def _one_relay(*concurrencies: int) -> Iterator[Setting]:
    for concurrency in concurrencies:
        yield Setting("SQLite", 1, concurrency)
        yield Setting("SQLite", 1, concurrency, is_fast=True)


def delivered(title: str, what: str, settings: Iterable[Setting], server: Server) -> Table:
    """What relays deliver together.

    Args:
        title: Of the table.
        what: ``"events"`` or ``"upserts"``.
        settings: Which relays.
        server: Where to send.
    """
    rows = {setting.label: _row(setting, what, server) for setting in settings}
    columns = ("entries/s", "relays: CPU us/entry", "machine: CPU us/entry")
    return Table(title, columns, rows, server.name)


def _row(setting: Setting, what: str, server: Server) -> tuple[float, ...]:
    with stores()[setting.store]() as url, closing(Outbox(url)) as outbox:
        count = _WAITING[setting.store]
        count = min(count, _MOST_UPSERTS) if what == "upserts" else count
        entries.fill(outbox._store, _KINDS[what](10_000), count)
        turns = _deliver(setting.relay(url), setting.relays, server)
        assert outbox.stats().pending, "nothing waited any more: it has to be more"
    arrived = sum(turn.facts["delivered"] for turn in turns)
    return (
        sum(turn.facts["delivered"] / turn.wall for turn in turns),
        sum(turn.cpu for turn in turns) / arrived * 1e6,
        turns[0].facts["busy"] / arrived * 1e6,
    )


def _deliver(relay: Entrant, relays: int, server: Server) -> list[Turn]:
    with ExitStack() as open_ones:
        workers = [Worker(relay, server.url, core=None) for _ in range(relays)]
        for worker in workers:
            open_ones.callback(worker.close)
        time.sleep(_SHARING if relays > 1 else _BEGINNING)
        for worker in workers:
            worker.begin(_SECONDS)
        return [worker.end() for worker in workers]


def queued(count: int) -> Table:
    """What it costs to queue events.

    Args:
        count: How many.
    """
    rows: dict[str, tuple[float, ...]] = {}
    for name, store in stores().items():
        for at_once in (1, 500):
            with store() as url, closing(Outbox(url)) as outbox:
                few = count if at_once > 1 else count // 50
                rows[f"{name}, {at_once} a call"] = _queue(outbox._store, at_once, few)
    return Table("events queued by one thread", ("entries/s", "CPU us/entry"), rows)


def _queue(store: Store, at_once: int, count: int) -> tuple[float, float]:
    store.add(entries.of_events(at_once), Limits())
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(count // at_once):
        store.add(entries.of_events(at_once), Limits())
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return count / wall, cpu / count * 1e6


def main() -> None:
    """Measure, print, and keep the results if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", action="store_true", help="into docs/scale.json")
    options = parser.parse_args()
    results = Results()
    results.add(queued(100_000))
    with fastest() as server:
        for what in _KINDS:
            results.add(delivered(f"{what} delivered", what, at_full_speed(), server))
    with sink(_DELAY) as server:
        title = "upserts delivered slowly"
        results.add(delivered(title, "upserts", _one_relay(1, 8, 32), server))
    if options.save:
        results.save(_DOCS / "scale.json")


if __name__ == "__main__":
    main()
