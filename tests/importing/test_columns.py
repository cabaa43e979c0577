"""Which column is which field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lunogram.errors import ConfigurationError, LunogramError
from lunogram.importing import SourceError, import_events, import_members, import_users
from lunogram.importing.columns import parse_mapping
from lunogram.outbox import Outbox
from tests.support.import_files import bodies, write_csv, write_jsonl


def user(folder: Path, outbox: Outbox, row: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The body that one row becomes."""
    import_users(write_csv(folder, [row]), outbox, **options)
    (body,) = bodies(outbox)
    assert isinstance(body, dict)
    return body


def test_columns_are_renamed_and_left_out(tmp_path: Path, outbox: Outbox) -> None:
    row = {"ID": "u1", "E-mail": "a@b.c", "Plan": "pro", "secret": "x", "email": "old"}
    mapping = {"ID": "identifier", "E-mail": "email", "Plan": "data.plan.name", "secret": ""}

    body = user(tmp_path, outbox, row, mapping={**mapping, "email": "old_email"})

    assert body == {
        "identifier": [{"external_id": "u1"}],
        "email": "a@b.c",
        "data": {"plan": {"name": "pro"}, "old_email": "old"},
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("city", {"city": "x"}),
        ("data.city", {"city": "x"}),
        ("address.city", {"address": {"city": "x"}}),
        ("data.address.city", {"address": {"city": "x"}}),
        ("email.verified", {"email": {"verified": "x"}}),
        ("Dr.", {"Dr.": "x"}),
        (".x", {".x": "x"}),
        ("a..b", {"a..b": "x"}),
        ("name", {"name": "x"}),
    ],
)
def test_every_other_column_is_data(
    tmp_path: Path, outbox: Outbox, name: str, data: dict[str, Any]
) -> None:
    assert user(tmp_path, outbox, {"identifier": "u1", name: "x"})["data"] == data


def test_a_column_may_be_the_whole_data(tmp_path: Path, outbox: Outbox) -> None:
    row = {"identifier": "u1", "plan": "pro", "city": "Paris", "data": {"plan": "free", "n": 1}}
    path = write_csv(tmp_path, [row, {**row, "plan": "free"}, {**row, "plan": ""}])

    noted = import_users(path, outbox)
    mapped = import_users(path, outbox, mapping={"plan": "data.plan", "city": ""})
    strict = import_users(path, None, dry_run=True, strict=True)

    found = [body["data"] for body in bodies(outbox)]
    assert found[:3] == [{"plan": "free", "n": 1, "city": "Paris"}] * 3
    assert [data["plan"] for data in found[3:]] == ["pro", "free", "free"]
    assert "the column 'plan' is ignored; keep it" in noted.notes[0]
    assert noted.notes[0].endswith("(1 rows)")
    assert mapped.notes == []
    assert strict.rejected == 1


@pytest.mark.parametrize("data", ["text", "[1]", "7"])
def test_data_that_is_no_object_is_rejected(tmp_path: Path, outbox: Outbox, data: str) -> None:
    good = {"identifier": "u1", "data": {"n": 1}, "plan": ""}
    source = write_csv(tmp_path, [good, {"identifier": "u2", "data": data, "plan": "x"}])
    assert import_users(source, outbox).rejected == 1
    assert [body["data"] for body in bodies(outbox)] == [{"n": 1}]


def test_the_system_of_identifiers(tmp_path: Path, outbox: Outbox) -> None:
    body = user(tmp_path, outbox, {"identifier": "cus_1"}, source_name="stripe")
    assert body["identifier"] == [{"external_id": "cus_1", "source": "stripe"}]


def test_it_is_that_of_identifiers_that_have_none(tmp_path: Path, outbox: Outbox) -> None:
    names: list[Any] = [["a", {"source": "x", "external_id": "b"}]]
    source = write_jsonl(tmp_path, [{"identifier": name} for name in names])
    import_users(source, outbox, source_name="stripe")
    assert bodies(outbox)[0]["identifier"] == [
        {"external_id": "a", "source": "stripe"},
        {"external_id": "b", "source": "x"},
    ]


