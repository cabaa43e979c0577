"""The process of a sandbox."""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryFile

from .test_api import SandboxError


class SandboxProcess:
    """A running sandbox, which ends with the process that started it, and with the forks of that.

    Attributes:
        base_url: Its base URL, which ends with ``/api``.
    """

    def __init__(self) -> None:
        """Start it, and wait until it listens.

        Raises:
            SandboxError: If it does not start.
        """
        # A file, because a pipe that is not read would fill up and block it.
        self._errors = TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(
            # -P: files in the working directory are not imported.
            [sys.executable, "-P", "-m", "lunogram.testing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C stops the tests first, which may still use it
        )
        assert self._process.stdout
        # Python may be configured to print something before.
        lines = (line.decode().strip() for line in self._process.stdout)
        self.base_url = next((line for line in lines if line.startswith("http")), "")
        if not self.base_url:
            raise SandboxError(f"the sandbox did not start: {self._error_output()}")

    def stop(self) -> None:
        """Stop the process. Its data is lost."""
        self._process.kill()
        with self._process:  # closes its pipes and waits
            self._errors.close()

    def _error_output(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip()
        self.stop()
        return words or f"it ended with exit code {self._process.returncode}"
