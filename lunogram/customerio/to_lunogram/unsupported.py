"""Calls without a counterpart in Lunogram, and what to use instead."""

from __future__ import annotations

from typing import Any

from ...calls import Call
from ..errors import Unmatched

_NO_SUPPRESSION = (
    "delete the person (client.user.delete), and send nothing more about them; "
    "Lunogram takes in whatever it is sent"
)
_INSTEAD = {
    "suppress": _NO_SUPPRESSION,
    "unsuppress": "nothing is suppressed in Lunogram; send what there is to say about the person",
    "delete_device": "register the device anew when its token changes "
    "(client.user.devices.register with the same device_id); the API deletes none",
    "add_to_segment": "keep the condition of the segment in the users' data "
    '(client.user.upsert(…, data={"beta": True})), and build a list on it in the console',
    "remove_from_segment": "change the condition of the segment in the users' data "
    '(client.user.upsert(…, data={"beta": False}))',
    "region": "Lunogram has one URL, base_url; test it with client.ping()",
    "send_email": 'send a message of the channel "email" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the email in it",
    "send_push": 'send a message of the channel "push" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the message in it",
    "send_sms": 'send a message of the channel "sms" (client.user.inbox.send), or an event '
    "(client.user.events.post) that starts a journey with the message in it",
    "send_inbox_message": "send a message (client.user.inbox.send)",
    "send_in_app": "send a message (client.user.inbox.send)",
    "send_whatsapp": "send an event (client.user.events.post) that starts a journey with the "
    "message in it",
    "trigger_broadcast": "post an event for everybody who matches "
    "(client.user.events.post(Event(name, match={…}))), and start a journey from it",
    "create_collection": "put what messages need into the data of events, users or organizations",
    "update_collection": "put what messages need into the data of events, users or organizations",
    "batch": "use client.user, client.organization and their events for what it is to do",
}


def unmatched(name: str, call: Call[Any]) -> Unmatched:
    """A call that has no counterpart, and what to use instead.

    Args:
        name: The method that was called.
        call: The call as Customer.io takes it.
    """
    return Unmatched(name, _INSTEAD[name], call)


def unmatched_in_batch(action: str, call: Call[Any]) -> Unmatched:
    """An operation of a batch that has no counterpart.

    Args:
        action: Its action.
        call: The operation as a batch of its own.
    """
    if action in _INSTEAD:
        return Unmatched(f"{action} of a batch", _INSTEAD[action], call)
    return Unmatched("an operation of a batch", _INSTEAD["batch"], call)
