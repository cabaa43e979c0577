"""The Python that would send a call: from method, path and body back to a method of the client.

The clients are not imported, here as elsewhere in the sandbox: these are words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from lunogram.sandbox.journal import BODY_KEPT, Call
from lunogram.sandbox.page.expression import (
    Expression,
    call,
    in_lines,
    literal,
    pair,
    several,
)
from lunogram.sandbox.page.telling import parsed

Json = Mapping[str, Any]

_HELPERS = ("Event", "ExternalID", "Message")
_CUT = f"# The body is longer than the {BODY_KEPT:,} bytes of it that are kept."
_NONE = "# The SDK would not send this: {}."


def in_python(sent: Call) -> str:
    """Write the statements that would send a call, with the import that they need.

    None for a call to Customer.io.
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
    return write(_CLIENTS[subjects], _asked(sent))


def _below_family(path: str) -> str:
    below = path.removeprefix("/api/client")
    return "/" + below.split("/", 3)[3] if below.startswith("/projects/") else below


def _asked(sent: Call) -> Any:
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
    """Write the fields that are there; what is null counts as left out."""
    return {name: literal(value[name]) for name in fields if value.get(name) is not None}


def _name(value: Json) -> Expression:
    """Write an identifier in its shortest form."""
    identity, source = literal(_text(value["external_id"])), value.get("source") or "default"
    if value.get("metadata"):
        shown = None if source == "default" else literal(source)
        return call("ExternalID", identity, source=shown, metadata=literal(value["metadata"]))
    return identity if source == "default" else pair(literal(source), identity)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _names(value: Any) -> Expression:
    names = [_name(each) for each in _objects(value)]
    return names[0] if len(names) == 1 else several(names)


def _one_or_more(items: Sequence[Expression]) -> Expression:
    return items[0] if len(items) == 1 else several(items)


# -- one writer for each operation ----------------------------------------------------------------


def _upsert(client: str, asked: Any) -> list[Expression]:
    fields = _given(_object(asked), "name", "email", "phone", "timezone", "locale", "data")
    return [call(f"{client}.upsert", _names(asked["identifier"]), **fields)]


def _delete(client: str, asked: Any) -> list[Expression]:
    return [call(f"{client}.delete", _names(_object(asked)["identifier"]))]


def _post_events(client: str, asked: Any) -> list[Expression]:
    events = [_event(each) for each in _objects(asked)]
    return [call(f"{client}.events.post", _one_or_more(events))]


def _event(event: Json) -> Expression:
    whose = [_names(event["identifier"])] if event.get("identifier") else []
    match = None if event.get("match") is None else literal(event["match"])
    data = literal(event["data"]) if event.get("data") else None
    return call("Event", literal(_text(event["name"])), *whose, match=match, data=data)


def _upsert_schedule(client: str, asked: Any) -> list[Expression]:
    fields = _given(_object(asked), "scheduled_at", "start_at", "interval", "data", "id")
    whose = _names(asked["identifier"])
    return [call(f"{client}.schedule.upsert", literal(_text(asked["name"])), whose, **fields)]


def _delete_schedule(client: str, asked: Any) -> list[Expression]:
    whose = _names(_object(asked)["identifier"])
    return [call(f"{client}.schedule.delete", literal(_text(asked["name"])), whose)]


def _register_device(client: str, asked: Any) -> list[Expression]:
    body = _object(asked)
    config = _object(body["config"])
    given = [_names(body["identifier"]), literal(_text(body["device_id"]))]
    reached = _given(config, "token") or {"subscription": literal(config)}
    fields = _given(body, "os") | reached
    fields |= _given(body, "os_version", "model", "app_version", "data")
    return [call(f"{client}.devices.register", *given, **fields)]


def _send_messages(client: str, asked: Any) -> list[Expression]:
    messages = [_message(each) for each in _objects(asked)]
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
    given = [_name(_object(message["identifier"])), _names(message["target"])]
    fields = _channel(message)
    if message.get("priority") is not None:
        fields["priority"] = str(int(message["priority"]))
    return call("Message", *given, **fields, **_given(message, *_MESSAGE))


def _channel(value: Json) -> dict[str, Expression]:
    return {} if value.get("channel") == "inbox" else _given(value, "channel")


def _list_inbox(client: str, asked: Any) -> list[Expression]:
    fields = _channel(asked) | _given(asked, "status")
    if asked.get("tags"):
        fields["tags"] = literal(asked["tags"].split(","))
    if asked.get("message_source"):
        fields["source"] = literal(asked["message_source"])
    numbers = [name for name in ("priority", "limit", "offset") if name in asked]
    fields |= {name: str(int(asked[name])) for name in numbers}
    return [call(f"{client}.inbox.page", _name(asked), **fields)]


def _count_inbox(client: str, asked: Any) -> list[Expression]:
    return [call(f"{client}.inbox.count", _name(asked), **_channel(asked))]


def _mark(verb: str) -> Callable[[str, Any], list[Expression]]:
    """Marks of one inbox go in one call; of several, in one for each."""

    def write(client: str, asked: Any) -> list[Expression]:
        """Write one statement for each inbox in a row."""
        statements: list[Expression] = []
        for target, marks in groupby(_objects(asked), key=lambda mark: mark["target"]):
            ids = [literal(_text(mark["message_id"])) for mark in marks]
            statements.append(call(f"{client}.inbox.{verb}", _names(target), _one_or_more(ids)))
        return statements

    return write


def _add_member(client: str, asked: Any) -> list[Expression]:
    return [call(f"{client}.add_user", *_pair(asked), **_given(asked, "data"))]


def _remove_member(client: str, asked: Any) -> list[Expression]:
    return [call(f"{client}.remove_user", *_pair(asked))]


def _pair(asked: Any) -> list[Expression]:
    return [_names(_object(_object(asked)[who])["identifier"]) for who in ("organization", "user")]


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
