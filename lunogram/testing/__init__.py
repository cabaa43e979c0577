"""Testing with Lunogram: a sandbox for each test, or calls that are only recorded.

    import lunogram.testing

    with lunogram.testing.Sandbox() as sandbox:
        checkout("user_123")
        sandbox.wait_for_event("order.completed", user="user_123")

    with lunogram.testing.recording() as recorded:
        checkout("user_123")
    recorded.assert_sent("order.completed", user="user_123")

`plugin` has the fixtures for pytest, which finds them by itself. Names are imported when they are
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
    from .looking import NotThereError
    from .models import (
        RecordedCall,
        RecordedEvent,
        SandboxCall,
        SandboxDevice,
        SandboxEvent,
        SandboxFault,
        SandboxMember,
        SandboxMessage,
        SandboxSchedule,
        SandboxTime,
    )
    from .recorder import Recording, recording
    from .remote import SandboxError
    from .sandbox import Sandbox

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
        "SandboxCall",
        "SandboxDevice",
        "SandboxEvent",
        "SandboxFault",
        "SandboxMember",
        "SandboxMessage",
        "SandboxSchedule",
        "SandboxTime",
    ),
    "recorder": ("Recording", "recording"),
    "looking": ("NotThereError",),
    "remote": ("SandboxError",),
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
    "NotThereError",
    "RecordedCall",
    "RecordedEvent",
    "Recording",
    "Sandbox",
    "SandboxCall",
    "SandboxDevice",
    "SandboxError",
    "SandboxEvent",
    "SandboxFault",
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
