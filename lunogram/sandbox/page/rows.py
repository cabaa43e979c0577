"""Pages of lists, limited in rows and in bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct

from lunogram.sandbox.context import Request
from lunogram.sandbox.page.summaries import row_summary
from lunogram.sandbox.request_parser import write_json
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Offset
from lunogram.sandbox.store import LARGEST, Row

ROWS = 100
"""The maximum number of rows in a response."""
BUDGET = 500_000
"""The maximum number of bytes of rows in a response, not counting its first row."""


class RowsQuery(Struct):
    """The query of one page: the rows before a number, which is `next` of the previous page."""

    before: Offset = LARGEST
    limit: Annotated[int, Meta(ge=1, le=ROWS)] = ROWS


def rows_response(
    request: Request,
    sql: str,
    query: RowsQuery,
    wanted: dict[str, Any],
    summary: Callable[[Row], dict[str, Any]] = row_summary,
) -> Response:
    """Return a response with one page of the rows of a query."""
    values = wanted | {"project_id": request.project.id, "before": min(query.before, LARGEST)}
    rows = request.store.part(sql, values, query.limit + 1, 0)
    return list_response(map(summary, rows), query.limit)


def list_response(rows: Iterable[dict[str, Any]], limit: int = ROWS) -> Response:
    """Return a response with as many rows as fit, and where the next page begins."""
    found, last, more = fitting(rows, limit)
    return as_json(200, {"results": found} | ({"next": last} if more else {}))


def fitting(rows: Iterable[dict[str, Any]], limit: int = ROWS) -> tuple[list[Raw], int, bool]:
    """Return as many rows as fit, the number of the last, and whether there are more."""
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


def row_values(row: Row) -> dict[str, Any]:
    """Return the columns of a row that are not null."""
    pairs = zip(row.keys(), row, strict=True)
    return {name: value for name, value in pairs if value is not None}
