"""A relay, one of several on an outbox, and how much it delivers in a given time."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from benchmarks.singles import KEY
from lunogram import Lunogram
from lunogram.outbox import Outbox

OUTBOX = "LUNOGRAM_BENCH_OUTBOX"
"""The environment variable with the URL of the outbox."""


class Relay:
    """Delivers from the moment it is made."""

    def __init__(self, url: str, concurrency: int) -> None:
        self._outbox = Outbox(os.environ[OUTBOX])
        client = Lunogram(KEY, base_url=url)
        self._relay = self._outbox.relay(client, concurrency=concurrency)
        # As `lunogram relay` does, in a thread only because this process has to count meanwhile.
        self._thread = threading.Thread(target=self._relay.run)
        self._thread.start()

    def run(self, seconds: int) -> dict[str, float]:
        """Count what is delivered meanwhile, and for how long cores were at work."""
        before, busy = self._relay.stats().delivered, _busy()
        time.sleep(seconds)
        return {"delivered": self._relay.stats().delivered - before, "busy": _busy() - busy}

    def close(self) -> None:
        """Finish what is on its way."""
        self._relay.ask_to_stop()
        self._thread.join()
        self._outbox.close()


def _busy() -> float:
    """Seconds for which the cores of this machine were at work; 0 where it does not say."""
    try:
        first = Path("/proc/stat").read_text("ascii").partition("\n")[0]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *interrupts = map(int, first.split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
