"""The values of programs for Customer.io's own client, as our clients take them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from ...errors import ValidationError

T = TypeVar("T")


def known(identifier: T, path: str) -> T:
    """An identifier. 0 is none, as in Customer.io's own client up to 3.0.

    Args:
        identifier: The identifier of a person or a device.
        path: The name of the argument, for errors.

    Raises:
        ValidationError: If it is empty.
    """
    if not identifier:
        raise ValidationError.at(path, "is blank")
    return identifier


def clean(value: Any) -> Any:
    """A value at any depth: datetimes without a time zone are UTC, and NaN is None.

    Args:
        value: A value of data or attributes.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {name: clean(item) for name, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list | tuple) else value


def moment(value: Any) -> Any:
    """A timestamp. Numbers, and numbers as text, are whole seconds since 1970.

    Args:
        value: The timestamp, which the check of the call may reject.
    """
    if isinstance(value, float | str):
        try:
            return int(value)
        except (ValueError, OverflowError):
            return value  # the check of the call raises the error
    return clean(value)


def moment_or_none(value: Any) -> Any:
    """A timestamp as in `moment`, or None if it is none: `track` ignores those, as in 3.x.

    Args:
        value: The timestamp of an event.
    """
    found = moment(value)
    is_valid = isinstance(found, int | datetime) and not isinstance(found, bool)
    return found if is_valid else None
