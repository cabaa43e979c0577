"""A child process that does nothing for a while, though it lives."""

from __future__ import annotations

import os
import signal


def stop(child: int) -> None:
    """Stop a child process, and wait until all its threads stand still.

    A signal has only been sent when `os.kill` returns: what runs on another core may go on for
    long enough to answer.

    Args:
        child: Its process id.
    """
    os.kill(child, signal.SIGSTOP)
    os.waitid(os.P_PID, child, os.WSTOPPED)


def go_on(child: int) -> None:
    """Let it work again.

    Args:
        child: Its process id.
    """
    os.kill(child, signal.SIGCONT)
