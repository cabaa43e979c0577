"""Syncs: what is new or has changed is queued, and what is gone is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lunogram import ConfigurationError
from lunogram.importing import (
    Query,
    SourceError,
    SyncResult,
    SyncStateError,
    TooManyRejectedError,
    sync_events,
    sync_members,
    sync_organizations,
    sync_users,
)
from lunogram.outbox import Outbox
from tests.support.import_files import queued

ROWS = 20


class Table:
    """A table of a SQLite database, and its query."""

    def __init__(self, path: Path, **columns: Any) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._path = path
        self.run(f"create table rows ({', '.join(columns)})")
        for n in range(ROWS):
            values = [value.format(n=n) for value in columns.values()]
            self.run(f"insert into rows values ({', '.join('?' * len(values))})", *values)

    def run(self, sql: str, *values: object) -> None:
        """Change it."""
        self._connection.execute(sql, values)

    def query(self, sql: str = "select * from rows") -> Query:
        """Its query."""
        return Query(sql, self._path)

    def close(self) -> None:
        """Close it."""
        self._connection.close()


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.chdir(tmp_path)
    columns = {"identifier": "u{n}", "email": "u{n}@example.com", "plan": "pro", "at": "{n:02}"}
    with closing(Table(tmp_path / "shop.db", **columns)) as table:
        yield table


def counts(result: SyncResult) -> dict[str, Any]:
    """The numbers that are not 0."""
    names = ("new", "changed", "same", "gone", "rejected", "deleted")
    return {name: number for name in names if (number := getattr(result, name)) != 0}


def calls(outbox: Outbox, after: int = 0) -> list[tuple[str, Any]]:
    """The methods and bodies of the pending entries after some."""
    methods = [entry.method for entry in outbox.pending()]
    return list(zip(methods, (body for _, body in queued(outbox)), strict=True))[after:]


def user(name: str, **data: Any) -> dict[str, Any]:
    return {
        "identifier": [{"external_id": name}],
        "email": f"{name}@example.com",
        "data": data,
    }


def test_only_new_and_changed_rows_are_sent(people: Table, outbox: Outbox) -> None:
    assert counts(sync_users(people.query(), outbox)) == {"new": ROWS}
    assert counts(sync_users(people.query(), outbox)) == {"same": ROWS}
    people.run("update rows set plan = 'free' where identifier in ('u3', 'u4')")
    people.run("insert into rows values ('u99', 'u99@example.com', 'pro', '99')")

    result = sync_users(people.query(), outbox)

    assert counts(result) == {"new": 1, "changed": 2, "same": ROWS - 2}
    assert calls(outbox, ROWS) == [
        ("POST", user("u3", plan="free", at="03")),
        ("POST", user("u4", plan="free", at="04")),
        ("POST", user("u99", plan="pro", at="99")),
    ]
    assert "changed columns: plan in 2 rows" in result.notes


def test_a_value_that_is_gone_is_cleared(people: Table, outbox: Outbox) -> None:
    people.run("update rows set at = null where identifier = 'u5'")
    sync_users(people.query(), outbox)
    people.run("update rows set plan = null where identifier = 'u5'")
    sync_users(people.query(), outbox)
    assert calls(outbox)[5] == ("POST", user("u5", plan="pro"))
    assert calls(outbox, ROWS) == [("POST", user("u5", plan=None, at=None))]


def test_who_is_gone_is_reported_and_deleted_when_asked_to(people: Table, outbox: Outbox) -> None:
    sync_users(people.query(), outbox)
    people.run("delete from rows where identifier in ('u3', 'u4')")
    for _ in range(2):
        assert counts(sync_users(people.query(), outbox)) == {"same": ROWS - 2, "gone": 2}
    deleting = sync_users(people.query(), outbox, delete=True)
    assert counts(deleting) == {"same": ROWS - 2, "gone": 2, "deleted": 2}
    assert calls(outbox, ROWS) == [
        ("DELETE", {"identifier": [{"external_id": name}]}) for name in ("u3", "u4")
    ]
    assert counts(sync_users(people.query(), outbox, delete=True)) == {"same": ROWS - 2}
    people.run("insert into rows values ('u3', 'u3@example.com', 'pro', '03')")
    assert counts(sync_users(people.query(), outbox)) == {"same": ROWS - 2, "new": 1}


@pytest.mark.parametrize("left", [0, ROWS - 3])
def test_a_much_smaller_table_deletes_nothing(people: Table, outbox: Outbox, left: int) -> None:
    sync_users(people.query(), outbox)
    people.run("delete from rows where cast(at as integer) >= ?", left)

    result = sync_users(people.query(), outbox, delete=True)

    assert (result.withheld, result.complete) == (True, False)
    assert (result.gone, result.deleted) == (ROWS - left, 0)
    assert "larger --delete-limit" in result.notes[-1]
    assert len(calls(outbox)) == ROWS
    allowed = sync_users(people.query(), outbox, delete=True, delete_limit=100)
    assert (allowed.deleted, allowed.withheld) == (ROWS - left, False)


def test_a_rejected_row_is_not_gone_and_not_remembered(people: Table, outbox: Outbox) -> None:
    sync_users(people.query(), outbox)
    people.run("update rows set email = 'nobody' where identifier = 'u7'")
    for _ in range(2):
        result = sync_users(people.query(), outbox, delete=True)
        assert counts(result) == {"same": ROWS - 1, "rejected": 1}
        assert "rejected: email: is not an email address" in result.notes[-1]
        assert "nobody" not in repr(result)
    people.run("update rows set email = 'u7@example.org' where identifier = 'u7'")
    assert counts(sync_users(people.query(), outbox)) == {"same": ROWS - 1, "changed": 1}
    people.run("update rows set identifier = null where identifier = 'u7'")
    with pytest.raises(
        TooManyRejectedError, match=r"with 1 row rejected, .*: identifier: is missing"
    ):
        sync_users(people.query(), outbox, max_errors=0)


def test_nothing_is_deleted_while_a_row_may_be_anybody(people: Table, outbox: Outbox) -> None:
    sync_users(people.query(), outbox)
    people.run("update rows set identifier = '' where identifier = 'u7'")
    result = sync_users(people.query(), outbox, delete=True)
    assert counts(result) == {"same": ROWS - 1, "gone": 1, "rejected": 1}
    assert result.withheld
    assert result.notes[-1].startswith("nothing was deleted: 1 row without a valid identifier")
    people.run("delete from rows where identifier = ''")
    assert counts(sync_users(people.query(), outbox, delete=True))["deleted"] == 1


def test_a_column_of_json_is_the_data(people: Table, outbox: Outbox) -> None:
    query = people.query("""select identifier, '{"n": [' || at || ']}' as data from rows""")
    people.run("update rows set at = at + 0 where at < '10'")
    people.run("update rows set at = '[' where identifier = 'u2'")
    result = sync_users(query, outbox)
    assert counts(result) == {"new": ROWS - 1, "rejected": 1}
    assert "data: must be a mapping" in result.notes[-1]
    assert [body["data"] for _, body in calls(outbox)][:3] == [{"n": [0]}, {"n": [1]}, {"n": [3]}]


@pytest.mark.parametrize(
    "line", ['{"identifier": "u1", "n":', '{"identifier": "u1", "n": "\\ud800"}']
)
def test_an_unreadable_line_deletes_nobody(outbox: Outbox, tmp_path: Path, line: str) -> None:
    file = tmp_path / "people.jsonl"
    file.write_text("".join(f'{{"identifier": "u{n}"}}\n' for n in range(20)))
    sync_users(file, outbox)
    file.write_text(file.read_text().replace('{"identifier": "u1"}', line))
    result = sync_users(file, outbox, delete=True)
    assert (result.rejected, result.deleted) == (1, 0)


def test_the_second_row_of_an_identifier_is_rejected(people: Table, outbox: Outbox) -> None:
    people.run("insert into rows values (' u1 ', 'other@example.com', 'pro', '01')")
    for kind in ("new", "same"):
        result = sync_users(people.query(), outbox)
        assert counts(result) == {kind: ROWS, "rejected": 1}
        assert "rejected: has the identifier of an earlier row (1 row)" in result.notes


def test_a_user_is_known_by_the_first_identifier(people: Table, outbox: Outbox) -> None:
    query = people.query("select identifier, at as anonymous_id, email from rows")
    sync_users(query, outbox)
    people.run("update rows set at = 'x' where identifier = 'u1'")
    assert counts(sync_users(query, outbox)) == {"same": ROWS - 1, "changed": 1}


def test_options_that_change_calls_send_every_row(people: Table, outbox: Outbox) -> None:
    state = "people.sync.db"
    sync_users(people.query(), outbox, state=state)
    assert counts(sync_users(people.query(), outbox, state=state, mapping={"plan": "data.p"})) == {
        "changed": ROWS
    }
    omitting: Any = {"state": state, "mapping": {"at": ""}}
    sync_users(people.query(), outbox, **omitting)
    people.run("update rows set at = 'x'")
    assert counts(sync_users(people.query(), outbox, **omitting)) == {"same": ROWS}


def test_restart_sends_every_row_and_still_knows_who_is_gone(people: Table, outbox: Outbox) -> None:
    sync_users(people.query(), outbox)
    people.run("delete from rows where identifier = 'u3'")
    result = sync_users(people.query(), outbox, restart=True)
    assert counts(result) == {"changed": ROWS - 1, "gone": 1}
    assert counts(sync_users(people.query(), outbox)) == {"same": ROWS - 1, "gone": 1}


def test_another_outbox_is_refused(people: Table, outbox: Outbox, tmp_path: Path) -> None:
    sync_users(people.query(), outbox)
    people.run("update rows set plan = 'free'")
    with Outbox(f"sqlite:///{tmp_path}/other.db") as other:
        with pytest.raises(SyncStateError, match=r"does not fit the outbox: .*--restart"):
            sync_users(people.query(), other)
        assert calls(other) == []
        assert counts(sync_users(people.query(), other, restart=True)) == {"changed": ROWS}


def test_only_later_rows_are_read_with_a_watermark(people: Table, outbox: Outbox) -> None:
    assert counts(sync_users(people.query(), outbox, since="at")) == {"new": ROWS, "gone": None}
    people.run("update rows set plan = 'free', at = '01' where identifier = 'u3'")  # too early
    people.run("update rows set plan = 'free', at = '30' where identifier = 'u4'")
    people.run("insert into rows values ('u98', null, 'pro', '19'), ('u99', null, 'pro', null)")
    expected = {"changed": 1, "new": 1, "same": 1, "gone": None}
    assert counts(sync_users(people.query(), outbox, since="at")) == expected
    assert counts(sync_users(people.query(), outbox, since="at")) == {"same": 1, "gone": None}
    complete = sync_users(people.query(), outbox)
    assert counts(complete) == {"new": 1, "changed": 1, "same": ROWS}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"since": "at", "delete": True}, "not known who is gone"),
        ({"key": "at"}, "key is for events"),
        ({"delete_limit": 101}, "must be a percentage"),
    ],
)
def test_invalid_options(people: Table, outbox: Outbox, options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        sync_users(people.query(), outbox, **options)


def test_a_failure_leaves_no_new_state(people: Table, outbox: Outbox, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no column 'when', the watermark"):
        sync_users(people.query(), outbox, since="when")
    with pytest.raises(SourceError, match="no column identifier"):
        sync_users(people.query("select email from rows"), outbox)
    with pytest.raises(ConfigurationError, match="needs an outbox"):
        sync_users(people.query(), None)
    with pytest.raises(ConfigurationError, match="needs a query"):
        sync_users(__file__, None, dry_run=True, format="csv", since="at")
    assert not [path for path in tmp_path.iterdir() if "sync" in path.name]


def test_a_state_is_private_and_of_one_kind(people: Table, outbox: Outbox, tmp_path: Path) -> None:
    sync_users(people.query(), outbox, state="s.db")
    assert Path("s.db").stat().st_mode & 0o777 == 0o600
    assert b"example.com" not in b"".join(path.read_bytes() for path in tmp_path.glob("s.db*"))
    with pytest.raises(SyncStateError, match="is of a sync of users, not organizations"):
        sync_organizations(people.query(), outbox, state="s.db")
    with pytest.raises(SyncStateError, match=r"shop\.db is not the state of a sync"):
        sync_users(people.query(), outbox, state="shop.db")
    Path("text").write_text("words\n" * 1000)
    with pytest.raises(SyncStateError, match="text can't be used: file is not a database"):
        sync_users(people.query(), outbox, state="text")


def test_a_dry_run_shows_examples_and_changes_nothing(people: Table, outbox: Outbox) -> None:
    assert counts(sync_users(people.query(), None, dry_run=True)) == {"new": ROWS}
    sync_users(people.query(), outbox)
    people.run("update rows set plan = 'free' where identifier < 'u2'")
    people.run("update rows set email = 'x' where identifier = 'u5'")
    people.run("delete from rows where identifier = 'u6'")
    for _ in range(2):
        result = sync_users(people.query(), None, dry_run=True)
        shown = [(each.kind, each.columns, each.values["identifier"]) for each in result.examples]
        assert shown == [
            ("changed", ["plan"], "u0"), ("changed", ["plan"], "u1"), ("rejected", (), "u5"),
            ("changed", ["plan"], "u10"), ("gone", (), "u6"),
        ]  # fmt: skip
    assert len(calls(outbox)) == ROWS


def test_organizations_and_members(people: Table, outbox: Outbox) -> None:
    organizations = people.query("select identifier, plan as name from rows")
    members = people.query("select 'o' as organization, identifier as user, plan from rows")
    source: Any = {"source_name": "crm"}
    for sync, query in ((sync_organizations, organizations), (sync_members, members)):
        sync(query, outbox, **source)
    people.run("delete from rows where identifier = 'u6'")
    before = len(calls(outbox))
    for sync, query in ((sync_organizations, organizations), (sync_members, members)):
        assert counts(sync(query, outbox, delete=True, **source))["deleted"] == 1
    gone = [{"source": "crm", "external_id": "u6"}]
    assert calls(outbox, before) == [
        ("DELETE", {"identifier": gone}),
        (
            "DELETE",
            {
                "organization": {"identifier": [{"source": "crm", "external_id": "o"}]},
                "user": {"identifier": gone},
            },
        ),
    ]


EVENTS = "select 'paid' as name, identifier, at, plan from rows"


@pytest.mark.parametrize("key", [None, "at"])
def test_events_are_sent_once(people: Table, outbox: Outbox, key: str | None) -> None:
    assert counts(sync_events(people.query(EVENTS), outbox, key=key)) == {
        "new": ROWS, "gone": None,
    }  # fmt: skip
    people.run("insert into rows values ('u1', null, 'pro', '77')")
    people.run("delete from rows where identifier = 'u3'")
    expected = {"new": 1, "same": ROWS - 1, "gone": None}
    assert counts(sync_events(people.query(EVENTS), outbox, key=key, since="at")) == expected
    people.run("update rows set plan = 'free' where at = '77'")
    changed = sync_events(people.query(EVENTS), outbox, key=key, since="at")
    assert (changed.new, changed.same) == ((0, 1) if key else (1, 0))
    assert changed.changed == 0


def test_equal_events_need_a_key(people: Table, outbox: Outbox) -> None:
    query = people.query("select 'paid' as name, 'u1' as identifier from rows")
    result = sync_events(query, outbox)
    assert (result.new, result.rejected) == (1, ROWS - 1)
    assert "--key COLUMN" in result.notes[-1]
    with pytest.raises(ConfigurationError, match="events can't be deleted"):
        sync_events(query, outbox, delete=True)
    with pytest.raises(SourceError, match="no column 'id', the key of events"):
        sync_events(query, outbox, key="id")


def test_a_file_is_a_table_too(outbox: Outbox, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("identifier,n\nu1,1\nu2,2\n")
    assert counts(sync_users(file, outbox)) == {"new": 2}
    file.write_text("identifier,n\nu1,1\nu2,3\n")
    assert counts(sync_users(file, outbox)) == {"same": 1, "changed": 1}
    assert (tmp_path / "people.csv.users.sync.db").exists()
