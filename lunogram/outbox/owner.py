"""Who holds a lease: a name that tells, on the same machine, whether its process is gone."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path
from uuid import uuid4


def new_owner() -> str:
    """A name for a relay of this process, unlike all others."""
    return f"{_home()} {os.getpid()} {uuid4().hex}"


def is_gone(owner: str) -> bool:
    """Whether the process of a relay has certainly ended, so that nobody need wait for its lease.

    Args:
        owner: From `new_owner`, here or elsewhere.
    """
    home, process, _ = owner.split(" ")
    if home != _home():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@lru_cache(maxsize=1)
def _home() -> str:
    """Within what a process id means one process: a host, and on Linux a namespace of it."""
    host = socket.gethostname().replace(" ", "_")
    try:
        return f"{host}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return host
