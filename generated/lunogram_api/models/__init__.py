# Written by `make generate` from openapi.yaml; never edited by hand.
"""The models of requests and answers."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .channel import Channel
    from .device_config import DeviceConfig
    from .device_keys import DeviceKeys
    from .device_os import DeviceOS
    from .device_registration import DeviceRegistration
    from .external_id import ExternalID
    from .inbox_count import InboxCount
    from .inbox_mark import InboxMark
    from .inbox_message import InboxMessage
    from .inbox_message_send import InboxMessageSend
    from .inbox_page import InboxPage
    from .inbox_status import InboxStatus
    from .known_external_id import KnownExternalID
    from .member_add import MemberAdd
    from .member_remove import MemberRemove
    from .message_source import MessageSource
    from .organization import Organization
    from .organization_event import OrganizationEvent
    from .organization_upsert import OrganizationUpsert
    from .problem import Problem
    from .schedule_delete import ScheduleDelete
    from .schedule_upsert import ScheduleUpsert
    from .scheduled_accepted import ScheduledAccepted
    from .session import Session
    from .session_create import SessionCreate
    from .subject_ref import SubjectRef
    from .user import User
    from .user_delete import UserDelete
    from .user_event import UserEvent
    from .user_upsert import UserUpsert
    from .vapid_public_key import VapidPublicKey
else:
    _MODULES = {
        "Channel": ".channel",
        "DeviceConfig": ".device_config",
        "DeviceKeys": ".device_keys",
        "DeviceOS": ".device_os",
        "DeviceRegistration": ".device_registration",
        "ExternalID": ".external_id",
        "InboxCount": ".inbox_count",
        "InboxMark": ".inbox_mark",
        "InboxMessage": ".inbox_message",
        "InboxMessageSend": ".inbox_message_send",
        "InboxPage": ".inbox_page",
        "InboxStatus": ".inbox_status",
        "KnownExternalID": ".known_external_id",
        "MemberAdd": ".member_add",
        "MemberRemove": ".member_remove",
        "MessageSource": ".message_source",
        "Organization": ".organization",
        "OrganizationEvent": ".organization_event",
        "OrganizationUpsert": ".organization_upsert",
        "Problem": ".problem",
        "ScheduleDelete": ".schedule_delete",
        "ScheduleUpsert": ".schedule_upsert",
        "ScheduledAccepted": ".scheduled_accepted",
        "Session": ".session",
        "SessionCreate": ".session_create",
        "SubjectRef": ".subject_ref",
        "User": ".user",
        "UserDelete": ".user_delete",
        "UserEvent": ".user_event",
        "UserUpsert": ".user_upsert",
        "VapidPublicKey": ".vapid_public_key",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return globals()[name]


__all__ = (
    "Channel",
    "DeviceConfig",
    "DeviceKeys",
    "DeviceOS",
    "DeviceRegistration",
    "ExternalID",
    "InboxCount",
    "InboxMark",
    "InboxMessage",
    "InboxMessageSend",
    "InboxPage",
    "InboxStatus",
    "KnownExternalID",
    "MemberAdd",
    "MemberRemove",
    "MessageSource",
    "Organization",
    "OrganizationEvent",
    "OrganizationUpsert",
    "Problem",
    "ScheduleDelete",
    "ScheduleUpsert",
    "ScheduledAccepted",
    "Session",
    "SessionCreate",
    "SubjectRef",
    "User",
    "UserDelete",
    "UserEvent",
    "UserUpsert",
    "VapidPublicKey",
)


def __dir__() -> list[str]:
    return list(__all__)
