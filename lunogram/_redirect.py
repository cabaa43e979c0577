"""The redirection of all clients of a process to the sandbox of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from ._target import Host, Target

E = TypeVar("E")


class Redirect:
    """A sandbox that every client of the process sends to, while a test runs.

    Attributes:
        target: The project of the sandbox.
        permits: Whether a host is a sandbox of this process, to which its own clients may send.
    """

    def __init__(self, target: Target, permits: Callable[[Host], bool]) -> None:
        """Create a redirection, which is not active yet.

        Args:
            target: The project of the sandbox.
            permits: Whether clients of a host may send to it.
        """
        self.target = target
        self.permits = permits
        self._engines: dict[type, Any] = {}

    def replaces(self, host: Host) -> bool:
        """Whether what is for a host goes to the sandbox: for Lunogram servers, but not sandboxes.

        Args:
            host: The host of a client.
        """
        return isinstance(host, Target) and not self.permits(host)

    def engine(self, kind: type[E]) -> E:
        """The engine that sends to the sandbox.

        Args:
            kind: The class of the engine, sync or async.
        """
        make = cast("Callable[[str, None], E]", kind)
        engine: E = self._engines.setdefault(kind, make(self.target.base_url, None))
        return engine
