"""Ctrl-C while a relay runs in the main thread: requests in flight are finished first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT stop the work of the block, and raise KeyboardInterrupt afterwards.

    An exception raised anywhere would leave requests with unknown outcomes, and uvloop may swallow
    it. A second SIGINT raises it at once. Where the program handles the signal already, nothing
    changes.

    Args:
        stop: Makes the work end soon; may be called at any moment.
    """
    if not _is_left_to_python():
        yield
        return
    interrupted = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            signal.default_int_handler(number, frame)
        interrupted = True
        stop()

    try:
        signal.signal(signal.SIGINT, handle)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupted:
        raise KeyboardInterrupt


def _is_left_to_python() -> bool:
    in_main_thread = threading.current_thread() is threading.main_thread()
    return in_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler
