"""The client of the App API, as ``customerio.api`` has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import messages
from .._sync.app import App
from .._sync.client import CustomerIO
from ..models import Delivery
from .client_base import ClientBase
from .messages import (
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
    our_request,
)
from .regions import Region, Regions, check_region


class APIClient(ClientBase):
    """The client of the App API of Customer.io's own package: it sends transactional messages.

    Lunogram has no transactional messages with templates, so Customer.io continues to send them;
    ``to`` sets another target.
    """

    def __init__(
        self,
        key: str | None = None,
        url: str | None = None,
        region: Region = Regions.US,
        retries: int = 3,
        timeout: float | None = 10,
        *_positional: object,
        to: App | None = None,
        **_settings: object,
    ) -> None:
        """Create a client. Nothing is sent.

        Args:
            key: The key of the App API. Default: ``CUSTOMERIO_APP_API_KEY``.
            url: The URL of the App API, which may use plain HTTP. Default:
                ``CUSTOMERIO_APP_URL``, or that of the region.
            region: `Regions.US` or `Regions.EU`.
            retries: The maximum number of retries. A message is not retried if it may be out.
            timeout: The time limit of one attempt, in seconds; None for 20 seconds.
            to: The target of all calls: our `CustomerIO`, or a `Bridge`, which has no counterpart
                for messages. By default, Customer.io with this key.

        Raises:
            ConfigurationError: If an argument is invalid, or the key is missing.
        """
        super().__init__()
        self._to = (
            to
            if to is not None
            else self._own.enter_context(
                CustomerIO(
                    app_api_key=key,
                    app_url=url,
                    region=check_region(region).name,
                    max_retries=retries,
                    timeout=timeout,
                )
            )
        )

    def send_email(self, request: SendEmailRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Send an email to one person.

        Args:
            request: The email, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_email`.
        """
        return _json(self._to.send_email(our_request(request, messages.SendEmailRequest)))

    def send_push(self, request: SendPushRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Send a push message to one person.

        Args:
            request: The message, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_push`.
        """
        return _json(self._to.send_push(our_request(request, messages.SendPushRequest)))

    def send_sms(self, request: SendSMSRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Send a text message to one person.

        Args:
            request: The message, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_sms`.
        """
        return _json(self._to.send_sms(our_request(request, messages.SendSMSRequest)))

    def send_inbox_message(
        self, request: SendInboxMessageRequest | Mapping[str, Any]
    ) -> dict[str, Any]:
        """Send a message to one person's inbox.

        Args:
            request: The message, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_inbox_message`.
        """
        own = our_request(request, messages.SendInboxMessageRequest)
        return _json(self._to.send_inbox_message(own))

    def send_in_app(self, request: SendInAppRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Send a message that one person sees inside an app.

        Args:
            request: The message, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_in_app`.
        """
        return _json(self._to.send_in_app(our_request(request, messages.SendInAppRequest)))

    def send_whatsapp(self, request: SendWhatsAppRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Send a WhatsApp message to one person.

        Args:
            request: The message, or its JSON as a mapping.

        Returns:
            ``delivery_id`` and ``queued_at``, as Customer.io returns them.

        Raises:
            LunogramError: See `App.send_whatsapp`.
        """
        return _json(self._to.send_whatsapp(our_request(request, messages.SendWhatsAppRequest)))


def _json(delivery: Delivery | None) -> dict[str, Any]:
    """The JSON of Customer.io's response; empty if a bridge has collected the call."""
    if delivery is None:
        return {}
    queued_at = delivery.queued_at and int(delivery.queued_at.timestamp())
    known = {"delivery_id": delivery.delivery_id, "queued_at": queued_at}
    return {name: value for name, value in known.items() if value is not None} | delivery.extra


__all__ = [
    "APIClient",
    "SendEmailRequest",
    "SendInAppRequest",
    "SendInboxMessageRequest",
    "SendPushRequest",
    "SendSMSRequest",
    "SendWhatsAppRequest",
]
