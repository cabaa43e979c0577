"""What every call of Customer.io sends, as data: from its clients' own documents, and the facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import attrs

from lunogram.customerio import (
    Device,
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)
from tests.support.faults import Depending, json_answer

MOMENT = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
SECONDS = 1767249000
PERSON = "/api/v1/customers/5"
WHO = {"id": "example1"}
DELIVERY = {"delivery_id": "dgOq6QwFAAF6A==", "queued_at": 1767225600}
REGION = {"url": "track.customer.io", "data_center": "us", "environment_id": 90210}
DATA = {
    "name": "Person",
    "items": {"name": "shoes", "price": "59.99"},
    "products": [],
}


def right() -> Depending:
    """What Customer.io responds with when all is well, whatever it is asked."""
    return Depending(lambda seen: json_answer(answer_to(seen.target)))


def answer_to(target: str) -> dict[str, Any]:
    """The JSON that goes with a success.

    Args:
        target: The path, or the URL.
    """
    if "/v1/send/" in target:
        return DELIVERY
    if "/v1/campaigns/" in target:
        return {"id": 4}
    if "/v1/api/collections" in target:
        return {"collection": {"id": 1, "name": "products"}}
    return REGION if target.endswith("/region") else {}


@attrs.frozen
class Operation:
    """One way to call, and what has to go out.

    Attributes:
        api: ``"track"``, ``"app"`` or ``"collections"``.
    """

    label: str
    call: Callable[[Any], Any]
    api: str
    method: str
    target: str
    body: Any = None


def track(
    label: str, call: Callable[[Any], Any], method: str, target: str, body: Any = None
) -> Operation:
    """A call of the Track API."""
    return Operation(label, call, "track", method, target, body)


def sent(label: str, call: Callable[[Any], Any], path: str, body: Any) -> Operation:
    """A message."""
    return Operation(label, call, "app", "POST", f"/v1/send/{path}", body)


def event(label: str, call: Callable[[Any], Any], body: Any) -> Operation:
    """An event of person 5."""
    return track(label, call, "POST", f"{PERSON}/events", body)


def broadcast(label: str, call: Callable[[Any], Any], body: Any) -> Operation:
    """A trigger of broadcast 12."""
    return Operation(label, call, "app", "POST", "/v1/campaigns/12/triggers", body)


def collection(label: str, call: Callable[[Any], Any], body: Any) -> Operation:
    """A new collection."""
    return Operation(label, call, "collections", "POST", "/v1/api/collections", body)


def identified(customer_id: Any, encoded: str) -> Operation:
    """A person whose id is odd."""
    return track(
        f"identify {customer_id!r}",
        lambda c: c.identify(customer_id, {"a": 1}),
        "PUT",
        f"/api/v1/customers/{encoded}",
        {"a": 1},
    )


def invited(nobody: str | None) -> Operation:
    """An invitation."""
    data = {"recipient": "alex.person@example.com"}
    return track(
        f"track_anonymous, {nobody!r}",
        lambda c: c.track_anonymous(nobody, "invite", data, id="e1", timestamp=MOMENT),
        "POST",
        "/api/v1/events",
        {"name": "invite", "data": data, "id": "e1", "timestamp": SECONDS},
    )


def attached() -> SendEmailRequest:
    """An email with a file."""
    request = SendEmailRequest(transactional_message_id="3", to="a@b.c", identifiers=WHO)
    request.attach("receipt.pdf", b"%PDF-1.7\xff")
    return request


PEOPLE = [
    track("identify", lambda c: c.identify("5", {
              "email": "lucy@example.com", "created_at": MOMENT, "first_name": "Lucy",
              "plan": "basic"}),
          "PUT", PERSON,
          {"email": "lucy@example.com", "created_at": SECONDS, "first_name": "Lucy",
           "plan": "basic"}),
    track("identify by email", lambda c: c.identify("bob@example.com", {"anonymous_id": "anon"}),
          "PUT", "/api/v1/customers/bob%40example.com", {"anonymous_id": "anon"}),
    track("identify, moments within", lambda c: c.identify(
              "5", {"trial": {"ends": [MOMENT, MOMENT.astimezone(UTC)]}, "seen": SECONDS}),
          "PUT", PERSON, {"trial": {"ends": [SECONDS, SECONDS]}, "seen": SECONDS}),
    track("identify, no attributes", lambda c: c.identify("5"), "PUT", PERSON, {}),
    track("identify, empty attributes", lambda c: c.identify("5", {}), "PUT", PERSON, {}),
    identified(5, "5"),
    identified(UUID(int=5), "00000000-0000-0000-0000-000000000005"),
    identified("a/b", "a%2Fb"),
    identified(".", "%2E"),
    identified("..", "%2E%2E"),
    identified("a b", "a%20b"),
    identified("%2F?x=1#y&z;w", "%252F%3Fx%3D1%23y%26z%3Bw"),
    identified("ключ 🎉", "%D0%BA%D0%BB%D1%8E%D1%87%20%F0%9F%8E%89"),
    identified("../../segments", "..%2F..%2Fsegments"),
    track("delete", lambda c: c.delete("5"), "DELETE", PERSON),
    track("merge_customers",
          lambda c: c.merge_customers("email", "cool.person@company.com", "cio_id", "C123"),
          "POST", "/api/v1/merge_customers",
          {"primary": {"email": "cool.person@company.com"}, "secondary": {"cio_id": "C123"}}),
    track("add_device",
          lambda c: c.add_device("5", "messaging token", "android", {
              "last_used": MOMENT, "attribute_name": "attribute_value"}),
          "PUT", f"{PERSON}/devices",
          {"device": {"id": "messaging token", "platform": "android", "last_used": SECONDS,
                      "attributes": {"attribute_name": "attribute_value"}}}),
    track("add_device, flat",
          lambda c: c.add_device("5", "abcdefghijklmnopqrstuvwxyz", "ios", last_used=SECONDS),
          "PUT", f"{PERSON}/devices",
          {"device": {"id": "abcdefghijklmnopqrstuvwxyz", "platform": "ios",
                      "last_used": SECONDS}}),
    track("delete_device", lambda c: c.delete_device("5", "messaging-token"),
          "DELETE", f"{PERSON}/devices/messaging-token"),
    track("delete_device, odd", lambda c: c.delete_device("a/b", ".."),
          "DELETE", "/api/v1/customers/a%2Fb/devices/%2E%2E"),
    track("suppress", lambda c: c.suppress("5"), "POST", f"{PERSON}/suppress", {}),
    track("unsuppress", lambda c: c.unsuppress("5"), "POST", f"{PERSON}/unsuppress", {}),
    track("batch", lambda c: c.batch([{
              "type": "person", "action": "identify", "identifiers": {"id": "5"},
              "attributes": {"since": MOMENT}}]),
          "POST", "/api/v2/batch",
          {"batch": [{"type": "person", "action": "identify", "identifiers": {"id": "5"},
                      "attributes": {"since": SECONDS}}]}),
    track("add_to_segment", lambda c: c.add_to_segment(7, ["5", 6]),
          "POST", "/api/v1/segments/7/add_customers", {"ids": ["5", "6"]}),
    track("add_to_segment by email",
          lambda c: c.add_to_segment("7", ["a@b.c"], id_type="email"),
          "POST", "/api/v1/segments/7/add_customers?id_type=email", {"ids": ["a@b.c"]}),
    track("remove_from_segment",
          lambda c: c.remove_from_segment(7, ("C1",), id_type="cio_id"),
          "POST", "/api/v1/segments/7/remove_customers?id_type=cio_id", {"ids": ["C1"]}),
    track("region", lambda c: c.region(), "GET", "/api/v1/accounts/region"),
    track("ping", lambda c: c.ping(), "GET", "/auth"),
]  # fmt: skip

EVENTS = [
    event("track", lambda c: c.track("5", "purchase", {"type": "socks", "price": "13.99"}),
          {"name": "purchase", "data": {"type": "socks", "price": "13.99"}}),
    event("track, no data", lambda c: c.track("5", "purchase"), {"name": "purchase", "data": {}}),
    event("track, all",
          lambda c: c.track("5", "purchase", {"at": MOMENT}, id="01HB4H", timestamp=MOMENT,
                            type="event"),
          {"name": "purchase", "data": {"at": SECONDS}, "id": "01HB4H", "timestamp": SECONDS,
           "type": "event"}),
    event("track, seconds", lambda c: c.track("5", "purchase", timestamp=0),
          {"name": "purchase", "data": {}, "timestamp": 0}),
    event("pageview", lambda c: c.pageview("5", "https://example.com/", {"from": "ad"}),
          {"name": "https://example.com/", "data": {"from": "ad"}, "type": "page"}),
    event("screenview", lambda c: c.screenview("5", "Checkout", id="e1", timestamp=SECONDS),
          {"name": "Checkout", "data": {}, "type": "screen", "id": "e1", "timestamp": SECONDS}),
    track("track_anonymous",
          lambda c: c.track_anonymous("anonymous_id", "invite", {"source": "OldApp"}),
          "POST", "/api/v1/events",
          {"name": "invite", "data": {"source": "OldApp"}, "anonymous_id": "anonymous_id"}),
    invited(None),
    invited(""),
    track("track_anonymous, nobody",
          lambda c: c.track_anonymous(None, "test_event", {"field_name": "some_value"},
                                      timestamp=MOMENT),
          "POST", "/api/v1/events",
          {"name": "test_event", "data": {"field_name": "some_value"}, "timestamp": SECONDS}),
    track("track_anonymous, type",
          lambda c: c.track_anonymous("anon-1", "/pricing", {"a": 1}, type="page"),
          "POST", "/api/v1/events",
          {"name": "/pricing", "data": {"a": 1}, "anonymous_id": "anon-1", "type": "page"}),
]  # fmt: skip

MESSAGES = [
    sent("send_email",
         lambda c: c.send_email(SendEmailRequest(
             identifiers={"id": "customer_1"}, to="customer@example.com",
             from_="business@example.com", subject="hello, {{ trigger.name }}",
             body="hello from the Customer.io {{ trigger.client }} client",
             message_data={"client": "Go", "name": "gopher"})),
         "email",
         {"identifiers": {"id": "customer_1"}, "to": "customer@example.com",
          "from": "business@example.com", "subject": "hello, {{ trigger.name }}",
          "body": "hello from the Customer.io {{ trigger.client }} client",
          "message_data": {"client": "Go", "name": "gopher"}}),
    sent("send_email, template",
         lambda c: c.send_email(SendEmailRequest(
             to="person@example.com", transactional_message_id="3", message_data=DATA,
             identifiers=WHO)),
         "email",
         {"to": "person@example.com", "transactional_message_id": "3", "message_data": DATA,
          "identifiers": WHO}),
    sent("send_email, attached", lambda c: c.send_email(attached()), "email",
         {"transactional_message_id": "3", "to": "a@b.c", "identifiers": WHO,
          "attachments": {"receipt.pdf": "JVBERi0xLjf/"}}),
    sent("send_email, all",
         lambda c: c.send_email(SendEmailRequest(
             transactional_message_id=3, to="a@b.c", identifiers={"email": "a@b.c"},
             message_data={"at": MOMENT}, from_="d@e.f", reply_to="g@h.i", cc="j@k.l",
             bcc="m@n.o", fake_bcc=False, subject="", preheader="p", body="b", body_plain="bp",
             body_amp="ba", headers={"X-A": "1"}, tracked=True, queue_draft=False,
             disable_message_retention=True, send_to_unsubscribed=False,
             disable_css_preprocessing=True, send_at=MOMENT, language="nl")),
         "email",
         {"transactional_message_id": 3, "to": "a@b.c", "identifiers": {"email": "a@b.c"},
          "message_data": {"at": SECONDS}, "from": "d@e.f", "reply_to": "g@h.i", "cc": "j@k.l",
          "bcc": "m@n.o", "fake_bcc": False, "subject": "", "preheader": "p", "body": "b",
          "body_plain": "bp", "body_amp": "ba", "headers": {"X-A": "1"}, "tracked": True,
          "queue_draft": False, "disable_message_retention": True, "send_to_unsubscribed": False,
          "disable_css_preprocessing": True, "send_at": SECONDS, "language": "nl"}),
    sent("send_email, older names",
         lambda c: c.send_email(SendEmailRequest(
             transactional_message_id="3", to="a@b.c", identifiers=WHO, plaintext_body="p",
             amp_body="a")),
         "email",
         {"transactional_message_id": "3", "to": "a@b.c", "identifiers": WHO,
          "plaintext_body": "p", "amp_body": "a"}),
    sent("send_push",
         lambda c: c.send_push(SendPushRequest(
             transactional_message_id="3", message_data=DATA, identifiers=WHO,
             custom_device=Device("device-id", "android",
                                  attributes={"optional_attr": "value"}))),
         "push",
         {"transactional_message_id": "3", "message_data": DATA, "identifiers": WHO,
          "custom_device": {"token": "device-id", "platform": "android",
                            "attributes": {"optional_attr": "value"}}}),
    sent("send_push, all",
         lambda c: c.send_push(SendPushRequest(
             transactional_message_id=3, identifiers={"cio_id": "C1"}, to="last_used", title="t",
             message="m", image_url="https://i", link="https://l", sound="default",
             custom_data={"a": 1}, custom_payload={"ios": {}}, send_to_unsubscribed=True,
             custom_device=Device("d", "ios", last_used=MOMENT), send_at=SECONDS)),
         "push",
         {"transactional_message_id": 3, "identifiers": {"cio_id": "C1"}, "to": "last_used",
          "title": "t", "message": "m", "image_url": "https://i", "link": "https://l",
          "sound": "default", "custom_data": {"a": 1}, "custom_payload": {"ios": {}},
          "send_to_unsubscribed": True,
          "custom_device": {"token": "d", "platform": "ios", "last_used": SECONDS},
          "send_at": SECONDS}),
    sent("send_sms",
         lambda c: c.send_sms(SendSMSRequest(
             transactional_message_id="3", identifiers=WHO, from_="+1555", to="+31612345678",
             send_to_unsubscribed=False)),
         "sms",
         {"transactional_message_id": "3", "identifiers": WHO, "from": "+1555",
          "to": "+31612345678", "send_to_unsubscribed": False}),
    sent("send_inbox_message",
         lambda c: c.send_inbox_message(SendInboxMessageRequest(
             transactional_message_id="3", identifiers=WHO, message_data=DATA)),
         "inbox_message",
         {"transactional_message_id": "3", "identifiers": WHO, "message_data": DATA}),
    sent("send_in_app",
         lambda c: c.send_in_app(SendInAppRequest(
             transactional_message_id="3", identifiers=WHO, queue_draft=True, language="nl",
             disable_message_retention=False)),
         "in_app",
         {"transactional_message_id": "3", "identifiers": WHO, "queue_draft": True,
          "language": "nl", "disable_message_retention": False}),
    sent("send_whatsapp",
         lambda c: c.send_whatsapp(SendWhatsAppRequest(
             transactional_message_id="3", identifiers=WHO, to="+31612345678", tracked=True,
             send_to_unsubscribed=False, message_data=DATA, send_at=MOMENT)),
         "whatsapp",
         {"transactional_message_id": "3", "identifiers": WHO, "to": "+31612345678",
          "tracked": True, "send_to_unsubscribed": False, "message_data": DATA,
          "send_at": SECONDS}),
]  # fmt: skip

FLAGS = {"id_ignore_missing": True, "email_ignore_missing": False, "email_add_duplicates": True}
EMAIL_FLAGS = {"email_ignore_missing": False, "email_add_duplicates": True}
PER_USER = [{"id": "5", "data": {"at": MOMENT}}]
PER_USER_SENT = [{"id": "5", "data": {"at": SECONDS}}]

BROADCASTS_AND_COLLECTIONS = [
    broadcast("trigger_broadcast", lambda c: c.trigger_broadcast(12), {"data": {}}),
    broadcast("trigger_broadcast, segment",
              lambda c: c.trigger_broadcast(
                  12, {"headline": "News"}, recipients={"segment": {"id": 3}}, **FLAGS),
              {"data": {"headline": "News"}, "recipients": {"segment": {"id": 3}}}),
    broadcast("trigger_broadcast, ids",
              lambda c: c.trigger_broadcast("12", {}, ids=["5", 6], **FLAGS),
              {"data": {}, "ids": ["5", "6"], "id_ignore_missing": True}),
    broadcast("trigger_broadcast, emails",
              lambda c: c.trigger_broadcast(12, {}, emails=["a@b.c"], **FLAGS),
              {"data": {}, "emails": ["a@b.c"], **EMAIL_FLAGS}),
    broadcast("trigger_broadcast, per_user_data",
              lambda c: c.trigger_broadcast(12, {}, per_user_data=PER_USER, **FLAGS),
              {"data": {}, "per_user_data": PER_USER_SENT, **FLAGS}),
    broadcast("trigger_broadcast, data_file_url",
              lambda c: c.trigger_broadcast(12, {}, data_file_url="https://x/y", **FLAGS),
              {"data": {}, "data_file_url": "https://x/y", **FLAGS}),
    collection("create_collection",
               lambda c: c.create_collection("test_collection", [
                   {"item_name": "test_item_1", "id_field": 1, "timestamp_field": MOMENT}]),
               {"name": "test_collection",
                "data": [{"item_name": "test_item_1", "id_field": 1,
                          "timestamp_field": SECONDS}]}),
    collection("create_collection, url",
               lambda c: c.create_collection("test_collection", url="https://x/y.json"),
               {"name": "test_collection", "url": "https://x/y.json"}),
    Operation("update_collection", lambda c: c.update_collection("31", "empty", []),
              "collections", "PUT", "/v1/api/collections/31", {"name": "empty", "data": []}),
    Operation("update_collection, url",
              lambda c: c.update_collection(31, "products", url="https://x/y.json"),
              "collections", "PUT", "/v1/api/collections/31",
              {"name": "products", "url": "https://x/y.json"}),
]  # fmt: skip

OPERATIONS = [*PEOPLE, *EVENTS, *MESSAGES, *BROADCASTS_AND_COLLECTIONS]
