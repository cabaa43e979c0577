"""What callers give, as the generated models have it: names, events, messages, marks, devices.

Each function takes what was given and the place it stands in, and raises a `ValidationError`
that names the place when it can't be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

import attrs
import lunogram_api.models as api
from lunogram_api.types import UNSET, Unset

from . import values
from .errors import ValidationError
from .identifiers import DEFAULT_SOURCE, ExternalID, Identifiers, external_id, external_ids
from .models import Event, Message

T = TypeVar("T")

# The API's bound on one array of inbox messages or marks.
_MOST_MESSAGES = 100


def if_given(check: Callable[[Any, str], T], value: Any, place: str) -> T | Unset:
    """The checked value, or UNSET for None: what is None here is left out on the wire."""
    return UNSET if value is None else check(value, place)


def names(value: Identifiers, place: str) -> list[api.ExternalID]:
    """The identifiers of one subject."""
    return [_name(item) for item in external_ids(value, place)]


def _name(item: ExternalID) -> api.ExternalID:
    return api.ExternalID(
        item.external_id,
        source=UNSET if item.source == DEFAULT_SOURCE else item.source,
        metadata=UNSET if item.metadata is None else cast("values.Json", item.metadata),
    )


def subject(value: Identifiers, place: str) -> api.Subject:
    """A subject, by its identifiers."""
    return api.Subject(names(value, place))


def uuid(value: UUID | str, place: str) -> UUID:
    """An id of the platform's own."""
    if isinstance(value, UUID):
        return value
    written = values.text(value, place)
    try:
        return UUID(written)
    except ValueError:
        raise ValidationError.at(place, "is not a UUID") from None


def _one_of(*words: str) -> Callable[[Any, str], Any]:
    """A check for one of a few words. They are Literals to the type checker, so Any here."""

    def check(value: Any, place: str) -> Any:
        """The check itself."""
        word = values.text(value, place)
        if word not in words:
            raise ValidationError.at(place, f"has to be one of {', '.join(words)}")
        return word

    return check


channel = _one_of("email", "sms", "push", "inbox")
inbox_status = _one_of("unread", "read", "archived")
device_os = _one_of("web", "ios", "android")


def _between(least: int, most: int, bounds: str) -> Callable[[Any, str], int]:
    def check(value: Any, place: str) -> int:
        """The check itself."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError.at(place, "has to be a whole number")
        if not least <= value <= most:
            raise ValidationError.at(place, f"has to be {bounds}")
        return int(value)

    return check


priority = _between(1, 5, "1 to 5")
limit = _between(1, 100, "1 to 100")
offset = _between(0, 2**63 - 1, "0 or more, in 64 bits")


def _tags(value: Any, place: str) -> list[str]:
    return [
        values.text(tag, f"{place}[{index}]") for index, tag in enumerate(_listed(value, place))
    ]


def comma_separated(value: Any, place: str) -> str | Unset:
    """Tags to look for, in the API's own form; no tags are as good as none given."""
    tags = _tags([value] if isinstance(value, str) else value, place)
    if any("," in tag for tag in tags):
        raise ValidationError.at(place, "has a tag with a comma in it, which can't be looked for")
    return ",".join(tags) or UNSET


def _listed(value: Any, place: str) -> list[Any]:
    if type(value) is not list and _is_no_list(value):
        raise ValidationError.at(place, f"has to be a list, not {type(value).__name__}")
    return list(value)


def _is_no_list(value: Any) -> bool:
    return isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable)


def _several(value: Any, kind: type[T], place: str) -> list[T]:
    """One or more of a kind; a mapping with the wire's names counts as one."""
    one = type(value) is not list and isinstance(value, kind | Mapping)
    items = [value] if one else _listed(value, place)
    if not items:
        raise ValidationError.at(place, "is empty; there is nothing to send")
    return [
        item if isinstance(item, kind) else _instance(item, kind, f"{place}[{index}]")
        for index, item in enumerate(items)
    ]


def _instance(value: Any, kind: type[T], place: str) -> T:
    if not isinstance(value, Mapping):
        raise ValidationError.at(
            place, f"has to be {kind.__name__}(…) or a mapping, not {type(value).__name__}"
        )
    fields = attrs.fields_dict(cast("Any", kind))
    unknown = sorted(str(name) for name in value if name not in fields)
    if unknown:
        raise ValidationError.at(
            f"{place}.{unknown[0]}", f"is not a field; there are {', '.join(fields)}"
        )
    # What is required and missing is reported by the check of that field.
    required = {name: None for name, field in fields.items() if field.default is attrs.NOTHING}
    return kind(**required | dict(value))


def _at_most(items: list[Any], place: str) -> None:
    if len(items) > _MOST_MESSAGES:
        raise ValidationError.at(
            place, f"has {len(items)} items; the API takes {_MOST_MESSAGES} at once"
        )


