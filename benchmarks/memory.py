"""How much memory this process has, in bytes; Linux says it."""

from __future__ import annotations

from pathlib import Path


def resident() -> int:
    """How much it has now."""
    return _bytes("VmRSS")


def peak() -> int:
    """How much it had at the most."""
    return _bytes("VmHWM")


def _bytes(fact: str) -> int:
    # Not by getrusage, whose peak is that of the parent too.
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(fact + ":"))
