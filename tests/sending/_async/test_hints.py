"""What an error says to check: the project, the generation of the server, the identifiers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from lunogram import (
    AsyncLunogram,
    ConflictError,
    InvalidResponseError,
    RequestError,
    ServerError,
    UnauthorizedError,
)
from tests.sending._async.clients import client_of, upsert
from tests.support import faults
from tests.support.faulty_server import FaultyServer
from tests.support.private_data import assert_unseen

pytestmark = pytest.mark.anyio

PROJECT = "4c9d3163-7b64-4f9e-9068-d2e4b96be56b"
SECOND = ("stripe", "cus_1")


async def error_of(
    server: FaultyServer, project_id: str | None, act: Callable[[AsyncLunogram], Any] = upsert
) -> RequestError:
    async with client_of(server, project_id=project_id) as client:
        with pytest.raises(RequestError) as caught:
            await act(client)
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
async def test_401(server: FaultyServer, project_id: str | None, hint: str) -> None:
    server.plan(faults.problem(401))
    error = await error_of(server, project_id)
    assert isinstance(error, UnauthorizedError)
    assert error.hint == hint


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    ("project_id", "hint"),
    [(None, "servers of today need project_id"), (PROJECT, "older servers are used without")],
)
async def test_a_page_of_the_console(
    server: FaultyServer, status: int, project_id: str | None, hint: str
) -> None:
    server.plan(faults.html(status))
    error = await error_of(server, project_id)
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
async def test_identifiers_of_two(
    server: FaultyServer, act: Callable[[AsyncLunogram], Any], kind: str
) -> None:
    server.plan(faults.problem(500))
    error = await error_of(server, PROJECT, act)
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
async def test_other_failures_of_the_server(
    server: FaultyServer, fault: faults.Fault, act: Callable[[AsyncLunogram], Any]
) -> None:
    server.plan(fault)
    error = await error_of(server, PROJECT, act)
    assert type(error) is ServerError
    assert error.hint == ""
