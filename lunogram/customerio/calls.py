"""Every call of Customer.io's APIs once, as data; see `lunogram.calls`.

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
from ..calls import Call, Endpoint, Repeat
from ..errors import ValidationError
from ..models import Data
from . import messages, wire
from .account import API
from .models import (
    CustomerID,
    Delivery,
    EventType,
    IDType,
    Platform,
    RegionInfo,
    TriggeredBroadcast,
)
from .wire import if_given

T = TypeVar("T")

_DOTS = re.compile(r"(?<=/)\.{1,2}(?=/|$)")
_EVENT_ACTIONS = frozenset({"event", "page", "screen"})


def api_of(path: str) -> API:
    """The API that a path belongs to.

    Args:
        path: The path of a call.
    """
    if path.startswith("/v1/api/collections"):
        return API.COLLECTIONS
    return API.APP if path.startswith("/v1/") else API.TRACK


def call_of(request: Mapping[str, Any], parse: Callable[[Any], T] | None = None) -> Call[T]:
    """The call that a generated endpoint describes.

    Args:
        request: Its account of the request.
        parse: As for `Call`.
    """
    # Ids are encoded but for dots, and dots alone would lead elsewhere.
    path = _DOTS.sub(lambda dots: dots[0].replace(".", "%2E"), request["url"])
    call = calls.call_of({**request, "url": path}, parse)
    return attrs.evolve(call, repeat=_repeat_of(call))


def _repeat_of(call: Call[Any]) -> Repeat:
    """An event with an id is recorded once; each message and each broadcast goes out anew."""
    if call.method == "POST" and call.path.startswith("/v1/"):
        return Repeat.NEVER
    if call.method == "POST" and call.path.endswith("/events"):
        return Repeat.SAFE if "id" in call.json else Repeat.EVENTS
    if call.path == "/api/v2/batch":
        return Repeat.SAFE if all(map(_is_safe, call.json["batch"])) else Repeat.EVENTS
    return Repeat.SAFE


def _is_safe(operation: Mapping[str, Any]) -> bool:
    return "id" in operation or operation.get("action") not in _EVENT_ACTIONS


# -- people ---------------------------------------------------------------------------------------


def identify(customer_id: CustomerID, attributes: Data) -> Call[None]:
    """Create or update a person."""
    person = wire.name(customer_id, "customer_id")
    known = wire.attributes(attributes, "attributes")
    return call_of(_identify._get_kwargs(person, body=known))


def delete(customer_id: CustomerID) -> Call[None]:
    """Delete a person."""
    return call_of(delete_customer._get_kwargs(wire.name(customer_id, "customer_id")))


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
    person = wire.name(customer_id, "customer_id")
    body = api.Event(
        values.text(name, "name"),
        wire.event_data(data, "data"),
        id=if_given(wire.name, id, "id"),
        timestamp=if_given(wire.seconds, timestamp, "timestamp"),
        type_=if_given(wire.event_type, type, "type"),
    )
    return call_of(track_event._get_kwargs(person, body=body))


def track_anonymous(
    anonymous_id: CustomerID | None,
    name: str,
    data: Data | None,
    *,
    id: CustomerID | None,
    timestamp: datetime | int | None,
) -> Call[None]:
    """Record an event of somebody unknown, or an invitation."""
    who = None if anonymous_id == "" else anonymous_id
    body = api.AnonymousEvent(
        values.text(name, "name"),
        wire.event_data(data, "data"),
        anonymous_id=if_given(wire.name, who, "anonymous_id"),
        id=if_given(wire.name, id, "id"),
        timestamp=if_given(wire.seconds, timestamp, "timestamp"),
    )
    if who is None:
        values.text(body.data.get("recipient"), "data.recipient")
    return call_of(track_anonymous_event._get_kwargs(body=body))


def merge_customers(
    primary_id_type: IDType,
    primary_id: CustomerID,
    secondary_id_type: IDType,
    secondary_id: CustomerID,
) -> Call[None]:
    """Merge one person into another."""
    body = api.Merge(
        wire.identifier(primary_id_type, primary_id, "primary"),
        wire.identifier(secondary_id_type, secondary_id, "secondary"),
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
    person = wire.name(customer_id, "customer_id")
    device = wire.device(device_id, platform, attributes, last_used)
    return call_of(_add_device._get_kwargs(person, body=api.DeviceAdd(device)))


def delete_device(customer_id: CustomerID, device_id: str) -> Call[None]:
    """Delete a device."""
    person = wire.name(customer_id, "customer_id")
    return call_of(_delete_device._get_kwargs(person, wire.name(device_id, "device_id")))


def suppress(customer_id: CustomerID) -> Call[None]:
    """Delete a person, and take nothing more about them."""
    return call_of(_suppress._get_kwargs(wire.name(customer_id, "customer_id"), body={}))


def unsuppress(customer_id: CustomerID) -> Call[None]:
    """Take in what is sent about a person again."""
    return call_of(_unsuppress._get_kwargs(wire.name(customer_id, "customer_id"), body={}))


def batch(operations: Sequence[Data]) -> Call[None]:
    """Carry out several operations."""
    return call_of(_batch._get_kwargs(body=api.Operations(wire.objects(operations, "operations"))))


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
        wire.number(segment_id, "segment_id"),
        body=api.SegmentMembers(wire.names(customer_ids, "customer_ids")),
        id_type=if_given(wire.id_type, id_type, "id_type"),
    )
    return call_of(request)


def region() -> Call[RegionInfo]:
    """Find the region that the keys belong to."""
    answer = calls.answer(api.RegionInfo, RegionInfo.from_api)
    return call_of(find_region._get_kwargs(), answer)


def test_credentials() -> Call[None]:
    """Test the Track API's credentials."""
    return call_of(_test_credentials._get_kwargs())


