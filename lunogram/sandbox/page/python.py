"""The Python that would send a call: from its operation and arguments back to a method of a client.

The clients are not imported, here as elsewhere in the sandbox: this is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from lunogram.operation import Operation
from lunogram.operations import (
    ADD_ORGANIZATION_USER,
    COUNT_ORGANIZATION_INBOX,
    COUNT_USER_INBOX,
    CREATE_SESSION,
    DELETE_ORGANIZATION,
    DELETE_ORGANIZATION_SCHEDULE,
    DELETE_USER,
    DELETE_USER_SCHEDULE,
    GET_VAPID_PUBLIC_KEY,
    LIST_ORGANIZATION_INBOX,
    LIST_USER_INBOX,
    MARK_ORGANIZATION_INBOX_ARCHIVED,
    MARK_ORGANIZATION_INBOX_READ,
    MARK_USER_INBOX_ARCHIVED,
    MARK_USER_INBOX_READ,
    OPERATIONS,
    POST_ORGANIZATION_EVENTS,
    POST_USER_EVENTS,
    REGISTER_DEVICE,
    REMOVE_ORGANIZATION_USER,
    SEND_ORGANIZATION_INBOX_MESSAGES,
    SEND_USER_INBOX_MESSAGES,
    UPSERT_ORGANIZATION,
    UPSERT_ORGANIZATION_SCHEDULE,
    UPSERT_USER,
    UPSERT_USER_SCHEDULE,
)
from lunogram.sandbox.page.expression import (
    Expression,
    call,
    in_lines,
    literal,
    pair,
    several,
)
from lunogram.sandbox.page.summaries import parsed
from lunogram.sandbox.path_families import below_family, project_id_of
from lunogram.sandbox.request_log import BODY_KEPT, Call
from lunogram.schedule_ids import schedule_id

Json = Mapping[str, Any]

_HELPERS = ("Event", "ExternalID", "Message")
_CUT = f"# The body is longer than the {BODY_KEPT:,} bytes of it that are kept."
_NONE = "# The SDK would not send this: {}."


def in_python(sent: Call) -> str:
    """Return the statements that would send a call, with the import that they need.

    Empty for a call to Customer.io.
    """
    if not sent.path.startswith("/api/"):
        return ""
    if sent.request_bytes > BODY_KEPT:
        return _CUT
    try:
        statements = _statements(sent)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        return _NONE.format("its body is not what the API takes")
    except RecursionError:
        return _NONE.format("its body is nested too deeply")
    text = "\n".join(map(in_lines, statements))
    used = [name for name in _HELPERS if f"{name}(" in text]
    return f"from lunogram import {', '.join(used)}\n\n{text}" if used else text


def _statements(sent: Call) -> list[Expression]:
    path = below_family(sent.path)
    operation = OPERATIONS.of(sent.method, path)
    arguments = _arguments(sent, operation.parameters(path))
    return _WRITERS[operation.name](_Sent(operation, project_id_of(sent.path), arguments))


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent."""

    operation: Operation
    project_id: str | None
    arguments: Any
    """The JSON of the body, or the parameters of path and query."""

    @property
    def kind(self) -> str:
        """The kind of subject that the method of the client is below."""
        return "user" if self.operation.subject == "user" else "organization"

    def call(self, method: str, *given: Expression, **fields: Expression | None) -> Expression:
        """Return a call of a method of users or organizations, such as `events.post`."""
        return call(f"client.{self.kind}.{method}", *given, **fields)


def _arguments(sent: Call, parameters: Mapping[str, str]) -> Any:
    if sent.method == "GET":
        return dict(parse_qsl(sent.query, keep_blank_values=True))
    body = parsed(sent.request)
    return {**_object(body), **parameters} if parameters else body


def _object(value: Any) -> Json:
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _objects(value: Any) -> list[Json]:
    if not isinstance(value, list) or not value:
        raise TypeError
    return [_object(each) for each in value]


def _given(value: Json, *fields: str) -> dict[str, Expression]:
    """Return arguments for the fields that are set; null counts as omitted."""
    return {name: literal(value[name]) for name in fields if value.get(name) is not None}


def _identifier(value: Json) -> Expression:
    """Return an identifier in its shortest form."""
    identity, source = literal(_text(value["external_id"])), value.get("source") or "default"
    if value.get("metadata"):
        shown = None if source == "default" else literal(source)
        return call("ExternalID", identity, source=shown, metadata=literal(value["metadata"]))
    return identity if source == "default" else pair(literal(source), identity)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _identifiers(value: Any) -> Expression:
    names = [_identifier(each) for each in _objects(value)]
    return names[0] if len(names) == 1 else several(names)


def _one_or_more(items: Sequence[Expression]) -> Expression:
    return items[0] if len(items) == 1 else several(items)


# -- one writer for each operation ----------------------------------------------------------------


