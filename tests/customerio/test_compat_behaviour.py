"""The behaviour that Customer.io's own Python client is known by, of `compat` towards Customer.io.

Each kind of behaviour that its own tests cover has a test here: identify, track, backfill, page
views, devices, suppression, merges, batches, sends, attachments, retries, errors, URLs, sanitizing.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

import lunogram.customerio.compat.api as compat_api
import lunogram.customerio.compat.client_base as compat_base
import lunogram.customerio.compat.regions as compat_regions
import lunogram.customerio.compat.track as compat_track
from lunogram import ConfigurationError, Lunogram, LunogramError, ValidationError
from lunogram.customerio import Bridge, UnsupportedError
from lunogram.customerio import SendEmailRequest as OurEmail
from lunogram.customerio.compat import (
    APIClient,
    CustomerIO,
    CustomerIOException,
    Regions,
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)
from lunogram.customerio.compat.constants import CIOID, EMAIL, ID
from tests.customerio._sync.clients import client_of
from tests.support import faults
from tests.support.faults import Response, json_answer
from tests.support.faulty_server import FaultyServer

SECONDS = 1767249000
NOON = datetime.fromtimestamp(SECONDS, UTC)
NAIVE = NOON.replace(tzinfo=None)
ABROAD = NOON.astimezone(timezone(timedelta(hours=5)))
ODD: Any = []
NOTHING: Any = None
PERSON = "/track/api/v1/customers/1"
WHO = {"id": "5"}
Act = Callable[[CustomerIO], Any]
Send = Callable[[APIClient], Any]


@pytest.fixture
def cio(server: FaultyServer) -> Iterator[CustomerIO]:
    with client_of(server) as client:
        yield CustomerIO(to=client)


@pytest.fixture
def api(server: FaultyServer) -> Iterator[APIClient]:
    with client_of(server) as client:
        yield APIClient(to=client)


@attrs.frozen
class Sent:
    """A call, and its request."""

    label: str
    act: Act
    method: str
    target: str
    body: Any = None


def event(label: str, act: Act, **body: Any) -> Sent:
    return Sent(label, act, "POST", f"{PERSON}/events", {"data": {}, **body})


def anonymous(label: str, act: Act, **body: Any) -> Sent:
    return Sent(label, act, "POST", "/track/api/v1/events", {"data": {}, **body})


def device(label: str, act: Act, **body: Any) -> Sent:
    return Sent(label, act, "PUT", f"{PERSON}/devices", {"device": body})


OPERATIONS = [
    {"type": "person", "action": "identify", "identifiers": {"id": "1"}, "attributes": {"a": 1}},
    {"type": "person", "action": "event", "identifiers": {"id": "1"}, "name": "purchase"},
]

SENT = [
    Sent("identify", lambda c: c.identify(id=1, name="john", email="john@test.com"),
         "PUT", PERSON, {"name": "john", "email": "john@test.com"}),
    Sent("identify, no attributes", lambda c: c.identify(1), "PUT", PERSON, {}),
    event("track", lambda c: c.track(customer_id=1, name="sign_up", data={"a": 1}),
          name="sign_up", data={"a": 1}),
    event("track, keywords of 2.x", lambda c: c.track(1, "sign_up", a=1),
          name="sign_up", data={"a": 1}),
    event("track, id", lambda c: c.track(1, "e", id="01HB4H"), name="e", id="01HB4H"),
    event("track, no id", lambda c: c.track(1, "e"), name="e"),
    event("track, timestamp", lambda c: c.track(1, "e", timestamp=SECONDS),
          name="e", timestamp=SECONDS),
    event("track, datetime", lambda c: c.track(1, "e", timestamp=NOON),
          name="e", timestamp=SECONDS),
    event("track, datetime without a zone", lambda c: c.track(1, "e", timestamp=NAIVE),
          name="e", timestamp=SECONDS),
    event("track, id and timestamp", lambda c: c.track(1, "e", {}, "01HB4H", SECONDS),
          name="e", id="01HB4H", timestamp=SECONDS),
    event("track, timestamp as text", lambda c: c.track(1, "e", timestamp=str(SECONDS)),
          name="e", timestamp=SECONDS),
    event("track, invalid timestamp", lambda c: c.track(1, "e", timestamp="soon"), name="e"),
    event("track, timestamp of another type", lambda c: c.track(1, "e", timestamp=ODD), name="e"),
    event("track, no data", lambda c: c.track(1, "e", data=None), name="e"),
    anonymous("track_anonymous", lambda c: c.track_anonymous("anon", "e", {"a": 1}),
              name="e", data={"a": 1}, anonymous_id="anon"),
    anonymous("track_anonymous, invite",
              lambda c: c.track_anonymous(None, "invite", {"recipient": "a@b.c"}),
              name="invite", data={"recipient": "a@b.c"}),
    anonymous("track_anonymous, nobody", lambda c: c.track_anonymous("", "e"), name="e"),
    anonymous("track_anonymous, id", lambda c: c.track_anonymous("anon", "e", id="01H"),
              name="e", anonymous_id="anon", id="01H"),
    anonymous("track_anonymous, timestamp",
              lambda c: c.track_anonymous("anon", "e", timestamp=NOON),
              name="e", anonymous_id="anon", timestamp=SECONDS),
    event("pageview", lambda c: c.pageview(customer_id=1, page="page_1", referer="search"),
          name="page_1", type="page", data={"referer": "search"}),
    event("backfill", lambda c: c.backfill(1, "e", SECONDS, a=1),
          name="e", data={"a": 1}, timestamp=SECONDS),
    event("backfill, text", lambda c: c.backfill(1, "e", str(SECONDS)),
          name="e", timestamp=SECONDS),
    event("backfill, datetime", lambda c: c.backfill(1, "e", ABROAD),
          name="e", timestamp=SECONDS),
    event("backfill, part of a second", lambda c: c.backfill(1, "e", SECONDS + 0.9),
          name="e", timestamp=SECONDS),
    Sent("delete", lambda c: c.delete(customer_id=1), "DELETE", PERSON),
    device("add_device", lambda c: c.add_device(1, "device_1", "ios"),
           id="device_1", platform="ios"),
    device("add_device, last_used",
           lambda c: c.add_device(1, "device_2", "android", last_used=1234567890),
           id="device_2", platform="android", last_used=1234567890),
    device("add_device, last_used as a datetime",
           lambda c: c.add_device(1, "device_2", "android", last_used=NAIVE),
           id="device_2", platform="android", last_used=SECONDS),
    device("add_device, attributes: nested, as the API documents them",
           lambda c: c.add_device(1, "device_3", "ios", app="2.4"),
           id="device_3", platform="ios", attributes={"app": "2.4"}),
    Sent("delete_device", lambda c: c.delete_device(1, "device_1"),
         "DELETE", f"{PERSON}/devices/device_1"),
    Sent("suppress", lambda c: c.suppress(customer_id=1), "POST", f"{PERSON}/suppress", {}),
    Sent("unsuppress", lambda c: c.unsuppress(customer_id=1), "POST", f"{PERSON}/unsuppress", {}),
    Sent("merge_customers", lambda c: c.merge_customers(ID, "CIO123", EMAIL, "person1@company.com"),
         "POST", "/track/api/v1/merge_customers",
         {"primary": {"id": "CIO123"}, "secondary": {"email": "person1@company.com"}}),
    Sent("merge_customers, cio_id", lambda c: c.merge_customers(CIOID, "CIO456", ID, "MyCustomId"),
         "POST", "/track/api/v1/merge_customers",
         {"primary": {"cio_id": "CIO456"}, "secondary": {"id": "MyCustomId"}}),
    Sent("batch", lambda c: c.batch(OPERATIONS), "POST", "/track/api/v2/batch",
         {"batch": OPERATIONS}),
    Sent("ids are encoded: slash", lambda c: c.identify(id="1/"),
         "PUT", "/track/api/v1/customers/1%2F", {}),
    Sent("ids are encoded: space", lambda c: c.track("1 ", "test"),
         "POST", "/track/api/v1/customers/1%20/events", {"name": "test", "data": {}}),
    Sent("ids are encoded: device", lambda c: c.delete_device("1/", "2 "),
         "DELETE", "/track/api/v1/customers/1%2F/devices/2%20"),
    Sent("sanitizing: datetimes", lambda c: c.identify(1, a=NOON, b=NAIVE, c=ABROAD),
         "PUT", PERSON, {"a": SECONDS, "b": SECONDS, "c": SECONDS}),
    Sent("sanitizing: NaN", lambda c: c.identify(1, a=float("nan")), "PUT", PERSON, {"a": None}),
    event("sanitizing: at any depth",
          lambda c: c.track(1, "e", {"a": {"b": [NAIVE, {"c": float("nan")}]}}),
          name="e", data={"a": {"b": [SECONDS, {"c": None}]}}),
]  # fmt: skip


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.label)
def test_a_call_sends_what_customerio_s_client_sends(
    sent: Sent, cio: CustomerIO, server: FaultyServer
) -> None:
    response = sent.act(cio)
    seen = server.request
    assert (seen.method, seen.target) == (sent.method, sent.target)
    assert (json.loads(seen.body) if seen.body else None) == sent.body
    assert seen.headers["authorization"].startswith("Basic ")
    assert (response.status_code, response.ok, response.text, response.json()) == (
        200, True, "{}", {},
    )  # fmt: skip
    response.raise_for_status()


MISUSE: dict[str, Act] = {
    "batch, empty": lambda c: c.batch([]),
    "backfill, invalid timestamp": lambda c: c.backfill(1, "e", "yesterday"),
    "add_device, no platform": lambda c: c.add_device(1, "d", NOTHING),
    "merge, primary type": lambda c: c.merge_customers("name", "a", ID, "b"),
    "merge, secondary type": lambda c: c.merge_customers(ID, "a", "x", "b"),
    "track, no name": lambda c: c.track(1, ""),
}


@pytest.mark.parametrize("label", MISUSE)
def test_misuse_raises_before_anything_is_sent(
    label: str, cio: CustomerIO, server: FaultyServer
) -> None:
    with pytest.raises(CustomerIOException):
        MISUSE[label](cio)
    assert server.attempts == 0


@pytest.mark.parametrize(
    "name",
    ["identify", "track", "track_anonymous", "pageview", "backfill", "delete", "add_device",
     "delete_device", "suppress", "unsuppress", "merge_customers", "batch"],
)  # fmt: skip
def test_missing_arguments_are_a_type_error(name: str, cio: CustomerIO) -> None:
    with pytest.raises(TypeError):
        getattr(cio, name)(random_attr="some_value")


# -- messages -------------------------------------------------------------------------------------

COMMON: dict[str, Any] = {
    "transactional_message_id": 3, "identifiers": WHO, "message_data": {"name": "Ada"},
    "disable_message_retention": True, "queue_draft": False, "send_at": SECONDS, "language": "nl",
}  # fmt: skip
TO: dict[str, Any] = {"to": "a@b.c", "send_to_unsubscribed": True}
EMAIL_FIELDS: dict[str, Any] = {
    **COMMON, **TO, "headers": {"X-A": "1"}, "reply_to": "r@b.c", "cc": "c@b.c", "bcc": "d@b.c",
    "subject": "s", "preheader": "p", "body": "b", "body_plain": "bp", "body_amp": "ba",
    "fake_bcc": True, "tracked": False, "attachments": {"a.txt": "QQ=="},
    "disable_css_preprocessing": True,
}  # fmt: skip
PUSH_FIELDS: dict[str, Any] = {
    **COMMON, **TO, "title": "t", "message": "m", "image_url": "https://i", "link": "https://l",
    "sound": "default", "custom_data": {"a": 1}, "custom_payload": {"ios": {}},
}  # fmt: skip
DEVICE = {"token": "tok", "platform": "ios", "last_used": SECONDS, "attributes": {"a": "1"}}

MESSAGES: dict[str, tuple[Send, str, dict[str, Any]]] = {
    "email": (
        lambda c: c.send_email(SendEmailRequest(_from="f@b.c", **EMAIL_FIELDS)),
        "email", {**EMAIL_FIELDS, "from": "f@b.c"},
    ),
    "email, positional": (
        lambda c: c.send_email(SendEmailRequest(3, "a@b.c", WHO, "f@b.c", {"X-A": "1"})),
        "email",
        {"transactional_message_id": 3, "to": "a@b.c", "identifiers": WHO, "from": "f@b.c",
         "headers": {"X-A": "1"}},
    ),
    "email, as a mapping": (
        lambda c: c.send_email({"to": "a@b.c", "identifiers": WHO, "transactional_message_id": 3,
                                "from": "f@b.c"}),
        "email",
        {"to": "a@b.c", "identifiers": WHO, "transactional_message_id": 3, "from": "f@b.c"},
    ),
    "push": (
        lambda c: c.send_push(SendPushRequest(device=DEVICE, **PUSH_FIELDS)),
        "push", {**PUSH_FIELDS, "custom_device": DEVICE},
    ),
    "push, a device with attributes beside its fields": (
        lambda c: c.send_push({"identifiers": WHO, "custom_device": {
            "id": "tok", "platform": "ios", "a": "1", "last_used": NAIVE}}),
        "push", {"identifiers": WHO, "custom_device": DEVICE},
    ),
    "sms": (lambda c: c.send_sms(SendSMSRequest(**COMMON, **TO)), "sms", {**COMMON, **TO}),
    "inbox message": (
        lambda c: c.send_inbox_message(SendInboxMessageRequest(**COMMON)), "inbox_message", COMMON,
    ),
    "in-app": (lambda c: c.send_in_app(SendInAppRequest(**COMMON)), "in_app", COMMON),
    "whatsapp": (
        lambda c: c.send_whatsapp(SendWhatsAppRequest(**COMMON, **TO, tracked=True)),
        "whatsapp", {**COMMON, **TO, "tracked": True},
    ),
    "sanitizing": (
        lambda c: c.send_in_app(SendInAppRequest(
            identifiers=WHO, send_at=NAIVE, message_data={"a": [NAIVE, float("nan")]})),
        "in_app", {"identifiers": WHO, "send_at": SECONDS, "message_data": {"a": [SECONDS, None]}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("label", MESSAGES)
def test_a_message_sends_what_customerio_s_client_sends(
    label: str, api: APIClient, server: FaultyServer
) -> None:
    send, path, body = MESSAGES[label]
    assert send(api) == {"delivery_id": "dgOq6QwFAAF6A==", "queued_at": 1767225600}
    seen = server.request
    assert (seen.method, seen.target) == ("POST", f"/app/v1/send/{path}")
    assert json.loads(seen.body) == body
    assert seen.headers["authorization"] == "Bearer app_c0ffee"


def test_a_delivery_is_the_json_of_customerio(api: APIClient, server: FaultyServer) -> None:
    server.plan(json_answer({"delivery_id": "d"}), json_answer({"delivery_id": "d", "more": [1]}))
    request = SendInAppRequest(identifiers=WHO)
    assert api.send_in_app(request) == {"delivery_id": "d"}
    assert api.send_in_app(request) == {"delivery_id": "d", "more": [1]}


@pytest.mark.parametrize(
    ("content", "encode", "kept"),
    [(b"\xff", True, b"\xff"), ("naïve", True, "naïve".encode()), ("aGk=", False, b"hi")],
)
def test_files_are_attached(content: Any, encode: Any, kept: bytes) -> None:
    request = SendEmailRequest(transactional_message_id=3, to="a@b.c", identifiers=WHO)
    request.attach("a.txt", content, encode)
    assert request.attachments is not None
    assert b64decode(request.attachments["a.txt"]) == kept
    with pytest.raises(CustomerIOException, match="attached already"):
        request.attach("a.txt", b"other")


def test_a_request_is_changed_by_its_attributes(api: APIClient, server: FaultyServer) -> None:
    request = SendEmailRequest(transactional_message_id=3, identifiers=WHO)
    request.to = "a@b.c"
    request._from = "f@b.c"
    api.send_email(request)
    assert json.loads(server.request.body)["from"] == "f@b.c"
    assert "a@b.c" not in repr(request)


@pytest.mark.parametrize(
    ("send", "fault"),
    [
        (lambda c: c.send_email(SendEmailRequest(3, "a@b.c")), "identifiers: is missing"),
        (lambda c: c.send_email({"identifiers": WHO, "recipient": "a"}), "no field recipient"),
        (lambda c: c.send_sms([]), "request: must be SendSMSRequest(…) or a mapping"),
        (lambda c: c.send_sms(SendEmailRequest(identifiers=WHO, body="b")), "no field body"),
        (lambda c: c.send_push({"identifiers": WHO, "custom_device": "tok"}), "custom_device"),
        (lambda c: c.send_push({"identifiers": WHO, "custom_device": {"token": "t"}}), "platform"),
    ],
)  # fmt: skip
def test_an_invalid_message_is_named(
    send: Send, fault: str, api: APIClient, server: FaultyServer
) -> None:
    with pytest.raises(ValidationError) as caught:
        send(api)
    assert fault in str(caught.value)
    assert server.attempts == 0


# -- clients --------------------------------------------------------------------------------------


def test_modules_have_the_names_of_customerio_s_package() -> None:
    assert compat_api.APIClient is APIClient
    assert compat_api.SendEmailRequest is SendEmailRequest
    assert compat_base.CustomerIOException is CustomerIOException is LunogramError
    assert compat_regions.Regions is Regions
    assert compat_track.CustomerIO is CustomerIO
    assert (ID, EMAIL, CIOID) == ("id", "email", "cio_id")


def test_regions_have_their_hosts() -> None:
    assert Regions.US == ("us", "track.customer.io", "api.customer.io")
    assert Regions.EU.track_host == "track-eu.customer.io"
    with APIClient("a-key") as us, APIClient("a-key", region=Regions.EU) as eu:
        assert "app_url='https://api.customer.io'" in repr(us)
        assert "app_url='https://api-eu.customer.io'" in repr(eu)
        assert "a-key" not in repr(us)


@pytest.mark.parametrize("client", [CustomerIO, APIClient])
def test_an_invalid_region_is_rejected(client: Any) -> None:
    with pytest.raises(CustomerIOException, match=r"Regions\.US or Regions\.EU"):
        client("a-site-id", "a-key", region="au")


def test_a_key_is_needed() -> None:
    with pytest.raises(ConfigurationError, match="app_api_key"):
        APIClient()


def test_an_own_url_may_be_plain(server: FaultyServer) -> None:
    url = f"{server.base_url.removesuffix('/api')}/app"
    with APIClient("a-key", url, Regions.US, 3, 10, 0.02, use_connection_pooling=True) as client:
        client.send_in_app(SendInAppRequest(identifiers=WHO))
        client.send_in_app(SendInAppRequest(identifiers=WHO))
    assert [seen.target for seen in server.requests] == ["/app/v1/send/in_app"] * 2
    assert server.requests[0].headers["authorization"] == "Bearer a-key"
    assert len(server.connections) == 1  # it is reused


def test_closing_is_idempotent_and_needs_no_use(server: FaultyServer) -> None:
    url = f"{server.base_url.removesuffix('/api')}/app"
    client = APIClient("a-key", url)
    client.close()
    client.close()
    with pytest.raises(CustomerIOException, match="closed"):
        client.send_in_app(SendInAppRequest(identifiers=WHO))


def test_a_busy_server_is_asked_again(server: FaultyServer) -> None:
    server.plan(Response(503), Response(429), json_answer({}))
    with client_of(server, max_retries=3) as client:
        assert CustomerIO(to=client).identify("1").status_code == 200
    assert server.attempts == 3


def test_a_message_that_may_be_out_is_not_sent_again(server: FaultyServer) -> None:
    url = f"{server.base_url.removesuffix('/api')}/app"
    server.plan(Response(504))
    with APIClient("a-key", url) as client, pytest.raises(CustomerIOException):
        client.send_in_app(SendInAppRequest(identifiers=WHO))
    assert server.attempts == 1


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_other_statuses_are_errors_at_once(server: FaultyServer, status: int) -> None:
    server.plan(json_answer({"meta": {"error": "no"}}, status))
    with client_of(server, max_retries=3) as client, pytest.raises(CustomerIOException) as caught:
        CustomerIO(to=client).track("ada@example.com", "e")
    assert server.attempts == 1
    assert f"{status} " in str(caught.value)
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_success(server: FaultyServer, cio: CustomerIO, status: int) -> None:
    server.plan(faults.empty(status))
    assert cio.identify("1").ok


def test_no_response_is_an_error_of_the_same_class(server: FaultyServer) -> None:
    server.plan(faults.closed())
    with client_of(server) as client, pytest.raises(CustomerIOException):
        CustomerIO(to=client).identify("1")


def test_lunogram_has_no_counterpart_for_messages() -> None:
    with Lunogram("sk_x", base_url="http://127.0.0.1:9/api") as client:
        request = SendInAppRequest(identifiers=WHO)
        with pytest.raises(UnsupportedError):
            APIClient(to=Bridge(client)).send_in_app(request)
        lenient = Bridge(client, unsupported="collect")
        assert APIClient(to=lenient).send_in_app(request) == {}
        assert [each.name for each in lenient.collected] == ["send_in_app"]


def test_every_field_of_ours_is_reachable() -> None:
    ours = {field.name for field in attrs.fields(OurEmail)}
    theirs = set(SendEmailRequest(**{**EMAIL_FIELDS, "_from": "f"})._to_dict())
    older = {"plaintext_body", "amp_body"}
    assert {name.removesuffix("_") for name in ours - older} == theirs
