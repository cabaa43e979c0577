"""What can be wrong with the tables of an outbox. No sentence holds personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..store import ALL_LANES
from .connection import Connection
from .rows import entry_of


def faults(connection: Connection, queries: dict[str, bytes]) -> Iterator[str]:
    """Look through the tables, row by row.

    Args:
        connection: In a transaction.
        queries: By their names.

    Yields:
        What is wrong, a sentence for each.
    """
    yield from _faults_of_lanes(connection, queries)
    with connection.cursor("lunogram_outbox_rows", binary=True) as rows:
        for kind, lane, *row in rows.execute(queries["rows"]):
            if fault := _fault_of(lane, tuple(row)):
                yield f"{kind} {row[0]}: {fault}"


def _faults_of_lanes(connection: Connection, queries: dict[str, bytes]) -> Iterator[str]:
    there = {row[0] for row in connection.execute(queries["lanes_there"])}
    for lane in sorted(ALL_LANES - there):
        yield f"lane {lane} is missing: nobody can take what is in it"
    for (sequence,) in connection.execute(queries["taken_by_nobody"]):
        yield f"entry {sequence}: it is in the hands of a relay that nobody knows"


def _fault_of(lane: int, row: tuple[Any, ...]) -> str:
    try:
        entry = entry_of(row)
        if entry.lane != lane:
            return f"it is in lane {lane}, and belongs in lane {entry.lane}"
    except (KeyError, TypeError, AttributeError):
        return "its call can't be read"
    try:
        json.loads(entry.body or b"null")
    except ValueError:
        return "its body is no JSON"
    return ""
