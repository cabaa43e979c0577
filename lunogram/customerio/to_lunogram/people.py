"""People: their attributes, identifiers and devices.

Nothing here does any I/O. Data is as Customer.io's calls carry it: checked, with datetimes turned
into seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ... import calls
from ...calls import Call
from ...identifiers import ExternalID
from ...values import Json
from .. import request_bodies
from ..identifiers import alias
from .objects import RELATIONSHIPS, change_relationships
from .users import email_of, ensure_user, upsert

_IDENTIFIERS = ("id", "cio_id", "anonymous_id")
_DEVICE_FIELDS = frozenset({"id", "token", "platform", "last_used", "attributes"})


def identify(user: ExternalID, attributes: Json) -> Iterator[Call[Any]]:
    """The calls that create or update a person.

    Other identifiers of the person come first and in a call of their own, so that the attributes
    arrive even if two users have the identifiers already.

    Args:
        user: The person.
        attributes: The person's attributes.
    """
    known = {**email_of(user), **attributes}
    aliases = [found for kind in _IDENTIFIERS if (found := _take_alias(known, kind))]
    others = [each for each in aliases if each != user]
    relationships = known.pop(RELATIONSHIPS, None)
    if others:
        yield upsert([user, *others], {})
    if known or not others:
        yield upsert([user], known)
    if relationships is not None:
        yield from change_relationships(user, relationships)


def _take_alias(known: dict[str, Any], kind: str) -> ExternalID | None:
    """Another identifier of a person, removed from the attributes; None if it is invalid."""
    found = alias(kind, known.get(kind))
    if found is not None:
        del known[kind]
    return found


def delete(user: ExternalID) -> Iterator[Call[Any]]:
    """The call that deletes a person.

    Args:
        user: The person.
    """
    yield calls.delete(calls.USER, user)


def add_device(user: ExternalID, device: Mapping[str, Any]) -> Iterator[Call[Any]]:
    """The calls that register a device.

    Args:
        user: The owner of the device.
        device: Its id, platform and so on, as in the body of Customer.io's call. Attributes may
            also stand beside them, as some of Customer.io's clients send them.
    """
    flat = {name: value for name, value in device.items() if name not in _DEVICE_FIELDS}
    data = {**flat, **(device.get("attributes") or {})}
    if device.get("last_used") is not None:
        data["last_used"] = device["last_used"]
    token = request_bodies.name(device.get("id", device.get("token")), "device.id")
    yield ensure_user(user)
    yield calls.register_device(
        user,
        token,
        os=request_bodies.platform(device.get("platform"), "device.platform"),
        token=token,
        subscription=None,
        os_version=None,
        model=None,
        app_version=None,
        data=data or None,
    )


def merge(primary: ExternalID, secondary: ExternalID) -> Iterator[Call[Any]]:
    """The call that gives one user both identifiers. It can't merge two existing users.

    Args:
        primary: The person who remains.
        secondary: The other identifier of the same person.
    """
    yield upsert([primary, secondary], email_of(primary))
