# Derived by `make generate` from tests/sending/_async/test_raw.py; never edited by hand.
"""Generated endpoint functions over our connections, with our errors."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from lunogram_api.api.organizations import post_organization_events
from lunogram_api.api.push import get_vapid_public_key
from lunogram_api.api.sessions import create_session
from lunogram_api.api.users import delete_user, list_user_inbox, upsert_user
from lunogram_api.models import (
    ExternalID,
    InboxPage,
    OrganizationEvent,
    SessionCreate,
    User,
    UserDelete,
    UserUpsert,
)
from tests.support import faults
from tests.support.faults import Response
from tests.support.faulty_server import FaultyServer
from tests.support.other_servers import IMPOSTORS, NO_UPSERT
from tests.support.private_data import (
    AUTH_METHOD,
    EMAIL,
    KEY,
    PERSON,
    USER,
    accepted,
    assert_clean,
    assert_unseen,
    user,
)

from lunogram import (
    ClientClosedError,
    InvalidResponseError,
    Lunogram,
    NetworkError,
    NotFoundError,
    ServerError,
)
from tests.sending._sync.clients import client_of

pytestmark = pytest.mark.anyio

_ID = "5f0c1a52-9d5e-4a62-8f0a-0d8f1f0f5b11"
_MOMENT = "2026-03-01T12:00:00+00:00"
MESSAGE = {
    "id": _ID,
    "project_id": _ID,
    "channel": "carrier pigeon",
    "content": {},
    "data": {},
    "tags": [],
    "priority": 99,
    "scheduled_at": _MOMENT,
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "mood": "bright",
}
BODY = UserUpsert([ExternalID(PERSON)], email=EMAIL)


def test_success(server: FaultyServer) -> None:
    server.plan(user(mood="bright"))
    with client_of(server, project_id="p_1") as client:
        stored = upsert_user.sync(client=client.raw, body=BODY)
    assert isinstance(stored, User)
    assert (stored.version, stored.additional_properties) == (3, {"mood": "bright"})
    assert server.request.target == "/api/client/projects/p_1/users"
    assert server.request.headers["authorization"] == f"Bearer {KEY}"
    assert server.request.headers["content-type"] == "application/json"
    assert json.loads(server.request.body) == BODY.to_dict()


def test_answer_around_it(server: FaultyServer) -> None:
    server.plan(faults.gzipped(json.dumps(USER).encode()))
    with client_of(server) as client:
        answer = upsert_user.sync_detailed(client=client.raw, body=BODY)
    assert (answer.status_code, json.loads(answer.content)) == (200, USER)
    assert answer.headers["content-type"] == "application/json"


def test_query_and_unknown_values(server: FaultyServer) -> None:
    page = {"results": [MESSAGE], "total": 1, "limit": 1, "offset": 0}
    server.plan(faults.json_answer(page))
    with client_of(server) as client:
        found = list_user_inbox.sync(
            client=client.raw, source="default", external_id="a b", channel="inbox"
        )
    assert "external_id=a+b" in server.request.target
    assert isinstance(found, InboxPage)
    assert found.to_dict() == page


def test_without_a_body(server: FaultyServer) -> None:
    server.plan(Response(204), accepted())
    identifier = [ExternalID(PERSON)]
    with client_of(server) as client:
        delete_user.sync_detailed(client=client.raw, body=UserDelete(identifier))
        post_organization_events.sync_detailed(
            client=client.raw, body=[OrganizationEvent("moved", identifier=identifier)]
        )
    assert [request.method for request in server.requests] == ["DELETE", "POST"]


def test_errors(server: FaultyServer) -> None:
    server.plan(faults.problem(404, "Not Found", "vapid key not found"))
    with client_of(server) as client:
        with pytest.raises(NotFoundError, match="404 Not Found: vapid key not found") as caught:
            get_vapid_public_key.sync(client=client.raw)
    assert_clean(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        faults.html(200),
        faults.empty(200),
        Response(200, b"{"),
        Response(200, b"[]"),
        Response(299),
        faults.gzipped(b"{}", cut=12),
        faults.json_answer({"email": EMAIL}),
        faults.json_answer({**USER, "created_at": EMAIL}),
    ],
)
def test_unreadable_answer(server: FaultyServer, answer: Response) -> None:
    server.plan(answer)
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError) as caught:
            upsert_user.sync(client=client.raw, body=BODY)
    assert_clean(caught.value)


def test_page_is_never_a_success(server: FaultyServer) -> None:
    server.plan(faults.html(202))
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="text/html"):
            post_organization_events.sync_detailed(
                client=client.raw, body=[OrganizationEvent("moved", match={"plan": "pro"})]
            )


def upsert_raw(client: Lunogram) -> object:
    return upsert_user.sync(client=client.raw, body=BODY)


def delete_raw(client: Lunogram) -> object:
    body = UserDelete([ExternalID(PERSON)])
    return delete_user.sync_detailed(client=client.raw, body=body)


def post_events_raw(client: Lunogram) -> object:
    body = [OrganizationEvent("moved", match={"plan": "pro"})]
    return post_organization_events.sync_detailed(client=client.raw, body=body)


def session_raw(client: Lunogram) -> object:
    body = SessionCreate(PERSON)
    return create_session.sync(UUID(AUTH_METHOD), client=client.raw, body=body)


@pytest.mark.parametrize("answer", IMPOSTORS.values(), ids=IMPOSTORS)
@pytest.mark.parametrize("call", [upsert_raw, delete_raw, post_events_raw, session_raw])
def test_another_server_is_never_taken_for_lunogram(
    server: FaultyServer, answer: Response, call: Any
) -> None:
    server.plan(answer)
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="check base_url") as caught:
            call(client)
    assert_clean(caught.value)


@pytest.mark.parametrize("answer", NO_UPSERT.values(), ids=NO_UPSERT)
def test_an_upsert_always_has_a_user(server: FaultyServer, answer: Response) -> None:
    server.plan(answer)
    with client_of(server) as client:
        with pytest.raises(InvalidResponseError, match="check base_url"):
            upsert_raw(client)


def test_retries(server: FaultyServer) -> None:
    server.plan(faults.closed(), Response(503), user())
    with client_of(server, max_retries=2) as client:
        assert upsert_user.sync(client=client.raw, body=BODY)
        assert server.attempts == 3
        server.plan(Response(503))
        with pytest.raises(ServerError, match="3 attempts"):
            upsert_user.sync(client=client.raw, body=BODY)


def test_session_is_never_made_twice(server: FaultyServer) -> None:
    server.plan(faults.closed())
    with client_of(server, max_retries=2) as client:
        with pytest.raises(NetworkError):
            create_session.sync(UUID(AUTH_METHOD), client=client.raw, body=SessionCreate(PERSON))
    assert server.attempts == 1


def test_shares_connections_and_options(server: FaultyServer) -> None:
    with client_of(server) as client:
        client.user.upsert("user_123")
        other = client.with_options(headers={"X-A": "1"})
        upsert_user.sync(client=other.raw, body=BODY)
    assert len(server.connections) == 1
    assert server.requests[1].headers["x-a"] == "1"


def test_closed(server: FaultyServer) -> None:
    with client_of(server) as client:
        raw = client.raw
    with pytest.raises(ClientClosedError):
        upsert_user.sync(client=raw, body=BODY)


def test_repr_hides_the_key(server: FaultyServer) -> None:
    with client_of(server, headers={"X-Secret": KEY}) as client:
        assert_unseen(repr(client.raw), str(client.raw))
