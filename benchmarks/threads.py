"""Who has several calls on their way at once by threads that share one client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from benchmarks import singles


class Threads:
    """So many threads over one contender of `singles`."""

    kind: type[singles.Contender]

    def __init__(self, url: str, threads: int) -> None:
        self._one = self.kind(url)
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)

    def run(self, count: int) -> dict[str, float]:
        """Call so many times, in all threads together."""
        list(self._pool.map(self._one.run, [count // self._threads] * self._threads))
        return {}

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


class Facade(Threads):
    """Ours."""

    kind = singles.Facade


class Httpx(Threads):
    """httpx by hand."""

    kind = singles.Httpx


class Pyreqwest(Threads):
    """pyreqwest by hand."""

    kind = singles.Pyreqwest


class Httpx2(Threads):
    """httpx2 by hand."""

    kind = singles.Httpx2
