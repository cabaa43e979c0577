"""What can be imported: which fields a row has, and the call that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from .. import calls
from ..calls import Call
from ..errors import ValidationError
from ..models import Event

Fields: TypeAlias = Mapping[str, Any]
"""The fields of one row, those that are absent left out."""


@attrs.frozen
class Kind:
    """A kind of rows, and what becomes of each.

    An import is this, a source of rows and an outbox; so whatever else comes in rows and goes out
    as calls is one more of these.

    Attributes:
        name: What they are called, such as ``"users"``.
        identifiers: The fields that name somebody.
        texts: The other fields that are text.
        objects: The fields that are objects; a column ``data.plan`` is the key ``plan`` of one.
            The first takes the columns that are no field.
        required: Of each of these groups, one field at least has to be a column.
        call: Makes the call of a row, and raises `ValidationError` if a field can't be right.
    """

    name: str
    identifiers: tuple[str, ...]
    texts: tuple[str, ...]
    objects: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    call: Callable[[Fields], Call[Any]]

    @property
    def fields(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.identifiers, *self.texts, *self.objects)


def _user(fields: Fields) -> Call[Any]:
    names = ("email", "phone", "timezone", "locale", "data")
    return calls.upsert_user(_named(fields, "identifier"), **_given(fields, *names))


def _organization(fields: Fields) -> Call[Any]:
    identifier = _named(fields, "identifier")
    return calls.upsert_organization(identifier, **_given(fields, "name", "data"))


def _member(fields: Fields) -> Call[Any]:
    organization, user = _named(fields, "organization"), _named(fields, "user")
    return calls.add_user(organization, user, data=fields.get("data"))


def _event(subject: calls.Subject) -> Callable[[Fields], Call[Any]]:
    def call(fields: Fields) -> Call[Any]:
        """The call that records one event."""
        try:
            event = Event(**{"name": None, **fields})
            return calls.post_events(subject, event)
        except ValidationError as error:
            place = (error.field or "").removeprefix("events[0].").replace("events[0]", "row")
            raise ValidationError.at(place, error.detail.partition(": ")[2]) from None

    return call


def _schedule(subject: calls.Subject) -> Callable[[Fields], Call[Any]]:
    def call(fields: Fields) -> Call[Any]:
        """The call that plans one schedule."""
        names = ("scheduled_at", "start_at", "interval", "data", "id")
        identifier = _named(fields, "identifier")
        return calls.upsert_schedule(
            subject, _named(fields, "name"), identifier, **_given(fields, *names)
        )

    return call


def _named(fields: Fields, name: str) -> Any:
    if name not in fields:
        raise ValidationError.at(name, "is missing")
    return fields[name]


def _given(fields: Fields, *names: str) -> dict[str, Any]:
    return {name: fields.get(name) for name in names}


USERS = Kind(
    name="users",
    identifiers=("identifier",),
    texts=("email", "phone", "timezone", "locale"),
    objects=("data",),
    required=(("identifier",),),
    call=_user,
)
ORGANIZATIONS = Kind(
    name="organizations",
    identifiers=("identifier",),
    texts=("name",),
    objects=("data",),
    required=(("identifier",),),
    call=_organization,
)
MEMBERS = Kind(
    name="members",
    identifiers=("organization", "user"),
    texts=(),
    objects=("data",),
    required=(("organization",), ("user",)),
    call=_member,
)
EVENTS = Kind(
    name="events",
    identifiers=("identifier",),
    texts=("name",),
    objects=("data", "match"),
    required=(("name",), ("identifier", "match")),
    call=_event(calls.USER),
)
ORGANIZATION_EVENTS = attrs.evolve(
    EVENTS, name="organization events", call=_event(calls.ORGANIZATION)
)
SCHEDULES = Kind(
    name="schedules",
    identifiers=("identifier",),
    texts=("name", "scheduled_at", "start_at", "interval", "id"),
    objects=("data",),
    required=(("name",), ("identifier",), ("scheduled_at", "interval")),
    call=_schedule(calls.USER),
)
ORGANIZATION_SCHEDULES = attrs.evolve(
    SCHEDULES, name="organization schedules", call=_schedule(calls.ORGANIZATION)
)
