"""The models of Customer.io's responses. Unknown fields are kept in ``extra``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

import attrs

from .._response_model import ResponseModel, extra_field, parsed_field, required_field

CustomerID: TypeAlias = str | int | UUID
"""The identifier of a person: your own id, or an email address if the workspace allows it."""

IDType: TypeAlias = Literal["id", "email", "cio_id"]
"""The type of an identifier."""

EventType: TypeAlias = Literal["event", "page", "screen"]
"""The type of an event."""

Platform: TypeAlias = Literal["ios", "android"]
"""The operating system of a device."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _from_epoch(seconds: float | None) -> datetime | None:
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


@attrs.frozen(kw_only=True)
class Delivery(ResponseModel):
    """A message that was accepted.

    Attributes:
        delivery_id: The id of the message at Customer.io.
        queued_at: The time at which it was queued, in UTC; None if the response omits it.
        extra: Unknown fields of the response.
    """

    delivery_id: str = required_field(str)
    queued_at: datetime | None = parsed_field(_from_epoch)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class TriggeredBroadcast(ResponseModel):
    """A broadcast that was triggered.

    Attributes:
        id: The id of this trigger of the broadcast.
        extra: Unknown fields of the response.
    """

    id: int = required_field(int)
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class RegionInfo(ResponseModel):
    """The region of an account.

    Attributes:
        url: The URL of its Track API.
        data_center: The region's name, such as ``"us"``.
        environment_id: The workspace's id.
        extra: Unknown fields of the response.
    """

    url: str = required_field(str)
    data_center: str = required_field(str)
    environment_id: int = required_field(int)
    extra: dict[str, Any] = extra_field()
