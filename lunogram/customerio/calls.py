"""Every call of Customer.io's APIs as data; see `lunogram.calls`.

Methods, paths and the fields of bodies come from the generated client, so from
openapi-customerio.yaml. Nothing here does any I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import attrs
import customerio_api.models as api
from customerio_api.api.account import find_region
from customerio_api.api.account import test_credentials as _test_credentials
from customerio_api.api.broadcasts import trigger_broadcast as _trigger_broadcast
from customerio_api.api.collections import create_collection as _create_collection
from customerio_api.api.collections import update_collection as _update_collection
from customerio_api.api.messages import (
    send_email,
    send_in_app,
    send_inbox_message,
    send_push,
    send_sms,
    send_whatsapp,
)
from customerio_api.api.people import add_device as _add_device
from customerio_api.api.people import batch as _batch
from customerio_api.api.people import (
    delete_customer,
    track_anonymous_event,
    track_event,
)
from customerio_api.api.people import delete_device as _delete_device
from customerio_api.api.people import identify as _identify
from customerio_api.api.people import merge_customers as _merge_customers
from customerio_api.api.people import suppress as _suppress
from customerio_api.api.people import unsuppress as _unsuppress
from customerio_api.api.segments import add_to_segment as _add_to_segment
from customerio_api.api.segments import remove_from_segment as _remove_from_segment
from customerio_api.types import UNSET

from .. import calls, values
from ..call_warnings import CallWarning
from ..calls import Call, Endpoint
from ..errors import ValidationError
from ..models import Data
from ..operation import Repeat
from ..operations import BATCH, TRACK_ANONYMOUS_EVENT, TRACK_EVENT
from . import messages, request_bodies
from .models import (
    CustomerID,
    Delivery,
    EventType,
    IDType,
    Platform,
    RegionInfo,
    TriggeredBroadcast,
)
from .request_bodies import optional

T = TypeVar("T")

_DOTS = re.compile(r"(?<=/)\.{1,2}(?=/|$)")
_EVENT_ACTIONS = frozenset({"event", "page", "screen"})

_INVITE = "invite"
_NO_RECIPIENT = CallWarning(
    "data.recipient", "is missing: without it, an invite that has no anonymous_id invites nobody"
)


def call_of(request: Mapping[str, Any], parse: Callable[[Any], T] | None = None) -> Call[T]:
    """The call of a generated endpoint.

    Args:
        request: The keyword arguments of the request, from its ``_get_kwargs``.
        parse: The parser of the response.
    """
    # Dots are not percent-encoded in ids, and segments of dots alone would change the path.
    path = _DOTS.sub(lambda dots: dots[0].replace(".", "%2E"), request["url"])
    call = calls.call_of({**request, "url": path}, parse)
    return attrs.evolve(call, repeat=Repeat.SAFE) if _is_recorded_once(call) else call


def _is_recorded_once(call: Call[Any]) -> bool:
    """Whether all of its events have ids, by which Customer.io deduplicates them."""
    if call.operation is BATCH:
        return all(map(_is_safe, call.json["batch"]))
    return call.operation in (TRACK_EVENT, TRACK_ANONYMOUS_EVENT) and _is_safe(call.json)


def _is_safe(event: Mapping[str, Any]) -> bool:
    return "id" in event or event.get("action", "event") not in _EVENT_ACTIONS


# -- people ---------------------------------------------------------------------------------------


def identify(customer_id: CustomerID, attributes: Data | None) -> Call[None]:
    """Create or update a person."""
    person = request_bodies.name(customer_id, "customer_id")
    known = request_bodies.data(attributes, "attributes")
    return call_of(_identify._get_kwargs(person, body=known))


def delete(customer_id: CustomerID) -> Call[None]:
    """Delete a person."""
    return call_of(delete_customer._get_kwargs(request_bodies.name(customer_id, "customer_id")))


def track(
    customer_id: CustomerID,
    name: str,
    data: Data | None,
    *,
    id: CustomerID | None,
    timestamp: datetime | int | None,
    type: EventType | None,
) -> Call[None]:
    """Record an event of a person."""
    person = request_bodies.name(customer_id, "customer_id")
    body = api.Event(
        request_bodies.text(name, "name"),
        request_bodies.event_data(data, "data"),
        id=optional(request_bodies.name, id, "id"),
        timestamp=optional(request_bodies.seconds, timestamp, "timestamp"),
        type_=optional(request_bodies.event_type, type, "type"),
    )
    return call_of(track_event._get_kwargs(person, body=body))


@values.guarded
def _without_empty(value: Any, _path: str) -> Any:
    return None if value == "" else value


def track_anonymous(
    anonymous_id: CustomerID | None,
    name: str,
    data: Data | None,
    *,
    id: CustomerID | None,
    timestamp: datetime | int | None,
    type: EventType | None,
) -> Call[None]:
    """Record an event of an anonymous person, or of nobody in particular."""
    anonymous = _without_empty(anonymous_id, "anonymous_id")
    body = api.AnonymousEvent(
        request_bodies.text(name, "name"),
        request_bodies.event_data(data, "data"),
        anonymous_id=optional(request_bodies.name, anonymous, "anonymous_id"),
        id=optional(request_bodies.name, id, "id"),
        timestamp=optional(request_bodies.seconds, timestamp, "timestamp"),
        type_=optional(request_bodies.event_type, type, "type"),
    )
    call: Call[None] = call_of(track_anonymous_event._get_kwargs(body=body))
    lacks_recipient = anonymous is None and name == _INVITE and not body.data.get("recipient")
    return _warned(call, _NO_RECIPIENT) if lacks_recipient else call


def _warned(call: Call[T], warning: CallWarning) -> Call[T]:
    return attrs.evolve(call, warnings=(*call.warnings, warning))


def merge_customers(
    primary_id_type: IDType,
    primary_id: CustomerID,
    secondary_id_type: IDType,
    secondary_id: CustomerID,
) -> Call[None]:
    """Merge one person into another."""
    body = api.Merge(
        request_bodies.identifier(primary_id_type, primary_id, "primary"),
        request_bodies.identifier(secondary_id_type, secondary_id, "secondary"),
    )
    return call_of(_merge_customers._get_kwargs(body=body))


def add_device(
    customer_id: CustomerID,
    device_id: str,
    platform: Platform,
    attributes: Data | None,
    *,
    last_used: datetime | int | None,
) -> Call[None]:
    """Add or update a device."""
    person = request_bodies.name(customer_id, "customer_id")
    device = request_bodies.device(device_id, platform, attributes, last_used)
    return call_of(_add_device._get_kwargs(person, body=api.DeviceAdd(device)))


def delete_device(customer_id: CustomerID, device_id: str) -> Call[None]:
    """Delete a device."""
    person = request_bodies.name(customer_id, "customer_id")
    return call_of(_delete_device._get_kwargs(person, request_bodies.name(device_id, "device_id")))


def suppress(customer_id: CustomerID) -> Call[None]:
    """Delete a person, and ignore all further data about them."""
    return call_of(_suppress._get_kwargs(request_bodies.name(customer_id, "customer_id"), body={}))


def unsuppress(customer_id: CustomerID) -> Call[None]:
    """Accept data about a suppressed person again."""
    return call_of(
        _unsuppress._get_kwargs(request_bodies.name(customer_id, "customer_id"), body={})
    )


def batch(operations: Sequence[Data]) -> Call[None]:
    """Execute several operations."""
    return call_of(
        _batch._get_kwargs(body=api.Operations(request_bodies.objects(operations, "operations")))
    )


# -- segments and the account ---------------------------------------------------------------------


def add_to_segment(
    segment_id: int | str, customer_ids: Sequence[CustomerID], *, id_type: IDType | None
) -> Call[None]:
    """Add people to a manual segment."""
    return _change_segment(_add_to_segment._get_kwargs, segment_id, customer_ids, id_type)


def remove_from_segment(
    segment_id: int | str, customer_ids: Sequence[CustomerID], *, id_type: IDType | None
) -> Call[None]:
    """Remove people from a manual segment."""
    return _change_segment(_remove_from_segment._get_kwargs, segment_id, customer_ids, id_type)


def _change_segment(
    change: Endpoint, segment_id: Any, customer_ids: Any, id_type: Any
) -> Call[None]:
    request = change(
        request_bodies.number(segment_id, "segment_id"),
        body=api.SegmentMembers(request_bodies.names(customer_ids, "customer_ids")),
        id_type=optional(request_bodies.id_type, id_type, "id_type"),
    )
    return call_of(request)


def region() -> Call[RegionInfo]:
    """Find the region that the keys belong to."""
    return call_of(find_region._get_kwargs(), RegionInfo.from_json)


def test_credentials() -> Call[None]:
    """Test the Track API's credentials."""
    return call_of(_test_credentials._get_kwargs())


