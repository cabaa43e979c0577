"""The warning at the end of a program that has queued calls, if no relay is in sight."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.outbox.announcements import running_relays
from lunogram.outbox.polling import wait_until
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind

LOGGING = """
import logging
logging.basicConfig(format="%(levelname)s %(message)s")
logging.getLogger("lunogram").setLevel("WARNING")
"""
QUEUE = """
import sys
from lunogram.outbox import Outbox
with Outbox(sys.argv[1]) as outbox:
    outbox.user.upsert("user_1")
    outbox.user.upsert("user_2")
"""
QUEUE_AND_LEAVE_IT_OPEN = """
import sys
from lunogram.outbox import Outbox
outbox = Outbox(sys.argv[1])
outbox.user.upsert("user_1")
"""
QUEUE_FOR_CUSTOMERIO = """
import sys
from lunogram.customerio import CustomerIOOutbox
with CustomerIOOutbox(sys.argv[1]) as outbox:
    outbox.identify("user_1", {})
"""
LOOK = """
import sys
from lunogram.outbox import Outbox
with Outbox(sys.argv[1]) as outbox:
    print(outbox.stats().pending)
"""
QUEUE_AND_FORK = """
import os, sys
from lunogram.outbox import Outbox
with Outbox(sys.argv[1]) as outbox:
    outbox.user.upsert("user_1")
    if not (child := os.fork()):
        sys.exit()
    os.waitpid(child, 0)
"""
QUEUE_WITH_A_RELAY_OF_ITS_OWN = """
import sys
from lunogram import Lunogram
from lunogram.outbox import Outbox
client = Lunogram("secret", base_url="http://127.0.0.1:9")
with Outbox(sys.argv[1], client=client, flush_timeout=0) as outbox:
    outbox.user.upsert("user_1")
"""
SWITCHED_OFF = """
import logging
logging.getLogger("lunogram.outbox.unattended").disabled = True
"""


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def shared_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an outbox can be, in each kind of store."""
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


def told(program: str, url: str) -> str:
    """What a program prints to stderr."""
    command = [sys.executable, "-c", LOGGING + program, url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="no thread starts at the end of a program")
def test_in_nats() -> None:
    kind = KINDS[-1]
    url = kind.make()
    assert told(QUEUE, url).startswith("WARNING 2 calls wait, and no relay is in sight")
    kind.destroy(url)


@pytest.mark.parametrize("kind", KINDS[:2], ids=lambda kind: kind.name)
def test_in_files_and_databases(kind: StoreKind) -> None:
    url = kind.make()
    with Outbox(url) as outbox:
        shown = outbox.url
    quoted = f"'{shown}'" if "?" in shown else shown
    warning = f"calls wait, and no relay is in sight; run: lunogram relay {quoted}\n"
    assert told(QUEUE, url) == f"WARNING 2 {warning}"
    assert told(QUEUE_AND_LEAVE_IT_OPEN, url) == f"WARNING 3 {warning}"
    kind.destroy(url)


def test_who_has_queued_nothing_says_nothing(url: str) -> None:
    assert told(QUEUE, url)
    assert not told(LOOK, url)
    assert not told(SWITCHED_OFF + QUEUE, url)


def test_a_forked_child_has_queued_nothing(url: str) -> None:
    assert told(QUEUE_AND_FORK, url).count("in sight") == 1


def test_a_relay_elsewhere_is_in_sight(shared_url: str, client: Lunogram, project: Sandbox) -> None:
    project.fault("error", status=503)  # so that nothing is delivered
    with Outbox(shared_url) as outbox, outbox.relay(client):
        assert wait_until(20, lambda: bool(running_relays(outbox._store)))
        assert not told(QUEUE, shared_url)
    assert told(QUEUE_AND_LEAVE_IT_OPEN, shared_url).startswith("WARNING 3 calls wait")


def test_a_relay_of_its_own_is_in_sight(url: str) -> None:
    assert "in sight" not in told(QUEUE_WITH_A_RELAY_OF_ITS_OWN, url)


def test_the_command_for_customerio(url: str) -> None:
    assert told(QUEUE_FOR_CUSTOMERIO, url).endswith(f"lunogram relay {url} --customerio\n")


def test_an_outbox_that_is_gone(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('gone')}/lunogram.db"
    assert not told(f"{QUEUE}\nimport os; os.unlink({url.removeprefix('sqlite:///')!r})", url)
