"""How relays on any number of machines share the lanes of an outbox in NATS.

Each relay has a record that it renews, and in it the places up to which it was given entries. A
relay that has not renewed its record for as long as it said, by the server's clock, has ended: the
first one to see that marks the record, which its owner then can't renew any more, and frees its
lanes. Who has which lane is in one record, which is written only if nobody else has meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import attrs

from ..owner import is_gone
from ..store import ALL_LANES, LANES, Entry
from .hands import Hands, Lane, id_of
from .records import ConflictError, Record, Records
from .streams import Stream

_LOOK_EVERY = 1.0
_OFTEN = 4


class LapsedError(Exception):
    """A relay's lease has run out, and another has seen that."""


async def begin(records: Records, owner: str) -> Hands:
    """A relay as its record says, if it has one; else a new one without lanes.

    Args:
        records: Where to.
        owner: The relay.
    """
    record = await records.get("relay", id_of(owner))
    if not record.revision or "gone" in record.value:
        await leave(records, owner)
        return Hands(owner)
    given = {int(number): last for number, last in record.value["given"].items()}
    hands = Hands(owner, record.value["seconds"], record.revision, given)
    hands.have(_own(await lanes(records), hands), frozenset())
    return hands


async def keep(records: Records, hands: Hands, seconds: float) -> bool:
    """Renew a relay's lease, and see to it that it has its share; False if it is not yet time to.

    Args:
        records: Where to.
        hands: The relay.
        seconds: For how long its lanes are to be its own.

    Raises:
        LapsedError: If they are not its own any more.
    """
    now = asyncio.get_running_loop().time()
    is_fresh = now - hands.renewed_at < min(seconds / _OFTEN, _LOOK_EVERY)
    if is_fresh and seconds == hands.seconds and hands.lanes.keys() == ALL_LANES:
        return False
    hands.seconds = seconds
    await note(records, hands)
    await _persistently(lambda: _share(records, hands))
    hands.renewed_at = now
    return True


async def note(records: Records, hands: Hands, about_to_get: Sequence[Entry] = ()) -> None:
    """Write a relay's record.

    Args:
        records: Where to.
        hands: The relay.
        about_to_get: What it will be given as soon as this is written.

    Raises:
        LapsedError: If another has marked it.
    """
    value, name = hands.record(about_to_get), ("relay", hands.id)
    try:
        hands.revision = await records.put(hands.revision, value, *name)
    except ConflictError:
        # Perhaps by an earlier writing of our own, whose answer was lost.
        found = await records.get(*name)
        if not found.revision or "gone" in found.value:
            raise LapsedError from None
        hands.revision = await records.put(found.revision, value, *name)


async def leave(records: Records, owner: str) -> None:
    """Give up all lanes of a relay.

    Args:
        records: Where to.
        owner: The relay. It has nothing on its way.
    """
    relay = await records.get("relay", id_of(owner))
    if relay.revision:
        await _persistently(lambda: _leave(records, relay))


async def lanes(records: Records) -> list[Lane]:
    """All lanes, by their numbers.

    Args:
        records: Where they are.
    """
    return _lanes(await records.get("lanes"))


async def _persistently(change: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await change()
        except ConflictError:
            continue


async def _share(records: Records, hands: Hands) -> None:
    # In this order: whoever is in the table had a record before the records are read.
    table = await records.get("lanes")
    living, ended = await _sort(records, hands)
    lanes = _lanes(table)
    for relay in ended:
        _free(lanes, relay)
    for lane in lanes:
        lane.owner = lane.owner if lane.owner in living else ""
    leaving = await _take_share(records, lanes, hands, len(living))
    await _write(records, table, lanes)
    for relay in ended:
        await records.remove(relay)
    hands.have(_own(lanes, hands), leaving)


async def _leave(records: Records, relay: Record) -> None:
    table = await records.get("lanes")
    lanes = _lanes(table)
    _free(lanes, relay)
    await _write(records, table, lanes)
    await records.remove(relay)


# -- the table of lanes ---------------------------------------------------------------------------


def _lanes(table: Record) -> list[Lane]:
    written = table.value.get("lanes") or [["", []]] * LANES
    return [Lane(owner, list(deaths)) for owner, deaths in written]


def _own(lanes: list[Lane], hands: Hands) -> dict[int, Lane]:
    return {number: lane for number, lane in enumerate(lanes) if lane.owner == hands.id}


async def _write(records: Records, table: Record, lanes: list[Lane]) -> None:
    if lanes == _lanes(table):
        return
    first = (await Stream(records.link, records.names.queue).state())["first_seq"]
    for lane in lanes:
        # What nobody can ask for any more.
        lane.deaths = [last for last in lane.deaths if last >= first]
    await records.put(table.revision, {"lanes": [attrs.astuple(lane) for lane in lanes]}, "lanes")


def _free(lanes: list[Lane], relay: Record) -> None:
    """Take the lanes from a relay. If it has not left by itself, say what it had in its hands."""
    for number, lane in enumerate(lanes):
        if lane.owner == relay.name:
            lane.owner = ""
            if "gone" in relay.value and str(number) in relay.value["given"]:
                lane.deaths.append(relay.value["given"][str(number)])


async def _take_share(
    records: Records, lanes: list[Lane], hands: Hands, relays: int
) -> frozenset[int]:
    """Take free lanes, or give up some that are too many; return those that are still in use."""
    share = -(-LANES // relays)
    own = list(_own(lanes, hands))
    free = [number for number, lane in enumerate(lanes) if not lane.owner]
    for number in free[: max(0, share - len(own))]:
        lanes[number].owner = hands.id
    surplus = own[share:]
    in_use = await _in_use(records, hands, surplus)
    for number in surplus:
        if number not in in_use:
            lanes[number].owner = ""
    return in_use


async def _in_use(records: Records, hands: Hands, numbers: list[int]) -> frozenset[int]:
    """Those lanes of which a relay was given something that is still there."""
    queue = Stream(records.link, records.names.queue)
    given = [number for number in numbers if number in hands.given]
    heads = {
        message.subject: message for message in await queue.heads(map(records.names.lane, given))
    }
    return frozenset(
        number
        for number in given
        if (head := heads.get(records.names.lane(number))) and head.sequence <= hands.given[number]
    )


# -- who is there ---------------------------------------------------------------------------------


async def _sort(records: Records, hands: Hands) -> tuple[set[str], list[Record]]:
    """The ids of the relays that are there, and the records, marked, of those that have ended."""
    relays = {relay.name: relay for relay in await records.get_all("relay")}
    if hands.id not in relays:
        raise LapsedError
    now = relays.pop(hands.id).time
    ended = [relay for relay in relays.values() if _has_ended(relay, now)]
    living = {hands.id, *relays} - {relay.name for relay in ended}
    return living, [await _mark(records, relay) for relay in ended]


def _has_ended(relay: Record, now: float) -> bool:
    value = relay.value
    return "gone" in value or now - relay.time > value["seconds"] or is_gone(value["owner"])


async def _mark(records: Records, relay: Record) -> Record:
    if "gone" in relay.value:
        return relay
    value = {**relay.value, "gone": True}
    revision = await records.put(relay.revision, value, "relay", relay.name)
    return attrs.evolve(relay, value=value, revision=revision)
