"""Interruptions: signal handlers that run, and raise, between any two calls of a program."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from types import FrameType
from typing import Any

_ROOMS = ("/lunogram/outbox/", "/lunogram/_sqlite_file.py", "/lunogram/known_users.py")


class Interruption(BaseException):
    """What a signal handler raises."""


def interruptions(
    work: Callable[[], object],
    handler: Callable[[], object],
    *,
    opcodes: bool = False,
    step: int = 1,
) -> Iterator[int]:
    """Repeat a function, with a signal some moments later each time, until it comes too late.

    Python runs signal handlers when a call to C has returned and when a function begins: there the
    handler runs here too. (Before a jump back as well, in a loop, which has calls of its own.)

    Args:
        work: What to do.
        handler: What the signal handler does. It may raise an `Interruption`.
        opcodes: Whether it runs before each opcode instead, at which Python runs none.

    Yields:
        When the handler has run, and its exception, if any, has come out: how many times so far.
    """
    for number in count():
        bell = _Bell(1 + number * step, handler)
        run = bell.run_by_opcodes if opcodes else bell.run_by_calls
        with suppress(Interruption):
            run(work)
        if not bell.has_rung:
            return
        yield number + 1


class _Bell:
    """Rings once."""

    def __init__(self, left: int, handler: Callable[[], object]) -> None:
        self._left = left
        self._handler = handler
        self._thread = threading.get_ident()

    @property
    def has_rung(self) -> bool:
        return self._left <= 0

    def run_by_calls(self, work: Callable[[], object]) -> None:
        sys.setprofile(self._on_call)
        try:
            work()
        finally:
            sys.setprofile(None)

    def run_by_opcodes(self, work: Callable[[], object]) -> None:
        before = sys.gettrace()
        sys.settrace(self._on_opcode)
        try:
            work()
        finally:
            sys.settrace(before)

    def _on_call(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event in ("call", "c_return") and _is_ours(frame):
            self._pass()

    def _on_opcode(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if not _is_ours(frame):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            self._pass()
        return self._on_opcode

    def _pass(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._handler()


def _is_ours(frame: FrameType) -> bool:
    return any(room in frame.f_code.co_filename for room in _ROOMS)
