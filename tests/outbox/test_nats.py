"""What is particular to the store in NATS."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import attrs
import pytest
from nats.aio.client import Client

from lunogram.errors import ConfigurationError
from lunogram.outbox import OutboxError
from lunogram.outbox.nats import NATSStore, leases, streams
from lunogram.outbox.nats.connection import Link, Request, Response
from lunogram.outbox.nats.deliveries import Delivery
from lunogram.outbox.nats.publisher import Addition
from lunogram.outbox.owner import new_owner
from lunogram.outbox.store import (
    ALL_PARTITIONS,
    Capacity,
    Checkpoint,
    DeadLetter,
    Entry,
    Limits,
    MalformedEntry,
    Outcomes,
    ParkedEntry,
)
from lunogram.outbox.stores import open_store
from tests.outbox.stores import NATSKind
from tests.support import nats_server
from tests.support.forked_client import fork
from tests.support.nats_server import NATSServer

# From Python 3.12 on, a fork while threads run is warned of. It is what some tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

LONG = 3600.0
ROOM = Capacity(10_000)


@pytest.fixture
def url() -> Iterator[str]:
    kind = NATSKind()
    url = kind.make()
    yield url
    kind.destroy(url)


@pytest.fixture
def store(url: str) -> Iterator[NATSStore]:
    with closing(NATSStore(url)) as store:
        yield store


def entries(count: int, *, size: int = 3) -> list[Entry]:
    """Entries of all partitions."""
    return [
        Entry("POST", "/users/events", "", b"x" * size, (f"user:default:{number}",), number)
        for number in range(count)
    ]


def queued(store: NATSStore) -> list[float]:
    """The numbers of the entries that wait."""
    return [each.queued_at for each in store.pending(None)]


def ask(url: str, action: str, *, of: str = "STREAM", which: str = "", **question: Any) -> Any:
    """Ask JetStream something about the queue, or about a consumer of it."""
    server, _, stream = url.removeprefix("nats://").partition("/")

    async def ask(client: Client) -> Any:
        data = json.dumps(question).encode()
        answer = await client.request(f"$JS.API.{of}.{action}.{stream}{which}", data, timeout=5)
        return json.loads(answer.data)

    return nats_server.use(server, ask)


def change(url: str, **configuration: Any) -> None:
    """Change how the queue's stream is configured."""
    there = ask(url, "INFO")["config"]
    assert "error" not in ask(url, "UPDATE", **there | configuration)


# -- its URL --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "nats://host:4222",
        "nats://host:4222/",
        "nats:///stream",
        "nats://host/two.words",
        "nats://host/stream/more",
        "nats://host/stream?replicas=6",
        "nats://host/stream?unknown=1",
    ],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(ConfigurationError, match="outbox in NATS"):
        open_store(url)


def test_several_servers_of_which_one_is_there(url: str) -> None:
    with closing(NATSStore(url.replace("nats://", "nats://127.0.0.1:1,"))) as store:
        store.add(entries(1), Limits())
        assert store.stats().pending == 1


def test_nats_py_is_not_installed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nats.aio.client", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lunogram\[outbox-nats\]'"):
        NATSStore(url)


def test_nobody_is_there() -> None:
    with pytest.raises(OutboxError, match="no server can be reached"):
        NATSStore("nats://user:secret@127.0.0.1:1/calls", patience=0.2)


# -- users ----------------------------------------------------------------------------------------

USERS = """
authorization { users: [
    { user: "all", password: "p@ss word" }
    { user: "few", password: "secret", permissions: { publish: [ "$JS.API.STREAM.INFO.*" ] } }
] }
"""


def test_users_and_their_rights(tmp_path: Path) -> None:
    with NATSServer(tmp_path, more=USERS) as server:
        with closing(NATSStore(f"nats://all:p%40ss%20word@{server.address}/calls")) as store:
            assert store.url == f"nats://{server.address}/calls"
            store.add(entries(2), Limits())
            assert store.stats().pending == 2
        with pytest.raises(OutboxError, match="user and password") as wrong:
            NATSStore(f"nats://all:secret@{server.address}/calls")
        few = NATSStore(f"nats://few:secret@{server.address}/calls", create=False)
        with closing(few), pytest.raises(OutboxError, match=r"permissions violation") as forbidden:
            few.add(entries(1), Limits())
        assert "secret" not in f"{wrong.value}{forbidden.value}{few!r}"


