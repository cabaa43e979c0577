"""Starting and stopping a sandbox in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryFile

from .remote import SandboxError


class SandboxProcess:
    """A running sandbox, which ends with the process that started it, and with its forks if any.

    Attributes:
        base_url: Where it answers, up to and with ``/api``.
    """

    def __init__(self) -> None:
        """Start it, and wait until it listens.

        Raises:
            SandboxError: If it does not start.
        """
        # A file, because a pipe that nobody reads would fill up and stop it.
        self._errors = TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(
            # -P: what lies in the working directory is not taken for a module.
            [sys.executable, "-P", "-m", "lunogram.testing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C stops the tests first, which may still look into it
        )
        assert self._process.stdout
        # Whatever else Python is set up to print comes before.
        lines = (line.decode().strip() for line in self._process.stdout)
        self.base_url = next((line for line in lines if line.startswith("http")), "")
        if not self.base_url:
            raise SandboxError(f"the sandbox did not start: {self._last_words()}")

    def stop(self) -> None:
        """End it. What it holds is gone."""
        self._process.kill()
        with self._process:  # closes its pipes and waits
            self._errors.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip()
        self.stop()
        return words or f"it ended with exit code {self._process.returncode}"
