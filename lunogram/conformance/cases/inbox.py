"""Inboxes: what is sent to them, and what becomes of it.

Sending and marking are accepted (202) and may be carried out later, so that every look at an
inbox is retried. Nothing is delivered: messages are for the channel `inbox`, for `push` without a
device, or for `email` and `sms` without a sender, which are lost, and without an address.
"""

from __future__ import annotations

from typing import Any

from lunogram.conformance.case import (
    EMPTY,
    Case,
    ExpectedResponse,
    Step,
    case,
    get,
    named,
    post,
    problem,
    subject,
)
from lunogram.conformance.cases.subject_kinds import KINDS, Kind
from lunogram.conformance.matchers import NOTHING, TIME, UUID, Exactly, Instant

_ACCEPTED = ExpectedResponse(202, EMPTY)
_IDEMPOTENT = "identifier makes the message idempotent per recipient and channel."
_LISTED = "As listed: those sent plus id, project_id, user_id or organization_id, external_id, …"
_LOSSES = (
    "202, and lost: a source that is not null, inbox, campaign, broadcast or journey; a message "
    "on inbox or push with sender_identity_id."
)
_SENDER = "5f0c9d8e-7b6a-4c5d-9e8f-0a1b2c3d4e5f"
_LARGE = 9007199254740993
_NULLABLE = (
    "sender_identity_id", "campaign_id", "broadcast_id", "source", "expires_at", "read_at",
    "archived_at", "sent_at",
)  # fmt: skip
_STATUS = "status is unread, read or archived; without it archived ones are omitted."
_COUNT = "Count: `total` leaves archived out."
_HIDDEN = "Scheduled in the future, or expired, is not shown."


def message(name: str, target: str, **more: Any) -> dict[str, Any]:
    """Write a message; its id is `{message}` with the name behind it."""
    identifier = {"external_id": f"{{message}}.{name}"}
    return {"target": named(target), "identifier": identifier, "channel": "inbox", **more}


def send(kind: Kind, *messages: dict[str, Any]) -> Step:
    """Send messages."""
    return post(f"{kind.path}/inbox", list(messages), _ACCEPTED)


def listed(kind: Kind, *names: str, who: str = "", **query: Any) -> Step:
    """Look until the inbox shows the messages of these names, in this order."""
    results = [{"external_id": f"{{message}}.{name}"} for name in names]
    body = {"results": results, "total": len(names)}
    return get(
        f"{kind.path}/inbox", inbox_of(kind, who, **query), ExpectedResponse(200, body)
    ).eventually()


def counted(kind: Kind, unread: int, total: int) -> Step:
    """Look until the inbox counts so many."""
    body = {"unread": unread, "total": total}
    return get(f"{kind.path}/inbox/count", inbox_of(kind), ExpectedResponse(200, body)).eventually()


def inbox_of(kind: Kind, who: str = "", **query: Any) -> dict[str, Any]:
    """Write the query for an inbox."""
    return {"source": "default", "external_id": who or kind.id, "channel": "inbox", **query}


def known(kind: Kind) -> Step:
    """Upsert the one whose inbox it is."""
    return post(kind.path, subject(kind.id)).keeping(id="id", project="project_id")


def _mark(kind: Kind, state: str, message_id: str) -> Step:
    marks = [{"target": named(kind.id), "message_id": message_id}]
    return post(f"{kind.path}/inbox/{state}", marks, _ACCEPTED)


def _listing(kind: Kind) -> list[Case]:
    path = f"{kind.path}/inbox"
    own = {
        "id": UUID,
        "project_id": "{project}",
        f"{kind.word}_id": "{id}",
        "external_id": "{message}.1",
        "channel": "inbox",
        "tags": [],
        "priority": 3,
        "read_at": NOTHING,
        "archived_at": NOTHING,
        **dict.fromkeys(("scheduled_at", "created_at", "updated_at"), TIME),
    }
    free = {"content": {"title": "Hello", "nested": {"a": [1]}}, "data": {"order_id": "ord_456"}}
    plain = {"tags": ["orders", "paid"], "priority": 1, "source": "campaign"}
    times = {"scheduled_at": "{-1 hour}", "expires_at": "{+1 day}"}
    shown = {
        **plain,
        **{name: Exactly(value) for name, value in free.items()},
        **{name: Instant(time) for name, time in times.items()},
    }
    return [
        case(
            f"a message in {kind.one}'s inbox is listed with the platform's own fields",
            f"{_LISTED} priority? 1 to 5 (3).",
            known(kind),
            send(kind, message("1", kind.id)),
            get(
                path, inbox_of(kind), ExpectedResponse(200, {"results": [own], "total": 1})
            ).eventually(),
        ),
        case(
            f"a message in {kind.one}'s inbox is listed as it was sent",
            "Inbox message sent: content?, data?, tags?, priority?, source?, scheduled_at?, …",
            known(kind),
            send(kind, message("1", kind.id, **free, **plain, **times)),
            get(path, inbox_of(kind), ExpectedResponse(200, {"results": [shown]})).eventually(),
        ),
        case(
            f"numbers in the content of {kind.one}'s message are kept, those in data are doubles",
            "Numbers in `data` are float64; inbox `content` is kept as sent.",
            known(kind),
            send(kind, message("1", kind.id, content={"n": _LARGE}, data={"n": _LARGE})),
            get(
                path,
                inbox_of(kind),
                ExpectedResponse(
                    200,
                    {"results": [{"content": {"n": _LARGE}, "data": {"n": _LARGE - 1}}]},
                ),
            ).eventually(),
        ),
    ]


