"""The Python that would send a call: from method, path and body back to a method of the client.

The clients are not imported, here as elsewhere in the sandbox: this is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from lunogram.sandbox.page.expression import (
    Expression,
    call,
    in_lines,
    literal,
    pair,
    several,
)
from lunogram.sandbox.page.summaries import parsed
from lunogram.sandbox.request_log import BODY_KEPT, Call

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
    path = _below_family(sent.path)
    if path == "/push/vapid":
        return [call("client.push.vapid_public_key")]
    if path.endswith("/sessions"):
        body = _object(parsed(sent.request))
        method = literal(path.split("/")[2])
        return [call("client.sessions.create", method, literal(body["user_id"]))]
    _, subjects, *rest = path.split("/")
    write = _WRITERS[sent.method, "/".join(rest)]
    return write(_CLIENTS[subjects], _arguments(sent))


def _below_family(path: str) -> str:
    below = path.removeprefix("/api/client")
    return "/" + below.split("/", 3)[3] if below.startswith("/projects/") else below


def _arguments(sent: Call) -> Any:
    if sent.method == "GET":
        return dict(parse_qsl(sent.query, keep_blank_values=True))
    return parsed(sent.request)


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


def _upsert(client: str, arguments: Any) -> list[Expression]:
    fields = _given(_object(arguments), "name", "email", "phone", "timezone", "locale", "data")
    return [call(f"{client}.upsert", _identifiers(arguments["identifier"]), **fields)]


def _delete(client: str, arguments: Any) -> list[Expression]:
    return [call(f"{client}.delete", _identifiers(_object(arguments)["identifier"]))]


def _post_events(client: str, arguments: Any) -> list[Expression]:
    events = [_event(each) for each in _objects(arguments)]
    return [call(f"{client}.events.post", _one_or_more(events))]


def _event(event: Json) -> Expression:
    identifiers = [_identifiers(event["identifier"])] if event.get("identifier") else []
    match = None if event.get("match") is None else literal(event["match"])
    data = literal(event["data"]) if event.get("data") else None
    return call("Event", literal(_text(event["name"])), *identifiers, match=match, data=data)


def _upsert_schedule(client: str, arguments: Any) -> list[Expression]:
    fields = _given(_object(arguments), "scheduled_at", "start_at", "interval", "data", "id")
    identifiers = _identifiers(arguments["identifier"])
    return [
        call(f"{client}.schedule.upsert", literal(_text(arguments["name"])), identifiers, **fields)
    ]


def _delete_schedule(client: str, arguments: Any) -> list[Expression]:
    identifiers = _identifiers(_object(arguments)["identifier"])
    return [call(f"{client}.schedule.delete", literal(_text(arguments["name"])), identifiers)]


def _register_device(client: str, arguments: Any) -> list[Expression]:
    body = _object(arguments)
    config = _object(body["config"])
    given = [_identifiers(body["identifier"]), literal(_text(body["device_id"]))]
    reached = _given(config, "token") or {"subscription": literal(config)}
    fields = _given(body, "os") | reached
    fields |= _given(body, "os_version", "model", "app_version", "data")
    return [call(f"{client}.devices.register", *given, **fields)]


def _send_messages(client: str, arguments: Any) -> list[Expression]:
    messages = [_message(each) for each in _objects(arguments)]
    return [call(f"{client}.inbox.send", _one_or_more(messages))]


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


def _list_inbox(client: str, arguments: Any) -> list[Expression]:
    fields = _channel(arguments) | _given(arguments, "status")
    if arguments.get("tags"):
        fields["tags"] = literal(arguments["tags"].split(","))
    if arguments.get("message_source"):
        fields["source"] = literal(arguments["message_source"])
    numbers = [name for name in ("priority", "limit", "offset") if name in arguments]
    fields |= {name: str(int(arguments[name])) for name in numbers}
    return [call(f"{client}.inbox.page", _identifier(arguments), **fields)]


def _count_inbox(client: str, arguments: Any) -> list[Expression]:
    return [call(f"{client}.inbox.count", _identifier(arguments), **_channel(arguments))]


def _mark(verb: str) -> Callable[[str, Any], list[Expression]]:
    """Return a writer of marks: one call for each inbox."""

    def write(client: str, arguments: Any) -> list[Expression]:
        statements: list[Expression] = []
        for target, marks in groupby(_objects(arguments), key=lambda mark: mark["target"]):
            ids = [literal(_text(mark["message_id"])) for mark in marks]
            statements.append(
                call(f"{client}.inbox.{verb}", _identifiers(target), _one_or_more(ids))
            )
        return statements

    return write


def _add_member(client: str, arguments: Any) -> list[Expression]:
    return [call(f"{client}.add_user", *_pair(arguments), **_given(arguments, "data"))]


def _remove_member(client: str, arguments: Any) -> list[Expression]:
    return [call(f"{client}.remove_user", *_pair(arguments))]


def _pair(arguments: Any) -> list[Expression]:
    return [
        _identifiers(_object(_object(arguments)[role])["identifier"])
        for role in ("organization", "user")
    ]


_CLIENTS = {"users": "client.user", "organizations": "client.organization"}

_WRITERS: Mapping[tuple[str, str], Callable[[str, Any], list[Expression]]] = {
    ("POST", ""): _upsert,
    ("DELETE", ""): _delete,
    ("POST", "events"): _post_events,
    ("POST", "scheduled"): _upsert_schedule,
    ("DELETE", "scheduled"): _delete_schedule,
    ("POST", "devices"): _register_device,
    ("POST", "inbox"): _send_messages,
    ("GET", "inbox"): _list_inbox,
    ("GET", "inbox/count"): _count_inbox,
    ("POST", "inbox/read"): _mark("mark_read"),
    ("POST", "inbox/archived"): _mark("mark_archived"),
    ("POST", "users"): _add_member,
    ("DELETE", "users"): _remove_member,
}
