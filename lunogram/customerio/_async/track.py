"""The Track API: people, what they do, their devices, and segments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..._async.sender import AsyncSend
from ...models import Data
from .. import calls
from ..models import CustomerID, EventType, IDType, Platform, RegionInfo


class AsyncTrack:
    """The calls of the Track API. They take a site id and a key of it."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def identify(self, customer_id: CustomerID, attributes: Data) -> None:
        """Create or update a person. Attributes that are left out stay as they are.

            await client.identify("5", {"email": "lucy@example.com", "plan": "basic"})

        Args:
            customer_id: Your own id, or an address where the workspace is set up for it.
            attributes: What is known of them, one thing or more. Datetimes with a zone, at any
                depth, become whole seconds since 1970.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

        Source: PUT /api/v1/customers/{customer_id}.
        """
        return await self._send(calls.identify(customer_id, attributes))

    async def delete(self, customer_id: CustomerID) -> None:
        """Delete a person and all that is known of them.

        What is sent of them later creates them anew; `suppress` prevents it.

        Args:
            customer_id: Whom.

        Raises:
            LunogramError: As for every call.

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

        An event with an id is recorded once, and sent again when its answer was lost. One
        without might be recorded twice, so it is only sent again with ``retry_lost_events``.

        Args:
            customer_id: Whose event it is.
            name: What happened.
            data: What there is to say about it, up to 56,000 bytes.
            id: The event's own id; Customer.io wants a ULID.
            timestamp: When it happened: an aware datetime, or whole seconds since 1970. Now, if
                left out.
            type: ``"event"``, ``"page"`` or ``"screen"``; an event, if left out.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

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
        """Record that a person saw a page.

        Args:
            customer_id: Who saw it.
            page: The page's name or URL.
            data: As for `track`.
            id: As there.
            timestamp: As there.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

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
        """Record that a person saw a screen of an app.

        Args:
            customer_id: Who saw it.
            screen: The screen's name.
            data: As for `track`.
            id: As there.
            timestamp: As there.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

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
    ) -> None:
        """Record an event of somebody unknown, or invite somebody.

            await client.track_anonymous("anon-abc", "pricing viewed")
            await client.track_anonymous(None, "invite", {"recipient": "alex@example.com"})

        Whoever is later identified with the attribute ``anonymous_id`` gets their events.

        Args:
            anonymous_id: Names the unknown person. None, or an empty text, for an invitation,
                whose data needs a ``recipient``.
            name: What happened.
            data: As for `track`.
            id: As there.
            timestamp: As there.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

        Source: POST /api/v1/events.
        """
        return await self._send(
            calls.track_anonymous(anonymous_id, name, data, id=id, timestamp=timestamp)
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
            primary_id: Who remains.
            secondary_id_type: As for the primary.
            secondary_id: Who is deleted.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

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
            customer_id: Whose device it is.
            device_id: The device's token.
            platform: ``"ios"`` or ``"android"``.
            attributes: Anything else about it. A ``last_used`` among them counts as the next.
            last_used: When it was last used: an aware datetime, or whole seconds since 1970.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

        Source: PUT /api/v1/customers/{customer_id}/devices.
        """
        return await self._send(
            calls.add_device(customer_id, device_id, platform, attributes, last_used=last_used)
        )

    async def delete_device(self, customer_id: CustomerID, device_id: str) -> None:
        """Delete a device of a person.

        Args:
            customer_id: Whose device it is.
            device_id: As for `add_device`.

        Raises:
            LunogramError: As for every call.

        Source: DELETE /api/v1/customers/{customer_id}/devices/{device_id}.
        """
        return await self._send(calls.delete_device(customer_id, device_id))

    async def suppress(self, customer_id: CustomerID) -> None:
        """Delete a person, and take nothing more about them.

        Args:
            customer_id: Whom.

        Raises:
            LunogramError: As for every call.

        Source: POST /api/v1/customers/{customer_id}/suppress.
        """
        return await self._send(calls.suppress(customer_id))

    async def unsuppress(self, customer_id: CustomerID) -> None:
        """Take in what is sent about a person again. What was deleted does not come back.

        Args:
            customer_id: Whom.

        Raises:
            LunogramError: As for every call.

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
            segment_id: The segment's number.
            customer_ids: A list of one person or more.
            id_type: What names them: ``"id"``, ``"email"`` or ``"cio_id"``. Ids, if left out.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

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
            segment_id: As for `add_to_segment`.
            customer_ids: As there.
            id_type: As there.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            LunogramError: As for every call.

        Source: POST /api/v1/segments/{segment_id}/remove_customers.
        """
        return await self._send(
            calls.remove_from_segment(segment_id, customer_ids, id_type=id_type)
        )

    async def batch(self, operations: Sequence[Data]) -> None:
        """Carry out several operations in one request.

            await client.batch([{
                "type": "person", "action": "identify", "identifiers": {"id": "5"},
                "attributes": {"plan": "pro"},
            }])

        Args:
            operations: A list of one or more, each as Customer.io has it.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            RequestError: With the status 207 if some operations were refused; the others were
                carried out.
            LunogramError: As for every call.

        Source: POST /api/v2/batch.
        """
        return await self._send(calls.batch(operations))

    async def region(self) -> RegionInfo:
        """Find the region that the keys belong to.

        Returns:
            The region, and the host of its Track API.

        Raises:
            LunogramError: As for every call.

        Source: GET /api/v1/accounts/region.
        """
        return await self._send(calls.region())
