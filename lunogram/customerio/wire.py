"""What callers give, as Customer.io's generated models have it.

Each function takes what was given and the place it stands in, and raises a `ValidationError`
that names the place when it can't be right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import attrs
import customerio_api.models as api
from customerio_api.types import UNSET, Unset

from .. import values
from ..errors import ValidationError
from ..models import Data
from .messages import Device, SendEmailRequest

T = TypeVar("T")

# The most that the clients of Customer.io let an event weigh, in bytes of JSON.
_LARGEST_EVENT = 56_000

json_object = partial(values.json_object, moments=values.epoch_seconds)


def if_given(check: Callable[[Any, str], T], value: Any, place: str) -> T | Unset:
    """The checked value, or UNSET for None: what is None here is left out on the wire."""
    return UNSET if value is None else check(value, place)


def name(value: Any, place: str) -> str:
    """What names somebody or something: text, a whole number or a UUID."""
    known = isinstance(value, int | UUID) and not isinstance(value, bool)
    return values.text(str(value) if known else value, place)


def words(value: Any, place: str) -> str:
    """Text, which may be empty."""
    return "" if value == "" else values.text(value, place)


def flag(value: Any, place: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ValidationError.at(place, "has to be True or False")
    return value


def number(value: Any, place: str) -> int:
    """The number of something: 1 or more."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValidationError.at(place, "has to be a whole number, 1 or more")
    return int(value)


def seconds(value: Any, place: str) -> int:
    """A point in time in whole seconds since 1970: those, or an aware datetime."""
    if not isinstance(value, int | datetime) or isinstance(value, bool):
        raise ValidationError.at(
            place, "has to be a datetime with a zone, or whole seconds since 1970"
        )
    plain: int = values.json_value(value, place, values.epoch_seconds)
    return plain


def one_of(*options: str) -> Callable[[Any, str], Any]:
    """A check for one of a few words. They are Literals to the type checker, so Any here."""

    def check(value: Any, place: str) -> Any:
        """The check itself."""
        word = values.text(value, place)
        if word not in options:
            raise ValidationError.at(place, f"has to be one of {', '.join(options)}")
        return word

    return check


id_type = one_of("id", "email", "cio_id")
event_type = one_of("event", "page", "screen")
platform = one_of("ios", "android")


def attributes(value: Any, place: str) -> values.Json:
    """What is known of a person: at least one thing."""
    known = json_object(value, place)
    if not known:
        raise ValidationError.at(place, "is empty; there is nothing to say")
    return known


def event_data(value: Any, place: str) -> values.Json:
    """What there is to say about an event: nothing, if it is None."""
    data = {} if value is None else json_object(value, place)
    if len(values.encode(data)) > _LARGEST_EVENT:
        raise ValidationError.at(place, f"is larger than {_LARGEST_EVENT} bytes")
    return data


def listed(check: Callable[[Any, str], T]) -> Callable[[Any, str], list[T]]:
    """A check for a list of one or more."""

    def check_all(value: Any, place: str) -> list[T]:
        """The check itself."""
        items = items_of(value, place)
        if not items:
            raise ValidationError.at(place, "is empty")
        return [check(item, f"{place}[{index}]") for index, item in enumerate(items)]

    return check_all


def items_of(value: Any, place: str) -> list[Any]:
    """The items of what has to be a list or a tuple."""
    if not isinstance(value, list | tuple):
        raise ValidationError.at(place, f"has to be a list, not {type(value).__name__}")
    return list(value)


names = listed(name)
objects = listed(json_object)


def collection_items(value: Any, place: str) -> list[values.Json]:
    """What is to be in a collection; nothing, too."""
    return [json_object(item, f"{place}[{at}]") for at, item in enumerate(items_of(value, place))]


def identifier(kind: Any, value: Any, place: str) -> api.PersonIdentifier:
    """A person, by a name of one type; ``place`` is whose name it is."""
    known = id_type(kind, f"{place}_id_type")
    return api.PersonIdentifier(**{known: name(value, f"{place}_id")})


def identifiers(value: Any, place: str) -> api.PersonIdentifier:
    """A person, by a mapping of names."""
    if not isinstance(value, Mapping) or not value:
        raise ValidationError.at(place, "has to be a mapping with one of id, email, cio_id")
    known = {id_type(kind, place): name(given, f"{place}.{kind}") for kind, given in value.items()}
    return api.PersonIdentifier(**known)


def device(device_id: Any, kind: Any, given: Data | None, last_used: Any) -> api.Device:
    """A device of a person. What the attributes call last_used is when it was last used."""
    extra = {} if given is None else json_object(given, "attributes")
    if "last_used" in extra:
        if last_used is not None:
            raise ValidationError.at("attributes.last_used", "is given as last_used already")
        last_used = extra.pop("last_used")
    return api.Device(
        name(device_id, "device_id"),
        platform(kind, "platform"),
        last_used=if_given(seconds, last_used, "last_used"),
        attributes=extra or UNSET,
    )


def custom_device(value: Any, place: str) -> api.CustomDevice:
    """A device that comes with a push message."""
    if not isinstance(value, Device):
        raise ValidationError.at(place, f"has to be Device(…), not {type(value).__name__}")
    return api.CustomDevice(
        name(value.token, f"{place}.token"),
        platform(value.platform, f"{place}.platform"),
        last_used=if_given(seconds, value.last_used, f"{place}.last_used"),
        attributes=if_given(json_object, value.attributes, f"{place}.attributes"),
    )


def template(value: Any, place: str) -> str | int:
    """A template: its number, or its trigger name."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return number(value, place) if is_number else values.text(value, place)


# A field means the same in every kind of message; what is not named here is text.
_CHECKS: dict[str, Callable[[Any, str], Any]] = {
    "transactional_message_id": template,
    "identifiers": identifiers,
    "send_at": seconds,
    "custom_device": custom_device,
    **dict.fromkeys(
        ("message_data", "headers", "attachments", "custom_data", "custom_payload"), json_object
    ),
    **dict.fromkeys(
        (
            "queue_draft",
            "disable_message_retention",
            "send_to_unsubscribed",
            "fake_bcc",
            "tracked",
            "disable_css_preprocessing",
        ),
        flag,
    ),
}
_TWO_NAMES = (("body_plain", "plaintext_body"), ("body_amp", "amp_body"))


def message(request: object, kind: type[Any], model: Callable[..., T]) -> T:
    """A message as its model has it.

    Args:
        request: What was given.
        kind: What has to be given.
        model: The generated model of it.
    """
    if not isinstance(request, kind):
        given = type(request).__name__
        raise ValidationError.at("request", f"has to be {kind.__name__}(…), not {given}")
    for field in _needed(request):
        if getattr(request, field) in (None, "", {}):
            raise ValidationError.at(field, "is missing")
    fields = [field.name for field in attrs.fields(kind)]
    return model(
        **{
            field: if_given(_CHECKS.get(field, words), getattr(request, field), field)
            for field in fields
        }
    )


def _needed(request: Any) -> tuple[str, ...]:
    if not isinstance(request, SendEmailRequest):
        return ("identifiers",)
    _refuse_two_names(request)
    if request.transactional_message_id is not None:
        return ("to", "identifiers")
    return ("to", "from_", "subject", "body", "identifiers")


def _refuse_two_names(request: SendEmailRequest) -> None:
    for field, older in _TWO_NAMES:
        if getattr(request, field) is not None and getattr(request, older) is not None:
            raise ValidationError.at(older, f"is the older name of {field}; give one of them")
