"""Request bodies: arguments, checked and converted to the generated models.

Each function takes a value and the path of its field, and raises a `ValidationError` with that
path if the value is invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
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

# The API's limit on one request.
_MOST_MARKS = 100


def optional(check: Callable[[Any, str], T], value: Any, path: str) -> T | Unset:
    """The checked value, or UNSET for None: such a field is omitted from the request."""
    return UNSET if value is None else check(value, path)


def identifiers(value: Identifiers | None, path: str) -> list[api.ExternalID]:
    """The identifiers of one user or organization."""
    return [_identifier(item) for item in external_ids(cast("Identifiers", value), path)]


def _identifier(item: ExternalID) -> api.ExternalID:
    return api.ExternalID(
        item.external_id,
        source=UNSET if item.source == DEFAULT_SOURCE else item.source,
        metadata=UNSET if item.metadata is None else cast("values.Json", item.metadata),
    )


def subject_ref(value: Identifiers, path: str) -> api.SubjectRef:
    """The reference to a user or an organization: its identifiers."""
    return api.SubjectRef(identifiers(value, path))


@values.guarded
def uuid(value: UUID | str, path: str) -> UUID:
    """A UUID, from its instance or its text."""
    if isinstance(value, UUID):
        return value
    written = values.text(value, path)
    try:
        return UUID(written)
    except ValueError:
        raise ValidationError.at(path, "is not a UUID") from None


def _choice(*words: str) -> Callable[[Any, str], Any]:
    """A check for one of several words. Any, because the models have Literals there."""

    def check(value: Any, path: str) -> Any:
        word = values.text(value, path)
        if word not in words:
            raise ValidationError.at(path, f"must be one of {', '.join(words)}")
        return word

    return check


channel = _choice("email", "sms", "push", "inbox")
inbox_status = _choice("unread", "read", "archived")
device_os = _choice("web", "ios", "android")
message_source = _choice("inbox", "campaign", "broadcast", "journey")


def _between(least: int, most: int, bounds: str) -> Callable[[Any, str], int]:
    @values.guarded
    def check(value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError.at(path, "must be an integer")
        if not least <= value <= most:
            raise ValidationError.at(path, f"must be {bounds}")
        return int(value)

    return check


priority = _between(1, 5, "between 1 and 5")
limit = _between(1, 100, "between 1 and 100")
offset = _between(0, 2**63 - 1, "between 0 and 2**63 - 1")


def _tags(value: Any, path: str) -> list[str]:
    return [values.text(tag, f"{path}[{index}]") for index, tag in enumerate(_listed(value, path))]


@values.guarded
def comma_separated(value: Any, path: str) -> str | Unset:
    """Tags to filter by, separated by commas as the API takes them; UNSET for an empty list."""
    tags = _tags([value] if isinstance(value, str) else value, path)
    if any("," in tag for tag in tags):
        raise ValidationError.at(path, "has a tag with a comma, which the API can't filter by")
    return ",".join(tags) or UNSET


@values.guarded
def _listed(value: Any, path: str) -> list[Any]:
    if type(value) is not list and _is_no_list(value):
        raise ValidationError.at(path, f"must be a list, not {type(value).__name__}")
    return list(value)


def _is_no_list(value: Any) -> bool:
    return isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable)


def _instances(items: list[Any], path: str, model: type[T], start: int) -> Iterator[tuple[T, str]]:
    """The items of a batch, from models or mappings with the names of their fields; their paths."""
    for index, item in enumerate(items, start):
        field = f"{path}[{index}]"
        yield (item if isinstance(item, model) else _instance(item, field, model)), field


@values.guarded
def _instance(value: Any, path: str, model: type[T]) -> T:
    if not isinstance(value, Mapping):
        raise ValidationError.at(
            path, f"must be {model.__name__}(…) or a mapping, not {type(value).__name__}"
        )
    fields = attrs.fields_dict(cast("Any", model))
    unknown = sorted(str(name) for name in value if name not in fields)
    if unknown:
        raise ValidationError.at(
            f"{path}.{unknown[0]}", f"is not a field; the fields are {', '.join(fields)}"
        )
    # A required field that is missing is reported by the check of that field.
    required = {name: None for name, field in fields.items() if field.default is attrs.NOTHING}
    return model(**required | dict(value))


def events(items: list[Any], start: int = 0) -> list[values.Json]:
    """The JSON of events, each with an identifier or a match.

    It is built without the generated models, which would cost as much as all checks together. A
    test compares the result with that of the models.
    """
    return [_event(item, path) for item, path in _instances(items, "events", Event, start)]


def _event(event: Event, path: str) -> values.Json:
    if event.identifier is not None and event.match is not None:
        raise ValidationError.at(path, "has both identifier and match; pass exactly one of them")
    if event.identifier is None and event.match is None:
        raise ValidationError.at(path, "has neither identifier nor match; pass exactly one of them")
    sent: values.Json = {
        "name": values.short_text(event.name, f"{path}.name"),
        "data": {} if event.data is None else values.json_object(event.data, f"{path}.data"),
    }
    if event.identifier is not None:
        sent["identifier"] = _sent_identifiers(event.identifier, f"{path}.identifier")
    else:
        sent["match"] = values.json_object(event.match, f"{path}.match")
    return sent


def _sent_identifiers(value: Identifiers, path: str) -> list[values.Json]:
    if type(value) is str:  # the common case, and the fastest
        return [{"external_id": values.short_text(value, path)}]
    return [item.to_dict() for item in identifiers(value, path)]


def messages(items: list[Any], start: int = 0) -> list[api.InboxMessageSend]:
    """The inbox messages of a batch."""
    return [_message(item, path) for item, path in _instances(items, "messages", Message, start)]


def _message(message: Message, path: str) -> api.InboxMessageSend:
    checked_channel = channel(message.channel, f"{path}.channel")
    _check_sender(message, checked_channel, f"{path}.sender_identity_id")

    def given(check: Callable[[Any, str], T], field: str) -> T | Unset:
        return optional(check, getattr(message, field), f"{path}.{field}")

    return api.InboxMessageSend(
        identifiers(message.target, f"{path}.target"),
        _identifier(external_id(message.identifier, f"{path}.identifier")),
        checked_channel,
        sender_identity_id=given(uuid, "sender_identity_id"),
        campaign_id=given(uuid, "campaign_id"),
        broadcast_id=given(uuid, "broadcast_id"),
        content=given(values.json_object, "content"),
        data=given(values.json_object, "data"),
        tags=given(_tags, "tags"),
        priority=given(priority, "priority"),
        source=given(message_source, "source"),
        scheduled_at=given(values.moment, "scheduled_at"),
        expires_at=given(values.moment, "expires_at"),
    )


def _check_sender(message: Message, checked_channel: str, path: str) -> None:
    """The server accepts a message with the wrong kind of sender, and drops it."""
    has_sender = message.sender_identity_id is not None
    if checked_channel in ("email", "sms") and not has_sender:
        raise ValidationError.at(path, "is missing; the channels email and sms need it")
    if checked_channel in ("inbox", "push") and has_sender:
        raise ValidationError.at(path, "must not be set; only the channels email and sms have one")


def inbox_marks(identifier: Identifiers, message_id: Any) -> list[api.InboxMark]:
    """The marks of messages in one inbox."""
    target = identifiers(identifier, "identifier")
    items = _message_ids(message_id, "message_id")
    if not items:
        raise ValidationError.at("message_id", "is empty")
    if len(items) > _MOST_MARKS:
        fault = f"has {len(items)} items; the maximum is {_MOST_MARKS}"
        raise ValidationError.at("message_id", fault)
    return [
        api.InboxMark(target, uuid(item, f"message_id[{index}]"))
        for index, item in enumerate(items)
    ]


@values.guarded
def _message_ids(value: Any, path: str) -> list[Any]:
    return [value] if isinstance(value, UUID | str) else _listed(value, path)


def future_moment(value: Any, path: str) -> datetime:
    """The time of a schedule that fires once: the server accepts a past one, and never fires it."""
    moment = values.moment(value, path)
    if moment < datetime.now(UTC):
        raise ValidationError.at(path, "is in the past; without an interval it would never fire")
    return moment


def device_config(
    os: Any, token: str | None, subscription: Mapping[str, Any] | None
) -> api.DeviceConfig:
    """The push configuration of a device: a token, or the subscription of a browser."""
    if (token is None) == (subscription is None):
        raise ValidationError.at("token", "pass exactly one of token and subscription")
    if (os == "web") != (subscription is not None) and os is not None:
        raise ValidationError.at(
            "os", "must be web for a subscription, and ios or android for a token"
        )
    if token is not None:
        return api.DeviceConfig(token=values.text(token, "token"))
    return _web_config(values.json_object(subscription, "subscription"))


def _web_config(subscription: values.Json) -> api.DeviceConfig:
    """The JSON of a browser's ``PushSubscription``, with its field names or those of the API."""
    keys = values.json_object(subscription.get("keys") or {}, "subscription.keys")
    expires = subscription.get("expiration_time", subscription.get("expirationTime"))
    return api.DeviceConfig(
        endpoint=values.text(subscription.get("endpoint"), "subscription.endpoint"),
        expiration_time=optional(_expiration, expires, "subscription.expiration_time"),
        keys=api.DeviceKeys(
            p256dh=values.text(keys.get("p256dh"), "subscription.keys.p256dh"),
            auth=values.text(keys.get("auth"), "subscription.keys.auth"),
        ),
    )


@values.guarded
def _expiration(value: Any, path: str) -> Any:
    """The expiration time: browsers give it in milliseconds since 1970-01-01 UTC."""
    if not isinstance(value, int | float):
        return values.moment(value, path)
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise ValidationError.at(
            path, "is not a time in milliseconds since 1970-01-01 UTC"
        ) from None