def test_the_rights_in_the_docs_are_enough(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "how-to" / "outbox-nats.md").read_text()
    permissions = docs[docs.index("permissions: {") :].partition("```")[0]
    users = f'authorization {{ users: [ {{ user: "u", password: "p", {permissions} }} ] }}'
    with NATSServer(tmp_path, more=users) as server:
        store = NATSStore(f"nats://u:p@{server.address}/calls")
        with closing(store):
            owner = new_owner()
            store.add(entries(2), Limits(), Checkpoint("people", "1"))
            one, other = store.lease(owner, LONG, ROOM).entries
            store.settle(Outcomes([one], dead=[DeadLetter(other, 400, "no", 1.0)]))
            assert (store.retry(None), store.drop(None), store.verify()) == (1, 0, [])
            store.release(owner)


# -- queueing -------------------------------------------------------------------------------------


def test_all_of_a_call_or_nothing(url: str, store: NATSStore) -> None:
    store.add(entries(3), Limits())
    change(url, max_msgs=6)
    with pytest.raises(OutboxError, match="maximum messages exceeded"):
        store.add(entries(10), Limits())
    assert queued(store) == [0, 1, 2]
    assert (store.stats().queued, store.stats().delivered) == (3, 0)


def test_an_import_that_did_not_fit_goes_on_when_there_is_room(url: str, store: NATSStore) -> None:
    store.add([], Limits(), Checkpoint("people", "1"))
    change(url, max_msgs=6)
    with pytest.raises(OutboxError):
        store.add(entries(10), Limits(), Checkpoint("people", "2"))
    assert (queued(store), store.checkpoint("people")) == ([], "1")
    change(url, max_msgs=-1)
    assert store.add(entries(10), Limits(), Checkpoint("people", "2"))
    assert (queued(store), store.checkpoint("people")) == (list(range(10)), "2")


def test_an_import_that_is_killed_before_its_bookmark_is_moved(url: str) -> None:
    def work() -> None:
        original = Addition._publish

        async def publish_and_die(*arguments: Any) -> None:
            await original(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)

        Addition._publish = publish_and_die  # type: ignore[assignment,method-assign]
        NATSStore(url).add(entries(10), Limits(), Checkpoint("people", "1"))

    assert os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1]) == -signal.SIGKILL
    with closing(NATSStore(url)) as store:
        assert (queued(store), store.checkpoint("people")) == (list(range(10)), "")
        store.add(entries(10), Limits(), Checkpoint("people", "1"))
        assert (queued(store), store.checkpoint("people")) == (list(range(10)), "1")


def test_the_same_import_again(store: NATSStore) -> None:
    for _ in range(2):
        store.add(entries(5), Limits(), Checkpoint("people", "1"))
        store.add([], Limits(), Checkpoint("people", ""))
    assert queued(store) == [0, 1, 2, 3, 4] * 2


def test_a_call_that_is_too_large(store: NATSStore) -> None:
    with pytest.raises(OutboxError, match=r"a call has 1100\d\d\d bytes.*payload is 1048576"):
        store.add([*entries(1), *entries(1, size=1_000_000 + 100_000)], Limits())
    assert queued(store) == []
    assert store.add(entries(1, size=1_000_000), Limits())
    assert [each.size for each in store.lease(new_owner(), LONG, ROOM).entries] == [1_000_000]


def test_a_full_outbox_counts_bodies_alone(store: NATSStore) -> None:
    assert store.add(entries(200, size=10), Limits(bytes=2000))
    assert not store.add(entries(1), Limits(bytes=2000))
    assert store.stats().pending_bytes == 2000


# -- a server in trouble --------------------------------------------------------------------------


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with NATSServer(tmp_path) as server:
        store = NATSStore(f"nats://{server.address}/calls", patience=0.5)
        with closing(store):
            server.stop()
            with pytest.raises(OutboxError, match=r"did not respond within 0\.5 s"):
                store.add(entries(1), Limits())
            server.resume()
            store.add(entries(2), Limits())
            assert queued(store)[-2:] == [0, 1]


