"""Programs written for Customer.io's own Python client, as they are: change the import.

    from lunogram.customerio.compat import CustomerIO  # was: from customerio import CustomerIO

    cio = CustomerIO("a-site-id", "a-track-api-key")
    cio.identify(id="5", email="lucy@example.com", plan="basic")
    cio.track(customer_id="5", name="purchase", price=13.99)

What it is told goes to the Lunogram of ``LUNOGRAM_API_KEY`` and ``LUNOGRAM_BASE_URL``; or, with
``to``, to anything else that has the methods of `Track`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Self

from .._sync.client import Lunogram
from ..errors import LunogramError
from ..models import Data
from ._sync.track import Track
from .account import Region
from .bridge import Bridge
from .models import CustomerID, IDType, Platform

CustomerIOException = LunogramError
"""What those programs catch: every error of ours is one."""


class Regions:
    """The regions, by the names that those programs have for them. In Lunogram they mean nothing.

    Attributes:
        US: The United States.
        EU: The European Union.
    """

    US = Region.US
    EU = Region.EU


class CustomerIO:
    """The Track client of Customer.io's own package, with the signatures of 2.x and 3.x both.

    Keywords of `track` are the event's data, as in 2.x; ``data``, ``id`` and ``timestamp`` alone
    mean what they do in 3.x. As there, datetimes without a zone are in UTC, and a float that is
    not a number is None.
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
        """Make a client. Nothing is sent.

        Args:
            site_id: Not needed for Lunogram, and left unused, as are the others of Customer.io's:
                ``port``, ``url_prefix``, ``retries``, ``timeout`` and so on.
            api_key: Left unused.
            host: Left unused.
            region: Left unused.
            to: Where everything goes: a `Bridge`, a `DualWriter`, or a `CustomerIO` of ours. A
                bridge to the Lunogram that the environment names, if left out.

        Raises:
            ConfigurationError: If there is no key to Lunogram.
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
            LunogramError: As for `Track.identify`.
        """
        if kwargs:
            self._to.identify(id, _clean(kwargs))
        else:
            self._to.batch([{"type": "person", "action": "identify", "identifiers": _named(id)}])

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
            name: What happened.
            data: What there is to say about it, as in 3.x.
            id: The event's own id, as in 3.x.
            timestamp: When it happened, as in 3.x.
            kwargs: What there is to say about it, as in 2.x. Then the three before are a part of
                it.

        Raises:
            LunogramError: As for `Track.track`.
        """
        told = _event(data, id, timestamp, kwargs)
        self._to.track(customer_id, name, told.pop("data"), **told)

    def track_anonymous(
        self,
        anonymous_id: CustomerID | None,
        name: str,
        data: Data | None = None,
        id: CustomerID | None = None,
        timestamp: datetime | float | str | None = None,
        **kwargs: Any,
    ) -> None:
        """Record an event of somebody unknown, or an invitation.

        Args:
            anonymous_id: Names the unknown person; None for an invitation.
            name: What happened.
            data: As for `track`.
            id: As there.
            timestamp: As there.
            kwargs: As there.

        Raises:
            LunogramError: As for `Track.track_anonymous`.
        """
        told = _event(data, id, timestamp, kwargs)
        self._to.track_anonymous(anonymous_id, name, told.pop("data"), **told)

    def pageview(self, customer_id: CustomerID, page: str, **data: Any) -> None:
        """Record that a person saw a page.

        Args:
            customer_id: The person.
            page: The page.
            data: What there is to say about it.

        Raises:
            LunogramError: As for `Track.pageview`.
        """
        self._to.pageview(customer_id, page, _clean(data))

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
            name: What happened.
            timestamp: When.
            data: What there is to say about it.

        Raises:
            LunogramError: As for `Track.track`.
        """
        self._to.track(customer_id, name, _clean(data), timestamp=_moment(timestamp))

    def delete(self, customer_id: CustomerID) -> None:
        """Delete a person.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: As for `Track.delete`.
        """
        self._to.delete(customer_id)

    def add_device(
        self, customer_id: CustomerID, device_id: str, platform: Platform, **data: Any
    ) -> None:
        """Add or update a device.

        Args:
            customer_id: The person.
            device_id: The device's token.
            platform: ``"ios"`` or ``"android"``.
            data: Anything else about it.

        Raises:
            LunogramError: As for `Track.add_device`.
        """
        last_used = _moment(data.pop("last_used", None))
        self._to.add_device(customer_id, device_id, platform, _clean(data), last_used=last_used)

    def delete_device(self, customer_id: CustomerID, device_id: str) -> None:
        """Delete a device.

        Args:
            customer_id: The person.
            device_id: The device's token.

        Raises:
            LunogramError: As for `Track.delete_device`.
        """
        self._to.delete_device(customer_id, device_id)

    def suppress(self, customer_id: CustomerID) -> None:
        """Delete a person, and take nothing more about them.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: As for `Track.suppress`.
        """
        self._to.suppress(customer_id)

    def unsuppress(self, customer_id: CustomerID) -> None:
        """Take in what is sent about a person again.

        Args:
            customer_id: The person.

        Raises:
            LunogramError: As for `Track.unsuppress`.
        """
        self._to.unsuppress(customer_id)

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
            primary_id: Who remains.
            secondary_id_type: As for the primary.
            secondary_id: Who is deleted.

        Raises:
            LunogramError: As for `Track.merge_customers`.
        """
        self._to.merge_customers(primary_id_type, primary_id, secondary_id_type, secondary_id)

    def batch(self, operations: Sequence[Mapping[str, Any]]) -> None:
        """Carry out several operations.

        Args:
            operations: Each as Customer.io has it.

        Raises:
            LunogramError: As for `Track.batch`.
        """
        self._to.batch(_clean(operations))

    def close(self) -> None:
        """Close the connections of its own. What was given as ``to`` stays open."""
        self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(to={self._to!r})"


def _named(customer_id: CustomerID) -> dict[str, CustomerID]:
    return {"email" if "@" in str(customer_id) else "id": customer_id}


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
    """A timestamp; numbers and their texts are whole seconds since 1970."""
    if isinstance(value, float | str):
        try:
            return int(value)
        except (ValueError, OverflowError):
            return value  # the check of the call says what is wrong
    return _clean(value)


def _clean(value: Any) -> Any:
    """What those programs may give, as `Track` takes it."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {name: _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