def test_organizations_of_members_may_be_of_another_system(tmp_path: Path, outbox: Outbox) -> None:
    source = write_csv(tmp_path, [{"organization": "o1", "user": "u1"}])
    import_members(source, outbox, source_name="stripe", organization_source="crm")
    assert bodies(outbox) == [
        {
            "organization": {"identifier": [{"external_id": "o1", "source": "crm"}]},
            "user": {"identifier": [{"external_id": "u1", "source": "stripe"}]},
        }
    ]


def test_a_mapped_column_has_to_be_there(tmp_path: Path, outbox: Outbox) -> None:
    with pytest.raises(
        SourceError, match="no column 'Mail', which is mapped; the columns are 'identifier'"
    ):
        user(tmp_path, outbox, {"identifier": "u1"}, mapping={"Mail": "email"})


@pytest.mark.parametrize("name", ["Email", "E-mail", "e mail", "EMAIL"])
def test_a_name_that_is_nearly_a_field_is_asked_about(
    tmp_path: Path, outbox: Outbox, name: str
) -> None:
    row = {"identifier": "u1", name: "ada@example.com"}
    with pytest.raises(SourceError, match=f"--map '{name}=email', or --map '{name}=data.{name}'"):
        user(tmp_path, outbox, row)
    assert user(tmp_path, outbox, row, mapping={name: "email"})["email"] == "ada@example.com"


def test_an_empty_one_is_nothing(tmp_path: Path, outbox: Outbox) -> None:
    assert "data" not in user(tmp_path, outbox, {"identifier": "u1", "Email": ""})


def test_in_json_it_rejects_the_rows_that_have_it(tmp_path: Path, outbox: Outbox) -> None:
    source = write_jsonl(tmp_path, [{"identifier": "u1"}, {"identifier": "u2", "Email": "x"}])
    assert (import_users(source, outbox).queued, outbox.stats().queued) == (1, 1)


def test_keys_of_one_row_are_the_fault_of_that_row(tmp_path: Path, outbox: Outbox) -> None:
    rows: list[dict[str, Any]] = [
        {"identifier": "u1", "plan": "pro"},
        {"identifier": "u2", "plan": "pro", "data.plan": "free"},
        {"identifier": "u3", "plan": "pro", "plan.name": "x"},
        {"identifier": "u4", "plan.name": "x", "": 1},
    ]
    result = import_users(write_jsonl(tmp_path, rows), outbox)
    assert (result.queued, result.rejected) == (2, 2)
    assert [body["data"] for body in bodies(outbox)] == [
        {"plan": "pro"},
        {"plan": {"name": "x"}, "": 1},
    ]


@pytest.mark.parametrize("name", ["Identifier", "id", "userId", "Email Address", "customer_id"])
def test_the_likeliest_identifier_is_proposed(tmp_path: Path, outbox: Outbox, name: str) -> None:
    with pytest.raises(SourceError, match=f"Most likely: --map '{name}=identifier'"):
        user(tmp_path, outbox, {"plan": "pro", name: "x"})


def test_a_column_may_be_two_fields(tmp_path: Path, outbox: Outbox) -> None:
    row = {"Mail": "ada@example.com", "plan": "pro"}
    body = user(tmp_path, outbox, row, mapping={"Mail": ["identifier", "email"]})
    assert body["email"] == body["identifier"][0]["external_id"] == "ada@example.com"


def test_dots_beside_spaces_are_part_of_a_name(tmp_path: Path, outbox: Outbox) -> None:
    row = {"identifier": "u1", "No. of orders": "3", "a.b": "x"}
    assert user(tmp_path, outbox, row)["data"] == {"No. of orders": 3, "a": {"b": "x"}}
    result = import_users(write_csv(tmp_path, [row]), outbox, restart=True)
    assert result.notes == ["names with dots are keys of objects: 'a.b' is data.a.b"]


