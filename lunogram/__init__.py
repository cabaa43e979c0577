"""The Python SDK for Lunogram.

    from lunogram import Event, Lunogram

    client = Lunogram()
    client.user.events.post([Event("order.completed", "user_123", data={"total": 99.99})])

Names are imported on first use, so that importing the package is cheap.
"""

from typing import TYPE_CHECKING

from ._lazy import public_name
from ._version import __version__

if TYPE_CHECKING:
    from ._async.client import AsyncLunogram
    from ._async.pages import AsyncInboxPages
    from ._async.visitor import AsyncVisitor
    from ._sync.client import Lunogram
    from ._sync.pages import InboxPages
    from ._sync.visitor import Visitor
    from .attempt_traces import RequestTrace, ResponseTrace, Timings
    from .errors import (
        ClientClosedError,
        ConfigurationError,
        ConflictError,
        ForbiddenError,
        InvalidResponseError,
        LunogramError,
        LunogramWarning,
        NetworkError,
        NetworkTimeoutError,
        NotFoundError,
        RateLimitError,
        RequestError,
        RequestInfo,
        ServerError,
        UnauthorizedError,
        ValidationError,
    )
    from .identifiers import ExternalID, Identifier, Identifiers
    from .models import (
        Event,
        InboxCount,
        InboxMessage,
        InboxPage,
        KnownExternalID,
        Message,
        Organization,
        Ping,
        RawResponse,
        ScheduledAccepted,
        Session,
        User,
    )

_HOME = {
    "_async.client": ("AsyncLunogram",),
    "_async.pages": ("AsyncInboxPages",),
    "_async.visitor": ("AsyncVisitor",),
    "_sync.client": ("Lunogram",),
    "_sync.pages": ("InboxPages",),
    "_sync.visitor": ("Visitor",),
    "attempt_traces": ("RequestTrace", "ResponseTrace", "Timings"),
    "errors": (
        "ClientClosedError",
        "ConfigurationError",
        "ConflictError",
        "ForbiddenError",
        "InvalidResponseError",
        "LunogramError",
        "LunogramWarning",
        "NetworkError",
        "NetworkTimeoutError",
        "NotFoundError",
        "RateLimitError",
        "RequestError",
        "RequestInfo",
        "ServerError",
        "UnauthorizedError",
        "ValidationError",
    ),
    "identifiers": ("ExternalID", "Identifier", "Identifiers"),
    "models": (
        "Event",
        "InboxCount",
        "InboxMessage",
        "InboxPage",
        "KnownExternalID",
        "Message",
        "Organization",
        "Ping",
        "RawResponse",
        "ScheduledAccepted",
        "Session",
        "User",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AsyncInboxPages",
    "AsyncLunogram",
    "AsyncVisitor",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "Event",
    "ExternalID",
    "ForbiddenError",
    "Identifier",
    "Identifiers",
    "InboxCount",
    "InboxMessage",
    "InboxPage",
    "InboxPages",
    "InvalidResponseError",
    "KnownExternalID",
    "Lunogram",
    "LunogramError",
    "LunogramWarning",
    "Message",
    "NetworkError",
    "NetworkTimeoutError",
    "NotFoundError",
    "Organization",
    "Ping",
    "RateLimitError",
    "RawResponse",
    "RequestError",
    "RequestInfo",
    "RequestTrace",
    "ResponseTrace",
    "ScheduledAccepted",
    "ServerError",
    "Session",
    "Timings",
    "UnauthorizedError",
    "User",
    "ValidationError",
    "Visitor",
    "__version__",
]


def __getattr__(name: str) -> object:
    return public_name(__name__, name, _MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)