# -- messages -------------------------------------------------------------------------------------


@attrs.frozen
class Channel:
    """A channel for messages.

    Attributes:
        endpoint: The generated endpoint.
        request: The class of the message.
        model: Its generated model.
    """

    endpoint: Endpoint
    request: type[Any]
    model: Callable[..., Any]


EMAIL = Channel(send_email._get_kwargs, messages.SendEmailRequest, api.Email)
PUSH = Channel(send_push._get_kwargs, messages.SendPushRequest, api.Push)
SMS = Channel(send_sms._get_kwargs, messages.SendSMSRequest, api.SMS)
INBOX_MESSAGE = Channel(
    send_inbox_message._get_kwargs, messages.SendInboxMessageRequest, api.InboxMessage
)
IN_APP = Channel(send_in_app._get_kwargs, messages.SendInAppRequest, api.InApp)
WHATSAPP = Channel(send_whatsapp._get_kwargs, messages.SendWhatsAppRequest, api.WhatsApp)


def send(channel: Channel, request: object) -> Call[Delivery]:
    """Send a message to one person."""
    body = request_bodies.message(request, channel.request, channel.model)
    return call_of(channel.endpoint(body=body), Delivery.from_json)


# -- broadcasts and collections -------------------------------------------------------------------

# The flags of each type of recipients; the API rejects a request with any other.
_ALL_FLAGS = ("id_ignore_missing", "email_ignore_missing", "email_add_duplicates")
_FLAGS = {
    "recipients": (),
    "ids": ("id_ignore_missing",),
    "emails": ("email_ignore_missing", "email_add_duplicates"),
    "per_user_data": _ALL_FLAGS,
    "data_file_url": _ALL_FLAGS,
}
_RECIPIENTS: dict[str, Callable[[Any, str], Any]] = {
    "recipients": request_bodies.json_object,
    "ids": request_bodies.names,
    "emails": request_bodies.names,
    "per_user_data": request_bodies.objects,
    "data_file_url": values.text,
}


