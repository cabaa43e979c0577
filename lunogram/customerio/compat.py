"""A drop-in replacement for Customer.io's own Python client: change the import.

    from lunogram.customerio.compat import CustomerIO  # was: from customerio import CustomerIO

    cio = CustomerIO("a-site-id", "a-track-api-key")
    cio.identify(id="5", email="lucy@example.com", plan="basic")
    cio.track(customer_id="5", name="purchase", price=13.99)

Its calls go to the Lunogram server of ``LUNOGRAM_API_KEY`` and ``LUNOGRAM_BASE_URL``; or, with
``to``, to any other object that has the methods of `Track`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from .._sync.client import Lunogram
from .._tracebacks import ShortTracebacks
from ..errors import LunogramError, ValidationError
from ..models import Data
from ._sync.track import Track
from .bridge import Bridge
from .config import Region
from .models import CustomerID, IDType, Platform

T = TypeVar("T")

CustomerIOException = LunogramError
"""The exception of Customer.io's own client: the base class of all errors."""


class Regions:
    """The regions of Customer.io's own client. Lunogram ignores them.

    Attributes:
        US: The United States.
        EU: The European Union.
    """

    US = Region.US
    EU = Region.EU


class CustomerIO(ShortTracebacks):
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
        region: object = Regions.US,
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
            region: Ignored.
            to: The target of all calls: a `Bridge`, a `DualWriter`, or our `CustomerIO`. By
                default, a bridge to the Lunogram server that the environment configures.

        Raises:
            ConfigurationError: If the API key of Lunogram is missing.
        """
        del site_id, api_key, host, region
        self._own = ExitStack()
        self._to = to if to is not None else Bridge(self._own.enter_context(Lunogram()))

    def identify(self, id: CustomerID, **kwargs: Any) -> None:
        """Create or update a person.

        Args:
            id: The person.
            kwargs: The attributes.

        Raises:
            LunogramError: See `Track.identify`.
        """
        self._to.identify(_known(id, "id"), _clean(kwargs))

    def track(
        self,
        customer_id: CustomerID,
        name: str,
        data: Data | None = None,
        id: CustomerID | None = None,
        timestamp: datetime | float | str | None = None,
        **kwargs: Any,
    ) -> None:
        """Record an event of a person.

        Args:
            customer_id: The person.
            name: The name of the event.
            data: The data of the event, as in 3.x.
            id: The id of the event, as in 3.x.
            timestamp: The time of the event, as in 3.x.
            kwargs: The data of the event, as in 2.x. If there are any, ``data``, ``id`` and
                ``timestamp`` are data too.

        Raises:
            LunogramError: See `Track.track`.
        """
        event = _event(data, id, timestamp, kwargs)
        self._to.track(_known(customer_id, "customer_id"), name, event.pop("data"), **event)

    def track_anonymous(
        self,
        anonymous_id: CustomerID | None,
        name: str,
        data: Data | None = None,
        id: CustomerID | None = None,
        timestamp: datetime | float | str | None = None,
        **kwargs: Any,
    ) -> None:
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

        Raises:
            LunogramError: See `Track.track_anonymous`.
        """
        event = _event(data, id, timestamp, kwargs)
        self._to.track_anonymous(anonymous_id, name, event.pop("data"), **event)

    def pageview(self, customer_id: CustomerID, page: str, **data: Any) -> None:
        """Record a page view of a person.

        Args:
            customer_id: The person.
            page: The page.
            data: The data of the event.

        Raises:
            LunogramError: See `Track.pageview`.
        """
        self._to.pageview(_known(customer_id, "customer_id"), page, _clean(data))

    def backfill(
        self,
        customer_id: CustomerID,
        name: str,
        timestamp: datetime | float | str,
        **data: Any,
    ) -> None:
        """Record an event of the past.

        Args:
            customer_id: The person.
            name: The name of the event.
            timestamp: The time of the event.
            data: The data of the event.

        Raises:
            LunogramError: See `Track.track`.
        """
        person = _known(customer_id, "customer_id")
        self._to.track(person, name, _clean(data), timestamp=_moment(timestamp))

    def delete(self, customer_id: CustomerID) -> None:
        """Delete a person.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: See `Track.delete`.
        """
        self._to.delete(_known(customer_id, "customer_id"))

    def add_device(
        self, customer_id: CustomerID, device_id: str, platform: Platform, **data: Any
    ) -> None:
        """Add or update a device.

        Args:
            customer_id: The person.
            device_id: The token of the device.
            platform: ``"ios"`` or ``"android"``.
            data: Other attributes of the device.

        Raises:
            LunogramError: See `Track.add_device`.
        """
        person, device = _known(customer_id, "customer_id"), _known(device_id, "device_id")
        last_used = _moment(data.pop("last_used", None))
        self._to.add_device(person, device, platform, _clean(data), last_used=last_used)

    def delete_device(self, customer_id: CustomerID, device_id: str) -> None:
        """Delete a device.

        Args:
            customer_id: The person.
            device_id: The token of the device.

        Raises:
            LunogramError: See `Track.delete_device`.
        """
        person, device = _known(customer_id, "customer_id"), _known(device_id, "device_id")
        self._to.delete_device(person, device)

    def suppress(self, customer_id: CustomerID) -> None:
        """Delete a person, and ignore all further data about them.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: See `Track.suppress`.
        """
        self._to.suppress(_known(customer_id, "customer_id"))

    def unsuppress(self, customer_id: CustomerID) -> None:
        """Accept data about a suppressed person again.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: See `Track.unsuppress`.
        """
        self._to.unsuppress(_known(customer_id, "customer_id"))

    def merge_customers(
        self,
        primary_id_type: IDType,
        primary_id: CustomerID,
        secondary_id_type: IDType,
        secondary_id: CustomerID,
    ) -> None:
        """Merge the secondary person into the primary.

        Args:
            primary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            primary_id: The person who remains.
            secondary_id_type: ``"id"``, ``"email"`` or ``"cio_id"``.
            secondary_id: The person who is deleted.

        Raises:
            LunogramError: See `Track.merge_customers`.
        """
        primary, secondary = _known(primary_id, "primary_id"), _known(secondary_id, "secondary_id")
        self._to.merge_customers(primary_id_type, primary, secondary_id_type, secondary)

    def batch(self, operations: Sequence[Mapping[str, Any]]) -> None:
        """Carry out several operations.

        Args:
            operations: The operations in Customer.io's format.

        Raises:
            LunogramError: See `Track.batch`.
        """
        self._to.batch(_clean(operations))

    def close(self) -> None:
        """Close its own connections. An object that was passed as ``to`` stays open."""
        self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(to={self._to!r})"


def _known(identifier: T, path: str) -> T:
    """An identifier; 0 is none, as in Customer.io's own client up to 3.0."""
    if not identifier:
        raise ValidationError.at(path, "is blank")
    return identifier


def _event(
    data: Any, id: CustomerID | None, timestamp: Any, keywords: dict[str, Any]
) -> dict[str, Any]:
    """Data, id and timestamp of an event, in whichever way they were given."""
    given = {"data": data, "id": id, "timestamp": timestamp}
    if keywords:
        named = {name: value for name, value in given.items() if value is not None}
        return {"data": _clean({**named, **keywords})}
    return {"data": _clean(data or {}), "id": id, "timestamp": _moment(timestamp)}


def _moment(value: Any) -> Any:
    """A timestamp; numbers, and numbers as text, are whole seconds since 1970."""
    if isinstance(value, float | str):
        try:
            return int(value)
        except (ValueError, OverflowError):
            return value  # the check of the call raises the error
    return _clean(value)


def _clean(value: Any) -> Any:
    """A value of Customer.io's own client as `Track` takes it."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {name: _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
