"""A PostgreSQL of a test's own, which can be restarted as if it had crashed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.ports import free_port
from tests.support.services import missing


def _programs() -> Path:
    """The folder of the newest PostgreSQL that is installed, or skip the test."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve())
    if not found:
        missing("a PostgreSQL to start", "there is no initdb")
    return max(found, key=lambda path: [int(n) for n in path.parts if n.isdigit()]).parent


class Cluster:
    """A server with a folder and a port of its own.

    Attributes:
        url: Its database, without the question mark and what comes after it.
    """

    def __init__(self) -> None:
        self._bin = _programs()
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        self._folder = tempfile.mkdtemp()
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:  # as whom PostgreSQL does not run
            self._as = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid}
            os.chown(self._folder, pwd.getpwnam("nobody").pw_uid, self._as["group"])
        data = f"{self._folder}/data"
        self._run("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust")
        self._start = (
            *("--pgdata", data, "--wait", "--log", f"{self._folder}/log"),
            *("--options", f"-p {self._port} -k {self._folder} -h 127.0.0.1"),
        )
        self._run("pg_ctl", "start", *self._start)

    def crash(self) -> None:
        """Restart it at once; it finds out what had been committed."""
        self._run("pg_ctl", "restart", "--mode", "immediate", *self._start)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", f"{self._folder}/data")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._as,
        )
