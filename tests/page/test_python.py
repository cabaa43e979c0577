"""The Python that would send a call: executed, it sends the same."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from typing import Any

import pytest

from lunogram import Event, ExternalID, Lunogram, LunogramError, Message
from lunogram.sandbox.app import API
from lunogram.sandbox.page.python import in_python
from lunogram.sandbox.path_families import below_family
from lunogram.sandbox.request_log import Call
from tests.page.project import PageProject

ID = "11111111-2222-4333-8444-555555555555"
OTHER = "66666666-2222-4333-8444-555555555555"

WEB = {"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}

SENT = [
    'client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})',
    'client.user.upsert(["a", ("stripe", "cus_1")], phone="+31612345678", locale="nl-NL")',
    'client.user.upsert(ExternalID("a", metadata={"from": "crm"}), timezone="Europe/Paris")',
    'client.user.upsert(ExternalID("a", source="crm", metadata={"x": None}), data={})',
    'client.user.delete("user_123")',
    'client.user.events.post(Event("order.completed", "user_123", data={"total": 99.99}))',
    'client.user.events.post([Event("a", "ada"), Event("b", match={"plan": "pro"})])',
    'client.user.schedule.upsert("trial.end", "u", scheduled_at="2130-01-01T00:00:00Z")',
    f'client.user.schedule.upsert("d", "u", interval="7 days", data={{"n": 1}}, id="{ID}")',
    'client.user.schedule.delete("trial.end", ("stripe", "cus_1"))',
    f'client.user.schedule.delete(identifier="u", id="{ID}")',
    'client.user.devices.register("ada", "phone", os="ios", token="t", os_version="26.1")',
    f'client.user.devices.register("ada", "web", os="web", subscription={WEB!r})',
    'client.user.inbox.send(Message("m_1", "ada", content={"title": "Hello"}))',
    'client.user.inbox.send([Message("m_1", ["a", ("s", "b")], priority=1), Message("m_2", "b")])',
    'client.user.inbox.send(Message("m", "a", channel="push", tags=["x", "y"], source="campaign"))',
    'client.user.inbox.send(Message("m", "a", data={}, expires_at="2130-01-01T00:00:00Z"))',
    'client.user.inbox.page("ada")',
    'client.user.inbox.page(("stripe", "c"), channel="email", status="unread", tags=["a", "b"])',
    'client.user.inbox.page("a", source="shop", priority=2, limit=5, offset=10)',
    'client.user.inbox.count("ada", channel="sms")',
    f'client.user.inbox.mark_read("ada", "{ID}")',
    f'client.user.inbox.mark_archived("ada", ["{ID}", "{OTHER}"])',
    'client.organization.upsert("acme", name="\\"Ltd\\" \'é\' \\\\ \\n", data={"n": [1, 2.5]})',
    'client.organization.delete(["acme", ("crm", "1")])',
    'client.organization.add_user("acme", ("stripe", "cus_1"), data={"role": "owner"})',
    'client.organization.remove_user("acme", "ada")',
    'client.organization.events.post(Event("renewed", "acme", data={"deep": {"er": [True]}}))',
    'client.organization.schedule.upsert("x", "a", interval="P1M", start_at="2030-01-31T00:00Z")',
    'client.organization.schedule.delete("x", "acme")',
    'client.organization.inbox.send(Message(("crm", "m"), "acme"))',
    'client.organization.inbox.page("acme", limit=3)',
    'client.organization.inbox.count("acme")',
    f'client.organization.inbox.mark_read("acme", "{ID}")',
    f'client.organization.inbox.mark_archived("acme", "{ID}")',
    "client.push.vapid_public_key()",
    f'client.sessions.create("{ID}", "user_123")',
]


def execute(shop: PageProject, code: str) -> Any:
    """Run a line with a client of the project; return the call that was recorded of it."""
    url = f"{shop.url}/api"
    with Lunogram(shop.key, base_url=url, project_id=shop.id, max_retries=0) as client:
        known = {"client": client, "Event": Event, "ExternalID": ExternalID, "Message": Message}
        # Deleting what does not exist fails; the call was sent all the same.
        with suppress(LunogramError):
            exec(code, known)
    return shop.last_call()


@pytest.mark.parametrize("code", SENT)
def test_what_is_written_sends_the_same(shop: PageProject, code: str) -> None:
    sent = execute(shop, code)
    ast.parse(sent["python"])
    again = execute(shop, sent["python"])
    assert again["number"] > sent["number"]
    for part in ("method", "path", "query", "request"):
        assert again[part] == sent[part], sent["python"]


def test_all_operations_are_written(shop: PageProject) -> None:
    for code in SENT:
        execute(shop, code)
    calls = shop.ask("calls")["results"]
    known = {(call["method"], below_family(call["path"])) for call in calls}
    expected = {(method, path) for path, methods in API.items() for method in methods}
    path = "/auth-methods/{auth_method_id}/sessions"
    assert known == expected - {("POST", path)} | {("POST", path.format(auth_method_id=ID))}
    assert len(known) == 25


def test_identifiers_are_written_in_their_shortest_form(shop: PageProject) -> None:
    sent = execute(shop, SENT[0])
    assert sent["python"] == SENT[0]
    batch = execute(shop, SENT[6])["python"].splitlines()
    assert batch == [
        "from lunogram import Event",
        "",
        'client.user.events.post([Event("a", "ada"), Event("b", match={"plan": "pro"})])',
    ]


def test_an_id_that_the_client_derives_is_not_written(shop: PageProject) -> None:
    code = 'client.user.schedule.upsert("d", ["u", ("stripe", "cus_1")], interval="7 days")'
    sent = execute(shop, code)
    assert "id" in json.loads(sent["request"])
    assert sent["python"] == code


def test_what_does_not_fit_goes_on_lines(shop: PageProject) -> None:
    data = {"note": "x" * 50, "items": [{"sku": "moon-lamp", "count": 2}] * 2}
    shop.user("ada", data=data)
    assert shop.last_call()["python"].splitlines() == [
        "client.user.upsert(",
        '    "ada",',
        "    data={",
        f'        "note": "{"x" * 50}",',
        '        "items": [',
        '            {"sku": "moon-lamp", "count": 2},',
        '            {"sku": "moon-lamp", "count": 2},',
        "        ],",
        "    },",
        ")",
    ]


def test_other_programs_write_otherwise(shop: PageProject) -> None:
    """Several forms of a body are written as one."""
    body = [{"name": "a", "identifier": [{"external_id": "u", "source": "", "metadata": None}]}]
    shop.send("POST", "/users/events", [body[0] | {"data": {}, "match": None, "other": 1}])
    assert shop.last_call()["python"].endswith('client.user.events.post(Event("a", "u"))')
    mark = {"message_id": ID, "target": [{"external_id": "u"}]}
    other = mark | {"target": [{"external_id": "v"}]}
    shop.send("POST", "/users/inbox/read", [mark, mark, other])
    assert shop.last_call()["python"].count("client.user.inbox.mark_read(") == 2
    older = shop.of_the_documents()
    older.user("ada")
    assert shop.last_call()["python"] == 'client.user.upsert("ada")'


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "3",
        "null",
        '{"identifier": "ada"}',
        '{"identifier": [3]}',
        '{"identifier": []}',
        '{"identifier": [{"external_id": 3}]}',
        "[" * 15_000,
    ],
)
@pytest.mark.parametrize("path", ["/users", "/users/events", "/organizations/users"])
def test_what_cannot_be_written_is_a_comment(body: str, path: str) -> None:
    call = recorded("POST", path, body)
    assert in_python(call).startswith("# ")
    ast.parse(in_python(call))


def test_a_body_that_was_cut_is_said_to_be() -> None:
    call = recorded("POST", "/users", json.dumps({"identifier": [{"external_id": "x" * 20_000}]}))
    assert "longer than" in in_python(call)


@pytest.mark.parametrize(
    "text", ["'", '"', "'\"", "\\", "\n\t\x7f\u2028", "é🌙", "\\'", '\\"', "{x}"]
)
def test_any_text_is_written(shop: PageProject, text: str) -> None:
    data = {text: text, "more": [text]}
    shop.user("ada", data=data)
    code = shop.last_call()["python"]
    call = ast.parse(code).body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.keywords[0].value) == data
    assert execute(shop, code)["status"] == 200


def recorded(method: str, path: str, body: str) -> Call:
    return Call(
        at="",
        method=method,
        path=f"/api/client{path}",
        query="",
        request=body,
        request_bytes=len(body),
        status=200,
        response="",
        response_bytes=0,
        milliseconds=1,
    )
