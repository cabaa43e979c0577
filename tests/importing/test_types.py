"""What a cell says is what arrives: types are kept, and nothing becomes what it was not."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lunogram.importing import Query, SourceError, import_users
from lunogram.outbox import Outbox
from tests.support.import_files import (
    WRITERS,
    Rows,
    bodies,
    copied,
    write_csv,
    write_jsonl,
    write_parquet,
)


def data_of(source: Path | Query, outbox: Outbox, **options: Any) -> list[Any]:
    """The data of each user of an input, none of whom is rejected."""
    assert import_users(source, outbox, **options).rejected == 0
    return [body.get("data", {}) for body in bodies(outbox)]


def column(folder: Path, outbox: Outbox, cells: list[str], **options: Any) -> list[Any]:
    """What the cells of a column of CSV become."""
    rows = [{"identifier": f"u{number}", "x": cell} for number, cell in enumerate(cells)]
    return [data.get("x") for data in data_of(write_csv(folder, rows), outbox, **options)]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "-2", "", "3.5", "1.0", "0.25"], [1, -2, None, 3.5, 1.0, 0.25]),
        (["1.10", "1.9", "1.1"], ["1.10", "1.9", "1.1"]),
        (["10.00", "12.50"], ["10.00", "12.50"]),
        (["-0", "5"], ["-0", "5"]),
        (["\u0663"], ["\u0663"]),
        (['="00123"', "5"], ["00123", "5"]),
        (["00123", "123"], ["00123", "123"]),
        (["1", "n/a"], ["1", "n/a"]),
        (["+31612345678"], ["+31612345678"]),
        (["1e5", "2E3"], ["1e5", "2E3"]),
        (["12345678901234567890"], ["12345678901234567890"]),
        (["123456789012345"], [123456789012345]),
        (["0.12345678901234567"], ["0.12345678901234567"]),
        ([".5", "1."], [".5", "1."]),
        (["1,5"], ["1,5"]),
        (["NaN", "1"], ["NaN", "1"]),
        (["Infinity"], ["Infinity"]),
        (["true", "FALSE", "True"], [True, False, True]),
        (["true", "1"], ["true", "1"]),
        (["2024-01-05", "2024-01-06"], ["2024-01-05", "2024-01-06"]),
        (["05/01/2024"], ["05/01/2024"]),
        (["NULL", "null"], ["NULL", "null"]),
        ([" 1", "1"], [" 1", "1"]),
        (['{"a": [1, 2.5]}', "[]"], [{"a": [1, 2.5]}, []]),
        (["[draft] plan", "[1]"], ["[draft] plan", "[1]"]),
        (["{1", "{}"], ["{1", "{}"]),
        (["a\nb", 'say "hi"', "c\r\nd"], ["a\nb", 'say "hi"', "c\r\nd"]),
        (["", ""], [None, None]),
    ],
)
def test_a_column_has_a_type_if_all_of_its_cells_agree(
    tmp_path: Path, outbox: Outbox, cells: list[str], values: list[Any]
) -> None:
    assert column(tmp_path, outbox, cells) == values


@pytest.mark.slow
def test_one_cell_far_away_decides_too(tmp_path: Path, outbox: Outbox) -> None:
    cells = [*(str(number) for number in range(30_000)), "00123"]
    assert column(tmp_path, outbox, cells)[:2] == ["0", "1"]


def test_a_column_can_be_kept_as_text(tmp_path: Path, outbox: Outbox) -> None:
    assert column(tmp_path, outbox, ["90210"], text=["x"]) == ["90210"]


# -- what Python's own modules write comes back ---------------------------------------------------

TEXT = st.text(
    st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1, max_size=20
)
MANY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def cells_of_one_type() -> st.SearchStrategy[list[Any]]:
    """A column: all of one type, or texts that no number could be taken for."""
    texts = TEXT.map(lambda text: f"t{text}")
    numbers = st.integers(-(10**14), 10**14) | st.decimals(-(10**6), 10**6, places=2).map(float)
    objects = st.dictionaries(TEXT, st.integers(0, 9) | TEXT | st.none(), max_size=3)
    one = st.sampled_from([texts, numbers, st.booleans(), objects])
    return one.flatmap(lambda values: st.lists(values | st.none(), min_size=3, max_size=3))


@MANY
@given(columns=st.dictionaries(st.sampled_from("abcde"), cells_of_one_type(), min_size=1))
@pytest.mark.slow
def test_csv_comes_back(columns: dict[str, list[Any]]) -> None:
    rows = [
        {"identifier": f"u{number}", **{name: cells[number] for name, cells in columns.items()}}
        for number in range(3)
    ]
    with tempfile.TemporaryDirectory() as folder, Outbox(f"sqlite:///{folder}/o.db") as outbox:
        assert data_of(write_csv(Path(folder), rows), outbox) == expected(rows)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@MANY
@given(values=st.lists(st.dictionaries(st.sampled_from("abcde"), JSON), min_size=1, max_size=4))
@pytest.mark.slow
def test_json_comes_back(values: list[dict[str, Any]]) -> None:
    rows = [{"identifier": f"u{number}", **value} for number, value in enumerate(values)]
    with tempfile.TemporaryDirectory() as folder, Outbox(f"sqlite:///{folder}/o.db") as outbox:
        assert data_of(write_jsonl(Path(folder), rows), outbox) == expected(rows)


def expected(rows: Rows) -> list[dict[str, Any]]:
    """The data of the rows: all but the identifier and what is absent."""
    return [
        {name: value for name, value in row.items() if name != "identifier" and value is not None}
        for row in rows
    ]


# -- typed formats --------------------------------------------------------------------------------

TYPED = """
    select 'u1' as identifier, 7::bigint as whole, 0.1::float as single, 2.5::double as double,
        1.10::decimal(9, 2) as price, true as yes, date '2024-01-05' as day, time '10:30' as clock,
        timestamp '2024-01-05 10:00:00' as local, timestamptz '2024-01-05 10:00:00+02' as moment,
        [1, null, 3] as list, {'a': date '2024-01-05', 'b': {'c': 1.5}} as struct,
        map {'k': 1} as map, '{"a": [1]}'::json as json, interval '1 month' as every,
        uuid '00000000-0000-4000-8000-000000000001' as id, null as nothing,
        170141183460469231731687303715884105727::hugeint as huge
