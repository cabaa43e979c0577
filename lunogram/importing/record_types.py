"""The kinds of rows: the fields of a row, and its call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from .. import calls
from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ANONYMOUS_SOURCE
from ..models import Event

Fields: TypeAlias = Mapping[str, Any]
"""The fields of one row; absent ones are omitted."""


@attrs.frozen
class RecordType:
    """A kind of rows.

    Attributes:
        name: Its name, such as ``"users"``.
        identifiers: The fields that are identifiers.
        texts: The other fields that are text.
        objects: The fields that are objects; a column ``data.plan`` is the key ``plan`` of one.
            The first takes the columns that are not a field.
        required: Groups of fields; at least one field of each must be a column.
        aliases: Other names of fields, for inputs without a column of that name: those of the
            platform's own templates.
        call: The function that makes the call of a row; it raises `ValidationError` for invalid
            fields.
    """

    name: str
    identifiers: tuple[str, ...]
    texts: tuple[str, ...]
    objects: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    call: Callable[[Fields], Call[Any]]
    aliases: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields."""
        return (*self.identifiers, *self.texts, *self.objects)


def _user(fields: Fields) -> Call[Any]:
    _check_address(fields.get("email"))
    fields = _with_identifier(fields)
    names = ("email", "phone", "timezone", "locale", "data")
    return calls.upsert_user(_named(fields, "identifier"), **_given(fields, *names))


# Remains of spreadsheets and links in an address: invisible characters, and a scheme.
_NO_ADDRESS = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|^mailto:", re.IGNORECASE
)


def _check_address(email: Any) -> None:
    if isinstance(email, str) and _NO_ADDRESS.search(email):
        raise ValidationError.at("email", "contains an invisible character or mailto:")


def _organization(fields: Fields) -> Call[Any]:
    identifier = _named(fields, "identifier")
    return calls.upsert_organization(identifier, **_given(fields, "name", "data"))


def _member(fields: Fields) -> Call[Any]:
    organization, user = _named(fields, "organization"), _named(fields, "user")
    return calls.add_user(organization, user, data=fields.get("data"))


def _event(resource: calls.Resource) -> Callable[[Fields], Call[Any]]:
    def call(fields: Fields) -> Call[Any]:
        try:
            event = Event(**{"name": None, **_with_identifier(fields)})
            return calls.post_events(resource, event)
        except ValidationError as error:
            place = (error.field or "").removeprefix("events[0].").replace("events[0]", "row")
            raise ValidationError.at(place, error.detail.partition(": ")[2]) from None

    return call


def _schedule(resource: calls.Resource) -> Callable[[Fields], Call[Any]]:
    def call(fields: Fields) -> Call[Any]:
        names = ("scheduled_at", "start_at", "interval", "data", "id")
        fields = _with_identifier(fields)
        identifier = _named(fields, "identifier")
        return calls.upsert_schedule(
            resource, _named(fields, "name"), identifier, **_given(fields, *names)
        )

    return call


ANONYMOUS_ID = "anonymous_id"
"""The field of an identifier whose source is ``anonymous``, for rows without another."""


def _with_identifier(fields: Fields) -> Fields:
    """The fields with the anonymous id as the identifier, or as data if there is another."""
    if ANONYMOUS_ID not in fields:
        return fields
    others = {name: value for name, value in fields.items() if name != ANONYMOUS_ID}
    anonymous = fields[ANONYMOUS_ID]
    if "identifier" not in others:
        return {**others, "identifier": (ANONYMOUS_SOURCE, anonymous)}
    data = others.get("data", {})
    if not isinstance(data, Mapping):  # which is rejected later
        return others
    return {**others, "data": {ANONYMOUS_ID: anonymous, **data}}


def _named(fields: Fields, name: str) -> Any:
    if name not in fields:
        raise ValidationError.at(name, "is missing")
    return fields[name]


def _given(fields: Fields, *names: str) -> dict[str, Any]:
    return {name: fields.get(name) for name in names}


USERS = RecordType(
    name="users",
    identifiers=("identifier", ANONYMOUS_ID),
    texts=("email", "phone", "timezone", "locale"),
    objects=("data",),
    required=(("identifier", ANONYMOUS_ID),),
    call=_user,
    aliases={"external_id": "identifier", "anonymousId": ANONYMOUS_ID},
)
ORGANIZATIONS = RecordType(
    name="organizations",
    identifiers=("identifier",),
    texts=("name",),
    objects=("data",),
    required=(("identifier",),),
    call=_organization,
    aliases={"external_id": "identifier"},
)
MEMBERS = RecordType(
    name="members",
    identifiers=("organization", "user"),
    texts=(),
    objects=("data",),
    required=(("organization",), ("user",)),
    call=_member,
)
EVENTS = RecordType(
    name="events",
    identifiers=("identifier", ANONYMOUS_ID),
    texts=("name",),
    objects=("data", "match"),
    required=(("name",), ("identifier", "match", ANONYMOUS_ID)),
    call=_event(calls.USER),
    aliases={"anonymousId": ANONYMOUS_ID},
)
ORGANIZATION_EVENTS = attrs.evolve(
    EVENTS,
    name="organization events",
    identifiers=("identifier",),
    required=(("name",), ("identifier", "match")),
    call=_event(calls.ORGANIZATION),
    aliases={},
)
SCHEDULES = RecordType(
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
