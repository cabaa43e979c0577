"""Who listens to the stream of what happens, and how they are told that there is something."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex


class Listener:
    """One open stream of one project. It is woken, and then looks for itself what is new.

    So nothing is queued for it: one that is slow falls behind what is kept anyway.
    """

    def __init__(self, project_id: str) -> None:
        """Listen to this project."""
        self.project_id = project_id
        self.reset = False
        """Whether the project was emptied since it last looked."""
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something new."""
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until it is woken; False if nothing happened for so long."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Hub:
    """All listeners of a sandbox. With nobody listening, it costs nothing."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.run = token_hex(4)
        """Names this run of the sandbox: calls are numbered anew in each."""
        self.closed = False
        """Whether the sandbox is being stopped."""
        self._listeners: set[Listener] = set()

    @contextmanager
    def listening(self, project_id: str) -> Iterator[Listener]:
        """Listen for a while."""
        listener = Listener(project_id)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def wake(self) -> None:
        """Say that there may be something new."""
        for listener in self._listeners:
            listener.wake()

    def announce_reset(self, project_id: str) -> None:
        """Say that a project was emptied."""
        for listener in self._listeners:
            if listener.project_id == project_id:
                listener.reset = True
        self.wake()

    def close(self) -> None:
        """End all streams."""
        self.closed = True
        self.wake()
