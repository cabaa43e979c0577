"""A child process that is suspended for a while."""

from __future__ import annotations

import os
import signal


def stop(child: int) -> None:
    """Stop a child process, and wait until all its threads have stopped.

    A signal has only been sent when `os.kill` returns: threads on another core may run on
    for long enough to respond.

    Args:
        child: Its process id.
    """
    os.kill(child, signal.SIGSTOP)
    os.waitid(os.P_PID, child, os.WSTOPPED)


def resume(child: int) -> None:
    """Resume a child process.

    Args:
        child: Its process id.
    """
    os.kill(child, signal.SIGCONT)
