# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
"""The models of requests and answers."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .anonymous_event import AnonymousEvent
    from .anonymous_event_type import AnonymousEventType
    from .broadcast_trigger import BroadcastTrigger
    from .collection import Collection
    from .custom_device import CustomDevice
    from .delivery import Delivery
    from .device import Device
    from .device_add import DeviceAdd
    from .email import Email
    from .event import Event
    from .event_type import EventType
    from .failure import Failure
    from .id_type import IDType
    from .in_app import InApp
    from .inbox_message import InboxMessage
    from .merge import Merge
    from .operations import Operations
    from .person_identifier import PersonIdentifier
    from .platform import Platform
    from .push import Push
    from .region_info import RegionInfo
    from .segment_members import SegmentMembers
    from .sms import SMS
    from .triggered_broadcast import TriggeredBroadcast
    from .whats_app import WhatsApp
else:
    _MODULES = {
        "AnonymousEvent": ".anonymous_event",
        "AnonymousEventType": ".anonymous_event_type",
        "BroadcastTrigger": ".broadcast_trigger",
        "Collection": ".collection",
        "CustomDevice": ".custom_device",
        "Delivery": ".delivery",
        "Device": ".device",
        "DeviceAdd": ".device_add",
        "Email": ".email",
        "Event": ".event",
        "EventType": ".event_type",
        "Failure": ".failure",
        "IDType": ".id_type",
        "InApp": ".in_app",
        "InboxMessage": ".inbox_message",
        "Merge": ".merge",
        "Operations": ".operations",
        "PersonIdentifier": ".person_identifier",
        "Platform": ".platform",
        "Push": ".push",
        "RegionInfo": ".region_info",
        "SegmentMembers": ".segment_members",
        "SMS": ".sms",
        "TriggeredBroadcast": ".triggered_broadcast",
        "WhatsApp": ".whats_app",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return globals()[name]


__all__ = (
    "AnonymousEvent",
    "AnonymousEventType",
    "BroadcastTrigger",
    "Collection",
    "CustomDevice",
    "Delivery",
    "Device",
    "DeviceAdd",
    "Email",
    "Event",
    "EventType",
    "Failure",
    "IDType",
    "InApp",
    "InboxMessage",
    "Merge",
    "Operations",
    "PersonIdentifier",
    "Platform",
    "Push",
    "RegionInfo",
    "SegmentMembers",
    "SMS",
    "TriggeredBroadcast",
    "WhatsApp",
)


def __dir__() -> list[str]:
    return list(__all__)
