"""Warnings about calls that are valid, but of which the server changes or claims a part."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from . import identity_warnings, values
from .errors import LunogramWarning, ValidationError
from .operation import Operation, names_of
from .operations import (
    POST_ORGANIZATION_EVENTS,
    POST_USER_EVENTS,
    REGISTER_DEVICE,
    SEND_ORGANIZATION_INBOX_MESSAGES,
    SEND_USER_INBOX_MESSAGES,
)

RESERVED_PREFIXES = (
    "user.", "organization.", "list.", "link.", "scheduled.", "inbox.", "journey.", "project.",
)  # fmt: skip
"""The prefixes of the names of the platform's own events."""

_EVENTS = names_of(POST_USER_EVENTS, POST_ORGANIZATION_EVENTS)

# The operations whose free-form JSON is stored as it is sent, not as numbers of 64 bits.
_KEEPING_NUMBERS = names_of(
    SEND_USER_INBOX_MESSAGES, SEND_ORGANIZATION_INBOX_MESSAGES, REGISTER_DEVICE
)

_PACKAGE = str(Path(__file__).parent)
_INDEX = re.compile(r"\[\d+\]")


@attrs.frozen
class CallWarning:
    """A warning about one field of a call.

    Attributes:
        field: The path of the field, such as ``"events[3].data.total"``.
        text: What the server does with its value, without the value.
    """

    field: str
    text: str


def warnings_of(operation: Operation, json: Any, start: int = 0) -> tuple[CallWarning, ...]:
    """The warnings about a call.

    Args:
        operation: The operation of the call.
        json: The JSON body of the call, made of checked values in this thread.
        start: The index of the first item of a batch.
    """
    has_inexact = values.saw_inexact_number() and operation.name not in _KEEPING_NUMBERS
    return (
        *(CallWarning(*fault) for fault in identity_warnings.faults_of(operation, json, start)),
        *(_reserved_names(json, start) if operation.name in _EVENTS else ()),
        *(_inexact_numbers(json, start) if has_inexact else ()),
    )


def _reserved_names(events: Iterable[values.Json], start: int) -> Iterator[CallWarning]:
    for index, event in enumerate(events, start):
        if event["name"].startswith(RESERVED_PREFIXES):
            prefix = event["name"].partition(".")[0]
            text = f"names that begin with {prefix}. belong to the platform's own events"
            yield CallWarning(f"events[{index}].name", text)


def _inexact_numbers(json: Any, start: int) -> Iterator[CallWarning]:
    for path in _inexact_paths(json, "events" if isinstance(json, list) else "", start):
        text = "is an integer that the server rounds, because it stores numbers as doubles"
        yield CallWarning(path, f"{text}; send it as a string to keep its digits")


def _inexact_paths(value: Any, path: str, start: int = 0) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _inexact_paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value, start):
            yield from _inexact_paths(item, f"{path}[{index}]")
    elif values.is_inexact(value):
        yield path


class _Issued:
    """The warnings that this process has issued, each once for its path."""

    # Paths hold keys of the caller's data, which may be without number.
    _MOST = 1000

    def __init__(self) -> None:
        self._known: set[str] = set()  # without a lock, which a signal handler would wait for

    def is_new(self, message: str) -> bool:
        """Whether a message is issued for the first time; messages beyond the bound are not."""
        key = _INDEX.sub("[]", message)
        if key in self._known or len(self._known) >= self._MOST:
            return False
        self._known.add(key)
        return True


_issued = _Issued()


def issue(found: Iterable[CallWarning], *, strict: bool) -> None:
    """Issue the warnings about a call, each once for its path, at the line of the caller.

    Args:
        found: The warnings about the call.
        strict: Whether the first one is an error.

    Raises:
        ValidationError: If there is one, and ``strict`` is true.
    """
    for warning in found:
        if strict:
            raise ValidationError.at(warning.field, warning.text)
        message = f"{warning.field}: {warning.text}"
        if _issued.is_new(message):
            warnings.warn(message, LunogramWarning, stacklevel=_frames_of_ours())


def empty(operation: Operation) -> ValidationError:
    """The error for a batch without items, with the option ``strict``.

    Args:
        operation: The operation of the call.
    """
    return ValidationError.at("events" if operation.name in _EVENTS else "messages", "is empty")


def _frames_of_ours() -> int:
    """The number of frames up to the caller's, for whom the warning is."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, depth = frame.f_back, depth + 1
    return depth
