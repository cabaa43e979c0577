"""What is said about people and objects at Customer.io, as calls of Lunogram.

Nothing here does any I/O. Every function takes data as Customer.io's calls carry it, so checked,
and with datetimes turned into seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from .. import calls, values
from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ExternalID
from ..models import Event
from ..values import Json
from . import wire
from .naming import EMAIL_SOURCE, alias, thing_in

Calls: TypeAlias = Iterator[Call[Any]]

# Attributes that are a field of Lunogram's users, and what the field takes. The first that fits
# is the field.
_FIELDS: tuple[tuple[str, str, Callable[[Any, str], str]], ...] = (
    ("email", "email", values.email),
    ("phone", "phone", values.phone),
    ("timezone", "timezone", values.timezone),
    ("locale", "locale", values.locale),
    ("language", "locale", values.locale),
)
_ALIASES = ("id", "cio_id", "anonymous_id")
_RELATIONSHIPS = "cio_relationships"


def upsert(names: list[ExternalID], attributes: Mapping[str, Any]) -> Call[Any]:
    """Create or update a user.

    Args:
        names: All that name the user.
        attributes: What is known. A value that the user's field doesn't take, such as a phone
            number without its country, is kept in data under its name.
    """
    data = dict(attributes)
    fields: dict[str, str | None] = dict.fromkeys(("email", "phone", "timezone", "locale"))
    for name, field, check in _FIELDS:
        if fields[field] is None and _fits(check, data.get(name)):
            fields[field] = data.pop(name)
    return calls.upsert_user(list(names), data=data or None, **fields)


def _fits(check: Callable[[Any, str], str], value: Any) -> bool:
    try:
        check(value, "")
    except ValidationError:
        return False
    return True


def identify(who: ExternalID, attributes: Json) -> Calls:
    """Create or update a person.

    Other names of theirs come first and alone, so that the attributes arrive even if two users
    have the names already.

    Args:
        who: The person.
        attributes: What is known of them.
    """
    known = {**known_by(who), **attributes}
    aliases = [name for kind in _ALIASES if (name := _alias(known, kind))]
    others = [name for name in aliases if name != who]
    relationships = known.pop(_RELATIONSHIPS, None)
    if others:
        yield calls.upsert_user(
            [who, *others], email=None, phone=None, timezone=None, locale=None, data=None
        )
    if known or not others:
        yield upsert([who], known)
    if relationships is not None:
        yield from _change_relationships(who, relationships)


def known_by(who: ExternalID) -> dict[str, str]:
    """What a name says about its owner: an address is where to write to.

    Args:
        who: The person.
    """
    return {"email": who.external_id} if who.source == EMAIL_SOURCE else {}


def _alias(known: dict[str, Any], kind: str) -> ExternalID | None:
    """Take another name of a person out of the attributes, if it can be one."""
    name = alias(kind, known.get(kind))
    if name is not None:
        del known[kind]
    return name


def exists(who: ExternalID) -> Call[Any]:
    """See to it that there is such a user: Customer.io creates whoever is named.

    Args:
        who: The person.
    """
    return upsert([who], known_by(who))


def delete(who: ExternalID) -> Calls:
    """Delete a person.

    Args:
        who: The person.
    """
    yield calls.delete(calls.USER, who)


def event(who: ExternalID, told: Mapping[str, Any]) -> Calls:
    """Record an event of a person.

    Args:
        who: The person.
        told: Its name, data and so on, as in a call of Customer.io's.
    """
    name = values.text(told.get("name"), "name")
    yield calls.post_events(calls.USER, Event(name, who, data=event_data(told)))


def event_data(told: Mapping[str, Any]) -> Json:
    """The data of an event, and in it what Lunogram's events have no field for.

    Args:
        told: Its data, and its timestamp, type and id if it has them.
    """
    data = dict(told.get("data") or {})
    kind = told.get("type")
    more = {
        "timestamp": told.get("timestamp"),
        "type": None if kind == "event" else kind,
        "id": told.get("id"),
    }
    for name, value in more.items():
        if value is not None:
            data[f"event_{name}" if name in data else name] = value
    return data


def invite(told: Mapping[str, Any]) -> Calls:
    """Record an invitation: whoever is invited becomes a user with an address and no more.

    Args:
        told: As for `event`, with a recipient in its data.
    """
    recipient = values.text(told["data"].get("recipient"), "data.recipient")
    who = ExternalID(recipient.lower(), EMAIL_SOURCE)
    yield exists(who)
    yield from event(who, told)


def device(who: ExternalID, device: Mapping[str, Any]) -> Calls:
    """Register a device.

    Args:
        who: Whose it is.
        device: Its id, platform and so on, as in a call of Customer.io's.
    """
    data = dict(device.get("attributes") or {})
    if device.get("last_used") is not None:
        data["last_used"] = device["last_used"]
    token = wire.name(device.get("id", device.get("token")), "device.id")
    yield exists(who)
    yield calls.register_device(
        who,
        token,
        os=wire.platform(device.get("platform"), "device.platform"),
        token=token,
        subscription=None,
        os_version=None,
        model=None,
        app_version=None,
        data=data or None,
    )


def merge(primary: ExternalID, secondary: ExternalID) -> Calls:
    """Have one user with both names. Two users that are there already can't become one.

    Args:
        primary: Who remains.
        secondary: Who is the same.
    """
    yield upsert([primary, secondary], known_by(primary))


# -- objects and relationships --------------------------------------------------------------------


def identify_object(thing: ExternalID, attributes: Json) -> Calls:
    """Create or update an organization.

    Args:
        thing: The object.
        attributes: What is known of it. Its name, if that is text, is the organization's.
    """
    data = dict(attributes)
    named = isinstance(data.get("name"), str) and data["name"]
    name = data.pop("name") if named else None
    yield calls.upsert_organization(thing, name=name, data=data or None)


def delete_object(thing: ExternalID) -> Calls:
    """Delete an organization.

    Args:
        thing: The object.
    """
    yield calls.delete(calls.ORGANIZATION, thing)


def relate(thing: ExternalID, who: ExternalID, attributes: Json | None) -> Calls:
    """Make a person a member. As at Customer.io, both are there from then on.

    Args:
        thing: The object.
        who: The person.
        attributes: Of the relationship.
    """
    yield calls.upsert_organization(thing, name=None, data=None)
    yield exists(who)
    yield calls.add_user(thing, who, data=attributes or None)


def part(thing: ExternalID, who: ExternalID) -> Calls:
    """End a membership.

    Args:
        thing: The object.
        who: The person.
    """
    yield calls.remove_user(thing, who)


def _change_relationships(who: ExternalID, change: Any) -> Calls:
    """What an attribute ``cio_relationships`` says: an action, and a list."""
    asked = wire.json_object(change, _RELATIONSHIPS)
    action = wire.one_of("add_relationships", "delete_relationships")(
        asked.get("action", "add_relationships"), f"{_RELATIONSHIPS}.action"
    )
    place = f"{_RELATIONSHIPS}.relationships"
    for each in wire.objects(asked.get("relationships"), place):
        thing = thing_in(each.get("identifiers"), place)
        if action == "add_relationships":
            yield from relate(thing, who, each.get("relationship_attributes"))
        else:
            yield from part(thing, who)
