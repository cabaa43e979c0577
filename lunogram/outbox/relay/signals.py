"""SIGINT and SIGTERM while a relay runs in the main thread: requests in flight finish first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from signal import Signals
from types import FrameType
from typing import Any


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM stop the work of the block.

    Afterwards, SIGINT raises KeyboardInterrupt. An exception raised anywhere would leave requests
    with unknown outcomes, and uvloop may swallow it. The second signal acts at once. Where the
    program handles a signal already, nothing changes.

    Args:
        stop: Makes the work end soon; may be called at any moment.
    """
    interrupted = False

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            signal.default_int_handler(number, frame)
        interrupted = True
        stop()

    def on_end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop()

    with ExitStack() as undo:
        _handle(Signals.SIGINT, on_interrupt, signal.default_int_handler, undo)
        _handle(Signals.SIGTERM, on_end, signal.SIG_DFL, undo)
        yield
    if interrupted:
        raise KeyboardInterrupt


def _handle(number: Signals, handler: Callable[..., None], default: Any, undo: ExitStack) -> None:
    """Handle a signal that is left to its default, until the end of the block."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(number) is default:
        undo.callback(signal.signal, number, default)
        signal.signal(number, handler)
