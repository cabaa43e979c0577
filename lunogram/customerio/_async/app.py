"""The App API: messages to one person, broadcasts, and collections."""

from __future__ import annotations

from collections.abc import Sequence

from ..._async.sender import AsyncSend
from ..._tracebacks import ShortTracebacks
from ...models import Data
from .. import calls
from ..messages import (
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)
from ..models import CustomerID, Delivery, TriggeredBroadcast


class AsyncApp(ShortTracebacks):
    """The methods of the App API. They need an App API key.

    A message or broadcast is not retried after a lost response, 502 or 504, because each request
    sends one, and it may be out.
    """

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def send_email(self, request: SendEmailRequest) -> Delivery:
        """Send an email to one person.

            await client.send_email(SendEmailRequest(
                transactional_message_id=3, to="person@example.com", identifiers={"id": "5"},
            ))

        Args:
            request: With a template it needs ``to`` and ``identifiers``; without, ``from_``,
                ``subject`` and ``body`` too.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            ValidationError: If a field is missing or invalid; nothing is sent. Or if Customer.io
                rejects the request; the error has Customer.io's message.
            LunogramError: If the request fails.

        Source: POST /v1/send/email.
        """
        return await self._send(calls.send(calls.EMAIL, request))

    async def send_push(self, request: SendPushRequest) -> Delivery:
        """Send a push message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/push.
        """
        return await self._send(calls.send(calls.PUSH, request))

    async def send_sms(self, request: SendSMSRequest) -> Delivery:
        """Send a text message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/sms.
        """
        return await self._send(calls.send(calls.SMS, request))

    async def send_inbox_message(self, request: SendInboxMessageRequest) -> Delivery:
        """Send a message to one person's inbox.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/inbox_message.
        """
        return await self._send(calls.send(calls.INBOX_MESSAGE, request))

    async def send_in_app(self, request: SendInAppRequest) -> Delivery:
        """Send a message that one person sees inside an app.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/in_app.
        """
        return await self._send(calls.send(calls.IN_APP, request))

    async def send_whatsapp(self, request: SendWhatsAppRequest) -> Delivery:
        """Send a WhatsApp message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/whatsapp.
        """
        return await self._send(calls.send(calls.WHATSAPP, request))

    async def trigger_broadcast(
        self,
        broadcast_id: int | str,
        data: Data | None = None,
        *,
        recipients: Data | None = None,
        ids: Sequence[CustomerID] | None = None,
        emails: Sequence[str] | None = None,
        per_user_data: Sequence[Data] | None = None,
        data_file_url: str | None = None,
        id_ignore_missing: bool | None = None,
        email_ignore_missing: bool | None = None,
        email_add_duplicates: bool | None = None,
    ) -> TriggeredBroadcast:
        """Trigger a broadcast, to recipients of at most one type.

            await client.trigger_broadcast(12, {"headline": "News"}, ids=["5", "6"])

        Args:
            broadcast_id: The number of the broadcast.
            data: The data that its messages can refer to.
            recipients: Segments and conditions, such as ``{"segment": {"id": 3}}``.
            ids: The ids of people.
            emails: The email addresses of people.
            per_user_data: People, with the data of each.
            data_file_url: The URL of a file with people and the data of each.
            id_ignore_missing: Whether unknown ids are ignored. Omitted if the recipients are
                segments or addresses.
            email_ignore_missing: Whether unknown addresses are ignored. Omitted if the recipients
                are segments or ids.
            email_add_duplicates: Whether all people with the same address get the message. Omitted
                if the recipients are segments or ids.

        Returns:
            The id of this trigger.

        Raises:
            ValidationError: If there are recipients of two types, or an argument is invalid;
                nothing is sent.
            LunogramError: If the request fails.

        Source: POST /v1/campaigns/{broadcast_id}/triggers.
        """
        kinds = {
            "recipients": recipients,
            "ids": ids,
            "emails": emails,
            "per_user_data": per_user_data,
            "data_file_url": data_file_url,
        }
        flags = {
            "id_ignore_missing": id_ignore_missing,
            "email_ignore_missing": email_ignore_missing,
            "email_add_duplicates": email_add_duplicates,
        }
        return await self._send(calls.trigger_broadcast(broadcast_id, data, kinds, flags))

    async def create_collection(
        self, name: str, items: Sequence[Data] | None = None, *, url: str | None = None
    ) -> None:
        """Create a collection, from items or from a URL.

            await client.create_collection("products", [{"sku": "A1", "price": 5}])

        It is not retried after a lost response, 502 or 504, because each request creates one.

        Args:
            name: The name of the collection in messages.
            items: The items.
            url: The URL of the items. Without a Content-Type, they are read as JSON. It may be a
                Google sheet that is shared with cio_share@customer.io.

        Raises:
            ValidationError: If there is not exactly one of items and URL; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /v1/api/collections.
        """
        return await self._send(calls.create_collection(name, items, url=url))

    async def update_collection(
        self,
        collection_id: CustomerID,
        name: str,
        items: Sequence[Data] | None = None,
        *,
        url: str | None = None,
    ) -> None:
        """Replace the contents of a collection.

        Args:
            collection_id: The number of the collection.
            name: The name of the collection in messages.
            items: The items.
            url: The URL of the items, as in `create_collection`.

        Raises:
            ValidationError: If there is not exactly one of items and URL; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /v1/api/collections/{collection_id}.
        """
        return await self._send(calls.update_collection(collection_id, name, items, url=url))
