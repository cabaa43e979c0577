"""The process of one contender: reads how many, does it, prints what it cost as JSON.

python -m benchmarks.worker MODULE.CLASS URL [SIZE]
"""

from __future__ import annotations

import importlib
import json
import sys
import time


def main(name: str, url: str, *size: str) -> None:
    """Take turns until the input ends.

    Args:
        name: Of a module here and a class in it.
        url: Where to send.
        size: How many calls at once, or events in an array.
    """
    module, _, kind = name.partition(".")
    contender = getattr(importlib.import_module(f"benchmarks.{module}"), kind)
    ready = contender(url, *map(int, size))
    for line in sys.stdin:
        if hasattr(ready, "prepare"):
            ready.prepare(int(line))
        cpu, wall = time.process_time(), time.perf_counter()
        facts = ready.run(int(line))
        cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps({**cost, "facts": facts}), flush=True)
    ready.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
