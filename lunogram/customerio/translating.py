"""Customer.io's calls as Lunogram's: which is what, or what to use instead.

Nothing here does any I/O, and nothing knows how calls are sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

import attrs

from ..calls import Call
from . import calls as customerio_calls
from . import mapping, naming, wire
from .errors import Unmatched

Parts: TypeAlias = Iterator[Call[Any] | Unmatched]

_EVENTS = "/users/events"

_NO_SUPPRESSION = (
    "delete the person (client.user.delete), and send nothing more about them; "
    "Lunogram takes in whatever it is sent"
)
_INSTEAD = {
    "suppress": _NO_SUPPRESSION,
    "unsuppress": "nothing is suppressed in Lunogram; send what there is to say about the person",
    "delete_device": "register the device anew when its token changes "
    "(client.user.devices.register with the same device_id); the API deletes none",
    "add_to_segment": "keep in the users' data what makes the segment "
    '(client.user.upsert(…, data={"beta": True})), and build a list on it in the console',
    "remove_from_segment": "change what makes the segment in the users' data "
    '(client.user.upsert(…, data={"beta": False}))',
    "region": "Lunogram has one URL, base_url; test it with client.ping()",
    "send_email": 'send a message of the channel "email" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the email in it",
    "send_push": 'send a message of the channel "push" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the message in it",
    "send_sms": 'send a message of the channel "sms" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the message in it",
    "send_inbox_message": "send a message (client.user.inbox.send)",
    "send_in_app": "send a message (client.user.inbox.send)",
    "trigger_broadcast": "post an event for everybody who matches "
    "(client.user.events.post(Event(name, match={…}))), and start a journey from it",
    "create_collection": "put what messages need into the data of events, users or organizations",
    "update_collection": "put what messages need into the data of events, users or organizations",
    "batch": "use client.user, client.organization and their events for what it is to do",
}


@attrs.frozen
class Plan:
    """What a call of Customer.io's comes to.

    Attributes:
        calls: Of Lunogram's, in order.
        unmatched: What has no counterpart.
    """

    calls: list[Call[Any]]
    unmatched: list[Unmatched]


def plan(call: Call[Any]) -> Plan:
    """What a call of Customer.io's comes to.

    Args:
        call: From `lunogram.customerio.calls`.

    Raises:
        ValidationError: If something can't be right for Lunogram.
    """
    parts = list(_parts(call))
    unmatched = [part for part in parts if isinstance(part, Unmatched)]
    ours = (part for part in parts if isinstance(part, Call))
    return Plan(list(_joined(ours)), unmatched)


def unmatched(name: str, call: Call[Any]) -> Unmatched:
    """What has no counterpart, and what to use instead.

    Args:
        name: The method that was called.
        call: What it would have sent.
    """
    return Unmatched(name, _INSTEAD[name], call)


def _joined(calls: Iterable[Call[Any]]) -> Iterator[Call[Any]]:
    """Runs of events as one array of them."""
    run: Call[Any] | None = None
    for call in calls:
        if run is not None and call.path == run.path == _EVENTS:
            run = attrs.evolve(run, json=[*run.json, *call.json])
            continue
        if run is not None:
            yield run
        run = call
    if run is not None:
        yield run


# -- calls ----------------------------------------------------------------------------------------


def _parts(call: Call[Any]) -> Parts:
    for method, path, read in _ROUTES:
        found = path.fullmatch(call.path) if method == call.method else None
        if found:
            yield from read(call, *map(unquote, found.groups()))
            return


def _person(then: Callable[[Any, Any], Iterator[Call[Any]]]) -> Callable[..., Parts]:
    """A call about a person, whose body says what."""
    return lambda call, person: then(naming.person(person), call.json)


def _delete(_call: Call[Any], person: str) -> Parts:
    yield from mapping.delete(naming.person(person))


def _event_of_nobody(call: Call[Any]) -> Parts:
    anonymous = call.json.get("anonymous_id")
    if anonymous is None:
        yield from mapping.invite(call.json)
        return
    who = naming.person_in({"anonymous_id": anonymous}, "anonymous_id")
    yield from mapping.event(who, call.json)


def _device(call: Call[Any], person: str) -> Parts:
    yield from mapping.device(naming.person(person), call.json["device"])


def _merge(call: Call[Any]) -> Parts:
    both = (naming.person_in(call.json[place], place) for place in ("primary", "secondary"))
    yield from mapping.merge(*both)


def _nothing(name: str) -> Callable[..., Parts]:
    """A call without a counterpart."""
    return lambda call, *_names: iter([unmatched(name, call)])


def _batch(call: Call[Any]) -> Parts:
    for number, operation in enumerate(call.json["batch"]):
        yield from _operation(operation, f"operations[{number}]")


_PERSON = "/api/v1/customers/([^/]+)"
_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Parts]], ...] = tuple(
    (method, re.compile(path), read)
    for method, path, read in (
        ("POST", f"{_PERSON}/events", _person(mapping.event)),
        ("PUT", _PERSON, _person(mapping.identify)),
        ("DELETE", _PERSON, _delete),
        ("POST", "/api/v1/events", _event_of_nobody),
        ("POST", "/api/v1/merge_customers", _merge),
        ("PUT", f"{_PERSON}/devices", _device),
        ("DELETE", f"{_PERSON}/devices/([^/]+)", _nothing("delete_device")),
        ("POST", "/api/v2/batch", _batch),
        ("POST", f"{_PERSON}/suppress", _nothing("suppress")),
        ("POST", f"{_PERSON}/unsuppress", _nothing("unsuppress")),
        ("POST", "/api/v1/segments/[^/]+/add_customers", _nothing("add_to_segment")),
        ("POST", "/api/v1/segments/[^/]+/remove_customers", _nothing("remove_from_segment")),
        ("GET", "/api/v1/accounts/region", _nothing("region")),
        ("POST", "/v1/send/email", _nothing("send_email")),
        ("POST", "/v1/send/push", _nothing("send_push")),
        ("POST", "/v1/send/sms", _nothing("send_sms")),
        ("POST", "/v1/send/inbox_message", _nothing("send_inbox_message")),
        ("POST", "/v1/send/in_app", _nothing("send_in_app")),
        ("POST", "/v1/campaigns/[^/]+/triggers", _nothing("trigger_broadcast")),
        ("POST", "/v1/api/collections", _nothing("create_collection")),
        ("PUT", "/v1/api/collections/[^/]+", _nothing("update_collection")),
    )
)


# -- operations of a batch ------------------------------------------------------------------------


@attrs.frozen
class _Asked:
    """One operation of a batch.

    Attributes:
        given: As it came.
        place: Where it stands.
    """

    given: Mapping[str, Any]
    place: str

    def object(self, field: str) -> dict[str, Any]:
        """One of its objects; an empty one, if it is not there."""
        value = self.given.get(field)
        return {} if value is None else wire.json_object(value, f"{self.place}.{field}")

    @property
    def event(self) -> dict[str, Any]:
        """Itself as an event."""
        named = {name: self.given.get(name) for name in ("name", "id", "timestamp")}
        return {**named, "type": self.given["action"], "data": self.object("attributes")}

    @property
    def person(self) -> Any:
        """The person whom it is about."""
        return naming.person_in(self.given.get("identifiers"), f"{self.place}.identifiers")

    @property
    def thing(self) -> Any:
        """The object that it is about."""
        return naming.thing_in(self.given.get("identifiers"), f"{self.place}.identifiers")

    def related(self, read: Callable[[Any, str], Any]) -> Iterator[tuple[Any, Any]]:
        """Whom or what it relates to, and the attributes of each relationship."""
        place = f"{self.place}.cio_relationships"
        for each in wire.objects(self.given.get("cio_relationships"), place):
            yield read(each.get("identifiers"), place), each.get("relationship_attributes")


def _operation(given: Mapping[str, Any], place: str) -> Parts:
    asked = _Asked(given, place)
    act = _ACTIONS.get((str(given.get("type", "person")), str(given.get("action"))))
    if act is None:
        yield _unmatched_operation(given)
        return
    yield from act(asked)


def _unmatched_operation(given: Mapping[str, Any]) -> Unmatched:
    action = str(given.get("action"))
    instead = _INSTEAD[action if action in _INSTEAD else "batch"]
    name = f"{action} of a batch" if action in _INSTEAD else "an operation of a batch"
    return Unmatched(name, instead, customerio_calls.batch([given]))


def _identify_in_batch(asked: _Asked) -> Parts:
    yield from mapping.identify(asked.person, asked.object("attributes"))
    if "cio_relationships" in asked.given:
        yield from _relate_person(asked)


def _identify_object(asked: _Asked) -> Parts:
    yield from mapping.identify_object(asked.thing, asked.object("attributes"))
    if "cio_relationships" in asked.given:
        yield from _relate_object(asked)


def _event_in_batch(asked: _Asked) -> Parts:
    yield from mapping.event(asked.person, asked.event)


def _merge_in_batch(asked: _Asked) -> Parts:
    both = (
        naming.person_in(asked.given.get(side), f"{asked.place}.{side}")
        for side in ("primary", "secondary")
    )
    yield from mapping.merge(*both)


def _relate_person(asked: _Asked) -> Parts:
    for thing, attributes in asked.related(naming.thing_in):
        yield from mapping.relate(thing, asked.person, attributes)


def _relate_object(asked: _Asked) -> Parts:
    for person, attributes in asked.related(naming.person_in):
        yield from mapping.relate(asked.thing, person, attributes)


def _part_person(asked: _Asked) -> Parts:
    for thing, _ in asked.related(naming.thing_in):
        yield from mapping.part(thing, asked.person)


def _part_object(asked: _Asked) -> Parts:
    for person, _ in asked.related(naming.person_in):
        yield from mapping.part(asked.thing, person)


_ACTIONS: Mapping[tuple[str, str], Callable[[_Asked], Parts]] = {
    ("person", "identify"): _identify_in_batch,
    ("person", "delete"): lambda asked: mapping.delete(asked.person),
    ("person", "event"): _event_in_batch,
    ("person", "page"): _event_in_batch,
    ("person", "screen"): _event_in_batch,
    ("person", "add_device"): lambda asked: mapping.device(asked.person, asked.object("device")),
    ("person", "merge"): _merge_in_batch,
    ("person", "add_relationships"): _relate_person,
    ("person", "delete_relationships"): _part_person,
    ("object", "identify"): _identify_object,
    ("object", "delete"): lambda asked: mapping.delete_object(asked.thing),
    ("object", "add_relationships"): _relate_object,
    ("object", "delete_relationships"): _part_object,
}
