"""The App API: messages to one person, broadcasts, and collections."""

from __future__ import annotations

from collections.abc import Sequence

from ..._async.sender import AsyncSend
from ...models import Data
from .. import calls
from ..messages import (
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
)
from ..models import CustomerID, Delivery, TriggeredBroadcast


class AsyncApp:
    """The calls of the App API. They take a key of it.

    A message or broadcast whose answer was lost is not asked for again by itself: each request
    sends one of its own.
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
            What names the message, and when it was queued.

        Raises:
            ValidationError: If something is missing or can't be right; nothing is sent. Or if
                Customer.io refuses it; the error has Customer.io's own words.
            LunogramError: As for every call.

        Source: POST /v1/send/email.
        """
        return await self._send(calls.send(calls.EMAIL, request))

    async def send_push(self, request: SendPushRequest) -> Delivery:
        """Send a push message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            What names the message, and when it was queued.

        Raises:
            LunogramError: As for `send_email`.

        Source: POST /v1/send/push.
        """
        return await self._send(calls.send(calls.PUSH, request))

    async def send_sms(self, request: SendSMSRequest) -> Delivery:
        """Send a text message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            What names the message, and when it was queued.

        Raises:
            LunogramError: As for `send_email`.

        Source: POST /v1/send/sms.
        """
        return await self._send(calls.send(calls.SMS, request))

    async def send_inbox_message(self, request: SendInboxMessageRequest) -> Delivery:
        """Send a message to one person's inbox.

        Args:
            request: It needs ``identifiers``.

        Returns:
            What names the message, and when it was queued.

        Raises:
            LunogramError: As for `send_email`.

        Source: POST /v1/send/inbox_message.
        """
        return await self._send(calls.send(calls.INBOX_MESSAGE, request))

    async def send_in_app(self, request: SendInAppRequest) -> Delivery:
        """Send a message that one person sees inside an app.

        Args:
            request: It needs ``identifiers``.

        Returns:
            What names the message, and when it was queued.

        Raises:
            LunogramError: As for `send_email`.

        Source: POST /v1/send/in_app.
        """
        return await self._send(calls.send(calls.IN_APP, request))

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
        """Trigger a broadcast, to recipients of at most one kind.

            await client.trigger_broadcast(12, {"headline": "News"}, ids=["5", "6"])

        Args:
            broadcast_id: The broadcast's number.
            data: What its messages can refer to.
            recipients: Segments and conditions, such as ``{"segment": {"id": 3}}``.
            ids: People, by their ids.
            emails: People, by their addresses.
            per_user_data: People, and what is different for each.
            data_file_url: Where the same is, as a file.
            id_ignore_missing: Whether ids that nobody has are passed over. Left out where the
                recipients are segments or addresses.
            email_ignore_missing: Whether addresses that nobody has are passed over. Left out
                where the recipients are segments or ids.
            email_add_duplicates: Whether several people with one address all get it. Left out
                where the recipients are segments or ids.

        Returns:
            What names this trigger.

        Raises:
            ValidationError: If there are recipients of two kinds, or a value can't be right;
                nothing is sent.
            LunogramError: As for every call.

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
        """Create a collection, of either items or what is at a URL.

            await client.create_collection("products", [{"sku": "A1", "price": 5}])

        A lost answer is not asked for again by itself: each request makes a collection.

        Args:
            name: What messages call it.
            items: The things in it.
            url: Where they can be fetched from.

        Raises:
            ValidationError: If there is not exactly one of items and URL; nothing is sent.
            LunogramError: As for every call.

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
            collection_id: Which; Customer.io shows its number.
            name: As for `create_collection`.
            items: As there.
            url: As there.

        Raises:
            ValidationError: If there is not exactly one of items and URL; nothing is sent.
            LunogramError: As for every call.

        Source: PUT /v1/api/collections/{collection_id}.
        """
        return await self._send(calls.update_collection(collection_id, name, items, url=url))