def test_a_server_that_is_restarted_between_two_calls(tmp_path: Path) -> None:
    with NATSServer(tmp_path) as server:
        store = NATSStore(f"nats://{server.address}/calls")
        with closing(store):
            owner = new_owner()
            store.add(entries(5), Limits())
            given = store.lease(owner, LONG, Capacity(3)).entries
            server.kill()
            with pytest.raises(OutboxError, match=f"the outbox nats://{server.address}/calls"):
                NATSStore(f"nats://{server.address}/calls", patience=0.2)
            server.start()
            lease = store.lease(owner, LONG, Capacity(3, empty_handed=False))
            assert lease.kept == ALL_PARTITIONS
            assert len({each.sequence for each in [*given, *lease.entries]}) == 5


def test_streams_that_vanish(url: str, store: NATSStore) -> None:
    nats_server.remove(url)
    with pytest.raises(OutboxError, match="stream not found"):
        store.stats()


def test_a_stream_of_another_program(url: str) -> None:
    ask(url, "CREATE", name=url.rpartition("/")[2], subjects=[f"{new_owner().split()[-1]}.>"])
    with pytest.raises(OutboxError, match="is another program's"):
        NATSStore(url)


def test_verify_tells_what_is_wrong(url: str, store: NATSStore) -> None:
    store.add(entries(2), Limits())
    server, _, stream = url.removeprefix("nats://").partition("/")

    async def publish(client: Client) -> None:
        await client.request(f"{stream}.partition.1", b"what?")

    nats_server.use(server, publish)
    change(url, max_age=10**15, duplicate_window=10**9)
    assert store.verify() == [
        f"the stream {stream} has max_age 1000000000000000, and needs 0",
        f"the stream {stream} has a shorter duplicate_window than ten minutes",
        f"message 3 of the stream {stream}: its call can't be read",
    ]
    assert isinstance(store.pending(None)[2], MalformedEntry)
    assert len(store.lease(new_owner(), LONG, ROOM).entries) == 3


# -- relays ---------------------------------------------------------------------------------------


@pytest.fixture
def attentive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relays that look at one another with each lease."""
    monkeypatch.setattr(leases, "_LOOK_EVERY", 0.0)


def partitions_of(store: NATSStore, owner: str) -> int:
    """How many partitions a relay has."""
    store.lease(owner, LONG, Capacity(0))
    return len(store.lease(owner, LONG, Capacity(0)).kept)


@pytest.mark.usefixtures("attentive")
def test_relays_share_the_partitions(store: NATSStore) -> None:
    relays = [new_owner() for _ in range(3)]
    assert partitions_of(store, relays[0]) == 64
    assert partitions_of(store, relays[1]) == 0
    assert [partitions_of(store, owner) for owner in relays[:2]] == [32, 32]
    assert partitions_of(store, relays[2]) == 0
    assert [partitions_of(store, owner) for owner in relays] == [22, 22, 20]
    store.release(relays[1])
    assert [partitions_of(store, relays[number]) for number in (0, 2)] == [32, 32]


@pytest.mark.usefixtures("attentive")
def test_a_partition_changes_hands_when_nothing_of_it_is_in_hand(store: NATSStore) -> None:
    store.add(entries(200), Limits())
    first, second = new_owner(), new_owner()
    given = store.lease(first, LONG, Capacity(100)).entries
    store.lease(second, LONG, ROOM)
    more = store.lease(first, LONG, Capacity(10_000, empty_handed=False)).entries
    assert store.lease(second, LONG, ROOM).entries == ()
    store.settle(Outcomes(delivered=[*given, *more]))
    store.lease(first, LONG, ROOM)
    rest = store.lease(second, LONG, ROOM).entries
    assert len(given) + len(more) + len(rest) == 200
    assert {each.partition for each in rest}.isdisjoint(each.partition for each in more)


def drained(store: NATSStore, owner: str) -> list[float]:
    """The numbers of all entries that a relay is given, which it delivers."""
    numbers: list[float] = []
    while entries := store.lease(owner, LONG, ROOM).entries:
        store.settle(Outcomes(delivered=entries))
        numbers += [each.queued_at for each in entries]
    return numbers


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often something was asked of a stream or published, and how much a consumer delivered."""
    counter: Counter[str] = Counter()
    ask_all, pull = Link.ask_all, Link.pull

    async def count_and_ask(self: Link, requests: Sequence[Request]) -> list[Response]:
        counter.update(request.subject.rpartition(".")[0] for request in requests)
        return await ask_all(self, requests)

    async def count_and_pull(self: Link, stream: str, consumer: str, count: int) -> list[Delivery]:
        deliveries = await pull(self, stream, consumer, count)
        counter[PULL] += 1
        counter[MESSAGE] += sum(not each.status for each in deliveries)
        return deliveries

    monkeypatch.setattr(Link, "ask_all", count_and_ask)
    monkeypatch.setattr(Link, "pull", count_and_pull)
    return counter


