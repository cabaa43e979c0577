"""Signal handlers and finalizers that raise or queue in the middle of what a store does.

Each is a process of its own, which a deadlock can't keep from being ended.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from .stores import NATSKind, PostgresKind, StoreKind

_ENDS_WITHIN = 120

_BEGIN = """
import random, signal, sys, warnings
from lunogram.outbox import Outbox, OutboxError

warnings.simplefilter("ignore", ResourceWarning)  # of connections that were interrupted half made
sys.unraisablehook = lambda _: None  # of callbacks that were interrupted
chance = random.Random(1)
outbox = Outbox(sys.argv[1], lock_timeout=3)
outbox.user.upsert("first")
acknowledged = 1
"""

RAISING = (
    _BEGIN
    + """
class Limit(BaseException):
    pass

def interrupt(*_):
    raise Limit

signal.signal(signal.SIGALRM, interrupt)
interrupted = 0
while interrupted < 300:
    use = chance.choice([outbox.stats, outbox.dead_letters, lambda: outbox.user.upsert("u")])
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00003, 0.005))
            use()
            acknowledged += use not in (outbox.stats, outbox.dead_letters)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Limit:
        interrupted += 1
    if interrupted % 50 == 0:
        outbox.user.upsert("probe")
        acknowledged += 1
assert outbox.stats().pending >= acknowledged
assert outbox._store.verify() == []
outbox.close()
print("usable")
"""
)

QUEUEING = (
    _BEGIN
    + """
handled = failed = 0

def queue(*_):
    global acknowledged, handled, failed
    handled += 1
    try:
        outbox.user.upsert("handler")
        acknowledged += 1
    except OutboxError:
        failed += 1
    if handled < 200:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, 0.01))

signal.signal(signal.SIGALRM, queue)
signal.setitimer(signal.ITIMER_REAL, 0.003)
while handled < 200:
    outbox.user.upsert("main")
    acknowledged += 1
signal.setitimer(signal.ITIMER_REAL, 0)
outbox.user.upsert("last")
assert outbox.stats().pending == acknowledged + 1, (outbox.stats(), acknowledged)
outbox.close()
print("usable")
"""
)

FINALIZER = (
    _BEGIN
    + """
said = []

class Finalized:
    def __del__(self):
        try:
            outbox.user.upsert("finalizer")
        except OutboxError as error:
            said.append(str(error))

async def work(link):
    Finalized()  # goes in the thread of the event loop, which nobody must wait for

outbox._store._connection.run(work)
assert "can't be used" in said[0], said
outbox.user.upsert("last")
assert outbox.stats().pending == 2
outbox.close()
print("usable")
"""
)


@pytest.fixture(params=[PostgresKind(), NATSKind()], ids=lambda kind: kind.name)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from _url_of(request.param)


@pytest.fixture
def nats_url() -> Iterator[str]:
    yield from _url_of(NATSKind())


def _url_of(kind: StoreKind) -> Iterator[str]:
    url = kind.make()
    yield url
    kind.destroy(url)


def said(program: str, url: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, url],
        capture_output=True, text=True, timeout=_ENDS_WITHIN, check=False,
    )  # fmt: skip
    return done.stdout or done.stderr


@pytest.mark.parametrize("program", [RAISING, QUEUEING], ids=["raising", "queueing"])
def test_signal_handlers(program: str, url: str) -> None:
    assert said(program, url) == "usable\n"


def test_a_finalizer_in_the_thread_of_the_loop(nats_url: str) -> None:
    assert said(FINALIZER, nats_url) == "usable\n"
