"""Which column is which field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lunogram.errors import ConfigurationError
from lunogram.importing import SourceError, import_members, import_users
from lunogram.importing.columns import parse_mapping
from lunogram.outbox import Outbox
from tests.support.importing import bodies, write_csv, write_jsonl


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
    row = {"identifier": "u1", "plan": "pro", "data": {"plan": "free", "n": 1}}
    assert user(tmp_path, outbox, row)["data"] == {"plan": "pro", "n": 1}


@pytest.mark.parametrize("data", ["text", "[1]", "7"])
def test_data_that_is_no_object_is_refused(tmp_path: Path, outbox: Outbox, data: str) -> None:
    good = {"identifier": "u1", "data": {"n": 1}, "plan": ""}
    source = write_csv(tmp_path, [good, {"identifier": "u2", "data": data, "plan": "x"}])
    assert import_users(source, outbox).refused == 1
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
    with pytest.raises(SourceError, match="no column 'Mail' to map; there are 'identifier'"):
        user(tmp_path, outbox, {"identifier": "u1"}, mapping={"Mail": "email"})


def test_mappings_as_people_write_them() -> None:
    assert parse_mapping(["E-mail=email", "a=b=data.c", "secret="]) == {
        "E-mail": "email",
        "a=b": "data.c",
        "secret": "",
    }
    for wrong in ("email", "=email"):
        with pytest.raises(ConfigurationError, match="is not COLUMN=FIELD"):
            parse_mapping([wrong])