def trigger_broadcast(
    broadcast_id: int | str,
    data: Data | None,
    recipients: Mapping[str, Any],
    flags: Mapping[str, bool | None],
) -> Call[TriggeredBroadcast]:
    """Trigger a broadcast.

    Args:
        broadcast_id: The number of the broadcast.
        data: The data that its messages can refer to.
        recipients: All types of recipients; at most one is not None.
        flags: All flags; those of other types of recipients are omitted.

    Raises:
        ValidationError: If an argument is invalid.
    """
    given = [kind for kind, value in recipients.items() if value is not None]
    if len(given) > 1:
        raise ValidationError.at(given[1], f"excludes {given[0]}; give one of them")
    addressed = {kind: _RECIPIENTS[kind](recipients[kind], kind) for kind in given}
    for flag in [flag for kind in given for flag in _FLAGS[kind]]:
        addressed[flag] = optional(request_bodies.flag, flags[flag], flag)
    body = api.BroadcastTrigger(
        {} if data is None else request_bodies.json_object(data, "data"), **addressed
    )
    request = _trigger_broadcast._get_kwargs(
        request_bodies.number(broadcast_id, "broadcast_id"), body=body
    )
    return call_of(request, TriggeredBroadcast.from_json)


def create_collection(name: str, items: Sequence[Data] | None, *, url: str | None) -> Call[None]:
    """Create a collection."""
    return call_of(_create_collection._get_kwargs(body=_collection(name, items, url)))


def update_collection(
    collection_id: CustomerID, name: str, items: Sequence[Data] | None, *, url: str | None
) -> Call[None]:
    """Replace the contents of a collection."""
    number = request_bodies.name(collection_id, "collection_id")
    return call_of(_update_collection._get_kwargs(number, body=_collection(name, items, url)))


def _collection(name: str, items: Any, url: str | None) -> api.Collection:
    if (items is None) == (url is None):
        raise ValidationError.at("items", "or url: a collection has exactly one of them")
    return api.Collection(
        values.text(name, "name"),
        data=UNSET if items is None else request_bodies.collection_items(items, "items"),
        url=optional(values.text, url, "url"),
    )
