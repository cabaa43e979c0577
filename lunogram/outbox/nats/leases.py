"""The leases by which relays on any number of machines share the partitions of an outbox in NATS.

Each relay has a record that it renews, which holds the sequence numbers up to which it was given
entries. If a relay has not renewed its record within the length of its lease, by the server's
clock, it has ended: the first relay to see that marks the record, which its owner then can't renew
any more, and frees its partitions. One record holds the owner of each partition; it is written only
if nobody else has written it meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import attrs

from ..owner import is_gone
from ..store import ALL_PARTITIONS, PARTITIONS, Entry
from .records import ConflictError, Record, Records, persistently
from .relay_state import Partition, RelayState, id_of
from .streams import Stream

_LOOK_EVERY = 1.0
_OFTEN = 4


class LapsedError(Exception):
    """The lease of a relay has expired, and another relay has seen that."""


async def begin(records: Records, owner: str) -> RelayState:
    """The state of a relay as in its record, if it has one; else a new one without partitions.

    Args:
        records: The records of the outbox.
        owner: The owner of the relay's leases.
    """
    record = await records.get("relay", id_of(owner))
    if not record.revision or not _is_alive(record):
        await leave(records, owner)
        return RelayState(owner)
    given = {int(number): last for number, last in record.value["given"].items()}
    state = RelayState(owner, record.value["seconds"], record.revision, given)
    state.have(_own(await partitions(records), state), frozenset())
    return state


async def keep(records: Records, state: RelayState, seconds: float) -> bool:
    """Renew a relay's lease, and bring it to its share; False if that is not due yet.

    Args:
        records: The records of the outbox.
        state: The state of the relay.
        seconds: The length of the lease.

    Raises:
        LapsedError: If the lease has expired.
    """
    now = asyncio.get_running_loop().time()
    is_fresh = now - state.renewed_at < min(seconds / _OFTEN, _LOOK_EVERY)
    if is_fresh and seconds == state.seconds and state.partitions.keys() == ALL_PARTITIONS:
        return False
    state.seconds = seconds
    await note(records, state)
    await persistently(lambda: _share(records, state))
    state.renewed_at = now
    return True


async def note(records: Records, state: RelayState, about_to_get: Sequence[Entry] = ()) -> None:
    """Write a relay's record.

    Args:
        records: The records of the outbox.
        state: The state of the relay.
        about_to_get: The entries that it is given as soon as this is written.

    Raises:
        LapsedError: If another relay has marked the record.
    """
    value, name = state.record(about_to_get), ("relay", state.id)
    try:
        state.revision = await records.put(state.revision, value, *name)
    except ConflictError:
        # Perhaps an earlier write of our own, whose response was lost.
        found = await records.get(*name)
        if not found.revision or not _is_alive(found):
            raise LapsedError from None
        state.revision = await records.put(found.revision, value, *name)


async def leave(records: Records, owner: str) -> None:
    """Give back all partitions of a relay.

    Args:
        records: The records of the outbox.
        owner: The owner of the relay's leases. It has nothing in flight.
    """
    relay = await records.get("relay", id_of(owner))
    if relay.revision:
        await persistently(lambda: _leave(records, relay))


async def partitions(records: Records) -> list[Partition]:
    """All partitions, by their numbers.

    Args:
        records: The records of the outbox.
    """
    return _partitions(await records.get("partitions"))


async def _share(records: Records, state: RelayState) -> None:
    # In this order: a relay in the table had its record before the records are read.
    table = await records.get("partitions")
    living, ended = await _sort(records, state)
    partitions = _partitions(table)
    for relay in ended:
        _free(partitions, relay)
    for partition in partitions:
        partition.owner = partition.owner if partition.owner in living else ""
    leaving = await _take_share(records, partitions, state, len(living))
    await _write(records, table, partitions)
    for relay in ended:
        await records.remove(relay)
    state.have(_own(partitions, state), leaving)


async def _leave(records: Records, relay: Record) -> None:
    table = await records.get("partitions")
    partitions = _partitions(table)
    _free(partitions, relay)
    await _write(records, table, partitions)
    await records.remove(relay)


# -- the table of partitions -----------------------------------------------------------------------


def _partitions(table: Record) -> list[Partition]:
    written: Any = table.value.get("partitions")
    if not _is_table(written):
        # It is missing or damaged: no partition has an owner until it is written again.
        written = [["", []]] * PARTITIONS
    return [Partition(owner, list(crashes)) for owner, crashes in written]


def _is_table(written: Any) -> bool:
    return (
        isinstance(written, list)
        and len(written) == PARTITIONS
        and all(map(_is_partition, written))
    )


def _is_partition(written: Any) -> bool:
    match written:
        case [str(), [*crashes]]:
            return all(type(last) is int for last in crashes)
    return False


def _own(partitions: list[Partition], state: RelayState) -> dict[int, Partition]:
    return {
        number: partition
        for number, partition in enumerate(partitions)
        if partition.owner == state.id
    }


async def _write(records: Records, table: Record, partitions: list[Partition]) -> None:
    if partitions == _partitions(table):
        return
    first = (await Stream(records.link, records.names.queue).state())["first_seq"]
    for partition in partitions:
        # Entries before the first one of the queue no longer exist.
        partition.crashes = [last for last in partition.crashes if last >= first]
    await records.put(
        table.revision,
        {"partitions": [attrs.astuple(partition) for partition in partitions]},
        "partitions",
    )


def _free(partitions: list[Partition], relay: Record) -> None:
    """Take the partitions from a relay. If it crashed, note the last entry that it was given."""
    for number, partition in enumerate(partitions):
        if partition.owner == relay.name:
            partition.owner = ""
            given = relay.value.get("given")
            last = given.get(str(number)) if isinstance(given, dict) else None
            if "gone" in relay.value and type(last) is int:
                partition.crashes.append(last)


async def _take_share(
    records: Records, partitions: list[Partition], state: RelayState, relays: int
) -> frozenset[int]:
    """Take free partitions, or give surplus ones back; return those that are still in use."""
    share = -(-PARTITIONS // relays)
    own = list(_own(partitions, state))
    free = [number for number, partition in enumerate(partitions) if not partition.owner]
    for number in free[: max(0, share - len(own))]:
        partitions[number].owner = state.id
    surplus = own[share:]
    in_use = await _in_use(records, state, surplus)
    for number in surplus:
        if number not in in_use:
            partitions[number].owner = ""
    return in_use


async def _in_use(records: Records, state: RelayState, numbers: list[int]) -> frozenset[int]:
    """Those partitions of which a relay was given something that is still there."""
    parked = set(state.parked.values()).intersection(numbers)
    queue = Stream(records.link, records.names.queue)
    given = [number for number in numbers if number in state.given]
    heads = {
        message.subject: message
        for message in await queue.heads(map(records.names.partition, given))
    }
    return frozenset(parked) | frozenset(
        number
        for number in given
        if (head := heads.get(records.names.partition(number)))
        and head.sequence <= state.given[number]
    )


# -- the relays ------------------------------------------------------------------------------------


async def _sort(records: Records, state: RelayState) -> tuple[set[str], list[Record]]:
    """The ids of the relays that run, and the marked records of those that have ended."""
    relays = {relay.name: relay for relay in await records.get_all("relay")}
    if state.id not in relays:
        raise LapsedError
    now = relays.pop(state.id).time
    state.sightings = {name: _sighting(state, relay) for name, relay in relays.items()}
    ended = [relay for relay in relays.values() if _has_ended(relay, now, state)]
    living = {state.id, *relays} - {relay.name for relay in ended}
    return living, [await _mark(records, relay) for relay in ended]


def _sighting(state: RelayState, relay: Record) -> tuple[int, float]:
    """The revision of a relay's record, and when this relay first saw it, by its own clock."""
    before = state.sightings.get(relay.name)
    if before and before[0] == relay.revision:
        return before
    return relay.revision, asyncio.get_running_loop().time()


def _has_ended(relay: Record, now: float, state: RelayState) -> bool:
    if not _is_alive(relay):
        return True
    # By this machine's clock too: the server's clock may be set back.
    silent = asyncio.get_running_loop().time() - state.sightings[relay.name][1]
    seconds = relay.value["seconds"]
    return max(now - relay.time, silent) > seconds or is_gone(relay.value["owner"])


def _is_alive(relay: Record) -> bool:
    """Whether a record is valid, and not marked."""
    match relay.value:
        case {"gone": _}:
            return False
        case {"owner": str(), "seconds": int() | float(), "given": {**given}}:
            return all(str(name).isdecimal() and type(last) is int for name, last in given.items())
    return False


async def _mark(records: Records, relay: Record) -> Record:
    if "gone" in relay.value:
        return relay
    value = {**relay.value, "gone": True}
    revision = await records.put(relay.revision, value, "relay", relay.name)
    return attrs.evolve(relay, value=value, revision=revision)
