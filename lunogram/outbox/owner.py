"""The owner of a lease: a name that tells, on the same machine, whether its process is gone."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path
from uuid import uuid4


def new_owner() -> str:
    """A unique name for a relay of this process."""
    return f"{_home()} {os.getpid()} {uuid4().hex}"


# Relays of this process that have ended without releasing their leases.
_ended: set[str] = set()


def has_ended(owner: str) -> None:
    """Note that a relay of this process has ended, though the process lives on.

    Args:
        owner: From `new_owner`, in this process.
    """
    _ended.add(owner)


def is_gone(owner: str) -> bool:
    """Whether a relay has certainly ended, so that its lease is free.

    Args:
        owner: From `new_owner`, here or elsewhere; of other text, nothing is certain.
    """
    if owner in _ended:
        return True
    home, _, process = str(owner).partition(" ")
    process = process.partition(" ")[0]
    if home != _home() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


@lru_cache(maxsize=1)
def _home() -> str:
    """The scope of process ids: a host, and on Linux a PID namespace of it."""
    host = socket.gethostname().replace(" ", "_")
    try:
        return f"{host}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return host
