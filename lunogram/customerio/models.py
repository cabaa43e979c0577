"""What Customer.io answers. A field that this version does not know is kept in ``extra``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID

import attrs
from attrs.validators import instance_of

if TYPE_CHECKING:
    import customerio_api.models as api

CustomerID: TypeAlias = str | int | UUID
"""What names a person: your own id, or an address where the workspace is set up for it."""

IDType: TypeAlias = Literal["id", "email", "cio_id"]
"""Which kind of name a name is."""

EventType: TypeAlias = Literal["event", "page", "screen"]
"""What kind of event an event is."""

Platform: TypeAlias = Literal["ios", "android"]
"""What a device runs."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _extra() -> Any:
    return attrs.field(factory=dict, repr=False)


@attrs.frozen(kw_only=True)
class Delivery:
    """A message that was taken.

    Attributes:
        delivery_id: Names the message at Customer.io.
        queued_at: When it was queued, aware, in UTC.
        extra: Fields that this version does not know.
    """

    delivery_id: str = attrs.field(validator=instance_of(str))
    queued_at: datetime = attrs.field(validator=instance_of(datetime))
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.Delivery) -> Delivery:
        """From the raw client's model."""
        return cls(
            delivery_id=raw.delivery_id,
            queued_at=_EPOCH + timedelta(seconds=raw.queued_at),
            extra=raw.additional_properties,
        )


@attrs.frozen(kw_only=True)
class TriggeredBroadcast:
    """A broadcast that was triggered.

    Attributes:
        id: Names this trigger of the broadcast.
        extra: Fields that this version does not know.
    """

    id: int = attrs.field(validator=instance_of(int))
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.TriggeredBroadcast) -> TriggeredBroadcast:
        """From the raw client's model."""
        return cls(id=raw.id, extra=raw.additional_properties)


@attrs.frozen(kw_only=True)
class RegionInfo:
    """Where an account lives.

    Attributes:
        url: The host of its Track API.
        data_center: The region's name, such as ``"us"``.
        environment_id: The workspace's id.
        extra: Fields that this version does not know.
    """

    url: str = attrs.field(validator=instance_of(str))
    data_center: str = attrs.field(validator=instance_of(str))
    environment_id: int = attrs.field(validator=instance_of(int))
    extra: dict[str, Any] = _extra()

    @classmethod
    def from_api(cls, raw: api.RegionInfo) -> RegionInfo:
        """From the raw client's model."""
        return cls(
            url=raw.url,
            data_center=raw.data_center,
            environment_id=raw.environment_id,
            extra=raw.additional_properties,
        )