def test_identifiers_and_fields_are_trimmed(tmp_path: Path, outbox: Outbox) -> None:
    body = user(tmp_path, outbox, {"identifier": " u1\u00a0", "email": " a@b.c ", "note": " x "})
    assert body == {
        "identifier": [{"external_id": "u1"}],
        "email": "a@b.c",
        "data": {"note": " x "},
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"text": ["zpi"]},
            "no column 'zpi', whose type is set; the columns are 'identifier', 'zip'",
        ),
        ({"types": {"zpi": "number"}}, "no column 'zpi', whose type is set"),
        ({"types": {"zip": "integer"}}, "must be one of text, number, boolean, json"),
        ({"types": {"identifier": "number"}}, "'identifier' is a field"),
        ({"separator": "::"}, "separator must be one character"),
        ({"encoding": "latin-11"}, "unknown encoding 'latin-11'"),
        ({"encoding": "hex"}, "unknown encoding 'hex'"),
        ({"skip": -1}, "skip must be 0 or more"),
    ],
)
def test_options_that_cannot_be(
    tmp_path: Path, outbox: Outbox, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(LunogramError, match=message):
        user(tmp_path, outbox, {"identifier": "u1", "zip": "1"}, **options)


def test_the_first_of_several_columns(tmp_path: Path, outbox: Outbox) -> None:
    rows: list[dict[str, Any]] = [
        {"userId": "u1", "anonymousId": "a1", "n": 1},
        {"userId": None, "anonymousId": "a2", "n": 2},
        {"userId": None, "anonymousId": None, "n": 3},
    ]
    mapping = {"userId|anonymousId": "identifier"}
    for write in (write_jsonl, write_csv):
        result = import_users(write(tmp_path, rows), outbox, mapping=mapping)
        assert (result.queued, result.rejected) == (2, 1)
    assert [(body["identifier"][0]["external_id"], body["data"]) for body in bodies(outbox)] == [
        ("u1", {"n": 1}),
        ("a2", {"n": 2}),
    ] * 2


def test_a_value_inside_of_an_object(tmp_path: Path, outbox: Outbox) -> None:
    rows: list[dict[str, Any]] = [
        {"event": "Paid", "properties": {"distinct_id": "u1", "amount": 5}},
        {"event": "Paid", "properties": {"device": {"id": "d1"}}},
        {"event": "Paid", "properties": 7},
    ]
    mapping = {
        "event": "name",
        "properties": "data",
        "properties.distinct_id|properties.device.id": "identifier",
    }
    result = import_events(write_jsonl(tmp_path, rows), outbox, mapping=mapping)
    assert (result.queued, result.rejected) == (2, 1)
    assert [body["identifier"][0]["external_id"] for body in bodies(outbox)] == ["u1", "d1"]
    assert bodies(outbox)[0]["data"] == {"distinct_id": "u1", "amount": 5}


@pytest.mark.parametrize("pick", ["userId|nothing", "nothing.id", "userId.id"])
def test_what_is_picked_has_to_be_there(tmp_path: Path, outbox: Outbox, pick: str) -> None:
    with pytest.raises(SourceError, match="there is no column"):
        user(tmp_path, outbox, {"userId": "u1"}, mapping={pick: "identifier"})


def test_mappings_as_people_write_them() -> None:
    assert parse_mapping(["E-mail=email", "a=b=data.c", "secret="]) == {
        "E-mail": "email",
        "a=b": "data.c",
        "secret": "",
    }
    assert parse_mapping(["Mail=email", "Mail=identifier"]) == {"Mail": ["email", "identifier"]}
    with pytest.raises(ConfigurationError, match="is both mapped and omitted"):
        parse_mapping(["Mail=email", "Mail="])
    for wrong in ("email", "=email"):
        with pytest.raises(ConfigurationError, match="is not COLUMN=FIELD"):
            parse_mapping([wrong])