def _sending(kind: Kind) -> list[Case]:
    return [
        case(
            f"a message that {kind.one} is sent again is shown once",
            _IDEMPOTENT,
            known(kind),
            send(kind, message("1", kind.id)),
            listed(kind, "1"),
            send(kind, message("1", kind.id), message("1", kind.id)),
            send(kind, message("2", kind.id, scheduled_at="{-1 hour}")),
            listed(kind, "1", "2"),
        ),
        case(
            f"a message of {kind.one} is another to another recipient, and on another channel",
            _IDEMPOTENT,
            known(kind),
            post(kind.path, subject(kind.other)),
            send(
                kind,
                message("1", kind.id),
                message("1", kind.other),
                message("1", kind.id) | {"channel": "push"},
            ),
            listed(kind, "1"),
            listed(kind, "1", who=kind.other),
            listed(kind, "1", channel="push"),
        ),
    ]


def _lost(kind: Kind) -> list[Case]:
    path, unset = f"{kind.path}/inbox", dict.fromkeys(_NULLABLE)
    other_source = {"identifier": {"external_id": "{message}.1", "source": "crm"}}
    gone = problem(404, f"{kind.word} not found")
    return [
        case(
            f"messages to {kind.one} with another source, or the wrong kind of sender, are lost",
            _LOSSES,
            known(kind),
            send(
                kind,
                message("source", kind.id, source="shop"),
                message("sender", kind.id, sender_identity_id=_SENDER),
                message("push", kind.id, sender_identity_id=_SENDER) | {"channel": "push"},
                message("shown", kind.id),
                message("shown", kind.id) | {"channel": "push"},
            ),
            listed(kind, "shown"),
            listed(kind, "shown", channel="push"),
        ),
        case(
            f"messages to {kind.one} by email and sms without a sender are lost",
            "202, and lost: a message on channel `email` or `sms` without `sender_identity_id`.",
            known(kind),  # Without an address, so that nothing is sent if the server differs.
            send(
                kind,
                message("email", kind.id) | {"channel": "email"},
                message("sms", kind.id) | {"channel": "sms"},
                message("shown", kind.id),
            ),
            listed(kind, "shown"),
            listed(kind, channel="email"),
            listed(kind, channel="sms"),
        ),
        case(
            f"a message to the identifiers of two {kind.word}s is accepted, and joins nobody",
            "An inbox message whose identifiers belong to two: dropped at once.",
            known(kind),
            post(kind.path, subject(kind.other)).keeping(other_id="id"),
            send(
                kind,
                message("1", kind.id) | {"target": named(kind.id, kind.other)},
                message("shown", kind.id),
            ),
            listed(kind, "shown"),
            listed(kind, who=kind.other),
            post(kind.path, subject(kind.other), ExpectedResponse(200, {"id": "{other_id}"})),
        ),
        case(
            f"a message to {kind.one} that does not exist is accepted, and creates nobody",
            "An inbox message for a user or organization that nobody has: 202, and dropped.",
            send(kind, message("1", "{unknown}")),
            get(path, inbox_of(kind, "{unknown}"), gone),
        ),
        case(
            f"the source of the identifier of a message to {kind.one} does not count",
            "Idempotent by its external_id alone; its source does not count.",
            known(kind),
            send(kind, message("1", kind.id)),
            listed(kind, "1"),
            send(kind, message("1", kind.id) | other_source, message("2", kind.id)),
            counted(kind, 2, 2),
        ),
        case(
            f"fields of a message to {kind.one} that are not set are null",
            "As listed: nullable ones are there as null.",
            known(kind),
            send(kind, message("1", kind.id)),
            get(path, inbox_of(kind), ExpectedResponse(200, {"results": [unset]}))
            .under("project")
            .eventually(),
        ),
    ]


