"""What came of a scenario: what was queued, beside what was taken."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from lunogram.outbox import Stats
from tests.support.sink import Taken


@attrs.frozen(order=True)
class Piece:
    """One entry of the queue, as it arrives.

    Attributes:
        call: The name of the call that it is of.
        part: Which part of the call.
        of: Of how many.
        subject: Whom it is about, first of all.
    """

    call: str
    part: int
    of: int
    subject: str


@attrs.frozen
class Diaries:
    """What producers have written: when each call began and returned, as places in one order.

    Attributes:
        begun: By the names of calls.
        returned: The same, of those that have.
        lost_at: The place at which all before may have been lost, or -1.
    """

    begun: dict[str, int]
    returned: dict[str, int]
    lost_at: int = -1

    def since_loss(self) -> Diaries:
        """What has begun after the last loss."""
        begun = {name: place for name, place in self.begun.items() if place > self.lost_at}
        return Diaries(begun, {name: at for name, at in self.returned.items() if name in begun})


@attrs.frozen
class Result:
    """One seed in numbers.

    Attributes:
        kills: How many processes were killed.
        queued: How many calls had returned.
        lost: How many of these did not arrive, or not whole.
        reordered: How many entries arrived before one about the same subject that was there before.
        duplicates: How many entries arrived that had arrived before.
        faults: What else is wrong, in sentences.
    """

    kills: int = 0
    queued: int = 0
    lost: int = 0
    reordered: int = 0
    duplicates: int = 0
    faults: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether everything is as promised."""
        return not (self.lost or self.reordered or self.faults)

    def __add__(self, other: Result) -> Result:
        return Result(*(mine + theirs for mine, theirs in zip(
            attrs.astuple(self), attrs.astuple(other), strict=True)))  # fmt: skip


def judge(
    diary: Path,
    taken: Sequence[Taken],
    stats: Stats,
    *,
    kills: int,
    all_or_nothing: bool,
    planted: int = 0,
) -> Result:
    """Compare what was queued with what was taken.

    Args:
        diary: What the producers wrote.
        taken: What the server took, in order.
        stats: Of the outbox, at the end.
        kills: How many processes were killed.
        all_or_nothing: Whether calls that never returned arrived whole or not at all.
        planted: How many malformed entries others have written.
    """
    everything = read_diary(diary)
    arrived = [piece for call in taken for piece in pieces_of(call)]
    strangers = {piece.call for piece in arrived} - everything.begun.keys()
    diaries = everything.since_loss()
    arrived = [piece for piece in arrived if piece.call in diaries.begun]
    first_times = list(dict.fromkeys(arrived))
    broken = _broken(first_times)
    missing = diaries.returned.keys() - {piece.call for piece in first_times}
    is_new = everything.lost_at >= 0
    faults = [*_faults_of(stats, len(first_times), planted, of_new_file=is_new)]
    if all_or_nothing and broken:
        faults.append(f"{len(broken)} calls arrived in part")
    if strangers:
        faults.append(f"{len(strangers)} calls arrived that nobody made")
    return Result(
        kills=kills,
        queued=len(diaries.returned),
        lost=len(missing | (broken & diaries.returned.keys())),
        reordered=sum(_reordered(diaries, first_times)),
        duplicates=len(arrived) - len(first_times),
        faults=tuple(faults),
    )


def read_diary(file: Path) -> Diaries:
    """What producers wrote.

    Args:
        file: Where.
    """
    begun: dict[str, int] = {}
    returned: dict[str, int] = {}
    lost_at = -1
    for place, line in enumerate(file.read_text().splitlines()):
        sign, name = line.split(" ")
        if sign == "!":
            lost_at = place
        else:
            (begun if sign == "+" else returned)[name] = place
    return Diaries(begun, returned, lost_at)


def pieces_of(call: Taken) -> Iterator[Piece]:
    """The entries that a call brings.

    Args:
        call: As the server took it.
    """
    body = json.loads(call.body)
    for part in body if isinstance(body, list) else [body]:
        whom = part.get("user") or part
        first, *others = whom["identifier"]
        named = [name["external_id"] for name in others if name.get("source") == "call"]
        mark = part.get("data") or {"call": named[0], "part": 0, "of": 1}
        family = "organization" if call.path == "/organizations" else "user"
        yield Piece(mark["call"], mark["part"], mark["of"], f"{family}:{first['external_id']}")


def _broken(pieces: Sequence[Piece]) -> set[str]:
    """The calls of which some parts arrived, and others did not."""
    there = Counter(piece.call for piece in pieces)
    return {piece.call for piece in pieces if there[piece.call] != piece.of}


def _reordered(diaries: Diaries, first_times: Sequence[Piece]) -> Iterator[int]:
    """For each subject, how many entries came behind one that began when they had returned."""
    subjects: dict[str, list[Piece]] = defaultdict(list)
    for piece in first_times:
        subjects[piece.subject].append(piece)
    for pieces in subjects.values():
        yield _out_of_turn(diaries, pieces)


def _out_of_turn(diaries: Diaries, pieces: Sequence[Piece]) -> int:
    count, latest = 0, (-1, -1)
    for piece in pieces:
        begun = diaries.begun.get(piece.call, -1)
        returned = diaries.returned.get(piece.call, float("inf"))
        # Parts of one call have an order too.
        count += returned < latest[0] or (begun == latest[0] and piece.part < latest[1])
        latest = max(latest, (begun, piece.part))
    return count


def _faults_of(stats: Stats, distinct: int, planted: int, *, of_new_file: bool) -> Iterator[str]:
    wanted: dict[str, Any] = {
        "pending": 0, "pending_bytes": 0, "dead": planted, "died": planted, "refused": 0,
        "dropped": 0, "queued": distinct + planted, "delivered": distinct,
    }  # fmt: skip
    for name, value in wanted.items():
        if of_new_file and name in ("queued", "delivered"):
            continue  # what was queued while the file was lost counts too, or does not
        if getattr(stats, name) != value:
            yield f"stats: {name} is {getattr(stats, name)}, and not {value}"
