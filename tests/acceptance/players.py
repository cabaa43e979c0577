"""What the processes of a scenario do: queue calls, or relay them, until they die."""

from __future__ import annotations

import gc
import mmap
import os
import random
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from signal import SIGTERM
from types import ModuleType
from typing import Any

import lunogram.outbox.background_relay
import lunogram.outbox.relay.parking
import lunogram.outbox.relay.rate_limit
import lunogram.outbox.relay.relay
import lunogram.outbox.relay.retries
import lunogram.outbox.sqlite.wal
from lunogram import Event, Lunogram, NetworkError
from lunogram.cli.relay import relay as relay_command
from lunogram.outbox import Outbox, OutboxError, RelayOptions
from tests.acceptance.hazards import InterruptedRelays, LostFile, all_around, persist
from tests.acceptance.scenarios import SCHEMES, Life, Scenario
from tests.outbox.damage import DAMAGES
from tests.support.traps import set_trap

_real_time = time.time
_FLUSH_TIMEOUT = 0.1
_MOST_CRASHES = 1000
_NOWHERE = "http://127.0.0.1:1/api"


class Clock:
    """The clock of the machine, as all processes of a scenario see it: it may jump."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)

    def jump(self, seconds: float) -> None:
        """Put it forward or back, from the right time.

        Args:
            seconds: By how much.
        """
        self._shared[:] = struct.pack("d", seconds)

    def time(self) -> float:
        """As `time.time`."""
        (shift,) = struct.unpack("d", self._shared[:])
        return _real_time() + float(shift)

    def rule(self) -> None:
        """Let this process go by it."""
        time.time = self.time


def hurry(lease: float) -> None:
    """Let the relays of this process try again at once, and tidy up often.

    Args:
        lease: For how many seconds they take partitions.
    """
    _set(lunogram.outbox.relay.rate_limit, _FIRST_PAUSE=0.005, _LONGEST_PAUSE=0.02)
    _set(lunogram.outbox.relay.parking, _FIRST_PAUSE=0.005, _LONGEST_PAUSE_IN_DOUBT=0.02)
    _set(lunogram.outbox.relay.parking, _LONGEST_PAUSE=0.04)
    _set(lunogram.outbox.relay.retries, _LONGEST_PAUSE_AT_FIRST=0.04, _LOOK_AGAIN=0.05)
    _set(lunogram.outbox.relay.rate_limit, _SLOWEST=500.0, _SLOWEST_CLIMB=5000.0)
    parking = lunogram.outbox.relay.parking
    _set(parking, _FIRST_PAUSE=0.005, _LONGEST_PAUSE=0.02, _LONGEST_PAUSE_IN_DOUBT=0.02)
    _set(lunogram.outbox.sqlite.wal, _ENOUGH=40_000)
    _set(lunogram.outbox.relay.relay, _lease_of=lambda _sender: lease)


def _set(module: ModuleType, **values: object) -> None:
    for name, value in values.items():
        getattr(module, name)  # fails, if it is called otherwise by now
        setattr(module, name, value)


def warm_up(url: str) -> None:
    """Use everything once, so that the processes forked from this one have it all in memory.

    Args:
        url: Of an outbox.
    """
    with Outbox(url) as outbox:
        # Each kind of call: Python's import lock is not safe from what signal handlers raise.
        outbox.user.events.post(Event("it.happened", "user_1"))
        outbox.user.upsert("user_1")
        outbox.user.delete("user_1")
        outbox.organization.upsert("org")
        outbox.organization.add_user("org", "user_1")
        outbox.stats()
    with Lunogram("sk_key", base_url=_NOWHERE, max_retries=0) as client, suppress(NetworkError):
        client.user.delete("user_1")
    gc.collect()
    gc.freeze()


# -- producers ------------------------------------------------------------------------------------


class Diary:
    """Where producers say which call they begin, and which has returned: lines that stay whole."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def around(self, name: str, call: Callable[[], object]) -> None:
        """Make a call, and say so before and after.

        Args:
            name: Of the call.
            call: It.
        """
        os.write(self._file, f"+ {name}\n".encode())
        call()
        os.write(self._file, f"- {name}\n".encode())

    def note_loss(self) -> None:
        """Say that all that was queued may be lost."""
        os.write(self._file, b"! lost\n")


