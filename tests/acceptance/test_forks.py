"""Moments that torture has found: many who make an outbox at once, and forks while relays work."""

from __future__ import annotations

import os
import signal
import time

import pytest

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.testing import Sandbox
from tests.acceptance.scenarios import SCHEMES
from tests.outbox.stores import KINDS
from tests.support.forked_client import fork

# From Python 3.12 on, a fork while threads run is warned of. It is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def status_of(process: int) -> int:
    """How a child has ended: 0 is well, and less than that is a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@pytest.mark.parametrize("kind", SCHEMES)
def test_many_make_the_same_outbox_at_once(kind: str) -> None:
    made = next(each for each in KINDS if each.name == kind)
    url = made.make()
    begin, may_begin = os.pipe()

    def work() -> None:
        os.read(begin, 1)
        with Outbox(url) as outbox:
            outbox.user.upsert("user_1")

    try:
        processes = [fork(work) for _ in range(6)]
        os.write(may_begin, b"123456")
        assert [status_of(process) for process in processes] == [0] * 6
        with Outbox(url) as outbox:
            assert outbox.stats().pending == 6
    finally:
        made.destroy(url)


def test_a_child_made_while_a_request_is_on_its_way(
    url: str, client: Lunogram, project: Sandbox
) -> None:
    project.fault("latency", seconds=1, count=1)
    with Outbox(url, client=client, flush_timeout=10) as outbox:
        outbox.user.upsert("user_1")
        own = outbox.own_relay
        assert own
        while not own.stats().in_flight:
            time.sleep(0.005)

        def work() -> None:
            signal.alarm(20)  # which ends a child that hangs
            outbox.user.upsert("user_2")
            outbox.close()

        assert status_of(fork(work)) == 0
    assert project.count("users") == 2
