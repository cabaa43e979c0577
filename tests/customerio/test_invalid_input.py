"""What can't be right is refused before anything is sent, and the parameter is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from lunogram import ValidationError
from lunogram.customerio import (
    CustomerIO,
    Device,
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
    calls,
)
from tests.customerio._sync.clients import KEYS

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
WHO = {"id": "5"}
WEB: Any = "web"
Act = Callable[[Any], Any]


def email(**fields: Any) -> Act:
    """Send an email with a template, but for some fields."""
    whole = {"transactional_message_id": "3", "to": "a@b.c", "identifiers": WHO}
    return lambda c: c.send_email(SendEmailRequest(**{**whole, **fields}))


def plain_email(**fields: Any) -> Act:
    """Send an email without a template, but for some fields."""
    whole = {"to": "a@b.c", "from_": "d@e.f", "subject": "s", "body": "b", "identifiers": WHO}
    return lambda c: c.send_email(SendEmailRequest(**{**whole, **fields}))


def push(**fields: Any) -> Act:
    return lambda c: c.send_push(SendPushRequest(**{"identifiers": WHO, **fields}))


ABSENT: list[tuple[Act, str]] = [
    (lambda c: c.identify("", {"a": 1}), "customer_id"),
    (lambda c: c.delete(""), "customer_id"),
    (lambda c: c.track("", "purchase"), "customer_id"),
    (lambda c: c.track("5", ""), "name"),
    (lambda c: c.pageview("5", ""), "name"),
    (lambda c: c.screenview("", "Checkout"), "customer_id"),
    (lambda c: c.track_anonymous("anon", ""), "name"),
    (lambda c: c.add_device("", "d", "ios"), "customer_id"),
    (lambda c: c.add_device("5", "", "ios"), "device_id"),
    (lambda c: c.delete_device("", "d"), "customer_id"),
    (lambda c: c.delete_device("5", ""), "device_id"),
    (lambda c: c.suppress(""), "customer_id"),
    (lambda c: c.unsuppress(""), "customer_id"),
    (lambda c: c.merge_customers("id", "", "id", "6"), "primary_id"),
    (lambda c: c.merge_customers("id", "5", "email", ""), "secondary_id"),
    (lambda c: c.batch([]), "operations"),
    (lambda c: c.add_to_segment(7, []), "customer_ids"),
    (lambda c: c.remove_from_segment(7, ()), "customer_ids"),
    (lambda c: c.add_to_segment(7, ["5", ""]), "customer_ids[1]"),
    (lambda c: c.create_collection("", []), "name"),
    (lambda c: c.update_collection("", "products", []), "collection_id"),
    (lambda c: c.create_collection("products", url=""), "url"),
    (lambda c: c.trigger_broadcast(12, ids=[]), "ids"),
    (lambda c: c.trigger_broadcast(12, data_file_url=""), "data_file_url"),
    (email(transactional_message_id=""), "transactional_message_id"),
    (push(custom_device=Device("", "ios")), "custom_device.token"),
    (push(identifiers={"id": ""}), "identifiers.id"),
]  # fmt: skip

BLANK: list[tuple[Act, str]] = [
    (lambda c: c.identify(" ", {"a": 1}), "customer_id"),
    (lambda c: c.delete("\t"), "customer_id"),
    (lambda c: c.track(" ", "purchase"), "customer_id"),
    (lambda c: c.track("5", "  "), "name"),
    (lambda c: c.track("5", "purchase", id=" "), "id"),
    (lambda c: c.pageview("5", " "), "name"),
    (lambda c: c.screenview(" ", "Checkout"), "customer_id"),
    (lambda c: c.track_anonymous(" ", "purchase"), "anonymous_id"),
    (lambda c: c.track_anonymous("anon", " "), "name"),
    (lambda c: c.add_device(" ", "d", "ios"), "customer_id"),
    (lambda c: c.add_device("5", "\n", "ios"), "device_id"),
    (lambda c: c.delete_device("5", " "), "device_id"),
    (lambda c: c.suppress(" "), "customer_id"),
    (lambda c: c.unsuppress(" "), "customer_id"),
    (lambda c: c.merge_customers("id", " ", "id", "6"), "primary_id"),
    (lambda c: c.merge_customers("id", "5", "cio_id", "\u2003"), "secondary_id"),
    (lambda c: c.add_to_segment(7, ["5", " "]), "customer_ids[1]"),
    (lambda c: c.update_collection(" ", "products", []), "collection_id"),
    (lambda c: c.trigger_broadcast(12, emails=[" "]), "emails[0]"),
    (push(custom_device=Device(" ", "ios")), "custom_device.token"),
    (push(identifiers={"id": " "}), "identifiers.id"),
]  # fmt: skip

ODD: list[tuple[Act, str, str]] = [
    (lambda c: c.identify(None, {"a": 1}), "customer_id", "is missing"),
    (lambda c: c.identify(True, {"a": 1}), "customer_id", "not bool"),
    (lambda c: c.identify("5", [1]), "attributes", "must be a mapping"),
    (lambda c: c.identify("5", {"a": {"b": [NAIVE]}}), "attributes.a.b[0]", "without a time zone"),
    (lambda c: c.identify("5", {"a": float("nan")}), "attributes.a", "not a finite number"),
    (lambda c: c.identify("5\0", {"a": 1}), "customer_id", "NUL"),
    (lambda c: c.track("5", "e", [1]), "data", "must be a mapping"),
    (lambda c: c.track("5", "e", {"a": "x" * 56_000}), "data", "larger than 56000 bytes"),
    (lambda c: c.track_anonymous("a", "e", {"a": "x" * 56_000}), "data", "larger than 56000"),
    (lambda c: c.track("5", "e", timestamp=NAIVE), "timestamp", "without a time zone"),
    (lambda c: c.track("5", "e", timestamp=1.5), "timestamp", "with a time zone, or whole"),
    (lambda c: c.track("5", "e", timestamp=True), "timestamp", "whole seconds"),
    (lambda c: c.track("5", "e", type="visit"), "type", "one of event, page, screen"),
    (lambda c: c.track_anonymous("a", "e", type="visit"), "type", "one of event, page, screen"),
    (lambda c: c.track_anonymous("a", "e", timestamp=NAIVE), "timestamp", "without a time zone"),
    (lambda c: c.merge_customers("name", "5", "id", "6"), "primary_id_type", "id, email, cio_id"),
    (lambda c: c.merge_customers("id", "5", "ID", "6"), "secondary_id_type", "one of id"),
    (lambda c: c.add_device("5", "d", "windows"), "platform", "one of ios, android"),
    (lambda c: c.add_device("5", "d", ""), "platform", "is empty"),
    (lambda c: c.add_device("5", "d", "ios", last_used=NAIVE), "last_used", "without a time zone"),
    (lambda c: c.add_device("5", "d", "ios", {"last_used": NAIVE}), "attributes.last_used",
     "without a time zone"),
    (lambda c: c.add_device("5", "d", "ios", {"last_used": "today"}), "last_used", "whole seconds"),
    (lambda c: c.add_device("5", "d", "ios", {"last_used": 1}, last_used=2),
     "attributes.last_used", "given as last_used already"),
    (lambda c: c.add_to_segment(0, ["5"]), "segment_id", "1 or more"),
    (lambda c: c.add_to_segment("seven", ["5"]), "segment_id", "an integer, 1 or more"),
    (lambda c: c.add_to_segment(7, "5"), "customer_ids", "must be a list, not str"),
    (lambda c: c.add_to_segment(7, [None]), "customer_ids[0]", "is missing"),
    (lambda c: c.remove_from_segment(7, ["5"], id_type="name"), "id_type", "one of id"),
    (lambda c: c.batch({"type": "person"}), "operations", "must be a list, not dict"),
    (lambda c: c.batch(["identify"]), "operations[0]", "must be a mapping"),
    (lambda c: c.trigger_broadcast(0), "broadcast_id", "1 or more"),
    (lambda c: c.trigger_broadcast(True), "broadcast_id", "an integer, 1 or more"),
    (lambda c: c.trigger_broadcast(12, ids=["5"], emails=["a@b.c"]), "emails", "excludes ids"),
    (lambda c: c.trigger_broadcast(12, recipients={}, ids=["5"]), "ids", "excludes recipients"),
    (lambda c: c.trigger_broadcast(12, ids=["5"], id_ignore_missing="yes"), "id_ignore_missing",
     "True or False"),
    (lambda c: c.create_collection("products"), "items", "exactly one of them"),
    (lambda c: c.create_collection("products", [], url="https://x"), "items", "exactly one"),
    (lambda c: c.create_collection("products", [1]), "items[0]", "must be a mapping"),
    (lambda c: c.send_email(None), "request", "must be SendEmailRequest(…), not NoneType"),
    (lambda c: c.send_sms(SendInAppRequest(identifiers=WHO)), "request", "SendSMSRequest(…)"),
    (lambda c: c.send_inbox_message(SendSMSRequest(identifiers=WHO)), "request", "not SendSMS"),
    *[(email(**{field: None}), field, "is missing") for field in ("to", "identifiers")],
    *[(plain_email(**{field: nothing}), field, "is missing")
      for field in ("to", "from_", "subject", "body") for nothing in (None, "")],
    (plain_email(identifiers={}), "identifiers", "is missing"),
    (lambda c: c.send_push(SendPushRequest(title="t")), "identifiers", "is missing"),
    (lambda c: c.send_sms(SendSMSRequest(to="+1")), "identifiers", "is missing"),
    (lambda c: c.send_in_app(SendInAppRequest()), "identifiers", "is missing"),
    (lambda c: c.send_whatsapp(SendWhatsAppRequest(to="+1")), "identifiers", "is missing"),
    (lambda c: c.send_inbox_message(SendInboxMessageRequest()), "identifiers", "is missing"),
    (email(identifiers={"name": "Ada"}), "identifiers", "one of id, email, cio_id"),
    (email(identifiers="5"), "identifiers", "must be a mapping"),
    (email(transactional_message_id=True), "transactional_message_id", "not bool"),
    (email(send_at=NAIVE), "send_at", "without a time zone"),
    (email(tracked="yes"), "tracked", "True or False"),
    (email(to=["a@b.c"]), "to", "must be a string"),
    (email(message_data={"at": NAIVE}), "message_data.at", "without a time zone"),
    (email(body_plain="a", plaintext_body="a"), "plaintext_body", "older name of body_plain"),
    (email(body_amp="a", amp_body="a"), "amp_body", "older name of body_amp"),
    (push(custom_device={"token": "d"}), "custom_device", "must be Device(…)"),
    (push(custom_device=Device("d", WEB)), "custom_device.platform", "one of ios, android"),
    (push(custom_device=Device("d", "ios", last_used=NAIVE)), "custom_device.last_used", "zone"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "field", "words"),
    [
        *((act, field, "is ") for act, field in ABSENT),
        *((act, field, "is blank") for act, field in BLANK),
        *ODD,
    ],
)
def test_it_is_refused_by_name(act: Act, field: str, words: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(answer)
    with (
        httpx.Client(transport=transport) as http_client,
        CustomerIO(**KEYS, http_client=http_client) as client,
        pytest.raises(ValidationError) as caught,
    ):
        act(client)
    assert caught.value.field == field
    assert words in str(caught.value)
    assert sent == []


def test_the_largest_event_is_taken() -> None:
    data = {"a": "x" * (56_000 - len('{"a":""}'))}
    call = calls.track("5", "e", data, id=None, timestamp=None, type=None)
    assert call.json["data"] == data
