"""A drop-in replacement for Customer.io's own Python client: change the import.

    from lunogram.customerio.compat import CustomerIO  # was: from customerio import CustomerIO

    cio = CustomerIO("a-site-id", "a-track-api-key")
    cio.identify(id="5", email="lucy@example.com", plan="basic")
    cio.track(customer_id="5", name="purchase", price=13.99)

Calls of `CustomerIO` go to the Lunogram server of ``LUNOGRAM_API_KEY`` and ``LUNOGRAM_BASE_URL``.
The messages of `APIClient` are still sent by Customer.io. ``to`` sets another target of either.
Modules have the names of Customer.io's package, such as ``compat.constants``.
"""

from .api import (
    APIClient,
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)
from .client_base import CustomerIOException, Response
from .constants import CIOID, EMAIL, ID
from .regions import Region, Regions
from .track import CustomerIO

__all__ = [
    "CIOID",
    "EMAIL",
    "ID",
    "APIClient",
    "CustomerIO",
    "CustomerIOException",
    "Region",
    "Regions",
    "Response",
    "SendEmailRequest",
    "SendInAppRequest",
    "SendInboxMessageRequest",
    "SendPushRequest",
    "SendSMSRequest",
    "SendWhatsAppRequest",
]
