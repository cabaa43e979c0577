"""The subscribers of the live stream, and the hub that wakes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

MOST_LISTENERS = 64
"""The maximum number of streams; one more ends the oldest."""


class Listener:
    """One open stream of one project. When it is woken, it reads itself what is new.

    So nothing is queued for a slow listener: it falls behind what is kept anyway.
    """

    def __init__(self, project_id: str) -> None:
        self.project_id = project_id
        self.reset = False
        """Whether the project was emptied since the last read."""
        self.ended = False
        """Whether the stream has to end, because of a newer one or because the sandbox stops."""
        self._woken = asyncio.Event()

    def end(self) -> None:
        """End the stream at its next read."""
        self.ended = True
        self.wake()

    def wake(self) -> None:
        """Signal that there may be something new."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until the listener is woken; False after a timeout."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Hub:
    """All listeners of a sandbox. Without listeners, it costs nothing."""

    def __init__(self) -> None:
        self.run = token_hex(4)
        """An id of this run of the sandbox: each run numbers its calls from 1."""
        self._closed = False
        self._listeners: dict[Listener, None] = {}  # the oldest first

    @contextmanager
    def listening(self, project_id: str) -> Iterator[Listener]:
        """Subscribe a listener for the duration of the block."""
        listener = Listener(project_id)
        listener.ended = self._closed
        if len(self._listeners) >= MOST_LISTENERS:
            oldest = next(iter(self._listeners))
            del self._listeners[oldest]
            oldest.end()
        self._listeners[listener] = None
        try:
            yield listener
        finally:
            self._listeners.pop(listener, None)

    def wake(self) -> None:
        """Wake all listeners."""
        for listener in self._listeners:
            listener.wake()

    def announce_reset(self, project_id: str) -> None:
        """Tell the listeners of a project that it was emptied."""
        for listener in self._listeners:
            if listener.project_id == project_id:
                listener.reset = True
        self.wake()

    def close(self) -> None:
        """End all streams."""
        self._closed = True
        for listener in self._listeners:
            listener.end()