def produce(
    url: str, scenario: Scenario, life: Life, run: str, diary: Diary, *, target: dict[str, str]
) -> None:
    """Queue calls, and perhaps relay them until the end.

    Args:
        url: Of the outbox.
        scenario: Whose producer it is.
        life: How many calls, in how many threads, and when it dies.
        run: A name that no other process has.
        diary: Where to say what has returned.
        target: The environment that says where to send to.
    """
    _begin(scenario)
    set_traps(scenario, life)
    outboxes = _outboxes(url, scenario, life, target)
    names = [f"{run}.{number}" for number in range(life.threads)]
    threads = [
        threading.Thread(target=_queue, args=(outboxes, scenario, name, life.calls, diary))
        for name in names[1:]
    ]
    for thread in threads:
        thread.start()
    _queue(outboxes, scenario, names[0], life.calls, diary)
    for thread in threads:
        thread.join()
    if life.has_relay:
        _end_program()


def _begin(scenario: Scenario) -> None:
    for hazard in scenario.hazards:
        hazard.begin()


def _outboxes(url: str, scenario: Scenario, life: Life, target: dict[str, str]) -> list[Outbox]:
    if not life.has_relay:
        return [_open(url, scenario)]
    hurry(scenario.lease)
    os.environ.update(target, LUNOGRAM_TRANSPORT=scenario.transport)
    options = RelayOptions(
        batch=scenario.batch, concurrency=scenario.concurrency, max_crashes=_MOST_CRASHES
    )
    own = partial(_open, url, scenario, client=Lunogram(), flush_timeout=_FLUSH_TIMEOUT, **options)
    return [own() for _ in range(scenario.outboxes)]


def _open(url: str, scenario: Scenario, **options: Any) -> Outbox:
    """An outbox, opened again if its file is lost meanwhile, or a server."""
    if scenario.loses_servers:
        return persist(partial(Outbox, url, **options))
    try:
        return Outbox(url, **options)
    except OutboxError:
        if not scenario.lost_file:
            raise
        return Outbox(url, **options)


def _end_program() -> None:
    """Do what Python does at the end of a program, as far as it concerns an outbox.

    A fork leaves by `os._exit`: other exit functions belong to its parent.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    lunogram.outbox.background_relay._end_all()


def plant(url: str, scenario: Scenario, name: str) -> None:
    """Write a malformed entry into the store, as another program may.

    Args:
        url: Of the outbox.
        scenario: Whose writer it is.
        name: Of the entry, among those of the store.
    """
    Outbox(url).close()
    DAMAGES[scenario.kind].entries[name](url)


def lose_file(url: str, hazard: LostFile, diary: Diary) -> None:
    """Take the file of the outbox away, now and then.

    Args:
        url: Of the outbox.
        hazard: How.
        diary: Where to say that it is gone.
    """
    for number, delay in enumerate(hazard.delays):
        time.sleep(delay)
        hazard.lose(url, number)
        diary.note_loss()


def set_traps(scenario: Scenario, life: Life) -> None:
    """Set the trap of a life in this process, if it has one.

    Args:
        scenario: Whose.
        life: It.
    """
    if life.trap:
        set_trap(life.trap, life.passings, SCHEMES[scenario.kind])


def _queue(
    outboxes: list[Outbox], scenario: Scenario, thread: str, count: int, diary: Diary
) -> None:
    chance = random.Random(f"{scenario.seed} {thread}")
    calls = _calls(outboxes, chance, thread, [f"user_{n}" for n in range(scenario.users)])
    for name, call in calls:
        if count == 0:
            return
        all_around(scenario.hazards, chance, partial(diary.around, name, call))
        count -= 1


def _calls(
    outboxes: list[Outbox], chance: random.Random, thread: str, users: list[str]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Calls without end, each with a name, which it also carries with it."""
    number = 0
    while True:
        user, victim = chance.choice(users), f"{thread}.victim_{number}"
        outbox = outboxes[number % len(outboxes)]
        for make in _some(outbox, chance, user, users, victim):
            name = f"{thread}.{number}"
            number += 1
            yield name, lambda make=make, name=name: make(name)  # type: ignore[misc]


