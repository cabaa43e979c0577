"""What each call of Customer.io's becomes at Lunogram, and which have no counterpart, as data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from lunogram.customerio import (
    Bridge,
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)

WHO = {"id": "5"}
FIVE = {"identifier": [{"external_id": "5"}]}
LUCY = {"identifier": [{"external_id": "lucy@example.com", "source": "email"}]}
ACME = {"identifier": [{"external_id": "acme"}]}
SECONDS = 1767249000
NOON = datetime.fromtimestamp(SECONDS, UTC)
QUEUED_AT = SECONDS + 3600


@attrs.frozen
class Case:
    """A call, and what it is at Lunogram: path and body of each entry."""

    label: str
    call: Callable[[Bridge], None]
    becomes: list[tuple[str, Any]]


def with_upserts(becomes: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The same, each event after the upsert of its person, whom nobody has identified yet."""
    there: list[tuple[str, Any]] = []
    known: list[Any] = []
    for path, body in becomes:
        who = body.get("identifier")
        if path == "/users/events" and who not in known:
            there.append(("/users", {"identifier": who}))
        there.append((path, body))
        known.append(who)
    return there


def event(name: str, who: Any = FIVE, **data: Any) -> tuple[str, Any]:
    """An event as it is queued: with the time of the call, if it has none."""
    return "/users/events", {"name": name, "data": {"timestamp": QUEUED_AT, **data}, **who}


def operation(action: str, kind: str = "person", **more: Any) -> Callable[[Bridge], None]:
    """A batch of one operation."""
    asked = {"type": kind, "action": action, **more}
    return lambda bridge: bridge.batch([asked])


THING = {"object_type_id": "1", "object_id": "acme"}
RELATED = [{"identifiers": THING, "relationship_attributes": {"role": "admin"}}]
MEMBER = ("/organizations/users", {"organization": ACME, "user": FIVE, "data": {"role": "admin"}})
PARTED = ("/organizations/users", {"organization": ACME, "user": FIVE})

