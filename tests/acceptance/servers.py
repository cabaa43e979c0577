"""What takes the calls of a scenario: a sink, which may be killed, or a project of the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import httpx

from tests.acceptance.scenarios import Life
from tests.support.sink import Port, Taken, serve, taken

_KEPT = 1000
"""How many calls the sandbox remembers."""


class Server(Protocol):
    """What takes calls.

    Attributes:
        target: The environment in which a client finds it.
        serve: What a process of it does in one of its lives, if it is for us to start and to kill.
    """

    target: dict[str, str]
    serve: Callable[[Life], None] | None

    def taken(self) -> list[Taken]:
        """What it has taken, in order."""
        ...

    def close(self) -> None:
        """Be done with it."""
        ...


def _target(base_url: str, key: str) -> dict[str, str]:
    return {"LUNOGRAM_BASE_URL": base_url, "LUNOGRAM_API_KEY": key}


class SinkServer:
    """A sink in a process of its own."""

    serve: Callable[[Life], None] | None

    def __init__(self, folder: Path, faults: float, seed: int, strays: float) -> None:
        """Find a port for it.

        Args:
            folder: Where it writes down what it takes.
            faults: The part of the calls that fail, from 0 to 1.
            seed: Decides which.
            strays: The part of the responses that something follows that nobody asked for.
        """
        self._port = Port()
        self._file = folder / "taken"
        self.target = _target(self._port.base_url, "sk_key")
        self.serve = lambda life: serve(
            self._port,
            self._file,
            faults,
            seed,
            is_wrong=life.is_wrong,
            breaks=life.breaks,
            strays=strays,
        )

    def taken(self) -> list[Taken]:
        """As `Server.taken`."""
        return taken(self._file)

    def close(self) -> None:
        """As `Server.close`."""
        self._port.close()


class SandboxProject:
    """A project of a sandbox that runs already."""

    serve: Callable[[Life], None] | None = None

    def __init__(self, url: str, faults: float, seed: int) -> None:
        """Make a project, and set its faults.

        Args:
            url: Of the sandbox.
            faults: The part of the calls that fail, from 0 to 1.
            seed: Decides which.
        """
        key = f"sk_{uuid4().hex}"
        self.target = _target(f"{url}/api", key)
        self._http = httpx.Client(
            base_url=f"{url}/sandbox", headers={"Authorization": f"Bearer {key}"}
        )
        answers = [
            self._http.post("/faults", json={**fault, "seed": seed})
            for fault in (_faults_of_sandbox(faults) if faults else ())
        ]
        self._resets_after = {
            fault["id"]
            for fault in (answer.json() for answer in answers)
            if fault.get("when") == "after"
        }

    def taken(self) -> list[Taken]:
        """As `Server.taken`."""
        calls = self._http.get("/calls", params={"limit": _KEPT}).json()["results"]
        assert len(calls) < _KEPT, "more calls than the sandbox remembers"
        return [
            Taken(call["method"], call["path"].partition("/client")[2], call["request"].encode())
            for call in calls
            if self._took_effect(call)
        ]

    def _took_effect(self, call: Mapping[str, Any]) -> bool:
        if call["status"] == "reset":
            return any(fault["id"] in self._resets_after for fault in call["faults"])
        return 200 <= int(call["status"]) < 300

    def close(self) -> None:
        """As `Server.close`."""
        self._http.close()


def _faults_of_sandbox(share: float) -> list[dict[str, Any]]:
    each = share / 4
    return [
        {"kind": "latency", "seconds": 0.005, "share": share},
        {"kind": "error", "status": 500, "share": each},
        {"kind": "error", "status": 503, "share": each},
        {"kind": "reset", "share": each},
        {"kind": "reset", "when": "after", "share": each},
        # Its Retry-After is a whole second.
        {"kind": "rate_limit", "limit": 20, "per": 0.5, "count": 2},
    ]
