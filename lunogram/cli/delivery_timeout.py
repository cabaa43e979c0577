"""The timeout of an import's delivery: a wrong key or host ends the command with one sentence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lunogram.importing import Progress

DEFAULT_SECONDS = 300.0
"""The default for failures that may pass, such as a server that is not reached."""


class DeliveryTimeout:
    """Stops an import whose entries can't be delivered.

    Attributes:
        server: The URL of the server, for the error.
    """

    def __init__(self, seconds: float | None, stopping: threading.Event) -> None:
        """Start the clock.

        Args:
            seconds: The time without any delivery after which the import is stopped. Default: 300,
                or 0 for failures that the relay can't solve by itself, such as a wrong key.
            stopping: The event that stops the import.
        """
        self._seconds = seconds
        self._stopping = stopping
        self.server = ""
        self._delivered = 0
        self._last = time.monotonic()
        self._error: Exception | None = None

    def watch(self, on_progress: Callable[[Progress], object]) -> Callable[[Progress], object]:
        """A callback for the progress that notices what is delivered.

        Args:
            on_progress: A callback that is called too.
        """

        def show(progress: Progress) -> None:
            if progress.delivered > self._delivered:
                self._delivered, self._last = progress.delivered, time.monotonic()
            on_progress(progress)

        return show

    def fail(self, error: Exception) -> bool:
        """Stop the import if nothing was delivered for too long, and return whether it is.

        Args:
            error: The failure of a request of the relay.
        """
        if self._error is None and time.monotonic() - self._last >= self._limit(error):
            self._error = error
            self._stopping.set()
        return self._error is not None

    def _limit(self, error: Exception) -> float:
        from lunogram import RateLimitError
        from lunogram.outbox.relay.failure_policy import FailureAction, action_for

        if isinstance(error, RateLimitError):  # the server says itself how long it takes
            return float("inf")
        if self._seconds is not None:
            return self._seconds
        return 0.0 if action_for(error) is FailureAction.HALT else DEFAULT_SECONDS

    @contextmanager
    def raising(self) -> Iterator[None]:
        """A context for the import, which raises an error if this has stopped it."""
        from lunogram import LunogramError
        from lunogram.importing import InterruptedImport
        from lunogram.outbox.relay.failure_policy import shown

        try:
            yield
        except InterruptedImport:
            if self._error is None:
                raise
            raise LunogramError(
                f"nothing is delivered to {self.server}: {shown(self._error)}. When that is "
                "corrected, the same command resumes the import"
            ) from None
