"""Arguments of callers as fields of Customer.io's generated models.

Each function takes a value and its path in the call, and raises a `ValidationError` with the path
if the value is invalid.
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

# The limit of Customer.io's own clients for an event, in bytes of JSON.
_LARGEST_EVENT = 56_000

json_object = partial(values.json_object, format_datetime=values.epoch_seconds)


def optional(check: Callable[[Any, str], T], value: Any, path: str) -> T | Unset:
    """The checked value, or UNSET for None: the field is omitted from the request."""
    return UNSET if value is None else check(value, path)


@values.guarded
def name(value: Any, path: str) -> str:
    """The text of an identifier: text that is not blank, an integer or a UUID."""
    known = isinstance(value, int | UUID) and not isinstance(value, bool)
    return text(str(value) if known else value, path)


def text(value: Any, path: str) -> str:
    """Text that is not blank."""
    given = values.text(value, path)
    if not given.strip():
        raise ValidationError.at(path, "is blank")
    return given


@values.guarded
def words(value: Any, path: str) -> str:
    """Text, which may be empty."""
    return "" if value == "" else values.text(value, path)


@values.guarded
def flag(value: Any, path: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise ValidationError.at(path, "must be True or False")
    return value


@values.guarded
def number(value: Any, path: str) -> int:
    """A number: an integer, 1 or more."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValidationError.at(path, "must be an integer, 1 or more")
    return int(value)


@values.guarded
def seconds(value: Any, path: str) -> int:
    """A point in time in whole seconds since 1970: those, or an aware datetime."""
    if not isinstance(value, int | datetime) or isinstance(value, bool):
        raise ValidationError.at(
            path, "must be a datetime with a time zone, or whole seconds since 1970"
        )
    plain: int = values.json_value(value, path, values.epoch_seconds)
    return plain


def choice(*options: str) -> Callable[[Any, str], Any]:
    """A check for one of a few words. They are Literals to the type checker, hence Any."""

    def check(value: Any, path: str) -> Any:
        word = values.text(value, path)
        if word not in options:
            raise ValidationError.at(path, f"must be one of {', '.join(options)}")
        return word

    return check


id_type = choice("id", "email", "cio_id")
event_type = choice("event", "page", "screen")
platform = choice("ios", "android")


def data(value: Any, path: str) -> values.Json:
    """A JSON object; None is an empty one."""
    return {} if value is None else json_object(value, path)


def event_data(value: Any, path: str) -> values.Json:
    """The data of an event; None is no data."""
    given = data(value, path)
    if len(values.encode(given)) > _LARGEST_EVENT:
        raise ValidationError.at(path, f"is larger than {_LARGEST_EVENT} bytes")
    return given


def listed(check: Callable[[Any, str], T]) -> Callable[[Any, str], list[T]]:
    """A check for a list that is not empty."""

    def check_all(value: Any, path: str) -> list[T]:
        items = items_of(value, path)
        if not items:
            raise ValidationError.at(path, "is empty")
        return [check(item, f"{path}[{index}]") for index, item in enumerate(items)]

    return check_all


@values.guarded
def items_of(value: Any, path: str) -> list[Any]:
    """The items of a list or a tuple."""
    if not isinstance(value, list | tuple):
        raise ValidationError.at(path, f"must be a list, not {type(value).__name__}")
    return list(value)


names = listed(name)
objects = listed(json_object)


def collection_items(value: Any, path: str) -> list[values.Json]:
    """The items of a collection, which may be empty."""
    return [json_object(item, f"{path}[{at}]") for at, item in enumerate(items_of(value, path))]


def identifier(kind: Any, value: Any, path: str) -> api.PersonIdentifier:
    """The identifier of a person; ``path`` is ``"primary"`` or ``"secondary"``."""
    known = id_type(kind, f"{path}_id_type")
    return api.PersonIdentifier(**{known: name(value, f"{path}_id")})


@values.guarded
def identifiers(value: Any, path: str) -> api.PersonIdentifier:
    """The identifiers of a person, from a mapping."""
    if not isinstance(value, Mapping) or not value:
        raise ValidationError.at(path, "must be a mapping with one of id, email, cio_id")
    known = {id_type(kind, path): name(given, f"{path}.{kind}") for kind, given in value.items()}
    return api.PersonIdentifier(**known)


def device(device_id: Any, kind: Any, given: Data | None, last_used: Any) -> api.Device:
    """A device of a person. An attribute last_used is the field of that name."""
    extra = {} if given is None else json_object(given, "attributes")
    if "last_used" in extra:
        if last_used is not None:
            raise ValidationError.at("attributes.last_used", "is given as last_used already")
        last_used = extra.pop("last_used")
    return api.Device(
        name(device_id, "device_id"),
        platform(kind, "platform"),
        last_used=optional(seconds, last_used, "last_used"),
        attributes=extra or UNSET,
    )


def custom_device(value: Any, path: str) -> api.CustomDevice:
    """A device that comes with a push message."""
    if not isinstance(value, Device):
        raise ValidationError.at(path, f"must be Device(…), not {type(value).__name__}")
    return api.CustomDevice(
        name(value.token, f"{path}.token"),
        platform(value.platform, f"{path}.platform"),
        last_used=optional(seconds, value.last_used, f"{path}.last_used"),
        attributes=optional(json_object, value.attributes, f"{path}.attributes"),
    )


@values.guarded
def template(value: Any, path: str) -> str | int:
    """A template: its number, or its trigger name."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return number(value, path) if is_number else values.text(value, path)


# A field has the same check in every type of message; fields that are not listed are text.
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
    """A message as its generated model.

    Args:
        request: The message.
        kind: Its expected class.
        model: The generated model.

    Raises:
        ValidationError: If the message is invalid.
    """
    if not isinstance(request, kind):
        given = type(request).__name__
        raise ValidationError.at("request", f"must be {kind.__name__}(…), not {given}")
    for field in _needed(request):
        _check_given(getattr(request, field), field)
    fields = [field.name for field in attrs.fields(kind)]
    return model(
        **{
            field: optional(_CHECKS.get(field, words), getattr(request, field), field)
            for field in fields
        }
    )


@values.guarded
def _check_given(value: Any, path: str) -> None:
    if value in (None, "", {}):
        raise ValidationError.at(path, "is missing")


def _needed(request: Any) -> tuple[str, ...]:
    if not isinstance(request, SendEmailRequest):
        return ("identifiers",)
    _reject_both_names(request)
    if request.transactional_message_id is not None:
        return ("to", "identifiers")
    return ("to", "from_", "subject", "body", "identifiers")


def _reject_both_names(request: SendEmailRequest) -> None:
    for field, older in _TWO_NAMES:
        if getattr(request, field) is not None and getattr(request, older) is not None:
            raise ValidationError.at(older, f"is the older name of {field}; give one of them")
