"""The tables of operations, and what can be asked of them."""

from pathlib import Path
from typing import Any

import customerio_api.api
import lunogram_api.api
import pytest

from lunogram import calls
from lunogram.operation import Repeat
from lunogram.operations import OPERATIONS
from tests.calls.responses import RESPONSES


def test_every_generated_endpoint_has_a_row() -> None:
    folders = [Path(package.__path__[0]) for package in (lunogram_api.api, customerio_api.api)]
    files = [file for folder in folders for file in folder.glob("*/*.py")]
    assert {row.name for row in OPERATIONS} == {file.stem for file in files} - {"__init__"}


def test_every_operation_of_the_client_api_has_a_function() -> None:
    functions = [found for found in vars(calls).values() if hasattr(found, "operations")]
    noted = sorted(name for function in functions for name in function.operations)
    assert noted == sorted(row.name for row in OPERATIONS if row.api == "client")


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/users/events", "post_user_events"),
        ("GET", "/users/inbox", "list_user_inbox"),
        ("POST", "/auth-methods/5/sessions", "create_session"),
    ],
)
def test_a_request_has_an_operation(method: str, path: str, name: str) -> None:
    found = OPERATIONS.matching(method, path)
    assert found is OPERATIONS.named(name) is not None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/events"),
        ("POST", "/users/events/"),
        ("POST", "@evil.example/users"),
        ("POST", "/auth-methods//sessions"),
        ("POST", "/auth-methods/a/b/sessions"),
        ("POST\r\nX: ", "/users"),
        ("POST", "/users\n"),
    ],
)
def test_any_other_request_has_none(method: str, path: str) -> None:
    assert OPERATIONS.matching(method, path) is None


def test_only_what_may_arrive_twice_can_be_queued() -> None:
    rows = [row for row in OPERATIONS if row.api == "client"]
    never = {row.name for row in rows if row.repeat is Repeat.NEVER}
    reads = {row.name for row in rows if row.is_read}
    assert never == {"create_session"}
    assert reads
    assert all(name.startswith(("list_", "count_", "get_")) for name in reads)
    assert {row.name for row in rows if not row.can_be_queued} == never | reads


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("PUT", "/api/v1/customers/ada%40example.com", "/api/v1/customers/…"),
        ("DELETE", "/api/v1/customers/5/devices/abc", "/api/v1/customers/…/devices/…"),
        ("POST", "/api/v1/segments/7/add_customers", "/api/v1/segments/7/add_customers"),
    ],
)
def test_a_path_is_shown_without_what_names_a_person(method: str, path: str, shown: str) -> None:
    operation = OPERATIONS.matching(method, path)
    assert operation is not None
    assert operation.shown(path) == shown


def test_what_no_document_describes_is_never_repeated_nor_shown() -> None:
    operation = OPERATIONS.of("POST", "/new/ada@example.com")
    assert operation.repeat is Repeat.NEVER
    assert not operation.can_be_queued
    assert operation.shown("/new/ada@example.com") == "/…"


@pytest.mark.parametrize(
    ("name", "value", "is_own"),
    [
        ("upsert_user", {"id": 1, "project_id": 2, "identifier": []}, True),
        ("upsert_user", {"hello": "world"}, False),
        ("upsert_user", {}, False),
        ("upsert_user", None, False),
        ("post_user_events", None, True),
        ("post_user_events", {}, True),
        ("post_user_events", {"hello": "world"}, False),
        ("post_user_events", [], False),
        ("create_collection", {"collection": {}}, True),
        ("create_collection", None, True),
        ("create_collection", {"hello": "world"}, False),
    ],
)
def test_a_success_is_recognized_by_its_form(name: str, value: object, *, is_own: bool) -> None:
    operation = OPERATIONS.named(name)
    assert operation is not None
    assert operation.recognizes(value) is is_own


@pytest.mark.parametrize(("request_", "response"), RESPONSES.items(), ids=str)
def test_the_right_response_is_recognized(
    request_: tuple[str, str], response: tuple[int, Any]
) -> None:
    operation = OPERATIONS.of(*request_)
    assert response[0] in operation.statuses
    assert operation.recognizes(response[1])
    assert not any(map(operation.recognizes, [{"hello": "world"}, [], "OK", 5, True]))


def test_nobody_misses_what_an_upsert_creates() -> None:
    for name in ("upsert_user", "upsert_organization", "post_user_events", "identify"):
        operation = OPERATIONS.named(name)
        assert operation is not None
        assert not operation.can_be_missing
    assert OPERATIONS.of("DELETE", "/users").can_be_missing


def test_an_operation_of_a_later_version_returns_an_object_or_nothing() -> None:
    operation = OPERATIONS.of("POST", "/users/badges")
    assert operation.recognizes(None)
    assert operation.recognizes({"id": 5})
    assert not operation.recognizes("OK")
