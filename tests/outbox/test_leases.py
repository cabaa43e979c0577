"""Two relays on one outbox, in every kind of store: all arrives, each subject in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox, RelayOptions
from lunogram.testing import Sandbox
from tests.outbox.stores import KINDS, StoreKind
from tests.support.known_users import upsert_users

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(autouse=True)
def known(project: Sandbox) -> None:
    """The users of all events here."""
    upsert_users(project, [f"u{number}" for number in range(10)])


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def shared_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an outbox can be, in each kind of store."""
    kind: StoreKind = request.param
    url = kind.make()
    yield url
    kind.destroy(url)


def test_two_relays_with_partitions(shared_url: str, client: Lunogram, project: Sandbox) -> None:
    project.fault("error", status=503, share=0.1, seed=5)
    project.fault("reject", event="bad")
    with Outbox(shared_url) as first, Outbox(shared_url) as second:
        for number in range(20):
            events = [Event("e", f"u{user}", data={"n": number}) for user in range(10)]
            first.user.events.post([*events, Event("bad", f"u{number % 10}")])
        for number in range(20):
            first.organization.upsert(f"o{number % 5}")
            second.user.upsert(f"m{number}")
            second.organization.add_user(f"o{number % 5}", f"m{number}")
        options = RelayOptions(concurrency=4, batch=10)
        with first.relay(client, **options), second.relay(client, **options):
            assert first.flush(60).pending == 0
        stats = second.stats()
        assert (stats.delivered, stats.pending, stats.dead) == (260, 0, 20)
    arrived: dict[object, list[int]] = defaultdict(list)
    for event in project.events(name="e"):
        arrived[event.user_id].append(event.data["n"])
    assert list(arrived.values()) == [list(range(20))] * 10
    assert project.count("members") == 20
