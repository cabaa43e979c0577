"""Exceptions from signal handlers, such as soft time limits: raised at every line there is."""

from __future__ import annotations

import gc
import linecache
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

from lunogram import Lunogram
from lunogram.outbox import Outbox, Relay
from lunogram.outbox.relay.event_loop import RelayLoop
from lunogram.outbox.relay.executors import ThreadExecutor
from lunogram.outbox.relay.run import RelayRun
from lunogram.testing import Sandbox

pytestmark = pytest.mark.usefixtures("collected")

_ROOMS = ("/outbox/relay/", "/outbox/flush.py", "/outbox/background_relay.py", "/outbox/queue.py",
          "/outbox/polling.py")  # fmt: skip
# What waits for a thread to begin. Nothing below: to interrupt a Condition can break it.
_WAIT = "Event.wait"
_MOST = 2000


class TimeLimitError(BaseException):
    """What the handler raises."""


def interrupted_at(line: int, work: Callable[[], object]) -> bool:
    """Do some work, and raise an exception at one of the lines of ours that it comes past.

    Args:
        line: At how many-th. At a `with` itself Python looks for no signal.
        work: What to do. It has a thread of its own: an exception that a tracer raises in an
            `except` leaves that exception in the thread, as the context of every later one.

    Returns:
        Whether it came so far.
    """
    passed = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal passed
        if not _is_traced(frame):
            return None
        if event == "line" and not _is_with(frame):
            passed += 1
            if passed == line:
                sys.settrace(None)
                raise TimeLimitError
        return trace

    def worked() -> bool:
        try:
            sys.settrace(trace)
            work()
        except TimeLimitError:
            return False
        finally:
            sys.settrace(None)
        return True

    with ThreadPoolExecutor(1) as thread:
        return not thread.submit(worked).result()


def _is_traced(frame: FrameType) -> bool:
    code = frame.f_code
    if code.co_filename == threading.__file__:
        return code.co_qualname == _WAIT
    return any(room in code.co_filename for room in _ROOMS)


def _is_with(frame: FrameType) -> bool:
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    return line.lstrip().startswith(("with ", "async with "))


def at_every_line(work: Callable[[], object], check: Callable[[], object]) -> int:
    """Interrupt some work at each of its lines in turn, and check each time; return how many."""
    for line in range(1, _MOST):
        if not interrupted_at(line, work):
            return line - 1
        check()
    raise AssertionError("it has more lines than that")


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_relay_that_is_started(
    outbox: Outbox, client: Lunogram, project: Sandbox, concurrency: int
) -> None:
    relay = outbox.relay(client, concurrency=concurrency)

    def check() -> None:
        relay.start()
        relay.stop()

    assert at_every_line(relay.start, check) > 30
    outbox.user.upsert("user_1")
    with relay:
        assert outbox.flush(20).pending == 0
    assert project.count("users") == 1


def relay_threads() -> list[threading.Thread]:
    """The threads of relays that are alive."""
    threads = threading.enumerate()
    return [thread for thread in threads if thread.name == "lunogram-relay" and thread.is_alive()]


def start_interrupted(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Interrupt the start of a relay whose thread takes its time.

    Returns:
        What lets the thread begin, and says whether it has ended a second later.
    """
    begin, wait = _begin_of(threading.Thread), threading.Event.wait
    may_begin, has_ended = threading.Event(), threading.Event()
    held: list[threading.Thread] = []

    def begin_late(thread: threading.Thread) -> None:
        if thread.name == "lunogram-relay" and not held:
            held.append(thread)
            wait(may_begin)
        begin(thread)
        if thread in held:
            has_ended.set()

    def interrupt(event: threading.Event, timeout: float | None = None) -> bool:
        starting = sys._getframe(1)
        if starting.f_code.co_qualname != "Thread.start":
            return wait(event, timeout)
        if starting.f_locals["self"].name != "lunogram-relay":
            return wait(event, timeout)
        raise TimeLimitError

    monkeypatch.setattr(threading.Thread, "_bootstrap_inner", begin_late)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Event, "wait", interrupt)
        with pytest.raises(TimeLimitError):
            relay.start()

    def let_it_begin() -> bool:
        may_begin.set()
        return wait(has_ended, 1)

    return let_it_begin


def _begin_of(thread: Any) -> Callable[[threading.Thread], None]:
    begin: Callable[[threading.Thread], None] = thread._bootstrap_inner
    return begin


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_relay_whose_thread_begins_after_its_start_was_interrupted(
    outbox: Outbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch, concurrency: int
) -> None:
    relay = outbox.relay(client, concurrency=concurrency)
    let_it_begin = start_interrupted(relay, monkeypatch)

    def begun(*arguments: Any) -> RelayRun:
        assert let_it_begin()
        return RelayRun(*arguments)

    monkeypatch.setattr("lunogram.outbox.relay.relay.RelayRun", begun)
    relay.start()
    assert len(relay_threads()) == 1
    relay.stop()
    assert not relay_threads()
    outbox.user.upsert("user_1")
    assert outbox.stats().pending == 1


def test_a_relay_that_is_stopped_before_its_thread_begins(
    outbox: Outbox, client: Lunogram, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = outbox.relay(client)
    let_it_begin = start_interrupted(relay, monkeypatch)
    relay.stop()
    assert let_it_begin()
    with relay:
        outbox.user.upsert("user_1")
        assert outbox.flush(20).pending == 0


@pytest.mark.parametrize("kind", ["event loop", "threads"])
def test_the_threads_of_an_executor_that_was_dropped(kind: str, client: Lunogram) -> None:
    """As after an interrupt between its making and the block that closes it."""
    before = threading.enumerate()
    executor = RelayLoop() if kind == "event loop" else ThreadExecutor(client._sender, 2)
    idle = [thread for thread in threading.enumerate() if thread not in before]
    assert idle
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        del executor
        gc.collect()
    for thread in idle:
        thread.join(20)
        assert not thread.is_alive()


def test_a_relay_that_is_stopped(outbox: Outbox, client: Lunogram) -> None:
    relay = outbox.relay(client)

    def work() -> None:
        relay.start()
        relay.stop()

    assert at_every_line(work, relay.stop) > 30
    assert not relay_threads()


def test_a_flush(outbox: Outbox) -> None:
    outbox.user.upsert("user_1")
    assert at_every_line(lambda: outbox.flush(0.01), lambda: outbox.flush(0.01)) > 5


def test_an_outbox_that_queues_and_is_closed(url: str, client: Lunogram) -> None:
    made: list[Outbox] = []

    def work() -> None:
        made.append(Outbox(url, client=client, flush_timeout=20))
        made[-1].user.upsert("user_1")
        made[-1].close()

    with Outbox(url) as other:

        def check() -> None:
            other.user.upsert("user_2")
            while made:
                made.pop().close()
            assert not relay_threads()

        assert at_every_line(work, check) > 50
    with Outbox(url, client=client, flush_timeout=60) as last:
        assert last.flush(60).pending == 0
