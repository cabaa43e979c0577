"""What a call costs: ours and others' clients, one small upsert after the other and many at once.

    make bench

Each runs in a process of its own on one core, in turns; the server is on another. CPU time is the
client's alone. What travels between machines is the ratio to httpx used by hand.
"""

from __future__ import annotations

import argparse

from benchmarks.rounds import Entrant, Turn, compete, middle, ratios, sink

OURS = "lunogram"
BASE = "httpx"

ONE = [
    Entrant("socket by hand", "singles.Floor"),
    Entrant("pyreqwest", "singles.Pyreqwest", needs="pyreqwest"),
    Entrant("http.client", "singles.HttpClient"),
    Entrant("httpx2", "singles.Httpx2", needs="httpx2"),
    Entrant(BASE, "singles.Httpx"),
    Entrant(OURS, "singles.Facade"),
    Entrant("customerio", "singles.Customerio", needs="customerio"),
    Entrant("Node's fetch", "fetch.mjs", in_flight=1, needs="node"),
]


def many(in_flight: int) -> list[Entrant]:
    """Those who can have many calls on their way.

    Args:
        in_flight: How many.
    """
    return [
        Entrant("streams by hand", "many.AsyncFloor", in_flight),
        Entrant("pyreqwest", "many.AsyncPyreqwest", in_flight, needs="pyreqwest"),
        Entrant("aiohttp", "many.Aiohttp", in_flight, needs="aiohttp"),
        Entrant("httpx2", "many.AsyncHttpx2", in_flight, needs="httpx2"),
        Entrant(BASE, "many.AsyncHttpx", in_flight),
        Entrant(OURS, "many.AsyncFacade", in_flight),
        Entrant("Node's fetch", "fetch.mjs", in_flight, needs="node"),
    ]


def table(title: str, turns: dict[str, list[Turn]], count: int) -> None:
    """Print what each cost, the cheapest first."""
    print(f"\n{title:24}{'CPU us':>9}{'of httpx':>10}{'(quartiles)':>16}{'calls/s':>10}")
    for name in sorted(turns, key=lambda name: middle(turns[name], "cpu")):
        low, half, high = ratios(turns[name], turns[BASE], "cpu")
        print(f"{name:24}{middle(turns[name], 'cpu') / count * 1e6:9.0f}{half:10.2f}"
              f"{f'{low:.2f} to {high:.2f}':>16}"
              f"{count / middle(turns[name], 'wall'):10.0f}")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000, help="in each round")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with sink() as url:
        turns = compete(ONE, url, options.calls, options.rounds)
        table("one at a time", turns, options.calls)
        for in_flight in (1, 8, 32, 128):
            turns = compete(many(in_flight), url, options.calls, options.rounds)
            table(f"{in_flight} in flight, one core", turns, options.calls)


if __name__ == "__main__":
    main()
