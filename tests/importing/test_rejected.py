"""Invalid rows: in a file beside the input, with the reason."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lunogram import calls
from lunogram.errors import ValidationError
from lunogram.importing import (
    ImportResult,
    Query,
    SourceError,
    TooManyRejectedError,
    import_events,
    import_members,
    import_organizations,
    import_schedules,
    import_users,
)
from lunogram.outbox import Outbox
from tests.support.import_files import bodies, write_csv, write_jsonl

ROWS = [
    {"identifier": "u1", "email": "a@b.c", "n": "1"},
    {"identifier": "u2", "email": "wrong", "n": "2"},
    {"identifier": "", "email": "a@b.c", "n": '3, "three"\n'},
]


def strictly(source: Any, outbox: Outbox) -> ImportResult:
    return import_users(source, outbox, strict=True)


def test_they_are_kept_as_they_are(tmp_path: Path, outbox: Outbox) -> None:
    result = import_users(write_csv(tmp_path, ROWS), outbox)

    assert (result.queued, result.rejected, result.complete) == (1, 2, False)
    file = tmp_path / "rows.rejected.csv"
    assert result.rejected_file == str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(newline="") as lines:
        rejected = list(csv.DictReader(lines))
    assert [row.pop("reason") for row in rejected] == [
        "email: is not an email address, for example ada@example.com",
        "identifier: is missing",
    ]
    assert [row.pop("line") for row in rejected] == ["3", "4"]
    assert [row.pop('types: {"n": "text"}') for row in rejected] == ["", ""]
    assert rejected == ROWS[1:]


def test_the_reason_is_the_one_of_the_call(tmp_path: Path, outbox: Outbox) -> None:
    strictly(write_jsonl(tmp_path, [{"identifier": "u", "phone": "5", "x": "\0"}]), outbox)
    (line,) = (tmp_path / "rows.rejected.jsonl").read_text().splitlines()
    with pytest.raises(ValidationError) as caught:
        calls.upsert_user("u", email=None, phone="5", timezone=None, locale=None, data=None)
    assert json.loads(line)["reason"] == caught.value.detail


@pytest.mark.parametrize(
    ("work", "row", "reason"),
    [
        (import_users, {"identifier": ["u"], "data": {"a": "\0"}}, "data.a: contains a NUL"),
        (strictly, {"identifier": "u", "timezone": "Mars"}, "timezone: is not an IANA time zone"),
        (strictly, {"identifier": "u", "locale": 7}, "locale: is not a BCP 47 language tag"),
        (import_users, {"identifier": {"id": "u"}}, "identifier: has no field id"),
        (import_events, {"name": "", "identifier": "u"}, "name: is empty"),
        (import_events, {"name": "x", "identifier": None}, "row: has neither identifier nor"),
        (import_events, {"name": None, "identifier": "u"}, "name: is missing"),
        (import_events, {"name": "x", "identifier": "u", "match": {}}, "row: has both identifier"),
        (import_events, {"name": "x", "match": "m"}, "match: must be a mapping"),
        (import_events, {"name": "x", "identifier": "u", "a": ["\0"]}, "data.a[0]: contains a NUL"),
        (import_organizations, {"identifier": None, "name": "x"}, "identifier: is missing"),
        (import_members, {"organization": "", "user": "u"}, "organization: is empty"),
        (import_members, {"organization": "o", "user": None}, "user: is missing"),
        (import_schedules, {"name": "x", "identifier": "u", "interval": "soon"}, "interval: "),
        (
            import_schedules,
            {"name": "x", "identifier": "u", "scheduled_at": "2027-01-05T10:00:00"},
            "scheduled_at: ",
        ),
        (
            import_schedules,
            {"name": "x", "identifier": "u", "scheduled_at": None, "interval": None},
            "scheduled_at: is missing",
        ),
    ],
)
def test_each_field_is_checked(
    tmp_path: Path,
    outbox: Outbox,
    work: Callable[[Any, Outbox], ImportResult],
    row: dict[str, Any],
    reason: str,
) -> None:
    work(write_jsonl(tmp_path, [row]), outbox)
    (line,) = (tmp_path / "rows.rejected.jsonl").read_text().splitlines()
    rejected = json.loads(line)
    assert rejected["reason"].startswith(reason)
    assert rejected == {**row, "line": 1, "reason": rejected["reason"]}
    assert outbox.stats().queued == 0


def test_lines_that_are_no_objects(tmp_path: Path, outbox: Outbox) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text('{"identifier": "u1"}\n[1]\n{"identifier": \n{"identifier": "u2"} x\n')

    result = import_users(path, outbox)

    assert (result.queued, result.rejected) == (1, 3)
    rejected = map(json.loads, (tmp_path / "people.rejected.jsonl").read_text().splitlines())
    invalid = "row: is not valid JSON "
    assert list(rejected) == [
        {"text": "[1]", "line": 2, "reason": "row: is not a JSON object"},
        {"text": '{"identifier":', "line": 3, "reason": f"{invalid}(expecting value)"},
        {"text": '{"identifier": "u2"} x', "line": 4, "reason": f"{invalid}(extra data)"},
    ]


def test_mended_rows_can_be_imported(tmp_path: Path, outbox: Outbox) -> None:
    import_users(write_csv(tmp_path, ROWS[:2]), outbox)
    rejected = tmp_path / "rows.rejected.csv"
    rejected.write_text(rejected.read_text().replace("wrong", "d@e.f"))

    result = import_users(rejected, outbox, mapping={"line": "", "reason": ""})

    assert (result.queued, result.rejected) == (1, 0)
    assert bodies(outbox)[1]["data"] == {"n": 2}


def test_mended_rows_have_the_types_of_their_import(tmp_path: Path, outbox: Outbox) -> None:
    rows = [
        {"identifier": "u1", "email": "a@b.c", "zip": "00123", "n": "1"},
        {"identifier": "u2", "email": "wrong", "zip": "90210", "n": "2"},
        {"identifier": "u3", "email": "wrong", "zip": "90211", "n": "three"},
    ]
    import_users(write_csv(tmp_path, rows), outbox, types={"n": "number"})
    rejected = tmp_path / "rows.rejected.csv"
    rejected.write_text(rejected.read_text().replace("wrong", "d@e.f"))

    result = import_users(rejected, outbox, mapping={"line": "", "reason": ""})

    assert (result.queued, result.rejected) == (1, 1)
    assert [body["data"] for body in bodies(outbox)] == [
        {"zip": "00123", "n": 1},
        {"zip": "90210", "n": 2},
    ]
    assert "n: is not a number" in Path(str(result.rejected_file)).read_text()


def test_columns_of_their_own_keep_their_names(tmp_path: Path, outbox: Outbox) -> None:
    row = {"identifier": "", "line": "Circle", "reason": "x"}
    import_users(write_csv(tmp_path, [row]), outbox)
    header = (tmp_path / "rows.rejected.csv").read_text().splitlines()[0]
    assert header == (
        'identifier,line,reason,line_,reason_,"types: {""line"": ""text"", ""reason"": ""text""}"'
    )


def test_without_rejected_rows_there_is_no_file(tmp_path: Path, outbox: Outbox) -> None:
    import_users(write_csv(tmp_path, ROWS[:1]), outbox)
    assert list(tmp_path.glob("*rejected*")) == []


def test_the_file_can_be_elsewhere(tmp_path: Path, outbox: Outbox) -> None:
    elsewhere = tmp_path / "elsewhere.csv"
    result = import_users(write_csv(tmp_path, ROWS), outbox, rejected=elsewhere)
    assert result.rejected_file == str(elsewhere)
    assert len(elsewhere.read_text().splitlines()) == 4


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path, outbox: Outbox) -> None:
    with pytest.raises(SourceError, match="can't be written: No such file or directory"):
        import_users(write_csv(tmp_path, ROWS), outbox, rejected=tmp_path / "no" / "where.csv")
    assert outbox.stats().queued == 0


def test_bytes_and_times_of_a_query_are_shown(tmp_path: Path, outbox: Outbox) -> None:
    file = tmp_path / "rejected.jsonl"
    query = Query("select 'u1' as identifier, 'x'::blob as x, [date '2024-01-05'] as y")
    import_users(query, outbox, rejected=file)
    rejected = json.loads(file.read_text())
    assert (rejected["x"], rejected["y"]) == ("78", ["2024-01-05"])
    assert rejected["reason"].startswith("data.x: ")


# -- how many may be ------------------------------------------------------------------------------

MANY = [{"identifier": f"u{n}", "email": "wrong" if n % 10 == 9 else "a@b.c"} for n in range(100)]


def test_it_stops_when_there_are_too_many_and_can_go_on(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, MANY)
    message = r"stopped after 40 rows: 4 were rejected, more than 3; they are in .*rejected\.csv"
    for _ in range(2):  # the second time it is at that place already
        with pytest.raises(TooManyRejectedError, match=message):
            import_users(source, outbox, max_errors=3)
    assert outbox.stats().queued == 36

    result = import_users(source, outbox, max_errors=10)

    assert (result.rows, result.queued, result.rejected, result.resumed_at) == (100, 90, 10, 40)
    assert len((tmp_path / "rows.rejected.csv").read_text().splitlines()) == 11
    assert len({body["identifier"][0]["external_id"] for body in bodies(outbox)}) == 90


def test_as_many_as_that_are_not_too_many(tmp_path: Path, outbox: Outbox) -> None:
    assert import_users(write_csv(tmp_path, MANY), outbox, max_errors=10).rows == 100


# -- dry runs -------------------------------------------------------------------------------------


def test_a_dry_run_checks_all_and_queues_nothing(tmp_path: Path) -> None:
    result = import_users(write_csv(tmp_path, MANY), None, dry_run=True)

    assert (result.rows, result.queued, result.rejected, result.complete) == (100, 0, 10, False)
    assert result.rejected_file == str(tmp_path / "rows.dry-run.rejected.csv")
    assert len((tmp_path / "rows.dry-run.rejected.csv").read_text().splitlines()) == 11
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "rows.csv",
        "rows.dry-run.rejected.csv",
    ]


def test_it_may_stop_too(tmp_path: Path, outbox: Outbox) -> None:
    with pytest.raises(TooManyRejectedError, match="stopped after 10 rows"):
        import_users(write_csv(tmp_path, MANY), outbox, dry_run=True, max_errors=0)
    assert outbox.stats().queued == 0
