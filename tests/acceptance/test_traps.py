"""Every named point is passed: a trap that nobody steps into would prove nothing."""

from __future__ import annotations

import os
import signal

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox
from tests.acceptance.players import hurry
from tests.acceptance.scenarios import SCHEMES
from tests.outbox.stores import KINDS
from tests.support.forked_client import fork
from tests.support.traps import points_of_producers, points_of_relays, set_trap

# From Python 3.12 on, a fork while threads run is warned of. It is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

POINTS = [
    (kind, point)
    for kind, scheme in SCHEMES.items()
    for point in dict.fromkeys([*points_of_producers(scheme), *points_of_relays(scheme)])
]


@pytest.mark.parametrize(("kind", "point"), POINTS)
def test_traps_kill_once(kind: str, point: str, client: Lunogram) -> None:
    made = next(each for each in KINDS if each.name == kind)
    url = made.make()

    def work() -> None:
        hurry(0.6)
        set_trap(point, 1, SCHEMES[kind])
        with Outbox(url) as outbox:
            for _ in range(20):
                outbox.user.events.post(Event("it.happened", "user_1"))
            outbox.relay(client).run(until_empty=True)

    try:
        assert os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1]) == -signal.SIGKILL
        with Outbox(url) as outbox:  # and can be used as before
            outbox.user.upsert("user_1")
            assert outbox.stats().dead == 0
    finally:
        made.destroy(url)
