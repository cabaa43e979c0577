"""The process of one contender: reads how many, does it, prints what it cost as JSON.

python -m benchmarks.worker MODULE.CLASS URL [IN_FLIGHT]
"""

from __future__ import annotations

import importlib
import json
import sys
import time


def main(name: str, url: str, *in_flight: str) -> None:
    """Take turns until the input ends.

    Args:
        name: Of a module here and a class in it.
        url: Where to send.
        in_flight: How many calls at once, for those of `many`.
    """
    module, _, kind = name.partition(".")
    contender = getattr(importlib.import_module(f"benchmarks.{module}"), kind)
    ready = contender(url, *map(int, in_flight))
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        facts = ready.run(int(line))
        cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps({**cost, "facts": facts}), flush=True)
    ready.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