GET, DELETE = "$JS.API.STREAM.MSG.GET", "$JS.API.STREAM.MSG.DELETE"
PULL, MESSAGE = "pull", "message"


@pytest.mark.usefixtures("attentive")
def test_relays_read_only_what_is_theirs(store: NATSStore, asked: Counter[str]) -> None:
    relays = [new_owner() for _ in range(4)]
    for owner in relays * 2:
        partitions_of(store, owner)
    store.add(entries(4000), Limits())
    asked.clear()
    assert sorted(chain(*(drained(store, owner) for owner in relays))) == list(range(4000))
    assert asked[MESSAGE] == 4000
    assert asked[PULL] < 500


@pytest.mark.usefixtures("attentive")
def test_a_relay_without_partitions_reads_nothing(store: NATSStore, asked: Counter[str]) -> None:
    store.add(entries(500), Limits())
    store.lease(new_owner(), LONG, Capacity(1))
    asked.clear()
    assert store.lease(new_owner(), LONG, ROOM).entries == ()
    assert asked[GET] < 20
    assert not asked[MESSAGE]


@pytest.mark.usefixtures("attentive")
def test_a_partition_that_has_nearly_everything(store: NATSStore, asked: Counter[str]) -> None:
    relays = [new_owner() for _ in range(2)]
    for owner in relays * 2:
        partitions_of(store, owner)
    one = entries(1)[0]
    store.add([attrs.evolve(one, queued_at=number) for number in range(2000)], Limits())
    store.add([attrs.evolve(each, queued_at=5000) for each in entries(60)], Limits())
    asked.clear()
    numbers = [drained(store, owner) for owner in relays]
    assert sum(map(len, numbers)) == 2060
    assert [each for each in max(numbers, key=len) if each < 2000] == list(range(2000))
    assert asked[PULL] < 300


def test_what_is_settled_in_order_is_deleted_at_once(store: NATSStore, asked: Counter[str]) -> None:
    store.add(entries(1000), Limits())
    owner = new_owner()
    given = store.lease(owner, LONG, ROOM).entries
    asked.clear()
    store.settle(Outcomes(delivered=given[:600]))
    store.settle(Outcomes(delivered=given[610:], failed=given[600:610]))
    store.settle(Outcomes(delivered=given[600:610]))
    assert queued(store) == []
    assert asked[DELETE] <= 390
    assert asked["$JS.API.STREAM.PURGE"] >= 2


def test_what_waits_in_the_middle_is_left(store: NATSStore) -> None:
    store.add(entries(500), Limits())
    given = store.lease(new_owner(), LONG, ROOM).entries
    left = [each for each in given if each.sequence % 7 == 0]
    store.settle(Outcomes(delivered=[each for each in given if each not in left]))
    assert list(store.pending(None)) == left
    store.settle(Outcomes(delivered=left[::2]))
    assert list(store.pending(None)) == left[1::2]


def test_nothing_is_deleted_before_it_was_given(store: NATSStore) -> None:
    store.add(entries(300), Limits())
    owner = new_owner()
    given = store.lease(owner, LONG, Capacity(100)).entries
    store.add(entries(300), Limits())
    store.settle(Outcomes(delivered=given))
    assert len(store.pending(None)) == 500
    assert len(drained(store, owner)) == 500


def test_what_was_parked_by_a_relay_that_had_lost_its_lease(store: NATSStore) -> None:
    store.add(entries(50), Limits())
    first, second = new_owner(), new_owner()
    given = store.lease(first, 0, ROOM).entries
    again: list[Entry] = []
    while more := store.lease(second, LONG, ROOM).entries:
        again += more
    assert len(again) == 50
    store.settle(Outcomes(parked=[ParkedEntry(given[7], 500, "no", 3.5, 4.5)]))
    store.settle(Outcomes(delivered=again))
    assert store.stats().pending == 0


def test_consumers_that_nobody_has_used_for_long(
    store: NATSStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "_INACTIVE", 0)
    owner = new_owner()
    for _ in range(3):
        store.add(entries(10), Limits())
        assert len(drained(store, owner)) == 10


