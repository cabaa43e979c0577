"""What Customer.io refuses because it is too long, too much or empty, in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lunogram.sandbox.decoding import write_json
from lunogram.sandbox.problems import Problem, bad_request

ID_BYTES = 150
"""The longest identifier of a person."""
ATTRIBUTES = 300
"""The most attributes of one request."""
NAME_BYTES = 150
"""The longest name of an attribute."""
VALUE_BYTES = 1000
"""The longest value of an attribute."""
EVENT_NAME_BYTES = 100
"""The longest name of an event."""
EVENT_DATA_BYTES = 100_000
"""The longest data of an event."""
OPERATION_BYTES = 32 * 1024
"""The longest operation of a batch."""
BATCH_BYTES = 500 * 1024
"""The longest batch."""


def check_identifier(field: str, value: object) -> str:
    """Return an identifier, or refuse it."""
    if not isinstance(value, str):
        raise bad_request(f"{field} attribute must be a string value")
    if not value:
        raise bad_request(f"{field} attribute cannot be an empty string")
    if len(value.encode()) > ID_BYTES:
        raise bad_request(f"{field} attribute cannot be longer than {ID_BYTES} bytes")
    return value


def check_attributes(attributes: Mapping[str, Any]) -> None:
    """Refuse too many attributes, and those that are too long."""
    if len(attributes) > ATTRIBUTES:
        raise bad_request(f"cannot identify more than {ATTRIBUTES} attributes in one request")
    for name, value in attributes.items():
        if len(name.encode()) > NAME_BYTES:
            raise bad_request(f"attribute name cannot be longer than {NAME_BYTES} bytes")
        if _size(value) > VALUE_BYTES:
            raise bad_request(
                f"value for attribute '{name}' cannot be longer than {VALUE_BYTES} bytes"
            )


def check_event(name: str, data: object) -> None:
    """Refuse an event without a name, and one that is too long."""
    if not name.strip():
        raise bad_request("event name must not be blank")
    if len(name.encode()) > EVENT_NAME_BYTES:
        raise bad_request(f"event name cannot be longer than {EVENT_NAME_BYTES} bytes")
    if not isinstance(data, dict):
        raise bad_request("event data must be a hash")
    if _size(data) > EVENT_DATA_BYTES:
        raise bad_request(f"event data cannot be longer than {EVENT_DATA_BYTES} bytes")


def check_batch(body: bytes) -> None:
    """Refuse a batch that is too long."""
    if len(body) > BATCH_BYTES:
        raise Problem(413, "content too large", f"the batch is larger than {BATCH_BYTES} bytes")


def check_operation(operation: object) -> None:
    """Refuse an operation of a batch that is too long."""
    if _size(operation) > OPERATION_BYTES:
        raise bad_request(f"the operation is larger than {OPERATION_BYTES} bytes")


def _size(value: object) -> int:
    return len(value.encode() if isinstance(value, str) else write_json(value))
