# Derived by `make generate` from lunogram/customerio/_async; never edited by hand.
"""The calls of `client.with_raw_response`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lunogram._async.sender import AsyncRawSend
from lunogram._tracebacks import ShortTracebacks
from lunogram.customerio import calls
from lunogram.customerio.messages import (
    SendEmailRequest,
    SendInAppRequest,
    SendInboxMessageRequest,
    SendPushRequest,
    SendSMSRequest,
    SendWhatsAppRequest,
)
from lunogram.customerio.models import (
    CustomerID,
    Delivery,
    EventType,
    IDType,
    Platform,
    RegionInfo,
    TriggeredBroadcast,
)
from lunogram.models import Data, RawResponse


class AsyncTrackWithRawResponse(ShortTracebacks):
    """The methods of the Track API. They need a site id and a Track API key."""

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    async def identify(
        self, customer_id: CustomerID, attributes: Data | None = None
    ) -> RawResponse[None]:
        """Create or update a person. Omitted attributes are unchanged.

            await client.with_raw_response.identify("5", {"email": "lucy@example.com", "plan": "basic"})

        Args:
            customer_id: Your own id, or an email address if the workspace allows it.
            attributes: The person's attributes, such as ``email`` and ``created_at``; by default
                none. Aware datetimes, at any depth, become whole seconds since 1970.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /api/v1/customers/{customer_id}.
        """
        return await self._send(calls.identify(customer_id, attributes))

    async def delete(self, customer_id: CustomerID) -> RawResponse[None]:
        """Delete a person and all of their data.

        Later calls create the person again; `suppress` prevents it.

        Args:
            customer_id: The person.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            LunogramError: If the request fails.

        Source: DELETE /api/v1/customers/{customer_id}.
        """
        return await self._send(calls.delete(customer_id))

    async def track(
        self,
        customer_id: CustomerID,
        name: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
        type: EventType | None = None,
    ) -> RawResponse[None]:
        """Record an event of a person.

            await client.with_raw_response.track("5", "purchase", {"type": "socks", "price": "13.99"})

        An event with an id is recorded once, so it is retried after a lost response. An event
        without one might be recorded twice, so it is retried only with ``retry_lost_events``.

        Args:
            customer_id: The person.
            name: The name of the event.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.
            type: ``"event"``, ``"page"`` or ``"screen"``. Default: ``"event"``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/events.
        """
        return await self._send(
            calls.track(customer_id, name, data, id=id, timestamp=timestamp, type=type)
        )

    async def pageview(
        self,
        customer_id: CustomerID,
        page: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Record a page view of a person.

        Args:
            customer_id: The person.
            page: The page's name or URL.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/events.
        """
        return await self._send(
            calls.track(customer_id, page, data, id=id, timestamp=timestamp, type="page")
        )

    async def screenview(
        self,
        customer_id: CustomerID,
        screen: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Record a screen view of a person in an app.

        Args:
            customer_id: The person.
            screen: The screen's name.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/events.
        """
        return await self._send(
            calls.track(customer_id, screen, data, id=id, timestamp=timestamp, type="screen")
        )

    async def track_anonymous(
        self,
        anonymous_id: CustomerID | None,
        name: str,
        data: Data | None = None,
        *,
        id: CustomerID | None = None,
        timestamp: datetime | int | None = None,
        type: EventType | None = None,
    ) -> RawResponse[None]:
        """Record an event of a person whom you have not identified, or an invitation.

            await client.with_raw_response.track_anonymous("anon-abc", "pricing viewed")
            await client.with_raw_response.track_anonymous(None, "invite", {"recipient": "alex@example.com"})

        A person who is later identified with the attribute ``anonymous_id`` gets the events.

        Args:
            anonymous_id: The anonymous person. None, or an empty text, for an event of nobody
                whom you could name, and for an invitation: the event ``"invite"``, with the
                address as ``recipient`` in its data. An invitation without one is a
                `LunogramWarning`.
            name: The name of the event.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.
            type: ``"event"``, ``"page"`` or ``"screen"``. Default: ``"event"``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/events.
        """
        return await self._send(
            calls.track_anonymous(anonymous_id, name, data, id=id, timestamp=timestamp, type=type)
        )

    async def merge_customers(
        self,
        primary_id_type: IDType,
        primary_id: CustomerID,
        secondary_id_type: IDType,
        secondary_id: CustomerID,
    ) -> RawResponse[None]:
        """Merge the secondary person into the primary. It can't be undone.

            await client.with_raw_response.merge_customers("email", "cool.person@company.com", "cio_id", "C123")

        Args:
            primary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            primary_id: The person who remains.
            secondary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            secondary_id: The person who is deleted.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/merge_customers.
        """
        return await self._send(
            calls.merge_customers(primary_id_type, primary_id, secondary_id_type, secondary_id)
        )

    async def add_device(
        self,
        customer_id: CustomerID,
        device_id: str,
        platform: Platform,
        attributes: Data | None = None,
        *,
        last_used: datetime | int | None = None,
    ) -> RawResponse[None]:
        """Add or update a device of a person.

            await client.with_raw_response.add_device("5", "messaging-token", "android", {"app": "2.4.0"})

        Args:
            customer_id: The person.
            device_id: The token of the device.
            platform: ``"ios"`` or ``"android"``.
            attributes: Other attributes of the device. ``last_used`` in it is the same as the next.
            last_used: The time of its last use: an aware datetime, or whole seconds since 1970.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /api/v1/customers/{customer_id}/devices.
        """
        return await self._send(
            calls.add_device(customer_id, device_id, platform, attributes, last_used=last_used)
        )

    async def delete_device(self, customer_id: CustomerID, device_id: str) -> RawResponse[None]:
        """Delete a device of a person.

        Args:
            customer_id: The person.
            device_id: The token of the device.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            LunogramError: If the request fails.

        Source: DELETE /api/v1/customers/{customer_id}/devices/{device_id}.
        """
        return await self._send(calls.delete_device(customer_id, device_id))

    async def suppress(self, customer_id: CustomerID) -> RawResponse[None]:
        """Delete a person, and ignore all further data about them.

        Args:
            customer_id: The person.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/suppress.
        """
        return await self._send(calls.suppress(customer_id))

    async def unsuppress(self, customer_id: CustomerID) -> RawResponse[None]:
        """Accept data about a suppressed person again. Deleted data is not restored.

        Args:
            customer_id: The person.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/unsuppress.
        """
        return await self._send(calls.unsuppress(customer_id))

    async def add_to_segment(
        self,
        segment_id: int | str,
        customer_ids: Sequence[CustomerID],
        *,
        id_type: IDType | None = None,
    ) -> RawResponse[None]:
        """Add people to a manual segment.

        Args:
            segment_id: The number of the segment.
            customer_ids: The people, at least one.
            id_type: The type of the identifiers: ``"id"``, ``"email"`` or ``"cio_id"``. Default:
                ``"id"``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/segments/{segment_id}/add_customers.
        """
        return await self._send(calls.add_to_segment(segment_id, customer_ids, id_type=id_type))

    async def remove_from_segment(
        self,
        segment_id: int | str,
        customer_ids: Sequence[CustomerID],
        *,
        id_type: IDType | None = None,
    ) -> RawResponse[None]:
        """Remove people from a manual segment.

        Args:
            segment_id: The number of the segment.
            customer_ids: The people, at least one.
            id_type: The type of the identifiers: ``"id"``, ``"email"`` or ``"cio_id"``. Default:
                ``"id"``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/segments/{segment_id}/remove_customers.
        """
        return await self._send(
            calls.remove_from_segment(segment_id, customer_ids, id_type=id_type)
        )

    async def batch(self, operations: Sequence[Data]) -> RawResponse[None]:
        """Execute several operations in one request.

            await client.with_raw_response.batch([{
                "type": "person", "action": "identify", "identifiers": {"id": "5"},
                "attributes": {"plan": "pro"},
            }])

        Args:
            operations: The operations in Customer.io's format, at least one.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            RequestError: With the status 207 if some operations were rejected; the others were
                executed.
            LunogramError: If the request fails.

        Source: POST /api/v2/batch.
        """
        return await self._send(calls.batch(operations))

    async def region(self) -> RawResponse[RegionInfo]:
        """Find the region that the keys belong to.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The region, and the host of its Track API.

        Raises:
            LunogramError: If the request fails.

        Source: GET /api/v1/accounts/region.
        """
        return await self._send(calls.region())


class AsyncAppWithRawResponse(ShortTracebacks):
    """The methods of the App API. They need an App API key.

    A message or broadcast is not retried after a lost response, 502 or 504, because each request
    sends one, and it may be out.
    """

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    async def send_email(self, request: SendEmailRequest) -> RawResponse[Delivery]:
        """Send an email to one person.

            await client.with_raw_response.send_email(SendEmailRequest(
                transactional_message_id=3, to="person@example.com", identifiers={"id": "5"},
            ))

        Args:
            request: With a template it needs ``to`` and ``identifiers``; without, ``from_``,
                ``subject`` and ``body`` too.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The id of the message, and the time at which it was queued.

        Raises:
            ValidationError: If a field is missing or invalid; nothing is sent. Or if Customer.io
                rejects the request; the error has Customer.io's message.
            LunogramError: If the request fails.

        Source: POST /v1/send/email.
        """
        return await self._send(calls.send(calls.EMAIL, request))

    async def send_push(self, request: SendPushRequest) -> RawResponse[Delivery]:
        """Send a push message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/push.
        """
        return await self._send(calls.send(calls.PUSH, request))

    async def send_sms(self, request: SendSMSRequest) -> RawResponse[Delivery]:
        """Send a text message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/sms.
        """
        return await self._send(calls.send(calls.SMS, request))

    async def send_inbox_message(self, request: SendInboxMessageRequest) -> RawResponse[Delivery]:
        """Send a message to one person's inbox.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/inbox_message.
        """
        return await self._send(calls.send(calls.INBOX_MESSAGE, request))

    async def send_in_app(self, request: SendInAppRequest) -> RawResponse[Delivery]:
        """Send a message that one person sees inside an app.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            The id of the message, and the time at which it was queued.

        Raises:
            LunogramError: See `send_email`.

        Source: POST /v1/send/in_app.
        """
        return await self._send(calls.send(calls.IN_APP, request))

    async def send_whatsapp(self, request: SendWhatsAppRequest) -> RawResponse[Delivery]:
        """Send a WhatsApp message to one person.

        Args:
            request: It needs ``identifiers``.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
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
    ) -> RawResponse[TriggeredBroadcast]:
        """Trigger a broadcast, to recipients of at most one type.

            await client.with_raw_response.trigger_broadcast(12, {"headline": "News"}, ids=["5", "6"])

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
            The response; its ``parsed`` is the result of the client's method:
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
    ) -> RawResponse[None]:
        """Create a collection, from items or from a URL.

            await client.with_raw_response.create_collection("products", [{"sku": "A1", "price": 5}])

        It is not retried after a lost response, 502 or 504, because each request creates one.

        Args:
            name: The name of the collection in messages.
            items: The items.
            url: The URL of the items. Without a Content-Type, they are read as JSON. It may be a
                Google sheet that is shared with cio_share@customer.io.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

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
    ) -> RawResponse[None]:
        """Replace the contents of a collection.

        Args:
            collection_id: The number of the collection.
            name: The name of the collection in messages.
            items: The items.
            url: The URL of the items, as in `create_collection`.

        Returns:
            The response; its ``parsed`` is the result of the client's method:
            None: the response has no body.

        Raises:
            ValidationError: If there is not exactly one of items and URL; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /v1/api/collections/{collection_id}.
        """
        return await self._send(calls.update_collection(collection_id, name, items, url=url))