CASES = [
    Case(
        "identify: fields of their own, and data",
        lambda bridge: bridge.identify(
            "5",
            {
                "email": "lucy@example.com",
                "phone": "+31612345678",
                "timezone": "Europe/Amsterdam",
                "locale": "nl-NL",
                "created_at": NOON,
                "plan": "basic",
            },
        ),
        [
            (
                "/users",
                {
                    **FIVE,
                    "email": "lucy@example.com",
                    "phone": "+31612345678",
                    "timezone": "Europe/Amsterdam",
                    "locale": "nl-NL",
                    "data": {"created_at": SECONDS, "plan": "basic"},
                },
            )
        ],
    ),
    Case(
        "identify: the language is the locale",
        lambda bridge: bridge.identify(5, {"language": "nl"}),
        [("/users", {**FIVE, "locale": "nl"})],
    ),
    Case(
        "identify: what a field does not take is data",
        lambda bridge: bridge.identify(5, {"phone": "0612345678", "email": "", "locale": "nl_NL"}),
        [("/users", {**FIVE, "data": {"phone": "0612345678", "email": "", "locale": "nl_NL"}})],
    ),
    Case(
        "identify: by an address",
        lambda bridge: bridge.identify("Lucy@Example.com", {"plan": "pro"}),
        [("/users", {**LUCY, "email": "Lucy@Example.com".lower(), "data": {"plan": "pro"}})],
    ),
    Case(
        "identify: by Customer.io's own id, encoded whole",
        lambda bridge: bridge.identify("cio_a/b..", {"plan": "pro"}),
        [
            (
                "/users",
                {
                    "identifier": [{"external_id": "a/b..", "source": "customerio"}],
                    "data": {"plan": "pro"},
                },
            )
        ],
    ),
    Case(
        "identify: with an anonymous id, the names first",
        lambda bridge: bridge.identify("5", {"anonymous_id": "anon-1", "plan": "pro"}),
        [
            (
                "/users",
                {
                    "identifier": [
                        {"external_id": "5"},
                        {"external_id": "anon-1", "source": "anonymous"},
                    ]
                },
            ),
            ("/users", {**FIVE, "data": {"plan": "pro"}}),
        ],
    ),
    Case(
        "identify: with relationships",
        lambda bridge: bridge.identify(
            "5", {"cio_relationships": {"action": "add_relationships", "relationships": RELATED}}
        ),
        [("/users", FIVE), ("/organizations", ACME), ("/users", FIVE), MEMBER],
    ),
    Case("delete", lambda bridge: bridge.delete("5"), [("/users", FIVE)]),
    Case(
        "track",
        lambda bridge: bridge.track("5", "purchase", {"price": 13.99, "at": NOON}),
        [event("purchase", price=13.99, at=SECONDS)],
    ),
    Case(
        "track: time and id",
        lambda bridge: bridge.track("5", "purchase", {"price": 1}, id="01J", timestamp=NOON),
        [event("purchase", price=1, timestamp=SECONDS, id="01J")],
    ),
    Case(
        "track: the data's own words stay",
        lambda bridge: bridge.track("5", "seen", {"timestamp": "noon"}, timestamp=SECONDS),
        [event("seen", timestamp="noon", event_timestamp=SECONDS)],
    ),
    Case(
        "pageview",
        lambda bridge: bridge.pageview("5", "https://example.com/pricing", {"from": "ad"}),
        [event("https://example.com/pricing", **{"from": "ad", "type": "page"})],
    ),
    Case(
        "screenview",
        lambda bridge: bridge.screenview("lucy@example.com", "Checkout"),
        [event("Checkout", LUCY, type="screen")],
    ),
    Case(
        "track_anonymous",
        lambda bridge: bridge.track_anonymous("anon-1", "viewed", timestamp=SECONDS),
        [
            event(
                "viewed",
                {"identifier": [{"external_id": "anon-1", "source": "anonymous"}]},
                timestamp=SECONDS,
            )
        ],
    ),
    Case(
        "track_anonymous: an invitation",
        lambda bridge: bridge.track_anonymous(None, "invite", {"recipient": "lucy@example.com"}),
        [
            ("/users", {**LUCY, "email": "lucy@example.com"}),
            event("invite", LUCY, recipient="lucy@example.com"),
        ],
    ),
    Case(
        "track_anonymous: of nobody, who has the event's id",
        lambda bridge: bridge.track_anonymous(None, "viewed", {"a": 1}, id="01H"),
        [
            event(
                "viewed",
                {"identifier": [{"external_id": "01H", "source": "anonymous"}]},
                a=1,
                id="01H",
            )
        ],
    ),
    Case(
        "identify: no attributes",
        lambda bridge: bridge.identify("5"),
        [("/users", FIVE)],
    ),
    Case(
        "merge_customers",
        lambda bridge: bridge.merge_customers("id", "5", "cio_id", "cio_9"),
        [
            (
                "/users",
                {
                    "identifier": [
                        {"external_id": "5"},
                        {"external_id": "9", "source": "customerio"},
                    ]
                },
            )
        ],
    ),
    Case(
        "add_device",
        lambda bridge: bridge.add_device("5", "tok", "ios", {"app": "2.4"}, last_used=NOON),
        [
            ("/users", FIVE),
            (
                "/users/devices",
                {
                    **FIVE,
                    "device_id": "tok",
                    "os": "ios",
                    "config": {"token": "tok"},
                    "data": {"app": "2.4", "last_used": SECONDS},
                },
            ),
        ],
    ),
    Case(
        "batch: identify",
        operation("identify", identifiers=WHO, attributes={"plan": "pro"}),
        [("/users", {**FIVE, "data": {"plan": "pro"}})],
    ),
    Case("batch: delete", operation("delete", identifiers=WHO), [("/users", FIVE)]),
    Case(
        "batch: events",
        lambda bridge: bridge.batch(
            [
                {
                    "type": "person",
                    "action": kind,
                    "identifiers": {"email": "lucy@example.com"},
                    "name": kind,
                    "attributes": {"n": 1},
                    "timestamp": SECONDS,
                }
                for kind in ("event", "page", "screen")
            ]
        ),
        [
            event("event", LUCY, n=1, timestamp=SECONDS),
            event("page", LUCY, n=1, timestamp=SECONDS, type="page"),
            event("screen", LUCY, n=1, timestamp=SECONDS, type="screen"),
        ],
    ),
    Case(
        "batch: add_device",
        operation("add_device", identifiers=WHO, device={"token": "tok", "platform": "android"}),
        [
            ("/users", FIVE),
            (
                "/users/devices",
                {**FIVE, "device_id": "tok", "os": "android", "config": {"token": "tok"}},
            ),
        ],
    ),
    Case(
        "batch: add_device, attributes beside the fields",
        operation(
            "add_device",
            identifiers=WHO,
            device={"token": "tok", "platform": "ios", "app": "2.4", "attributes": {"b": 1}},
        ),
        [
            ("/users", FIVE),
            (
                "/users/devices",
                {
                    **FIVE,
                    "device_id": "tok",
                    "os": "ios",
                    "config": {"token": "tok"},
                    "data": {"app": "2.4", "b": 1},
                },
            ),
        ],
    ),
    Case(
        "batch: merge",
        operation("merge", primary=WHO, secondary={"email": "lucy@example.com"}),
        [("/users", {"identifier": [*FIVE["identifier"], *LUCY["identifier"]]})],
    ),
    Case(
        "batch: relationships of a person",
        operation("add_relationships", identifiers=WHO, cio_relationships=RELATED),
        [("/organizations", ACME), ("/users", FIVE), MEMBER],
    ),
    Case(
        "batch: relationships of a person end",
        operation("delete_relationships", identifiers=WHO, cio_relationships=RELATED),
        [PARTED],
    ),
    Case(
        "batch: an object, its name and its people",
        operation(
            "identify",
            "object",
            identifiers=THING,
            attributes={"name": "Acme", "plan": "pro"},
            cio_relationships=[{"identifiers": WHO}],
        ),
        [
            ("/organizations", {**ACME, "name": "Acme", "data": {"plan": "pro"}}),
            ("/organizations", ACME),
            ("/users", FIVE),
            PARTED,  # the same body as of an end; the method is another
        ],
    ),
    Case(
        "batch: an object of another type",
        operation("delete", "object", identifiers={"object_type_id": 2, "object_id": "acme"}),
        [
            (
                "/organizations",
                {"identifier": [{"external_id": "acme", "source": "object_type_2"}]},
            )
        ],
    ),
]


