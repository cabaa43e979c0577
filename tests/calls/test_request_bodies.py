"""Every operation through the clients: exactly what goes out, when all or the least is given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import attrs
import lunogram_api.models as api
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lunogram_api.api.organizations import post_organization_events
from lunogram_api.api.users import post_user_events
from lunogram_api.types import UNSET

from lunogram import Event, ExternalID, Message, __version__, calls, request_bodies
from tests.calls.recorder import BASE_URL, KEY, Recorder, always
from tests.calls.responses import ID, METHOD, PROJECT, USER

DOCUMENT = Path(__file__).parents[2] / "openapi.yaml"
MOMENT = datetime(2126, 12, 24, 9, tzinfo=UTC)
SENT_MOMENT = "2126-12-24T09:00:00+00:00"
WHO = [{"external_id": "id_1"}]


@attrs.frozen
class Operation:
    """One way to call one operation, and what has to go out."""

    label: str
    call: Callable[[Any], Any]
    method: str
    path: str
    body: Any = None
    query: dict[str, str] = attrs.field(factory=dict)


FULL_MESSAGE = Message(
    "order_456_shipped",
    [("stripe", "cus_1"), "id_1"],
    channel="email",
    content={"title": "Shipped"},
    data={"order_id": 456},
    tags=["orders", "a,b"],
    priority=1,
    source="campaign",
    scheduled_at=MOMENT,
    expires_at="2026-12-31T00:00:00+01:00",
    sender_identity_id=UUID(ID),
    campaign_id=ID,
    broadcast_id=ID.upper(),
)
SENT_MESSAGE = {
    "identifier": {"external_id": "order_456_shipped"},
    "target": [{"source": "stripe", "external_id": "cus_1"}, {"external_id": "id_1"}],
    "channel": "email",
    "content": {"title": "Shipped"},
    "data": {"order_id": 456},
    "tags": ["orders", "a,b"],
    "priority": 1,
    "source": "campaign",
    "scheduled_at": SENT_MOMENT,
    "expires_at": "2026-12-31T00:00:00+01:00",
    "sender_identity_id": ID,
    "campaign_id": ID,
    "broadcast_id": ID,
}
SUBSCRIPTION = {
    "endpoint": "https://push.example.com/send/abc",
    "expirationTime": 1798761600000,
    "keys": {"p256dh": "public", "auth": "secret"},
}


def of_both(kind: str, path: str) -> list[Operation]:
    """The operations that users and organizations share."""

    def on(client: Any) -> Any:
        return getattr(client, kind)

    return [
        Operation(f"{kind}.delete", lambda c: on(c).delete("id_1"), "DELETE", path,
                  {"identifier": WHO}),
        Operation(f"{kind}.events.post", lambda c: on(c).events.post(Event("it.happened", "id_1")),
                  "POST", f"{path}/events",
                  [{"name": "it.happened", "identifier": WHO, "data": {}}]),
        Operation(f"{kind}.events.post all",
                  lambda c: on(c).events.post([
                      Event("one", "id_1", data={"total": 99.99}),
                      {"name": "two", "match": {"plan": ["pro"]}, "data": {"at": MOMENT}},
                  ]),
                  "POST", f"{path}/events",
                  [{"name": "one", "identifier": WHO, "data": {"total": 99.99}},
                   {"name": "two", "match": {"plan": ["pro"]},
                    "data": {"at": "2126-12-24T09:00:00Z"}}]),
        Operation(f"{kind}.schedule.upsert",
                  lambda c: on(c).schedule.upsert("trial.end", "id_1", scheduled_at=MOMENT),
                  "POST", f"{path}/scheduled",
                  {"name": "trial.end", "identifier": WHO, "scheduled_at": SENT_MOMENT}),
        Operation(f"{kind}.schedule.upsert all",
                  lambda c: on(c).schedule.upsert(
                      "report", "id_1", scheduled_at=MOMENT, start_at=MOMENT,
                      interval=timedelta(days=7), data={"a": None}, id=ID),
                  "POST", f"{path}/scheduled",
                  {"name": "report", "identifier": WHO, "scheduled_at": SENT_MOMENT,
                   "start_at": SENT_MOMENT, "interval": "7 days", "data": {"a": None}, "id": ID}),
        Operation(f"{kind}.schedule.delete", lambda c: on(c).schedule.delete("trial.end", "id_1"),
                  "DELETE", f"{path}/scheduled", {"name": "trial.end", "identifier": WHO}),
        Operation(f"{kind}.schedule.delete by id",
                  lambda c: on(c).schedule.delete(id=ID, identifier="id_1"),
                  "DELETE", f"{path}/scheduled", {"id": ID, "identifier": WHO}),
        Operation(f"{kind}.inbox.send", lambda c: on(c).inbox.send(Message("m", "id_1")),
                  "POST", f"{path}/inbox",
                  [{"identifier": {"external_id": "m"}, "target": WHO, "channel": "inbox"}]),
        Operation(f"{kind}.inbox.send all", lambda c: on(c).inbox.send([FULL_MESSAGE]),
                  "POST", f"{path}/inbox", [SENT_MESSAGE]),
        Operation(f"{kind}.inbox.page", lambda c: on(c).inbox.page("id_1"), "GET", f"{path}/inbox",
                  query={"source": "default", "external_id": "id_1", "channel": "inbox"}),
        Operation(f"{kind}.inbox.page all",
                  lambda c: on(c).inbox.page(
                      ("s&p", "a b+c/ü"), channel="push", status="archived", tags=["x y", "ü"],
                      source="sh=op", priority=2, limit=100, offset=40),
                  "GET", f"{path}/inbox",
                  query={"source": "s&p", "external_id": "a b+c/ü", "channel": "push",
                         "status": "archived", "tags": "x y,ü", "message_source": "sh=op",
                         "priority": "2", "limit": "100", "offset": "40"}),
        Operation(f"{kind}.inbox.count", lambda c: on(c).inbox.count("id_1", channel="sms"),
                  "GET", f"{path}/inbox/count",
                  query={"source": "default", "external_id": "id_1", "channel": "sms"}),
        Operation(f"{kind}.inbox.mark_read", lambda c: on(c).inbox.mark_read("id_1", ID),
                  "POST", f"{path}/inbox/read", [{"target": WHO, "message_id": ID}]),
        Operation(f"{kind}.inbox.mark_archived",
                  lambda c: on(c).inbox.mark_archived("id_1", [UUID(ID), ID]),
                  "POST", f"{path}/inbox/archived",
                  [{"target": WHO, "message_id": ID}, {"target": WHO, "message_id": ID}]),
    ]  # fmt: skip


OPERATIONS = [
    *of_both("user", "/users"),
    *of_both("organization", "/organizations"),
    Operation("user.upsert", lambda c: c.user.upsert("id_1"), "POST", "/users",
              {"identifier": WHO}),
    Operation("user.upsert all",
              lambda c: c.user.upsert(
                  ["id_1", ExternalID("cus_1", source="stripe", metadata={"since": 2020})],
                  email="ada@example.com", phone="+31612345678", timezone="Europe/London",
                  locale="en-GB", data={"plan": "pro"}),
              "POST", "/users",
              {"identifier": [{"external_id": "id_1"},
                              {"source": "stripe", "external_id": "cus_1",
                               "metadata": {"since": 2020}}],
               "email": "ada@example.com", "phone": "+31612345678", "timezone": "Europe/London",
               "locale": "en-GB", "data": {"plan": "pro"}}),
    Operation("user.devices.register",
              lambda c: c.user.devices.register("id_1", "phone", os="ios", token="tok"),
              "POST", "/users/devices",
              {"identifier": WHO, "device_id": "phone", "os": "ios", "config": {"token": "tok"}}),
    Operation("user.devices.register all",
              lambda c: c.user.devices.register(
                  "id_1", "laptop", os="web", subscription=SUBSCRIPTION, os_version="18.1",
                  model="iPhone17,1", app_version="2.4.0", data={"beta": True}),
              "POST", "/users/devices",
              {"identifier": WHO, "device_id": "laptop", "os": "web", "os_version": "18.1",
               "model": "iPhone17,1", "app_version": "2.4.0", "data": {"beta": True},
               "config": {"endpoint": "https://push.example.com/send/abc",
                          "expiration_time": "2027-01-01T00:00:00+00:00",
                          "keys": {"p256dh": "public", "auth": "secret"}}}),
    Operation("organization.upsert", lambda c: c.organization.upsert("id_1"), "POST",
              "/organizations", {"identifier": WHO}),
    Operation("organization.upsert all",
              lambda c: c.organization.upsert("id_1", name="Acme", data={"seats": 100}),
              "POST", "/organizations",
              {"identifier": WHO, "name": "Acme", "data": {"seats": 100}}),
    Operation("organization.add_user", lambda c: c.organization.add_user("id_1", ("crm", "u")),
              "POST", "/organizations/users",
              {"organization": {"identifier": WHO},
               "user": {"identifier": [{"source": "crm", "external_id": "u"}]}}),
    Operation("organization.add_user all",
              lambda c: c.organization.add_user("id_1", "u", data={"role": "admin"}),
              "POST", "/organizations/users",
              {"organization": {"identifier": WHO},
               "user": {"identifier": [{"external_id": "u"}]}, "data": {"role": "admin"}}),
    Operation("organization.remove_user", lambda c: c.organization.remove_user("id_1", "u"),
              "DELETE", "/organizations/users",
              {"organization": {"identifier": WHO},
               "user": {"identifier": [{"external_id": "u"}]}}),
    Operation("push.vapid_public_key", lambda c: c.push.vapid_public_key(), "GET", "/push/vapid"),
    Operation("sessions.create", lambda c: c.sessions.create(METHOD, "id_1"), "POST",
              f"/auth-methods/{METHOD}/sessions", {"user_id": "id_1"}),
]  # fmt: skip
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.label)


def assert_sent(operation: Operation, recorder: Recorder, family: str) -> None:
    """Check the one request that went out."""
    assert len(recorder.requests) == 1
    sent = recorder.last
    assert sent.method == operation.method
    url, _, query = str(sent.url).partition("?")
    assert url == f"{BASE_URL}/client{family}{operation.path}"
    assert dict(parse_qsl(query, strict_parsing=bool(query))) == operation.query
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["user-agent"] == f"lunogram-python/{__version__}"
    has_derived_id = family and operation.label.endswith("schedule.upsert")
    derived = {"id": json.loads(sent.content)["id"]} if has_derived_id else {}
    assert_body({**operation.body, **derived} if derived else operation.body, sent)


def assert_body(body: Any, sent: Any) -> None:
    """Check the body, and that it is announced."""
    if body is None:
        assert sent.content == b""
        assert "content-type" not in sent.headers
        return
    assert json.loads(sent.content) == body
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["content-length"] == str(len(sent.content))


TODAY = f"/projects/{PROJECT}"
NEED_PROJECT = ("by id", "schedule.upsert all")
"""Calls with the id of a schedule, which older servers do not know."""


@each_operation
def test_a_call_goes_out_as_the_document_says(operation: Operation) -> None:
    recorder = Recorder()
    operation.call(recorder.client(project_id=PROJECT))
    assert_sent(operation, recorder, TODAY)


@pytest.mark.parametrize(
    "operation",
    [each for each in OPERATIONS if not each.label.endswith(NEED_PROJECT)],
    ids=lambda each: each.label,
)
def test_a_call_goes_out_to_older_servers(operation: Operation) -> None:
    recorder = Recorder()
    operation.call(recorder.client())
    assert_sent(operation, recorder, "")


@each_operation
def test_an_async_call_goes_out_the_same(operation: Operation) -> None:
    recorder = Recorder()
    asyncio.run(operation.call(recorder.async_client(project_id=PROJECT)))
    assert_sent(operation, recorder, TODAY)


@each_operation
def test_a_call_with_its_raw_response_goes_out_the_same(operation: Operation) -> None:
    recorder = Recorder()
    response = operation.call(recorder.client(project_id=PROJECT).with_raw_response)
    assert_sent(operation, recorder, TODAY)
    plain = operation.call(recorder.client(project_id=PROJECT))
    assert response.parsed == plain


def test_the_table_has_every_operation_of_the_document() -> None:
    document = yaml.safe_load(DOCUMENT.read_text())
    described = {
        (method.upper(), path.replace("{auth_method_id}", METHOD))
        for path, item in document["paths"].items()
        for method in item
    }
    assert len(described) == 25
    assert {(operation.method, operation.path) for operation in OPERATIONS} == described


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.user.upsert(
            "u", email=None, phone=None, timezone=None, locale=None, data=None
        ),
        lambda c: c.organization.upsert("o", name=None, data=None),
        lambda c: c.organization.add_user("o", "u", data=None),
        lambda c: c.user.events.post(Event("e", "u", match=None, data=None)),
        lambda c: c.user.events.post({"name": "e", "identifier": "u", "match": None, "data": None}),
        lambda c: c.user.schedule.upsert("s", "u", interval="1 day", start_at=None, id=None),
        lambda c: c.user.inbox.send(Message("m", "u", content=None, tags=None, priority=None)),
        lambda c: c.user.inbox.send({"identifier": "m", "target": "u", "expires_at": None}),
        lambda c: c.user.devices.register("u", "d", os="ios", token="t", data=None),
        lambda c: c.user.upsert({"external_id": "u", "source": None, "metadata": None}),
        lambda c: c.user.upsert((None, "u")),
    ],
)  # fmt: skip
def test_none_is_left_out(call: Callable[[Any], Any]) -> None:
    recorder = Recorder()
    call(recorder.client())
    assert b"null" not in recorder.last.content


def test_a_query_leaves_none_out_too() -> None:
    recorder = Recorder()
    recorder.client().user.inbox.page("u", status=None, tags=[], source=None, limit=None)
    assert recorder.last.url.query == b"source=default&external_id=u&channel=inbox"


DATA = {
    "camelCase": 1,
    "snake_case": {"innerCamel": [1, {"UPPER-kebab": None}]},
    "zulu": "first",
    "alpha": "then",
    "": "an empty key",
    "ключ": 'значение 🎉 \u2028 "quoted" \\ \x7f\t\n',
    "big": 123456789012345678901234567890,
    "negative": -0.0,
    "tiny": 5e-324,
    "yes": True,
    "none": None,
    "empty": [{}, [], ""],
}  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.user.upsert("u", data=DATA),
        lambda c: c.organization.upsert("o", data=DATA),
        lambda c: c.organization.add_user("o", "u", data=DATA),
        lambda c: c.user.events.post(Event("e", "u", data=DATA)),
        lambda c: c.user.events.post(Event("e", match=DATA)),
        lambda c: c.organization.events.post({"name": "e", "match": DATA}),
        lambda c: c.user.schedule.upsert("s", "u", interval="1 day", data=DATA),
        lambda c: c.user.inbox.send(Message("m", "u", content=DATA)),
        lambda c: c.user.inbox.send(Message("m", "u", data=DATA)),
        lambda c: c.user.devices.register("u", "d", os="ios", token="t", data=DATA),
        lambda c: c.user.upsert(ExternalID("u", metadata=DATA)),
    ],
)
@pytest.mark.filterwarnings("ignore::lunogram.LunogramWarning")  # "big" is more than a double
def test_data_goes_out_exactly_as_given(call: Callable[[Any], Any]) -> None:
    recorder = Recorder()
    call(recorder.client())
    # The text itself: the same keys in the same order, and numbers to the last digit.
    as_given = json.dumps(DATA, ensure_ascii=False, separators=(",", ":")).encode()
    assert as_given in recorder.last.content


def test_given_data_is_not_kept_nor_changed() -> None:
    data: dict[str, Any] = {"at": MOMENT, "list": [1]}
    Recorder().client().user.upsert("u", data=data)
    assert data == {"at": MOMENT, "list": [1]}


def test_data_comes_back_exactly_as_stored() -> None:
    user = Recorder(always({**USER, "data": DATA})).client().user.upsert("u")
    assert json.dumps(user.data) == json.dumps(DATA)


def test_a_project_id_is_escaped() -> None:
    recorder = Recorder(always({"public_key": "k"}))
    recorder.client(project_id="a/../b?c").push.vapid_public_key()
    assert recorder.last.url.raw_path == b"/api/client/projects/a%2F..%2Fb%3Fc/push/vapid"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
objects = st.dictionaries(texts, st.none() | st.integers() | texts | st.lists(st.booleans()))
names = (
    texts
    | st.uuids()
    | st.tuples(texts, texts)
    | st.builds(ExternalID, texts, texts | st.none(), metadata=objects | st.none())
    | st.fixed_dictionaries({"external_id": texts}, optional={"source": texts, "metadata": objects})
)
events = st.builds(Event, texts, names | st.lists(names, min_size=1), data=objects | st.none())
matches = st.builds(Event, texts, match=objects, data=objects | st.none())


@pytest.mark.parametrize(
    ("resource", "endpoint", "model"),
    [
        (calls.USER, post_user_events, api.UserEvent),
        (calls.ORGANIZATION, post_organization_events, api.OrganizationEvent),
    ],
)
@given(given=st.lists(events | matches, min_size=1, max_size=3))
@pytest.mark.slow
def test_events_go_out_as_the_generated_models_have_them(
    resource: calls.Resource, endpoint: Any, model: Any, given: list[Event]
) -> None:
    body = [
        model(
            name=event.name,
            data=event.data or {},
            identifier=request_bodies.optional(
                request_bodies.identifiers, event.identifier, "identifier"
            ),
            match=UNSET if event.match is None else event.match,
        )
        for event in given
    ]
    assert calls.post_events(resource, given) == calls.call_of(endpoint._get_kwargs(body=body))
