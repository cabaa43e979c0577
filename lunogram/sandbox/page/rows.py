"""Lists in parts, each of which is bounded in rows and in bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import Offset
from lunogram.sandbox.context import Request
from lunogram.sandbox.decoding import write_json
from lunogram.sandbox.page.telling import event_shown
from lunogram.sandbox.store import LARGEST, Row

ROWS = 100
"""How many rows an answer has at the most."""
BUDGET = 500_000
"""How many bytes of rows an answer has at the most, but for its first row."""


class Part(Struct):
    """Which part of a list: what comes before a number, which is `next` of the part before."""

    before: Offset = LARGEST
    limit: Annotated[int, Meta(ge=1, le=ROWS)] = ROWS


def part(request: Request, sql: str, query: Part, wanted: dict[str, Any]) -> Answer:
    """Answer with a part of the rows that a query returns."""
    values = wanted | {"project_id": request.project.id, "before": min(query.before, LARGEST)}
    rows = request.store.part(sql, values, query.limit + 1, 0)
    return listed(map(event_shown, rows), query.limit)


def listed(rows: Iterable[dict[str, Any]], limit: int = ROWS) -> Answer:
    """Answer with as many rows as there is room for, and where to go on."""
    found, last, more = fitting(rows, limit)
    return as_json(200, {"results": found} | ({"next": last} if more else {}))


def fitting(rows: Iterable[dict[str, Any]], limit: int = ROWS) -> tuple[list[Raw], int, bool]:
    """Take as many rows as there is room for; the number of the last, and whether more come."""
    found: list[Raw] = []
    size = last = 0
    for row in rows:
        encoded = write_json(row)
        size += len(encoded)
        if len(found) == limit or (found and size > BUDGET):
            return found, last, True
        found.append(Raw(encoded))
        last = row.get("number", 0)
    return found, last, False


def row_shown(row: Row) -> dict[str, Any]:
    """Show a row: what is not set is left out."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: value for name, value in pairs if value is not None}
