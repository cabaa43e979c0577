"""Customer.io's limits, with its own error messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lunogram.sandbox.problems import Problem, bad_request
from lunogram.sandbox.request_parser import write_json

ID_BYTES = 150
"""The maximum size of an identifier."""
ATTRIBUTES = 300
"""The maximum number of attributes in one request."""
NAME_BYTES = 150
"""The maximum size of an attribute's name."""
VALUE_BYTES = 1000
"""The maximum size of an attribute's value."""
EVENT_NAME_BYTES = 100
"""The maximum size of an event's name."""
EVENT_DATA_BYTES = 100_000
"""The maximum size of an event's data."""
OPERATION_BYTES = 32 * 1024
"""The maximum size of an operation in a batch."""
BATCH_BYTES = 500 * 1024
"""The maximum size of a batch."""


def check_identifier(field: str, value: object) -> str:
    """Return an identifier; raise a problem if it is invalid."""
    if not isinstance(value, str):
        raise bad_request(f"{field} attribute must be a string value")
    if not value:
        raise bad_request(f"{field} attribute cannot be an empty string")
    if len(value.encode()) > ID_BYTES:
        raise bad_request(f"{field} attribute cannot be longer than {ID_BYTES} bytes")
    return value


def check_attributes(attributes: Mapping[str, Any]) -> None:
    """Raise a problem if there are too many attributes, or one is too large."""
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
    """Raise a problem if an event has no name, or is too large."""
    if not name.strip():
        raise bad_request("event name must not be blank")
    if len(name.encode()) > EVENT_NAME_BYTES:
        raise bad_request(f"event name cannot be longer than {EVENT_NAME_BYTES} bytes")
    if not isinstance(data, dict):
        raise bad_request("event data must be a hash")
    if _size(data) > EVENT_DATA_BYTES:
        raise bad_request(f"event data cannot be longer than {EVENT_DATA_BYTES} bytes")


def check_batch(body: bytes) -> None:
    """Raise a problem if a batch is too large."""
    if len(body) > BATCH_BYTES:
        raise Problem(413, "content too large", f"the batch is larger than {BATCH_BYTES} bytes")


def check_operation(operation: object) -> None:
    """Raise a problem if an operation of a batch is too large."""
    if _size(operation) > OPERATION_BYTES:
        raise bad_request(f"the operation is larger than {OPERATION_BYTES} bytes")


def _size(value: object) -> int:
    return len(value.encode() if isinstance(value, str) else write_json(value))