# -- messages -------------------------------------------------------------------------------------


@attrs.frozen
class Medium:
    """A way to send a message.

    Attributes:
        endpoint: Where it is asked for.
        request: The class of what to ask for.
        model: The generated model of it.
    """

    endpoint: Endpoint
    request: type[Any]
    model: Callable[..., Any]


EMAIL = Medium(send_email._get_kwargs, messages.SendEmailRequest, api.Email)
PUSH = Medium(send_push._get_kwargs, messages.SendPushRequest, api.Push)
SMS = Medium(send_sms._get_kwargs, messages.SendSMSRequest, api.SMS)
INBOX_MESSAGE = Medium(
    send_inbox_message._get_kwargs, messages.SendInboxMessageRequest, api.InboxMessage
)
IN_APP = Medium(send_in_app._get_kwargs, messages.SendInAppRequest, api.InApp)


def send(medium: Medium, request: object) -> Call[Delivery]:
    """Send a message to one person."""
    body = wire.message(request, medium.request, medium.model)
    return call_of(medium.endpoint(body=body), calls.answer(api.Delivery, Delivery.from_api))


# -- broadcasts and collections -------------------------------------------------------------------

# What each kind of recipients may come with; the API refuses a request with anything else.
_ALL_FLAGS = ("id_ignore_missing", "email_ignore_missing", "email_add_duplicates")
_FLAGS = {
    "recipients": (),
    "ids": ("id_ignore_missing",),
    "emails": ("email_ignore_missing", "email_add_duplicates"),
    "per_user_data": _ALL_FLAGS,
    "data_file_url": _ALL_FLAGS,
}
_RECIPIENTS: dict[str, Callable[[Any, str], Any]] = {
    "recipients": wire.json_object,
    "ids": wire.names,
    "emails": wire.names,
    "per_user_data": wire.objects,
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
        broadcast_id: Which.
        data: What the message can refer to.
        recipients: Every kind of recipients; at most one is not None.
        flags: All flags; those that belong to other kinds are left out.
    """
    given = [kind for kind, value in recipients.items() if value is not None]
    if len(given) > 1:
        raise ValidationError.at(given[1], f"excludes {given[0]}; give one of them")
    addressed = {kind: _RECIPIENTS[kind](recipients[kind], kind) for kind in given}
    for flag in [flag for kind in given for flag in _FLAGS[kind]]:
        addressed[flag] = if_given(wire.flag, flags[flag], flag)
    body = api.BroadcastTrigger({} if data is None else wire.json_object(data, "data"), **addressed)
    request = _trigger_broadcast._get_kwargs(wire.number(broadcast_id, "broadcast_id"), body=body)
    return call_of(request, calls.answer(api.TriggeredBroadcast, TriggeredBroadcast.from_api))


def create_collection(name: str, items: Sequence[Data] | None, *, url: str | None) -> Call[None]:
    """Create a collection."""
    return call_of(_create_collection._get_kwargs(body=_collection(name, items, url)))


def update_collection(
    collection_id: CustomerID, name: str, items: Sequence[Data] | None, *, url: str | None
) -> Call[None]:
    """Replace the contents of a collection."""
    number = wire.name(collection_id, "collection_id")
    return call_of(_update_collection._get_kwargs(number, body=_collection(name, items, url)))


def _collection(name: str, items: Any, url: str | None) -> api.Collection:
    if (items is None) == (url is None):
        raise ValidationError.at("items", "or url: a collection has exactly one of them")
    return api.Collection(
        values.text(name, "name"),
        data=UNSET if items is None else wire.collection_items(items, "items"),
        url=if_given(values.text, url, "url"),
    )
