"""Ctrl-C while a relay runs in the main thread: what is on its way is finished first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT stop what is done here, and raise KeyboardInterrupt when it has.

    An exception raised anywhere would leave requests of which nobody knows what came, and an event
    loop of uvloop may swallow it. A second SIGINT raises it all the same. Where somebody handles
    the signal already, nothing changes.

    Args:
        stop: Makes it end soon; may be called at any moment.
    """
    if not _is_left_to_python():
        yield
        return
    interrupted = False

    def handle(number: int, frame: FrameType | None) -> None:
        """Ask first, and insist the second time."""
        nonlocal interrupted
        if interrupted:
            signal.default_int_handler(number, frame)
        interrupted = True
        stop()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupted:
        raise KeyboardInterrupt


def _is_left_to_python() -> bool:
    in_main_thread = threading.current_thread() is threading.main_thread()
    return in_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler
