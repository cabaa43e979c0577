"""A signal handler that raises, as Celery's soft time limit does, at any moment of a call."""

from __future__ import annotations

import dis
import sys
from itertools import count, pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import lunogram
from lunogram import Lunogram
from tests.sending.test_threads import Echo
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import KEY

OURS = str(Path(lunogram.__file__).parent)
LOOKS_FOR_SIGNALS = ("CALL", "PRECALL", "RESUME", "JUMP_BACKWARD")


class SoftTimeLimitError(Exception):
    """Raised by a signal handler."""


class Interruption:
    """Raises once in our code, at the n-th moment at which CPython looks for signals."""

    def __init__(self, moment: int) -> None:
        self._moments_left = moment

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        frame.f_trace_opcodes = True
        if event == "call" or (event == "opcode" and looked_for_signals(frame)):
            self._moments_left -= 1
            if self._moments_left < 0:
                raise SoftTimeLimitError
        return self


def looked_for_signals(frame: FrameType) -> bool:
    """Whether CPython did between the last instruction and the next one."""
    last = LAST.get(frame.f_code) or LAST.setdefault(frame.f_code, before(frame))
    return last.get(frame.f_lasti, "").startswith(LOOKS_FOR_SIGNALS)


LAST: dict[Any, dict[int, str]] = {}


def before(frame: FrameType) -> dict[int, str]:
    """The name of the instruction before each."""
    steps = list(dis.get_instructions(frame.f_code))
    return {step.offset: last.opname for last, step in pairwise(steps)}


def interrupted(client: Lunogram, moment: int) -> bool:
    """Whether a call was, at that moment; it may be over before."""
    sys.settrace(Interruption(moment))
    try:
        client.user.upsert("interrupted")
    except SoftTimeLimitError:
        return True
    finally:
        sys.settrace(None)
    return False


@pytest.mark.usefixtures("collected")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a socket is closed by who collects it
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("is_first", [True, False], ids=["connecting", "kept"])
def test_client_goes_on_wherever_it_is_interrupted(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch, *, is_first: bool
) -> None:
    monkeypatch.setattr("lunogram._http.limits.MAX_CONNECTIONS", 1)  # one that is lost is missed
    server.plan(Echo())
    client = Lunogram(KEY, base_url=server.base_url, timeout=5, max_retries=0)
    moment = 0
    for moment in count():
        if is_first:
            client.close()
            client = Lunogram(KEY, base_url=server.base_url, timeout=5, max_retries=0)
        was_interrupted = interrupted(client, moment)
        assert client.user.upsert("next").data == {"name": "next"}, moment
        if not was_interrupted:
            break
    client.close()
    assert moment > 50