def events(value: Any) -> list[values.Json]:
    """Events, each with an identifier or a match, in the form that goes out.

    There are so many that the generated models between these two forms would cost as much as
    all checks. A test compares what comes out with what the models make of the same.
    """
    items = _several(value, Event, "events")
    return [_event(item, f"events[{index}]") for index, item in enumerate(items)]


def _event(event: Event, place: str) -> values.Json:
    if event.identifier is not None and event.match is not None:
        raise ValidationError.at(
            place, "has both identifier and match, which exclude each other; take one"
        )
    if event.identifier is None and event.match is None:
        raise ValidationError.at(place, "has neither identifier nor match; nobody is meant")
    sent: values.Json = {
        "name": values.text(event.name, f"{place}.name"),
        "data": {} if event.data is None else values.json_object(event.data, f"{place}.data"),
    }
    if event.identifier is not None:
        sent["identifier"] = _sent_names(event.identifier, f"{place}.identifier")
    else:
        sent["match"] = values.json_object(event.match, f"{place}.match")
    return sent


def _sent_names(value: Identifiers, place: str) -> list[values.Json]:
    if type(value) is str:  # as with most, and then there is no more to it
        return [{"external_id": values.text(value, place)}]
    return [name.to_dict() for name in names(value, place)]


def messages(value: Any) -> list[api.InboxMessageSend]:
    """Messages for inboxes."""
    items = _several(value, Message, "messages")
    _at_most(items, "messages")
    return [_message(item, f"messages[{index}]") for index, item in enumerate(items)]


def _message(message: Message, place: str) -> api.InboxMessageSend:
    way = channel(message.channel, f"{place}.channel")
    if way in ("email", "sms") and message.sender_identity_id is None:
        raise ValidationError.at(
            f"{place}.sender_identity_id", "is missing; emails and text messages need a sender"
        )

    def given(check: Callable[[Any, str], T], field: str) -> T | Unset:
        """One optional field of the message, checked."""
        return if_given(check, getattr(message, field), f"{place}.{field}")

    return api.InboxMessageSend(
        names(message.target, f"{place}.target"),
        _name(external_id(message.identifier, f"{place}.identifier")),
        way,
        sender_identity_id=given(uuid, "sender_identity_id"),
        campaign_id=given(uuid, "campaign_id"),
        broadcast_id=given(uuid, "broadcast_id"),
        content=given(values.json_object, "content"),
        data=given(values.json_object, "data"),
        tags=given(_tags, "tags"),
        priority=given(priority, "priority"),
        source=given(values.text, "source"),
        scheduled_at=given(values.moment, "scheduled_at"),
        expires_at=given(values.moment, "expires_at"),
    )


def marks(identifier: Identifiers, message_id: Any) -> list[api.InboxMark]:
    """Messages of one inbox, to be marked."""
    target = names(identifier, "identifier")
    one = isinstance(message_id, UUID | str)
    items = [message_id] if one else _listed(message_id, "message_id")
    if not items:
        raise ValidationError.at("message_id", "is empty; there is nothing to mark")
    _at_most(items, "message_id")
    return [
        api.InboxMark(target, uuid(item, f"message_id[{index}]"))
        for index, item in enumerate(items)
    ]


def device_config(
    os: Any, token: str | None, subscription: Mapping[str, Any] | None
) -> api.DeviceConfig:
    """How to reach a device: by a token, or by a browser's subscription."""
    if (token is None) == (subscription is None):
        raise ValidationError.at("token", "or subscription: a device has exactly one of them")
    if (os == "web") != (subscription is not None) and os is not None:
        raise ValidationError.at("os", "is web for a subscription, ios or android for a token")
    if token is not None:
        return api.DeviceConfig(token=values.text(token, "token"))
    return _web_config(values.json_object(subscription, "subscription"))


def _web_config(subscription: values.Json) -> api.DeviceConfig:
    """What a browser's own ``PushSubscription.toJSON()`` holds, with its names or the wire's."""
    keys = values.json_object(subscription.get("keys") or {}, "subscription.keys")
    expires = subscription.get("expiration_time", subscription.get("expirationTime"))
    return api.DeviceConfig(
        endpoint=values.text(subscription.get("endpoint"), "subscription.endpoint"),
        expiration_time=if_given(_expiration, expires, "subscription.expiration_time"),
        keys=api.DeviceKeys(
            p256dh=values.text(keys.get("p256dh"), "subscription.keys.p256dh"),
            auth=values.text(keys.get("auth"), "subscription.keys.auth"),
        ),
    )


def _expiration(value: Any, place: str) -> Any:
    """Browsers count milliseconds since 1970."""
    from datetime import UTC, datetime

    if not isinstance(value, int | float):
        return values.moment(value, place)
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValidationError.at(place, "is not a time in milliseconds since 1970") from None
