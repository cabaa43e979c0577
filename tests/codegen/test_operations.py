"""The table of operations: what a document has to say of each, and what becomes of it."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from operations import write_operations
from ruamel.yaml import YAML

SAID = {
    "x-lunogram-repeat": "safe",
    "x-lunogram-subject": "user",
    "x-lunogram-personal": ["id"],
    "x-lunogram-api": "client",
}
IN_PATH = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
LIST = {"content": {"application/json": {"schema": {"type": "array", "items": {}}}}}


def document(**changes: object) -> dict[str, Any]:
    """A document with one operation, but for some changes of it; None takes something away."""
    operation = {"operationId": "markThing", "responses": {"204": {}, "404": {}}, **SAID, **changes}
    kept = {name: value for name, value in operation.items() if value is not None}
    item = {"parameters": [IN_PATH], "post": kept}
    return {"openapi": "3.1.0", "info": {"title": "Small"}, "paths": {"/things/{id}": item}}


def rows(api: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The module that is written from a document, executed."""
    source = folder / "small.yaml"
    YAML(typ="safe").dump(api, source)
    write_operations([source], folder / "operations.py")
    return runpy.run_path(str(folder / "operations.py"))


def test_a_row_holds_what_the_document_says(tmp_path: Path) -> None:
    row = rows(document(), tmp_path)["MARK_THING"]
    assert (row.name, row.method, row.path) == ("mark_thing", "POST", "/things/{id}")
    assert (row.repeat.value, row.subject, row.personal) == ("safe", "user", ("id",))
    assert (row.api, row.statuses, row.result, row.is_batch) == ("client", (204,), (), False)
    assert row.can_be_missing


def test_a_list_says_whether_its_items_may_be_sent_apart(tmp_path: Path) -> None:
    changes = {"requestBody": LIST, "x-lunogram-batch": True}
    assert rows(document(**changes), tmp_path)["MARK_THING"].is_batch


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"x-lunogram-repeat": None}, "lacks x-lunogram-repeat"),
        ({"x-lunogram-repeat": "often"}, "x-lunogram-repeat is 'often', not one of safe"),
        ({"x-lunogram-subject": None}, "lacks x-lunogram-subject"),
        ({"x-lunogram-personal": None}, "lacks x-lunogram-personal"),
        ({"x-lunogram-personal": ["who"]}, "has who, which are not parameters"),
        ({"x-lunogram-api": None}, "lacks x-lunogram-api"),
        ({"requestBody": LIST}, "lacks x-lunogram-batch"),
    ],
)
def test_what_a_document_leaves_open_stops_the_generation(
    tmp_path: Path, changes: dict[str, object], fault: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        rows(document(**changes), tmp_path)
    assert "markThing (POST /things/{id})" in str(stopped.value)
    assert fault in str(stopped.value)


def test_an_api_may_be_named_once_for_a_whole_document(tmp_path: Path) -> None:
    api = document(**{"x-lunogram-api": None}) | {"x-lunogram-api": "app"}
    assert rows(api, tmp_path)["MARK_THING"].api == "app"


def test_a_result_has_the_fields_that_the_document_requires(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["id", "name"], "properties": {"id": {}, "name": {}}}
    made = {"200": {"content": {"application/json": {"schema": schema}}}}
    row = rows(document(responses=made), tmp_path)["MARK_THING"]
    assert row.result == ("id", "name")
    assert not row.can_be_missing
