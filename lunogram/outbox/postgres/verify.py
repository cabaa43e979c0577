"""The faults of the tables of an outbox. No message about one holds personal data."""

from __future__ import annotations

from collections.abc import Iterator

from ..store import ALL_PARTITIONS, MalformedEntry
from ..validation import fault_of_body
from .connection import Connection
from .rows import entry_of


def faults(connection: Connection, queries: dict[str, bytes]) -> Iterator[str]:
    """The faults of all rows.

    Args:
        connection: A connection, in a transaction.
        queries: The queries by their names.

    Yields:
        A sentence for each fault.
    """
    yield from _faults_of_partitions(connection, queries)
    with connection.cursor("lunogram_outbox_rows", binary=True) as rows:
        for kind, *row in rows.execute(queries["rows"]):
            entry = entry_of(tuple(row))
            fault = entry.fault if isinstance(entry, MalformedEntry) else fault_of_body(entry.body)
            if fault:
                yield f"{kind} {entry.sequence}: {fault}"


def _faults_of_partitions(connection: Connection, queries: dict[str, bytes]) -> Iterator[str]:
    there = {row[0] for row in connection.execute(queries["partitions"])}
    for partition in sorted(ALL_PARTITIONS - there):
        yield f"partition {partition} is missing: no relay takes its entries"
    for (sequence,) in connection.execute(queries["leased_to_nobody"]):
        yield f"entry {sequence}: it is leased to a relay that does not exist"
