"""The Track API: people, events, devices and segments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..._async.sender import AsyncSend
from ..._tracebacks import ShortTracebacks
from ...models import Data
from .. import calls
from ..models import CustomerID, EventType, IDType, Platform, RegionInfo


class AsyncTrack(ShortTracebacks):
    """The methods of the Track API. They need a site id and a Track API key."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def identify(self, customer_id: CustomerID, attributes: Data | None = None) -> None:
        """Create or update a person. Omitted attributes are unchanged.

            await client.identify("5", {"email": "lucy@example.com", "plan": "basic"})

        Args:
            customer_id: Your own id, or an email address if the workspace allows it.
            attributes: The person's attributes, such as ``email`` and ``created_at``; by default
                none. Aware datetimes, at any depth, become whole seconds since 1970.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /api/v1/customers/{customer_id}.
        """
        return await self._send(calls.identify(customer_id, attributes))

    async def delete(self, customer_id: CustomerID) -> None:
        """Delete a person and all of their data.

        Later calls create the person again; `suppress` prevents it.

        Args:
            customer_id: The person.

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
    ) -> None:
        """Record an event of a person.

            await client.track("5", "purchase", {"type": "socks", "price": "13.99"})

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
    ) -> None:
        """Record a page view of a person.

        Args:
            customer_id: The person.
            page: The page's name or URL.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.

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
    ) -> None:
        """Record a screen view of a person in an app.

        Args:
            customer_id: The person.
            screen: The screen's name.
            data: The data of the event, up to 56,000 bytes.
            id: The id of the event, a ULID. Customer.io records an event with an id once.
            timestamp: The time of the event: an aware datetime, or whole seconds since 1970.
                Default: now.

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
    ) -> None:
        """Record an event of a person whom you have not identified, or an invitation.

            await client.track_anonymous("anon-abc", "pricing viewed")
            await client.track_anonymous(None, "invite", {"recipient": "alex@example.com"})

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
    ) -> None:
        """Merge the secondary person into the primary. It can't be undone.

            await client.merge_customers("email", "cool.person@company.com", "cio_id", "C123")

        Args:
            primary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            primary_id: The person who remains.
            secondary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            secondary_id: The person who is deleted.

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
    ) -> None:
        """Add or update a device of a person.

            await client.add_device("5", "messaging-token", "android", {"app": "2.4.0"})

        Args:
            customer_id: The person.
            device_id: The token of the device.
            platform: ``"ios"`` or ``"android"``.
            attributes: Other attributes of the device. ``last_used`` in it is the same as the next.
            last_used: The time of its last use: an aware datetime, or whole seconds since 1970.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: PUT /api/v1/customers/{customer_id}/devices.
        """
        return await self._send(
            calls.add_device(customer_id, device_id, platform, attributes, last_used=last_used)
        )

    async def delete_device(self, customer_id: CustomerID, device_id: str) -> None:
        """Delete a device of a person.

        Args:
            customer_id: The person.
            device_id: The token of the device.

        Raises:
            LunogramError: If the request fails.

        Source: DELETE /api/v1/customers/{customer_id}/devices/{device_id}.
        """
        return await self._send(calls.delete_device(customer_id, device_id))

    async def suppress(self, customer_id: CustomerID) -> None:
        """Delete a person, and ignore all further data about them.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: If the request fails.

        Source: POST /api/v1/customers/{customer_id}/suppress.
        """
        return await self._send(calls.suppress(customer_id))

    async def unsuppress(self, customer_id: CustomerID) -> None:
        """Accept data about a suppressed person again. Deleted data is not restored.

        Args:
            customer_id: The person.

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
    ) -> None:
        """Add people to a manual segment.

        Args:
            segment_id: The number of the segment.
            customer_ids: The people, at least one.
            id_type: The type of the identifiers: ``"id"``, ``"email"`` or ``"cio_id"``. Default:
                ``"id"``.

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
    ) -> None:
        """Remove people from a manual segment.

        Args:
            segment_id: The number of the segment.
            customer_ids: The people, at least one.
            id_type: The type of the identifiers: ``"id"``, ``"email"`` or ``"cio_id"``. Default:
                ``"id"``.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            LunogramError: If the request fails.

        Source: POST /api/v1/segments/{segment_id}/remove_customers.
        """
        return await self._send(
            calls.remove_from_segment(segment_id, customer_ids, id_type=id_type)
        )

    async def batch(self, operations: Sequence[Data]) -> None:
        """Execute several operations in one request.

            await client.batch([{
                "type": "person", "action": "identify", "identifiers": {"id": "5"},
                "attributes": {"plan": "pro"},
            }])

        Args:
            operations: The operations in Customer.io's format, at least one.

        Raises:
            ValidationError: If an argument is invalid; nothing is sent.
            RequestError: With the status 207 if some operations were rejected; the others were
                executed.
            LunogramError: If the request fails.

        Source: POST /api/v2/batch.
        """
        return await self._send(calls.batch(operations))

    async def region(self) -> RegionInfo:
        """Find the region that the keys belong to.

        Returns:
            The region, and the host of its Track API.

        Raises:
            LunogramError: If the request fails.

        Source: GET /api/v1/accounts/region.
        """
        return await self._send(calls.region())