def test_consumers_that_the_server_has_dropped(tmp_path: Path) -> None:
    with NATSServer(tmp_path) as server:
        url = f"nats://{server.address}/calls"
        with closing(NATSStore(url)) as store:
            owner = new_owner()
            for _ in range(3):
                store.add(entries(10), Limits())
                assert len(drained(store, owner)) == 10
                for name in ask(url, "NAMES", of="CONSUMER")["consumers"]:
                    assert ask(url, "DELETE", of="CONSUMER", which=f".{name}")["success"]


def test_a_client_that_hands_over_nothing_as_it_comes(
    store: NATSStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leave_it(*arguments: Any) -> None:
        await Client._process_msg(*arguments)

    store.add(entries(1), Limits())
    kind = type(store._connection._link._client)  # type: ignore[union-attr]
    monkeypatch.setattr(kind, "_process_msg", leave_it)
    store.add(entries(700), Limits())
    assert len(drained(store, new_owner())) == 701


def test_a_relay_whose_process_is_gone_is_not_waited_for(url: str, store: NATSStore) -> None:
    store.add(entries(3), Limits())

    def work() -> None:
        NATSStore(url).lease(new_owner(), LONG, Capacity(2))
        os.kill(os.getpid(), signal.SIGKILL)

    os.waitpid(fork(work), 0)
    owner = new_owner()
    assert [each.crashes for each in store.lease(owner, LONG, ROOM).entries] == [1, 1]
    assert [each.crashes for each in store.lease(owner, LONG, ROOM).entries] == [0]


@pytest.mark.usefixtures("attentive")
def test_what_was_given_and_got_lost_on_the_way(store: NATSStore) -> None:
    store.add(entries(3), Limits())
    owner = new_owner()
    given = [len(store.lease(owner, LONG, ROOM).entries) for _ in range(3)]
    assert given == [3, 0, 3]  # it never saw the first ones


def test_an_owner_in_another_store(url: str, store: NATSStore) -> None:
    store.add(entries(5), Limits())
    owner = new_owner()
    given = store.lease(owner, LONG, Capacity(2)).entries
    with closing(NATSStore(url)) as other:
        other.settle(Outcomes(failed=given))
        lease = other.lease(owner, LONG, Capacity(10, empty_handed=False))
        assert (lease.kept, len(lease.entries)) == (ALL_PARTITIONS, 3)
        other.release(owner)
    assert [each.attempts for each in store.lease(owner, LONG, ROOM).entries] == [1, 1, 0, 0, 0]


def test_a_dead_letter_is_buried_once(store: NATSStore) -> None:
    store.add(entries(1), Limits())
    (dead,) = store.lease(new_owner(), LONG, ROOM).entries
    for _ in range(2):
        store.settle(Outcomes(dead=[DeadLetter(dead, 400, "no", 1.0)]))
    assert (store.stats().died, store.stats().dead) == (1, 1)


def test_many_failures_are_counted(store: NATSStore) -> None:
    store.add(entries(1000), Limits())
    given = store.lease(new_owner(), LONG, ROOM).entries
    for _ in range(2):
        store.settle(Outcomes(failed=given))
    assert {each.attempts for each in store.pending(None)} == {2}


# -- processes ------------------------------------------------------------------------------------


def test_a_fork(store: NATSStore) -> None:
    owner = new_owner()
    store.add(entries(2), Limits())
    store.lease(owner, LONG, Capacity(1))

    def work() -> None:
        for number in range(20):
            store.add([attrs.evolve(entries(1)[0], queued_at=100 + number)], Limits())
        store.close()

    children = [fork(work) for _ in range(3)]
    for number in range(20):
        store.add([attrs.evolve(entries(1)[0], queued_at=200 + number)], Limits())
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert store.stats().pending == 2 + 4 * 20
    assert store.lease(owner, LONG, ROOM).kept == ALL_PARTITIONS


def test_a_child_that_ends_like_any_program(url: str) -> None:
    program = (
        "import os, sys\n"
        "from lunogram import Event\n"
        "from lunogram.outbox import Outbox\n"
        f"outbox = Outbox({url!r})\n"
        "for name in ('a', 'b'):\n"
        "    outbox.user.events.post(Event(name, 'user_1'))\n"
        "    child = os.fork() if name == 'a' else 0\n"
        "sys.exit(0)\n"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", program]) == 0