UNSUPPORTED: dict[str, Callable[[Any], Any]] = {
    "suppress": lambda bridge: bridge.suppress("5"),
    "unsuppress": lambda bridge: bridge.unsuppress("5"),
    "delete_device": lambda bridge: bridge.delete_device("5", "tok"),
    "add_to_segment": lambda bridge: bridge.add_to_segment(7, ["5"]),
    "remove_from_segment": lambda bridge: bridge.remove_from_segment(7, ["5"]),
    "region": lambda bridge: bridge.region(),
    "send_email": lambda bridge: bridge.send_email(
        SendEmailRequest(transactional_message_id=3, to="a@example.com", identifiers=WHO)
    ),
    "send_push": lambda bridge: bridge.send_push(SendPushRequest(identifiers=WHO)),
    "send_sms": lambda bridge: bridge.send_sms(SendSMSRequest(identifiers=WHO)),
    "send_inbox_message": lambda bridge: bridge.send_inbox_message(
        SendInboxMessageRequest(identifiers=WHO)
    ),
    "send_in_app": lambda bridge: bridge.send_in_app(SendInAppRequest(identifiers=WHO)),
    "send_whatsapp": lambda bridge: bridge.send_whatsapp(SendWhatsAppRequest(identifiers=WHO)),
    "trigger_broadcast": lambda bridge: bridge.trigger_broadcast(12, {"a": 1}, ids=["5"]),
    "create_collection": lambda bridge: bridge.create_collection("products", [{"sku": 1}]),
    "update_collection": lambda bridge: bridge.update_collection(31, "products", [{"sku": 1}]),
}