def _some(
    outbox: Outbox, chance: random.Random, user: str, users: list[str], victim: str
) -> list[Callable[[str], None]]:
    """One call, or a few that belong together. Each takes the name it is to carry."""

    def event(name: str) -> None:
        outbox.user.events.post(_event(user, name, 0, 1))

    def array(name: str) -> None:
        length = chance.randint(2, 8)
        events = [_event(chance.choice(users), name, part, length) for part in range(length)]
        outbox.user.events.post(events)

    def upsert(name: str) -> None:
        outbox.user.upsert(user, data=_mark(name))

    def organization(name: str) -> None:
        outbox.organization.upsert("org", data=_mark(name))

    def membership(name: str) -> None:
        outbox.organization.add_user("org", user, data=_mark(name))

    def upsert_victim(name: str) -> None:
        outbox.user.upsert([victim, ("call", name)], data=_mark(name))

    def delete(name: str) -> None:
        outbox.user.delete([victim, ("call", name)])

    kinds: list[list[Callable[[str], None]]] = [
        [event], [array], [upsert], [organization, upsert, membership], [upsert_victim, delete],
    ]  # fmt: skip
    return chance.choices(kinds, [16, 4, 2, 1, 1])[0]


def _event(user: str, name: str, part: int, length: int) -> Event:
    return Event("it.happened", user, data=_mark(name, part, length))


def _mark(name: str, part: int = 0, length: int = 1) -> dict[str, object]:
    """What says which call it is, and which part of how many."""
    return {"call": name, "part": part, "of": length}


# -- relays ---------------------------------------------------------------------------------------


def relay(url: str, scenario: Scenario, life: Life, target: dict[str, str]) -> None:
    """Do what `lunogram relay` does.

    Args:
        url: Of the outbox.
        scenario: Whose relay it is.
        life: When it dies.
        target: The environment that says where to send to.
    """
    _begin(scenario)
    set_traps(scenario, life)
    chance, run = random.Random(scenario.seed), partial(_run_command, url, scenario, target)
    # A relay that is started again would not know that it was asked to end. And an exception in the
    # middle of an event loop's own code may leave the loop in a state in which it can't be closed.
    may_be_interrupted = scenario.concurrency == 1 and not any(
        number is SIGTERM for _, number in life.strikes
    )
    for hazard in scenario.hazards:
        if may_be_interrupted or not isinstance(hazard, InterruptedRelays):
            run = partial(hazard.around_relay, chance, run)
    run()


def relay_the_rest(url: str, scenario: Scenario, target: dict[str, str]) -> None:
    """The same until nothing is left.

    Args:
        url: Of the outbox.
        scenario: Whose relay it is.
        target: The environment that says where to send to.
    """
    run = partial(_run_command, url, scenario, target, "--until-empty")
    persist(run) if scenario.loses_servers else run()


def _run_command(url: str, scenario: Scenario, target: dict[str, str], *more: str) -> None:
    hurry(scenario.lease)
    os.environ.update(target, LUNOGRAM_TRANSPORT=scenario.transport)
    options = ("--batch", str(scenario.batch), "--concurrency", str(scenario.concurrency))
    # Nothing is to be given up for the many relays that die here.
    relay_command.main(
        [url, *options, "--max-crashes", str(_MOST_CRASHES), *more], standalone_mode=False
    )
