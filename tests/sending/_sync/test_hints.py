# Derived by `make generate` from tests/sending/_async/test_hints.py; never edited by hand.
"""What an error says to check: the project, the generation of the server, the identifiers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import assert_unseen

from lunogram import (
    ConflictError,
    InvalidResponseError,
    Lunogram,
    RequestError,
    ServerError,
    UnauthorizedError,
)
from tests.sending._sync.clients import client_of, upsert

pytestmark = pytest.mark.anyio

PROJECT = "4c9d3163-7b64-4f9e-9068-d2e4b96be56b"
SECOND = ("stripe", "cus_1")


def error_of(
    server: FaultyServer, project_id: str | None, act: Callable[[Lunogram], Any] = upsert
) -> RequestError:
    with client_of(server, project_id=project_id) as client:
        with pytest.raises(RequestError) as caught:
            act(client)
    assert_unseen(str(caught.value))
    assert caught.value.hint in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("project_id", "hint"),
    [
        (None, "servers of today need project_id: pass it, or set LUNOGRAM_PROJECT_ID"),
        ("shop", "project_id is not a UUID"),
        (PROJECT, "the key has to belong to the project of project_id"),
    ],
)
def test_401(server: FaultyServer, project_id: str | None, hint: str) -> None:
    server.plan(faults.problem(401))
    error = error_of(server, project_id)
    assert isinstance(error, UnauthorizedError)
    assert error.hint == hint


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    ("project_id", "hint"),
    [(None, "servers of today need project_id"), (PROJECT, "older servers are used without")],
)
def test_a_page_of_the_console(
    server: FaultyServer, status: int, project_id: str | None, hint: str
) -> None:
    server.plan(faults.html(status))
    error = error_of(server, project_id)
    assert isinstance(error, InvalidResponseError)
    assert error.hint.startswith(hint)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda client: client.user.upsert(["user_1", SECOND]), "users"),
        (lambda client: client.user.delete(["user_1", SECOND]), "users"),
        (lambda client: client.organization.upsert(["org_1", SECOND]), "organizations"),
        (lambda client: client.organization.delete(["org_1", SECOND]), "organizations"),
    ],
)
def test_identifiers_of_two(
    server: FaultyServer, act: Callable[[Lunogram], Any], kind: str
) -> None:
    server.plan(faults.problem(500))
    error = error_of(server, PROJECT, act)
    assert isinstance(error, ConflictError)
    assert error.hint == f"the identifiers most likely belong to two {kind}"


@pytest.mark.parametrize(
    ("fault", "act"),
    [
        (faults.problem(500), lambda client: client.user.upsert("user_1")),
        (faults.problem(500), lambda client: client.user.schedule.delete("s", ["user_1", SECOND])),
        (faults.problem(503), lambda client: client.user.upsert(["user_1", SECOND])),
    ],
)
def test_other_failures_of_the_server(
    server: FaultyServer, fault: faults.Fault, act: Callable[[Lunogram], Any]
) -> None:
    server.plan(fault)
    error = error_of(server, PROJECT, act)
    assert type(error) is ServerError
    assert error.hint == ""
