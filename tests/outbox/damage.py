"""What others may have written into the store of an outbox: planted behind its back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, ClassVar, Protocol, TypeAlias

from nats.aio.client import Client

from lunogram.outbox.store import Entry
from tests.support import nats_server, services

Plants: TypeAlias = Mapping[str, Callable[[str], None]]

SECRET = "jane.doe@example.com"

_CALL = {
    "method": "POST",
    "path": "/users",
    "query": "",
    "subjects": ["user:default:u"],
    "trace": "",
}
_PARTITION = Entry("POST", "/users", "", b"{}", ("user:default:u",), 0.0).partition
_BODY = b'{"identifier": [{"source": "default", "external_id": "jane.doe@example.com"}]}'

REQUESTS: dict[str, dict[str, Any]] = {
    "userinfo": {"path": "@evil.example/x"},
    "more of a host": {"path": f".evil.example/{SECRET}"},
    "authority": {"path": "//evil.example/x"},
    "authority in the middle": {"path": "/users//evil.example"},
    "backslashes": {"path": "\\\\@evil.example"},
    "dots": {"path": "/../../other"},
    "escaped dots": {"path": "/%2e%2E/%2e./other"},
    "escaped dot": {"path": "/users/%2e"},
    "unknown operation": {"path": "/users/unknown"},
    "method of another operation": {"method": "DELETE", "path": "/users/events"},
    "operation that can't be queued": {"path": "/auth-methods/x/sessions"},
    "escaped dots in a parameter": {"path": "/auth-methods/%2E%2e/sessions"},
    "no path": {"path": ""},
    "query in the path": {"path": "/users?x=1"},
    "fragment": {"path": "/users#@evil.example"},
    "query": {"query": "a=b c"},
    "fragment in the query": {"query": "#x"},
    "line in the query": {"query": "a\r\nHost: evil.example"},
    "line in the path": {"path": "/users HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
    "line in the method": {"method": "POST /x HTTP/1.1\r\nHost: evil.example\r\nX:"},
    "space in the method": {"method": "POST "},
    "small method": {"method": "post"},
    "unknown method": {"method": "BREW"},
    "no method": {"method": ""},
    "long path": {"path": "/users/" + "x" * 10_000},
}
"""Requests that lead elsewhere, or are none: facts of a call that are not as they should be."""


class Damage(Protocol):
    """How to plant things in a store of some kind.

    Attributes:
        entries: What may be in the place of an entry, by names; each plants it at a URL.
        letters: What may be in the place of a dead letter.
        relays: What may be in the place of what relays write for each other.
    """

    entries: ClassVar[Plants]
    letters: ClassVar[Plants]
    relays: ClassVar[Plants]


def _with(**facts: Any) -> dict[str, Any]:
    return {**_CALL, **facts}


# -- SQLite ---------------------------------------------------------------------------------------


def _in_sqlite(*statements: str, **values: Any) -> Callable[[str], None]:
    def plant(url: str) -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for statement in statements:
                connection.execute(statement, values)
            connection.commit()

    return plant


_SQLITE = {
    "method": ":method", "path": ":path", "query": ":query", "body": ":body",
    "subjects": ":subjects", "queued_at": "1.5", "trace": "''", "attempts": "0", "crashes": "0",
}  # fmt: skip


def _sqlite_row(facts: Mapping[str, Any], **columns: str) -> Callable[[str], None]:
    """A row in the place after the last one, with expressions of SQL in some columns."""
    values = {**facts, "subjects": json.dumps(facts["subjects"]), "body": _BODY}
    row = {"sequence": "(SELECT 1 + max(sequence) FROM entries)"} | _SQLITE | columns
    return _in_sqlite(_insert("entries", row), **values)


def _insert(table: str, row: Mapping[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def _sqlite_letter(**columns: str) -> Callable[[str], None]:
    why = {"status": "404", "problem": "'no'", "died_at": "2.5"}
    row = {"sequence": "70"} | _SQLITE | why | columns
    values = {**_CALL, "subjects": json.dumps(_CALL["subjects"]), "body": _BODY}
    return _in_sqlite(
        _insert("dead_letters", row),
        "UPDATE totals SET dead = dead + 1",
        **values,
    )


well_formed_in_sqlite = _sqlite_row(_CALL)
"""A call that other programs may queue without this library."""


class SQLiteDamage(Damage):
    """Rows, which may hold anything whatever their columns say."""

    entries: ClassVar[Plants] = {
        **{name: _sqlite_row(_with(**facts)) for name, facts in REQUESTS.items()},
        "blob for a method": _sqlite_row(_CALL, method="x'ff'"),
        "blob for an operation": _sqlite_row(_CALL, operation="x'ff'"),
        "another operation": _sqlite_row(_CALL, operation="'post_user_events'"),
        "operation of a newer version": _sqlite_row(_CALL, operation="'upsert_everything'"),
        "no UTF-8": _sqlite_row(_CALL, path="CAST(x'2fff41' AS TEXT)"),
        "no UTF-8 in subjects": _sqlite_row(_CALL, subjects="CAST(x'5b22ff225d' AS TEXT)"),
        "text for a body": _sqlite_row(_CALL, body="'{'"),
        "number for a body": _sqlite_row(_CALL, body="1e300"),
        "body that is no JSON": _sqlite_row(_CALL, body="x'7b'"),
        "body that is no UTF-8": _sqlite_row(_CALL, body="x'22ff22'"),
        "subjects that are no JSON": _sqlite_row(_CALL, subjects=f"'{SECRET}'"),
        "subjects that are a text": _sqlite_row(_CALL, subjects="'\"ada\"'"),
        "subjects of numbers": _sqlite_row(_CALL, subjects="'[1]'"),
        "half a character": _sqlite_row(_CALL, subjects="'[\"\\ud800\"]'"),
        "text for a time": _sqlite_row(_CALL, queued_at="'soon'"),
        "endless time": _sqlite_row(_CALL, queued_at="9e999"),
        "huge count": _sqlite_row(_CALL, attempts="9223372036854775807"),
        "text for a count": _sqlite_row(_CALL, crashes="'many'"),
    }
    letters: ClassVar[Plants] = {
        "texts": _sqlite_letter(path="CAST(x'2fff41' AS TEXT)", problem="x'ff'"),
        "numbers": _sqlite_letter(status="'no'", died_at="'never'", queued_at="-9e999"),
        "subjects": _sqlite_letter(subjects="'{'", attempts="1e300"),
    }
    relays: ClassVar[Plants] = {
        "words for numbers": _in_sqlite(
            "UPDATE lease SET owner = 'x', taken_at = 'a', seconds = 'b'"
        ),
        "endless lease": _in_sqlite(
            "UPDATE lease SET owner = 'x', taken_at = 1e99, seconds = 1e99"
        ),
        "blob for an owner": _in_sqlite("UPDATE lease SET owner = x'ff', last = 'z'"),
    }


# -- PostgreSQL -----------------------------------------------------------------------------------


def _in_postgres(statement: str, *values: Any) -> Callable[[str], None]:
    def plant(url: str) -> None:
        schema = url.rpartition("=")[2]
        services.run_in_postgres(statement.replace("SCHEMA", schema), *values)

    return plant


def _postgres_row(
    call: Any,
    *,
    partition: int = _PARTITION,
    body: bytes | None = _BODY,
    at: float = 1.5,
    operation: str = '""',
) -> Callable[[str], None]:
    text = call if isinstance(call, str) else json.dumps(call)
    return _in_postgres(
        "INSERT INTO SCHEMA.entries (partition, call, body, queued_at, operation) "
        "VALUES (%s, %s::json, %s, %s, %s::json)",
        partition, text, body, at, operation,
    )  # fmt: skip


def _postgres_letter(
    call: str, *, problem: str = '"no"', at: float = 1.5, died_at: float = 2.5
) -> Callable[[str], None]:
    return _in_postgres(
        "INSERT INTO SCHEMA.dead_letters VALUES"
        " (70, 3, %s::json, NULL, %s, 1, 0, 404, %s::json, %s)",
        call, at, problem, died_at,
    )  # fmt: skip


class PostgresDamage(Damage):
    """Rows whose types PostgreSQL keeps, and whose JSON may be any."""

    entries: ClassVar[Plants] = {
        **{name: _postgres_row(_with(**facts)) for name, facts in REQUESTS.items()},
        "no object": _postgres_row("[1]"),
        "null": _postgres_row("null"),
        "empty object": _postgres_row("{}"),
        "number for a method": _postgres_row(_with(method=5)),
        "half a character": _postgres_row(_with(path="/\ud800")),
        "half a character in subjects": _postgres_row(_with(subjects=["\ud800"])),
        "subjects that are a text": _postgres_row(_with(subjects="ada")),
        "subjects of numbers": _postgres_row(_with(subjects=[1])),
        "huge number": _postgres_row('{"method": ' + "9" * 5000 + "}"),
        "deep": _postgres_row("[" * 3000 + "]" * 3000),
        "a newer version's": _postgres_row(_with(operation="upsert_user")),
        "another operation": _postgres_row(_CALL, operation='"post_user_events"'),
        "operation of a newer version": _postgres_row(_CALL, operation='"upsert_everything"'),
        "number for an operation": _postgres_row(_CALL, operation="5"),
        "list for an operation": _postgres_row(_CALL, operation="[]"),
        "huge number for an operation": _postgres_row(_CALL, operation="9" * 5000),
        "half a character in an operation": _postgres_row(_CALL, operation='"\\ud800"'),
        "body that is no JSON": _postgres_row(_CALL, body=b"{"),
        "body that is no UTF-8": _postgres_row(_CALL, body=b'"\xff"'),
        "another partition": _postgres_row(_CALL, partition=(_PARTITION + 1) % 64),
        "partition that is none": _postgres_row(_CALL, partition=64),
        "negative partition": _postgres_row(_CALL, partition=-1),
        "endless time": _postgres_row(_CALL, at=float("inf")),
        "no time": _postgres_row(_CALL, at=float("nan")),
    }
    letters: ClassVar[Plants] = {
        "no object": _postgres_letter("5", problem="{}"),
        "times": _postgres_letter(json.dumps(_CALL), at=float("nan"), died_at=float("inf")),
        "huge number": _postgres_letter("{}", problem="9" * 5000),
    }
    relays: ClassVar[Plants] = {
        "no owner": _in_postgres(
            "INSERT INTO SCHEMA.relays VALUES ('', now() + interval '0.2 seconds')"
            " ON CONFLICT DO NOTHING"
        ),
        "endless lease": _in_postgres(
            "INSERT INTO SCHEMA.relays VALUES ('x y', 'infinity') ON CONFLICT DO NOTHING"
        ),
    }


# -- NATS -----------------------------------------------------------------------------------------


def _published(subject: str, data: bytes, **headers: str) -> Callable[[str], None]:
    def plant(url: str) -> None:
        server, _, stream = url.removeprefix("nats://").partition("/")
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def publish(client: Client) -> None:
            answer = await client.request(f"{stream}.{subject}", data, headers=named or None)
            assert b"error" not in answer.data, answer.data

        nats_server.use(server, publish)

    return plant


def _call(**facts: Any) -> dict[str, Any]:
    more = {"queued_at": 1.5, "attempts": 0, "crashes": 0, "has_body": True}
    return {**_CALL, **more, **facts}


def _message(
    call: Any, *, partition: int | str = _PARTITION, body: bytes = _BODY
) -> Callable[[str], None]:
    text = call if isinstance(call, str) else json.dumps(call)
    return _published(f"partition.{partition}", body, Lunogram_Call=text)


def _nats_letter(place: str, call: str, death: str) -> Callable[[str], None]:
    return _published(f"dead.{place}", b"x", Lunogram_Call=call, Lunogram_Death=death)


class NATSDamage(Damage):
    """Messages that anybody may publish."""

    entries: ClassVar[Plants] = {
        **{name: _message(_call(**facts)) for name, facts in REQUESTS.items()},
        "no header": _published(f"partition.{_PARTITION}", b"what?"),
        "as large as can be": _published(f"partition.{_PARTITION}", b"x" * 1_048_576),
        "header that is no JSON": _message(SECRET),
        "no object": _message("[1]"),
        "number for a method": _message(_call(method=5)),
        "half a character": _message(_call(path="/\ud800")),
        "half a character in subjects": _message(_call(subjects=["\ud800"])),
        "subjects that are a text": _message(_call(subjects="ada")),
        "huge number": _message('{"method": ' + "9" * 5000 + "}"),
        "endless time": _message(json.dumps(_call(queued_at=float("inf")))),
        "text for a count": _message(_call(attempts="many")),
        "a newer version's": _message(_call(operation="upsert_user")),
        "another operation": _message(_call(name="post_user_events")),
        "operation of a newer version": _message(_call(name="upsert_everything")),
        "list for an operation": _message(_call(name=[])),
        "body that is no JSON": _message(_call(), body=b"{"),
        "another partition": _message(_call(), partition=(_PARTITION + 1) % 64),
        "partition that is none": _message(_call(), partition=64),
        "partition with a zero": _message(_call(), partition="007"),
        "partition that is no number": _message(_call(), partition="first"),
    }  # fmt: skip
    letters: ClassVar[Plants] = {
        "no headers": _published("dead.70", b"what?"),
        "no JSON": _nats_letter("70", SECRET, SECRET),
        "times": _nats_letter("70", json.dumps(_call()), '{"died_at": NaN, "status": "x"}'),
        "place that is none": _published("dead.last", b"what?"),
        "place that is huge": _published("dead." + "9" * 30, b"what?"),
    }
    relays: ClassVar[Plants] = {
        "relay that is no JSON": _published("state.relay.x", b"what?"),
        "relay of a list": _published("state.relay.x", b"[]"),
        "relay without facts": _published("state.relay.x", b"{}"),
        "relay of words": _published(
            "state.relay.x", b'{"owner": "a", "seconds": "b", "given": {"c": "d"}}'
        ),
        "partitions that are no JSON": _published("state.partitions", b"\xff"),
        "some partitions": _published("state.partitions", b'{"partitions": [["x", []]]}'),
        "partitions of words": _published(
            "state.partitions", json.dumps({"partitions": [["x", ["y"]]] * 64}).encode()
        ),
        "counters of words": _published("state.counters", b'{"withdrawn": "x"}'),
        "failures of words": _published("state.failed", b'{"x": "y", "3": "z", "z": 1}'),
    }


DAMAGES: dict[str, Damage] = {
    "sqlite": SQLiteDamage(),
    "postgres": PostgresDamage(),
    "nats": NATSDamage(),
}
