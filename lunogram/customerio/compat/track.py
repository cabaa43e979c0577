"""The client of the Track API, as ``customerio.track`` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..._sync.client import Lunogram
from ...models import Data
from .._sync.track import Track
from ..bridge import Bridge
from ..models import CustomerID, IDType, Platform
from .client_base import ClientBase, Response
from .regions import Region, Regions, check_region
from .sanitizing import clean, known, moment, moment_or_none


class CustomerIO(ClientBase):
    """The Track client of Customer.io's own package, with the signatures of 2.x and 3.x both.

    Keywords of `track` are the data of the event, as in 2.x; without others, ``data``, ``id`` and
    ``timestamp`` are the arguments of 3.x. As in both, datetimes without a time zone are UTC, and
    NaN is None.
    """

    def __init__(
        self,
        site_id: str | None = None,
        api_key: str | None = None,
        host: str | None = None,
        region: Region = Regions.US,
        *_positional: object,
        to: Track | None = None,
        **_settings: object,
    ) -> None:
        """Create a client. Nothing is sent.

        Args:
            site_id: Ignored, as are the other settings of Customer.io's client: ``port``,
                ``url_prefix``, ``retries``, ``timeout`` and so on.
            api_key: Ignored.
            host: Ignored.
            region: `Regions.US` or `Regions.EU`; otherwise ignored.
            to: The target of all calls: a `Bridge`, a `DualWriter`, or our `CustomerIO`. By
                default, a bridge to the Lunogram server that the environment configures.

        Raises:
            ConfigurationError: If the region is invalid, or the API key of Lunogram is missing.
        """
        super().__init__()
        del site_id, api_key, host
        check_region(region)
        self._to = to if to is not None else Bridge(self._own.enter_context(Lunogram()))

    def identify(self, id: CustomerID, **kwargs: Any) -> Response:
        """Create or update a person.

        Args:
            id: The person.
            kwargs: The attributes.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.identify`.
        """
        self._to.identify(known(id, "id"), clean(kwargs))
        return Response()

    def track(
        self,
        customer_id: CustomerID,
        name: str,
        data: Data | None = None,
        id: CustomerID | None = None,
        timestamp: datetime | float | str | None = None,
        **kwargs: Any,
    ) -> Response:
        """Record an event of a person.

        Args:
            customer_id: The person.
            name: The name of the event.
            data: The data of the event, as in 3.x.
            id: The id of the event, as in 3.x.
            timestamp: The time of the event, as in 3.x.
            kwargs: The data of the event, as in 2.x. If there are any, ``data``, ``id`` and
                ``timestamp`` are data too.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.track`.
        """
        event = _event(data, id, timestamp, kwargs)
        self._to.track(known(customer_id, "customer_id"), name, event.pop("data"), **event)
        return Response()

    def track_anonymous(
        self,
        anonymous_id: CustomerID | None,
        name: str,
        data: Data | None = None,
        id: CustomerID | None = None,
        timestamp: datetime | float | str | None = None,
        **kwargs: Any,
    ) -> Response:
        """Record an event of an anonymous person, or an invitation.

        Args:
            anonymous_id: The anonymous person; None or an empty text for an invitation, or an
                event of nobody in particular.
            name: The name of the event.
            data: The data of the event, as in 3.x.
            id: The id of the event, as in 3.x.
            timestamp: The time of the event, as in 3.x.
            kwargs: The data of the event, as in 2.x. If there are any, ``data``, ``id`` and
                ``timestamp`` are data too.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.track_anonymous`.
        """
        event = _event(data, id, timestamp, kwargs)
        self._to.track_anonymous(anonymous_id, name, event.pop("data"), **event)
        return Response()

    def pageview(self, customer_id: CustomerID, page: str, **data: Any) -> Response:
        """Record a page view of a person.

        Args:
            customer_id: The person.
            page: The page.
            data: The data of the event.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.pageview`.
        """
        self._to.pageview(known(customer_id, "customer_id"), page, clean(data))
        return Response()

    def backfill(
        self,
        customer_id: CustomerID,
        name: str,
        timestamp: datetime | float | str,
        **data: Any,
    ) -> Response:
        """Record an event of the past.

        Args:
            customer_id: The person.
            name: The name of the event.
            timestamp: The time of the event.
            data: The data of the event.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.track`.
        """
        person = known(customer_id, "customer_id")
        self._to.track(person, name, clean(data), timestamp=moment(timestamp))
        return Response()

    def delete(self, customer_id: CustomerID) -> Response:
        """Delete a person.

        Args:
            customer_id: The person.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.delete`.
        """
        self._to.delete(known(customer_id, "customer_id"))
        return Response()

    def add_device(
        self, customer_id: CustomerID, device_id: str, platform: Platform, **data: Any
    ) -> Response:
        """Add or update a device.

        Args:
            customer_id: The person.
            device_id: The token of the device.
            platform: ``"ios"`` or ``"android"``.
            data: Other attributes of the device.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.add_device`.
        """
        person, device = known(customer_id, "customer_id"), known(device_id, "device_id")
        last_used = moment(data.pop("last_used", None))
        self._to.add_device(person, device, platform, clean(data), last_used=last_used)
        return Response()

    def delete_device(self, customer_id: CustomerID, device_id: str) -> Response:
        """Delete a device.

        Args:
            customer_id: The person.
            device_id: The token of the device.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.delete_device`.
        """
        person, device = known(customer_id, "customer_id"), known(device_id, "device_id")
        self._to.delete_device(person, device)
        return Response()

    def suppress(self, customer_id: CustomerID) -> Response:
        """Delete a person, and ignore all further data about them.

        Args:
            customer_id: The person.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.suppress`.
        """
        self._to.suppress(known(customer_id, "customer_id"))
        return Response()

    def unsuppress(self, customer_id: CustomerID) -> Response:
        """Accept data about a suppressed person again.

        Args:
            customer_id: The person.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.unsuppress`.
        """
        self._to.unsuppress(known(customer_id, "customer_id"))
        return Response()

    def merge_customers(
        self,
        primary_id_type: IDType | str,
        primary_id: CustomerID,
        secondary_id_type: IDType | str,
        secondary_id: CustomerID,
    ) -> Response:
        """Merge the secondary person into the primary.

        Args:
            primary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            primary_id: The person who remains.
            secondary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            secondary_id: The person who is deleted.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.merge_customers`.
        """
        primary, secondary = known(primary_id, "primary_id"), known(secondary_id, "secondary_id")
        self._to.merge_customers(primary_id_type, primary, secondary_id_type, secondary)
        return Response()

    def batch(self, operations: Sequence[Mapping[str, Any]]) -> Response:
        """Carry out several operations.

        Args:
            operations: The operations in Customer.io's format.

        Returns:
            A response with the status 200.

        Raises:
            LunogramError: See `Track.batch`.
        """
        self._to.batch(clean(operations))
        return Response()


def _event(
    data: Any, id: CustomerID | None, timestamp: Any, keywords: dict[str, Any]
) -> dict[str, Any]:
    """Data, id and timestamp of an event, in whichever way they were given."""
    given = {"data": data, "id": id, "timestamp": timestamp}
    if keywords:
        named = {name: value for name, value in given.items() if value is not None}
        return {"data": clean({**named, **keywords})}
    return {"data": clean(data or {}), "id": id, "timestamp": moment_or_none(timestamp)}
