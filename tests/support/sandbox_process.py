"""A real `lunogram sandbox` in a process of its own, on a free port."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import httpx

if TYPE_CHECKING:
    from types import TracebackType

_STOPPING = 10
"""Seconds within which it has to stop."""


class SandboxProcess:
    """A sandbox that runs until it is stopped; a context manager."""

    def __init__(self, *options: str, port: int = 0) -> None:
        """Start it with these options of the command, and wait for its line."""
        command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--port", str(port), "--quiet"]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if self.process.stdout is None:
            raise AssertionError
        self.base_url = self.process.stdout.readline().strip()
        """What LUNOGRAM_BASE_URL would be."""
        self.url = self.base_url.removesuffix("/api")
        """The sandbox's root, under which the test API is at /sandbox."""
        if not self.base_url:
            self.kill()
            message = f"the sandbox did not start: {self.errors}"
            raise RuntimeError(message)

    def new_key(self) -> str:
        """Make a key that nobody else uses: a project of its own."""
        return f"sk_{uuid4().hex}"

    def client(self, key: str | None = None, **options: object) -> httpx.Client:
        """Make an HTTP client with a key, of a new project unless one is given."""
        headers = {"Authorization": f"Bearer {key or self.new_key()}"}
        return httpx.Client(base_url=self.url, headers=headers, **options)  # type: ignore[arg-type]

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        self.process.terminate()
        return self._end()

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self.process.kill()
        self._end()

    def _end(self) -> int:
        self.output, self.errors = self.process.communicate(timeout=_STOPPING)
        return self.process.returncode

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it if it still runs."""
        if self.process.returncode is None:
            self.stop()
