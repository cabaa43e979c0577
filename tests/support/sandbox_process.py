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


_HASTY = """
from lunogram.cli import main
from lunogram.sandbox import protocol

protocol.HEAD_SECONDS = protocol.BODY_SECONDS = protocol.READER_SECONDS = 1.0
main()
"""


class SandboxProcess:
    """A sandbox that runs until it is stopped; a context manager."""

    program = ("-m", "lunogram.cli")
    """What Python is told to run."""

    def __init__(self, *options: str, port: int = 0) -> None:
        """Start the command with these options, and wait for its first line."""
        command = [sys.executable, *self.program, "sandbox", "--port", str(port), "--quiet"]
        self.process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        if self.process.stdout is None:
            raise AssertionError
        self.base_url = self.process.stdout.readline().strip()
        """The value for LUNOGRAM_BASE_URL."""
        self.url = self.base_url.removesuffix("/api")
        """The sandbox's root, under which the test API is at /sandbox."""
        if not self.base_url:
            self.kill()
            message = f"the sandbox did not start: {self.errors}"
            raise RuntimeError(message)

    def new_key(self) -> str:
        """Make a unique key: a project of its own."""
        return f"sk_{uuid4().hex}"

    def project_id(self, key: str) -> str:
        """Return the id of a key's project."""
        headers = {"Authorization": f"Bearer {key}"}
        response = httpx.get(f"{self.url}/sandbox/project", headers=headers)
        project_id: str = response.raise_for_status().json()["id"]
        return project_id

    def project_url(self, key: str) -> str:
        """Return the URL of a key's project in the API."""
        return f"{self.base_url}/client/projects/{self.project_id(key)}"

    def client(self, key: str | None = None, **options: object) -> httpx.Client:
        """Make an HTTP client with a key, of a new project unless one is given."""
        headers = {"Authorization": f"Bearer {key or self.new_key()}"}
        return httpx.Client(
            base_url=self.url,
            headers=headers,
            verify=False,  # it speaks no TLS, and to read all certificates takes 20 ms
            **options,  # type: ignore[arg-type]
        )

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
        """Enter the context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the sandbox if it is still running."""
        if self.process.returncode is None:
            self.stop()


class HastySandbox(SandboxProcess):
    """A sandbox that gives its clients one second, for tests of those that are too slow."""

    program = ("-c", _HASTY)
