"""Excel workbooks, and the tables of databases."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import openpyxl
import pytest

from lunogram.importing import SourceError, import_users
from lunogram.outbox import Outbox
from tests.support.import_files import bodies

NOON = datetime(2026, 1, 5, 12)  # noqa: DTZ001 - Excel has no time zones


def workbook(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """A workbook; each sheet is a list of rows."""
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "people.xlsx")
    return folder / "people.xlsx"


def test_cells_keep_their_values(tmp_path: Path, outbox: Outbox) -> None:
    header = ["identifier", "zip", "n", "price", "yes", "day", "at", "note ", None]
    path = workbook(
        tmp_path,
        People=[
            header,
            [1, "00123", 5, 10.5, True, date(2026, 1, 5), NOON, 'a,\n"b"'],
            [],
            ["u2", "90210", 12.0, 3, False, None, None, ""],
        ],
    )
    result = import_users(path, outbox)
    first, second = bodies(outbox)
    assert first["identifier"] == [{"external_id": "1"}]
    assert first["data"] == {
        "zip": "00123", "n": 5, "price": 10.5, "yes": True, "day": "2026-01-05",
        "at": "2026-01-05T12:00:00", "note": 'a,\n"b"',
    }  # fmt: skip
    assert second["data"] == {"zip": "90210", "n": 12, "price": 3, "yes": False}
    assert result.rows == 2


def test_text_that_looks_like_a_number_is_text(tmp_path: Path, outbox: Outbox) -> None:
    path = workbook(tmp_path, A=[["identifier", "code", "n"], ["u1", "75001", 1], ["u2", 7, 2]])
    import_users(path, outbox)
    data = [body["data"] for body in bodies(outbox)]
    assert data == [{"code": "75001", "n": 1}, {"code": "7", "n": 2}]


def test_rejected_rows_have_the_number_of_the_sheet(tmp_path: Path, outbox: Outbox) -> None:
    path = workbook(tmp_path, A=[["identifier", "code"], [], ["u1", "75001"], [None, "75002"]])
    result = import_users(path, outbox)
    rejected = tmp_path / "people.rejected.csv"
    assert result.rejected_file == str(rejected)
    assert ",75002,4,identifier: is missing" in rejected.read_text()


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"A": [["identifier"], ["u1"]], "B": [["x"]]}, "several sheets; name one: --table 'A'"),
        ({"A": []}, "has no sheet with cells"),
        ({"A": [["identifier", "n"], ["u1", "=1+1"]]}, "row 2 .* a formula without a value"),
        ({"A": [["People"], [], ["identifier", "n"], ["u1", 1]]}, "line 3 seems .*: --skip 2"),
    ],
)
def test_it_is_rejected_with_advice(
    tmp_path: Path, outbox: Outbox, sheets: dict[str, Any], message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        import_users(workbook(tmp_path, **sheets), outbox)


@pytest.mark.parametrize(("value", "parsed"), [("", 1), ("=1+1", 3)])
def test_only_formulas_are_read_twice(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, value: str, parsed: int
) -> None:
    path = workbook(tmp_path, A=[["identifier", "n"], ["u1", value or 2]])
    store_results(path)
    loaded: list[Path] = []
    load = openpyxl.load_workbook

    def counting(path: Path, **options: Any) -> openpyxl.Workbook:
        loaded.append(path)
        return load(path, **options)

    monkeypatch.setattr(openpyxl, "load_workbook", counting)
    import_users(path, outbox)
    assert [body["data"] for body in bodies(outbox)] == [{"n": 2}]
    assert len(loaded) == parsed


def store_results(path: Path) -> None:
    """Store 2 as the result of each formula, as Excel does."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>2</v>", content))


def test_a_sheet_can_be_named(tmp_path: Path, outbox: Outbox) -> None:
    path = workbook(tmp_path, A=[["identifier"], ["u1"]], B=[["identifier"], ["u2"]])
    import_users(path, outbox, table="B")
    assert [body["identifier"] for body in bodies(outbox)] == [[{"external_id": "u2"}]]


@pytest.mark.parametrize("length", [10, 2000, -30])
def test_a_damaged_workbook_is_rejected(tmp_path: Path, outbox: Outbox, length: int) -> None:
    path = workbook(tmp_path, A=[["identifier"], ["u1"]])
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(SourceError, match="is not a complete Excel workbook"):
        import_users(path, outbox)


@pytest.mark.parametrize("form", ["sqlite", "duckdb"])
def test_tables_of_a_database(tmp_path: Path, outbox: Outbox, form: str) -> None:
    path = tmp_path / f"shop.{form}"
    _execute(
        path,
        "create table people (identifier text, zip text)",
        "insert into people values ('u1', '00123'), ('u2', '75001')",
    )
    import_users(path, outbox)
    _execute(
        path,
        'create table "more ""people""" (identifier text)',
        'insert into "more ""people""" values (\'u3\')',
    )
    with pytest.raises(SourceError, match="has several tables; name one: --table"):
        import_users(path, outbox)
    import_users(path, outbox, table='more "people"')

    found = [body["identifier"][0]["external_id"] for body in bodies(outbox)]
    assert found == ["u1", "u2", "u3"]
    assert bodies(outbox)[0]["data"] == {"zip": "00123"}


def _execute(path: Path, *statements: str) -> None:
    connect: Any = sqlite3.connect if path.suffix == ".sqlite" else duckdb.connect
    with closing(connect(str(path))) as database:
        for sql in statements:
            database.execute(sql)
        database.commit()