def _upsert(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    fields = _given(_object(arguments), "name", "email", "phone", "timezone", "locale", "data")
    return [sent.call("upsert", _identifiers(arguments["identifier"]), **fields)]


def _delete(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    return [sent.call("delete", _identifiers(_object(arguments)["identifier"]))]


def _post_events(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    events = [_event(each) for each in _objects(arguments)]
    return [sent.call("events.post", _one_or_more(events))]


def _event(event: Json) -> Expression:
    identifiers = [_identifiers(event["identifier"])] if event.get("identifier") else []
    match = None if event.get("match") is None else literal(event["match"])
    data = literal(event["data"]) if event.get("data") else None
    return call("Event", literal(_text(event["name"])), *identifiers, match=match, data=data)


def _upsert_schedule(sent: _Sent) -> list[Expression]:
    body = _object(sent.arguments)
    fields = _given(body, "scheduled_at", "start_at", "interval", "data", "id")
    if _has_default_id(sent, body):
        del fields["id"]
    given = literal(_text(body["name"])), _identifiers(body["identifier"])
    return [sent.call("schedule.upsert", *given, **fields)]


def _has_default_id(sent: _Sent, body: Json) -> bool:
    """Return whether the id of a schedule is the one that the client derives itself."""
    if not sent.project_id or "id" not in body:
        return False
    return bool(body["id"] == str(schedule_id(sent.project_id, sent.kind, dict(body))))


def _delete_schedule(sent: _Sent) -> list[Expression]:
    body = _object(sent.arguments)
    identifiers = _identifiers(body["identifier"])
    if body.get("id") is not None:
        fields = {"identifier": identifiers, "id": literal(_text(body["id"]))}
        return [sent.call("schedule.delete", **fields)]
    return [sent.call("schedule.delete", literal(_text(body["name"])), identifiers)]


def _register_device(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    body = _object(arguments)
    config = _object(body["config"])
    given = [_identifiers(body["identifier"]), literal(_text(body["device_id"]))]
    reached = _given(config, "token") or {"subscription": literal(config)}
    fields = _given(body, "os") | reached
    fields |= _given(body, "os_version", "model", "app_version", "data")
    return [sent.call("devices.register", *given, **fields)]


def _send_messages(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    messages = [_message(each) for each in _objects(arguments)]
    return [sent.call("inbox.send", _one_or_more(messages))]


_MESSAGE = (
    "content",
    "data",
    "tags",
    "source",
    "scheduled_at",
    "expires_at",
    "sender_identity_id",
    "campaign_id",
    "broadcast_id",
)


def _message(message: Json) -> Expression:
    given = [_identifier(_object(message["identifier"])), _identifiers(message["target"])]
    fields = _channel(message)
    if message.get("priority") is not None:
        fields["priority"] = str(int(message["priority"]))
    return call("Message", *given, **fields, **_given(message, *_MESSAGE))


def _channel(value: Json) -> dict[str, Expression]:
    return {} if value.get("channel") == "inbox" else _given(value, "channel")


def _list_inbox(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    fields = _channel(arguments) | _given(arguments, "status")
    if arguments.get("tags"):
        fields["tags"] = literal(arguments["tags"].split(","))
    if arguments.get("message_source"):
        fields["source"] = literal(arguments["message_source"])
    numbers = [name for name in ("priority", "limit", "offset") if name in arguments]
    fields |= {name: str(int(arguments[name])) for name in numbers}
    return [sent.call("inbox.page", _identifier(arguments), **fields)]


def _count_inbox(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    return [sent.call("inbox.count", _identifier(arguments), **_channel(arguments))]


def _mark(verb: str) -> _Writer:
    """Return a writer of marks: one call for each inbox."""

    def write(sent: _Sent) -> list[Expression]:
        inboxes = groupby(_objects(sent.arguments), key=lambda mark: mark["target"])
        return [_marks(sent, verb, target, list(marks)) for target, marks in inboxes]

    return write


def _marks(sent: _Sent, verb: str, target: Any, marks: Sequence[Json]) -> Expression:
    ids = [literal(_text(mark["message_id"])) for mark in marks]
    return sent.call(f"inbox.{verb}", _identifiers(target), _one_or_more(ids))


def _add_member(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    return [sent.call("add_user", *_pair(arguments), **_given(arguments, "data"))]


def _remove_member(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    return [sent.call("remove_user", *_pair(arguments))]


def _pair(arguments: Any) -> list[Expression]:
    return [
        _identifiers(_object(_object(arguments)[role])["identifier"])
        for role in ("organization", "user")
    ]


def _vapid_key(_sent: _Sent) -> list[Expression]:
    return [call("client.push.vapid_public_key")]


def _create_session(sent: _Sent) -> list[Expression]:
    arguments = sent.arguments
    method = literal(_text(arguments["auth_method_id"]))
    return [call("client.sessions.create", method, literal(arguments["user_id"]))]


_Writer = Callable[[_Sent], list[Expression]]

_WRITERS: Mapping[str, _Writer] = {
    operation.name: writer
    for writer, operations in (
        (_upsert, (UPSERT_USER, UPSERT_ORGANIZATION)),
        (_delete, (DELETE_USER, DELETE_ORGANIZATION)),
        (_post_events, (POST_USER_EVENTS, POST_ORGANIZATION_EVENTS)),
        (_upsert_schedule, (UPSERT_USER_SCHEDULE, UPSERT_ORGANIZATION_SCHEDULE)),
        (_delete_schedule, (DELETE_USER_SCHEDULE, DELETE_ORGANIZATION_SCHEDULE)),
        (_register_device, (REGISTER_DEVICE,)),
        (_send_messages, (SEND_USER_INBOX_MESSAGES, SEND_ORGANIZATION_INBOX_MESSAGES)),
        (_list_inbox, (LIST_USER_INBOX, LIST_ORGANIZATION_INBOX)),
        (_count_inbox, (COUNT_USER_INBOX, COUNT_ORGANIZATION_INBOX)),
        (_mark("mark_read"), (MARK_USER_INBOX_READ, MARK_ORGANIZATION_INBOX_READ)),
        (_mark("mark_archived"), (MARK_USER_INBOX_ARCHIVED, MARK_ORGANIZATION_INBOX_ARCHIVED)),
        (_add_member, (ADD_ORGANIZATION_USER,)),
        (_remove_member, (REMOVE_ORGANIZATION_USER,)),
        (_vapid_key, (GET_VAPID_PUBLIC_KEY,)),
        (_create_session, (CREATE_SESSION,)),
    )
    for operation in operations
}
