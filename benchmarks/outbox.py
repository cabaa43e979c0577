"""What an event costs on its way through a queue: ours on disk, others' in memory, a bare socket.

    make bench

Each queues events one by one and delivers all of them to a sink on another core, in turns, in
processes of their own. CPU time counts everything from the call to the acknowledgement. With
--delay the sink takes that many seconds to answer; then time counts more than CPU.
"""

from __future__ import annotations

import argparse
import urllib.request

from benchmarks.rounds import Entrant, Turn, compete, middle, ratios, sink

OURS = "outbox, on disk"
FLOOR = "bare socket"
ENTRANTS = [
    Entrant(OURS, "queues.Queue"),
    Entrant("outbox, 500 a call", "queues.QueueArrays"),
    Entrant("import of a CSV", "queues.Import", needs="duckdb"),
    Entrant("posthog", "queues.Posthog", needs="posthog"),
    Entrant("segment", "queues.Segment", needs="segment"),
    Entrant(FLOOR, "queues.Bare"),
]


def table(turns: dict[str, list[Turn]], count: int) -> None:
    """Print what each cost."""
    floor = turns[FLOOR]
    print(f"{'':20}{'CPU us/event':>13}{'of the floor':>14}{'(quartiles)':>14}"
          f"{'p50 us':>9}{'p99 us':>9}{'events/s':>11}")  # fmt: skip
    for name, rounds in turns.items():
        low, half, high = ratios(rounds, floor, "cpu")
        spread = f"{low:.1f} to {high:.1f}"
        print(f"{name:20}{middle(rounds, 'cpu') / count * 1e6:13.1f}{half:14.1f}{spread:>14}"
              f"{middle(rounds, 'p50'):9.1f}{middle(rounds, 'p99'):9.1f}"
              f"{count / middle(rounds, 'wall'):11.0f}")  # fmt: skip
    print(f"ours wrote {middle(turns[OURS], 'written'):.0f} bytes to disk for each event")


def arrived(url: str) -> int:
    """How many events the sink has seen."""
    with urllib.request.urlopen(f"{url}/count") as answer:
        return int(answer.read())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0, help="of the server, in seconds")
    options = parser.parse_args()
    with sink(options.delay) as url:
        turns = compete(ENTRANTS, url, options.events, options.rounds)
        came = arrived(url)
    asked = len(turns) * (options.rounds * options.events + max(1, options.events // 10))
    table(turns, options.events)
    print(f"{came:,} of {asked:,} events arrived")


if __name__ == "__main__":
    main()