def _states(kind: Kind) -> list[Case]:
    two = send(
        kind,
        message("new", kind.id, scheduled_at="{-1 hour}"),
        message("old", kind.id, scheduled_at="{-2 hours}"),
    )
    both = listed(kind, "new", "old").keeping(new="results.0.id", old="results.1.id")
    read = get(
        f"{kind.path}/inbox",
        inbox_of(kind, status="read"),
        ExpectedResponse(200, {"results": [{"id": "{old}", "read_at": TIME}]}),
    )
    archived = get(
        f"{kind.path}/inbox",
        inbox_of(kind, status="archived"),
        ExpectedResponse(200, {"results": [{"id": "{old}", "archived_at": TIME}]}),
    )
    return [
        case(
            f"a message in {kind.one}'s inbox is unread until it is read, and shown after it too",
            _STATUS,
            known(kind),
            two,
            both,
            listed(kind, "new", "old", status="unread"),
            _mark(kind, "read", "{old}"),
            listed(kind, "new", status="unread"),
            read.eventually(),
            listed(kind, "new", "old"),
        ),
        case(
            f"a message in {kind.one}'s inbox that is archived is shown only when asked for",
            _STATUS,
            known(kind),
            two,
            both,
            _mark(kind, "archived", "{old}"),
            archived.eventually(),
            listed(kind, "new"),
        ),
        case(
            f"the count of {kind.one}'s inbox tells unread ones, and leaves archived ones out",
            _COUNT,
            known(kind),
            counted(kind, 0, 0),
            two,
            counted(kind, 2, 2),
            both,
            _mark(kind, "read", "{new}"),
            counted(kind, 1, 2),
            _mark(kind, "archived", "{old}"),
            counted(kind, 0, 1),
        ),
    ]


def _hidden(kind: Kind) -> list[Case]:
    return [
        case(
            f"a message to {kind.one} that is yet to come, or expired, is not shown or counted",
            _HIDDEN,
            known(kind),
            send(
                kind,
                message("future", kind.id, scheduled_at="{+1 hour}"),
                message("past", kind.id, scheduled_at="{-2 hours}", expires_at="{-1 hour}"),
                message("shown", kind.id, expires_at="{+1 hour}"),
            ),
            listed(kind, "shown"),
            counted(kind, 1, 1),
        )
    ]


def _refused(kind: Kind) -> list[Case]:
    path, good = f"{kind.path}/inbox", message("1", kind.id)
    mark = {"target": named(kind.id), "message_id": "3a4b5c6d-7e8f-4a9b-8c0d-1e2f3a4b5c6d"}
    malformed = (
        good | {"priority": 0},
        good | {"priority": 6},
        good | {"channel": "pigeon"},
        {"target": named(kind.id), "channel": "inbox"},
    )
    many = [message(str(number), kind.id) for number in range(101)]
    gone = problem(404, f"{kind.word} not found")
    return [
        case(
            f"malformed messages to {kind.one} are rejected",
            "{target, identifier, channel (email, sms, push, inbox), priority? 1 to 5, …}.",
            known(kind),
            *(post(path, [body], problem(400)) for body in malformed),
        ),
        case(
            f"1 to 100 messages are sent to {kind.one} at once",
            "send inbox messages: array, 1 to 100, of message.",
            known(kind),
            post(path, [], problem(400)),
            post(path, many, problem(400)),
            post(path, many[:100], _ACCEPTED),
            counted(kind, 100, 100),
        ),
        case(
            f"marks in {kind.one}'s inbox are 1 to 100",
            "mark read, mark archived: array, 1 to 100.",
            known(kind),
            *(
                post(f"{path}/{state}", marks, problem(400))
                for state in ("read", "archived")
                for marks in ([], [mark] * 101)
            ),
        ),
        case(
            f"the inbox of {kind.one} that does not exist is not found",
            f"list and count {kind.word}'s inbox: 404.",
            get(path, inbox_of(kind, "{unknown}"), gone),
            get(f"{path}/count", inbox_of(kind, "{unknown}"), gone),
        ),
    ]


CASES = [
    each
    for kind in KINDS
    for part in (_listing, _sending, _lost, _states, _hidden, _refused)
    for each in part(kind)
]