"""
TYPED_DATA = {
    "whole": 7,
    "single": 0.1,
    "double": 2.5,
    "price": 1.1,
    "yes": True,
    "day": "2024-01-05",
    "clock": "10:30:00",
    "local": "2024-01-05T10:00:00",
    "moment": "2024-01-05T08:00:00.000000Z",
    "list": [1, None, 3],
    "struct": {"a": "2024-01-05", "b": {"c": 1.5}},
    "map": {"k": 1},
    "json": {"a": [1]},
    "every": "1 month",
    "id": "00000000-0000-4000-8000-000000000001",
    "huge": 170141183460469231731687303715884105727,
}


def test_a_query_keeps_types(outbox: Outbox) -> None:
    assert data_of(Query(TYPED), outbox) == [TYPED_DATA]


def test_parquet_keeps_types(tmp_path: Path, outbox: Outbox) -> None:
    file = copied(tmp_path, TYPED.replace("::hugeint", "::double"), "typed.parquet")
    data = data_of(file, outbox)
    assert data == [{**TYPED_DATA, "huge": 2.0**127}]


def test_moments_inside_of_others_keep_their_zone(outbox: Outbox) -> None:
    query = Query("select 'u1' as identifier, [{'at': timestamptz '2024-01-05 10:00+02'}] as x")
    assert data_of(query, outbox) == [{"x": [{"at": "2024-01-05 08:00:00+00"}]}]


@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        ("123", "123"),
        ("123::bigint", "123"),
        ("123.0::double", "123"),
        ("100000.0::double", "100000"),
        ("123::decimal(9, 2)", "123"),
        ("uuid '00000000-0000-4000-8000-000000000001'", "00000000-0000-4000-8000-000000000001"),
    ],
)
def test_identifiers_are_text(outbox: Outbox, value: str, identifier: str) -> None:
    import_users(Query(f"select {value} as identifier"), outbox)
    assert bodies(outbox) == [{"identifier": [{"external_id": identifier}]}]


@pytest.mark.parametrize("value", ["1.5::double", "1e300::double", "true", "'x'::blob", "''"])
def test_what_can_be_no_identifier_is_rejected(tmp_path: Path, outbox: Outbox, value: str) -> None:
    result = import_users(
        Query(f"select {value} as identifier"), outbox, rejected=tmp_path / "rejected"
    )
    assert (result.queued, result.rejected) == (0, 1)


@pytest.mark.parametrize("write", [write_jsonl, write_parquet])
def test_an_identifier_may_be_an_object_or_several(
    tmp_path: Path, outbox: Outbox, write: Any
) -> None:
    names = [{"source": "stripe", "external_id": "cus_1"}, {"source": "x", "external_id": "u1"}]
    import_users(write(tmp_path, [{"identifier": names}]), outbox)
    assert bodies(outbox) == [{"identifier": names}]


WRITTEN: Rows = [
    {"identifier": "00123", "at": "2026-01-05T10:00:00+02:00", "day": "05/01/2026",
     "ref": "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "version": "1.10", "total": 1.5, "yes": True},
    {"identifier": "124", "at": "2026-01-06T10:00:00+02:00", "day": "13/01/2026",
     "ref": "6F9619FF-8B86-D011-B42D-00CF4FC964FE", "version": "1.9", "total": 2.0, "yes": False},
]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "semicolons", "csv.gz", "jsonl", "jsonl.gz", "array"])
def test_a_query_reads_files_as_they_are_written(tmp_path: Path, outbox: Outbox, form: str) -> None:
    path = WRITERS[form](tmp_path, WRITTEN)
    query = Query(f"select * from '{path}' where total > 1 and yes is not null order by identifier")
    import_users(query, outbox)
    assert [body["data"] for body in bodies(outbox)] == expected(WRITTEN)
    names = [body["identifier"][0]["external_id"] for body in bodies(outbox)]
    assert names == ["00123", "124"]


@pytest.mark.parametrize("pattern", ["ids.csv", "id*.csv"])
def test_whole_numbers_with_a_fraction_are_text_in_a_query(
    tmp_path: Path, outbox: Outbox, pattern: str
) -> None:
    """They are ids that a program has written as floats, and a file of them keeps them too."""
    (tmp_path / "ids.csv").write_text("identifier,n,price\n1.0,2,3.0\n10.0,2.0,4.5\n")
    (tmp_path / "ids2.csv").write_text("identifier,n,price\n11.0,2.0,4.0\n")
    query = Query(f"select * from '{tmp_path}/{pattern}' where price > 2 order by identifier")
    import_users(query, outbox)
    import_users(tmp_path / "ids.csv", outbox)
    found = [(body["identifier"][0]["external_id"], body["data"]) for body in bodies(outbox)]
    of_query, of_file = found[:-2], found[-2:]
    assert [name for name, _ in of_query[:2]] == [name for name, _ in of_file] == ["1.0", "10.0"]
    assert [data["n"] for _, data in of_query[:2]] == ["2", "2.0"]
    assert of_query[0][1]["price"] == 3


def test_objects_in_files_of_a_query_keep_their_own_keys(tmp_path: Path, outbox: Outbox) -> None:
    rows: Rows = [
        {"identifier": "a", "x": {"a": 1}, "big": 12345678901234567890, "mixed": 1},
        {"identifier": "b", "x": {"b": None}, "big": 1, "mixed": "one"},
    ]
    query = Query(f"from '{write_jsonl(tmp_path, rows)}' order by identifier")
    assert data_of(query, outbox) == expected(rows)


def test_a_damaged_file_of_a_query_is_rejected(tmp_path: Path, outbox: Outbox) -> None:
    path = WRITERS["csv.gz"](tmp_path, WRITTEN)
    assert isinstance(path, Path)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(SourceError, match="is truncated"):
        import_users(Query(f"select * from '{path}'"), outbox)


def test_lines_of_json_are_what_they_say(tmp_path: Path, outbox: Outbox) -> None:
    """Not what a reader makes of them, that wants a type for each key."""
    values: Rows = [
        {"identifier": 7, "x": "2024-01-05", "y": {"a": None}, "z": "00123"},
        {"identifier": "u2", "x": 1, "y": {"b": 1}, "z": [1, "1", None]},
    ]
    assert data_of(write_jsonl(tmp_path, values), outbox) == [
        {"x": "2024-01-05", "y": {"a": None}, "z": "00123"},
        {"x": 1, "y": {"b": 1}, "z": [1, "1", None]},
    ]
    assert json.dumps(bodies(outbox)[0]["identifier"]) == '[{"external_id": "7"}]'
