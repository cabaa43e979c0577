"""What the platform ignores in silence: fields that it drops, values that it does not check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import islice
from zoneinfo import available_timezones

from msgspec import Struct, inspect

from lunogram.sandbox.path_families import below_family
from lunogram.sandbox.schemas import (
    DeviceRegistration,
    InboxCountQuery,
    InboxMark,
    InboxMessageSend,
    InboxQuery,
    MemberAdd,
    MemberRemove,
    OrganizationEvent,
    OrganizationUpsert,
    ScheduleDelete,
    ScheduleUpsert,
    SubjectRef,
    UserDelete,
    UserEvent,
    UserUpsert,
)

_MOST = 20
_SHORT = 80
_PHONE = re.compile(r"\+[1-9]\d{1,14}")
_PLATFORM = re.compile(r"(user|organization|list|link|scheduled|inbox|journey|project)\.")

_FORMS: Mapping[tuple[str, str], type[Struct]] = {
    ("POST", "/users"): UserUpsert,
    ("DELETE", "/users"): UserDelete,
    ("POST", "/users/events"): UserEvent,
    ("POST", "/users/devices"): DeviceRegistration,
    ("POST", "/organizations"): OrganizationUpsert,
    ("DELETE", "/organizations"): SubjectRef,
    ("POST", "/organizations/events"): OrganizationEvent,
    ("POST", "/organizations/users"): MemberAdd,
    ("DELETE", "/organizations/users"): MemberRemove,
    **{
        (method, f"/{kind}{path}"): form
        for kind in ("users", "organizations")
        for method, path, form in (
            ("POST", "/scheduled", ScheduleUpsert),
            ("DELETE", "/scheduled", ScheduleDelete),
            ("POST", "/inbox", InboxMessageSend),
            ("GET", "/inbox", InboxQuery),
            ("GET", "/inbox/count", InboxCountQuery),
            ("POST", "/inbox/read", InboxMark),
            ("POST", "/inbox/archived", InboxMark),
        )
    },
}
_BATCHES = {UserEvent: "events", OrganizationEvent: "events", InboxMessageSend: "messages"}


def ignored_in(method: str, path: str, value: object) -> tuple[str, ...]:
    """Return what the platform ignores in the JSON of a call: each with its field, and why."""
    form = _FORMS.get((method, below_family(path)))
    if form is None:
        return ()
    name = _BATCHES.get(form, "marks")
    is_batch = isinstance(value, list)
    items = value if isinstance(value, list) else [value]
    found = (
        why
        for place, item in enumerate(items)
        for why in _ignored(form, f"{name}[{place}]." if is_batch else "", item)
    )
    return tuple(islice(found, _MOST))


def _ignored(form: type[Struct], where: str, item: object) -> Iterator[str]:
    yield from _unknown(_type_of(form), where, item)
    if isinstance(item, Mapping):
        for name, why in _CHECKS.get(form, ()):
            given = item.get(name)
            if isinstance(given, str) and (reason := why(given)):
                yield f"{where}{name}: {reason}"


@cache
def _type_of(form: type[Struct]) -> inspect.Type:
    return inspect.type_info(form)


def _unknown(form: inspect.Type, where: str, value: object) -> Iterator[str]:
    """Yield the fields that a form does not have, at any depth."""
    if isinstance(form, inspect.UnionType):
        for each in form.types:
            yield from _unknown(each, where, value)
    elif isinstance(form, inspect.ListType) and isinstance(value, list):
        for place, each in enumerate(value):
            yield from _unknown(form.item_type, f"{where.rstrip('.')}[{place}].", each)
    elif isinstance(form, inspect.StructType) and isinstance(value, Mapping):
        known = {field.encode_name: field.type for field in form.fields}
        for name, inner in value.items():
            if name in known:
                yield from _unknown(known[name], f"{where}{name}.", inner)
            else:
                yield f"{where}{name[:_SHORT]}: {_no_field(name, known)}"


def _no_field(name: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(name[:_SHORT], known, 1)
    hint = "; free-form fields go into data" if "data" in known else ""
    hint = f"; did you mean {close[0]}?" if close else hint
    return f"the API has no such field and drops it{hint}"


# -- values that are stored unchecked ------------------------------------------------------------


def _time_zone(given: str) -> str:
    zones = available_timezones()
    if not zones or given in zones:
        return ""
    close = get_close_matches(given[:_SHORT], zones, 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{given[:_SHORT]!r} is not a time zone of IANA, and is stored unchecked{hint}"


def _email(given: str) -> str:
    is_address = "@" in given.strip("@")
    return "" if is_address else "it is not an email address, and is stored unchecked"


def _phone(given: str) -> str:
    is_number = _PHONE.fullmatch(given)
    return "" if is_number else "it is not a number in E.164, and is stored unchecked"


def _event_name(given: str) -> str:
    prefix = _PLATFORM.match(given)
    return f"names that begin with {prefix[0]} belong to the platform" if prefix else ""


_Check = tuple[str, Callable[[str], str]]

_CHECKS: Mapping[type[Struct], tuple[_Check, ...]] = {
    UserUpsert: (("timezone", _time_zone), ("email", _email), ("phone", _phone)),
    UserEvent: (("name", _event_name),),
    OrganizationEvent: (("name", _event_name),),
}
