"""Test helpers: a sandbox for each test, or a recording of the calls.

    import lunogram.testing

    with lunogram.testing.Sandbox() as sandbox, sandbox.activate():
        checkout("user_123")
        sandbox.wait_for_event("order.completed", user="user_123")

    with lunogram.testing.recording() as recorded:
        checkout("user_123")
    recorded.assert_sent("order.completed", user="user_123")

`plugin` has the fixtures for pytest, which discovers them. Names are imported when they are
first used, because pytest imports the plugin, and so this module, in every run.
"""

from typing import TYPE_CHECKING

from .._lazy import public_name

if TYPE_CHECKING:
    from .customerio import (
        CustomerIOBroadcast,
        CustomerIOCollection,
        CustomerIODelivery,
        CustomerIODevice,
        CustomerIOEvent,
        CustomerIOPerson,
        CustomerIOSandbox,
    )
    from .inspection import NotThereError
    from .losses import LostWarning
    from .models import (
        RecordedCall,
        RecordedEvent,
        RecordedLoss,
        SandboxCall,
        SandboxDevice,
        SandboxEvent,
        SandboxFault,
        SandboxLoss,
        SandboxMember,
        SandboxMessage,
        SandboxSchedule,
        SandboxTime,
    )
    from .recorder import Recording, recording
    from .sandbox import Sandbox
    from .test_api import SandboxError

_HOME = {
    "customerio": (
        "CustomerIOBroadcast",
        "CustomerIOCollection",
        "CustomerIODelivery",
        "CustomerIODevice",
        "CustomerIOEvent",
        "CustomerIOPerson",
        "CustomerIOSandbox",
    ),
    "models": (
        "RecordedCall",
        "RecordedEvent",
        "RecordedLoss",
        "SandboxCall",
        "SandboxDevice",
        "SandboxEvent",
        "SandboxFault",
        "SandboxLoss",
        "SandboxMember",
        "SandboxMessage",
        "SandboxSchedule",
        "SandboxTime",
    ),
    "recorder": ("Recording", "recording"),
    "inspection": ("NotThereError",),
    "losses": ("LostWarning",),
    "test_api": ("SandboxError",),
    "sandbox": ("Sandbox",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "CustomerIOBroadcast",
    "CustomerIOCollection",
    "CustomerIODelivery",
    "CustomerIODevice",
    "CustomerIOEvent",
    "CustomerIOPerson",
    "CustomerIOSandbox",
    "LostWarning",
    "NotThereError",
    "RecordedCall",
    "RecordedEvent",
    "RecordedLoss",
    "Recording",
    "Sandbox",
    "SandboxCall",
    "SandboxDevice",
    "SandboxError",
    "SandboxEvent",
    "SandboxFault",
    "SandboxLoss",
    "SandboxMember",
    "SandboxMessage",
    "SandboxSchedule",
    "SandboxTime",
    "recording",
]


def __getattr__(name: str) -> object:
    return public_name(__name__, name, _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
