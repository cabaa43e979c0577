"""Customer.io's own APIs, for teams that come from it or use it beside Lunogram.

    from lunogram.customerio import CustomerIO

    client = CustomerIO("a-site-id", "a-track-api-key")
    client.track("5", "purchase", {"price": 13.99})

Names are imported when they are first used.
"""

from typing import TYPE_CHECKING

from .._lazy import public_name

if TYPE_CHECKING:
    from ._async.client import AsyncCustomerIO
    from ._sync.client import CustomerIO
    from .bridge import AsyncBridge, Bridge
    from .comparison import Comparison, Difference
    from .config import Region
    from .dual import DualFlushResult, DualWriter
    from .errors import Unmatched, UnsupportedError
    from .messages import (
        Device,
        SendEmailRequest,
        SendInAppRequest,
        SendInboxMessageRequest,
        SendPushRequest,
        SendSMSRequest,
        SendWhatsAppRequest,
    )
    from .models import Delivery, RegionInfo, TriggeredBroadcast
    from .outbox import CustomerIOOutbox

_HOME = {
    "_async.client": ("AsyncCustomerIO",),
    "_sync.client": ("CustomerIO",),
    "config": ("Region",),
    "bridge": ("AsyncBridge", "Bridge"),
    "comparison": ("Comparison", "Difference"),
    "dual": ("DualFlushResult", "DualWriter"),
    "errors": ("Unmatched", "UnsupportedError"),
    "messages": (
        "Device",
        "SendEmailRequest",
        "SendInAppRequest",
        "SendInboxMessageRequest",
        "SendPushRequest",
        "SendSMSRequest",
        "SendWhatsAppRequest",
    ),
    "models": ("Delivery", "RegionInfo", "TriggeredBroadcast"),
    "outbox": ("CustomerIOOutbox",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AsyncBridge",
    "AsyncCustomerIO",
    "Bridge",
    "Comparison",
    "CustomerIO",
    "CustomerIOOutbox",
    "Delivery",
    "Device",
    "Difference",
    "DualFlushResult",
    "DualWriter",
    "Region",
    "RegionInfo",
    "SendEmailRequest",
    "SendInAppRequest",
    "SendInboxMessageRequest",
    "SendPushRequest",
    "SendSMSRequest",
    "SendWhatsAppRequest",
    "TriggeredBroadcast",
    "Unmatched",
    "UnsupportedError",
]


def __getattr__(name: str) -> object:
    return public_name(__name__, name, _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
