"""The checks of arguments of an outbox's methods. What is not as it must be raises an error."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..calls import Call
from ..errors import ConfigurationError, ValidationError
from .store import Checkpoint

_SUBJECT = re.compile(r"(user|organization):[^:]+:.+", re.DOTALL)


def limit(value: object) -> int | None:
    """The maximum number of items that a method returns.

    Args:
        value: A whole number of at least 0, or None for all items.

    Raises:
        ValidationError: If it is neither.
    """
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValidationError.at("limit", "must be a whole number of at least 0, or None")
    return value


def seconds(value: object, name: str) -> float:
    """A number of seconds.

    Args:
        value: A number of at least 0.
        name: The name of the argument.

    Raises:
        ValidationError: If it is no such number.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or math.isnan(value) or value < 0:  # type: ignore[arg-type, operator]
        raise ValidationError.at(name, "must be a number of seconds of at least 0")
    return value  # type: ignore[return-value]


def sequences(value: object, name: str) -> list[int]:
    """Sequence numbers of entries or dead letters.

    Args:
        value: An iterable of whole numbers.
        name: The name of the argument.

    Raises:
        ValidationError: If it is none, or one of them is no whole number.
    """
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise ValidationError.at(name, f"must be a list of sequence numbers, not {_kind(value)}")
    found = list(value)
    for index, each in enumerate(found):
        if not isinstance(each, int) or isinstance(each, bool):
            fault = f"must be a sequence number, not {_kind(each)}"
            raise ValidationError.at(f"{name}[{index}]", fault)
    return found


def sequences_or_all(value: object, name: str) -> list[int] | None:
    """Sequence numbers of dead letters, or None for ``"all"``.

    Args:
        value: An iterable of whole numbers, or ``"all"``.
        name: The name of the argument.

    Raises:
        ValidationError: If it is neither.
    """
    return None if isinstance(value, str) and value == "all" else sequences(value, name)


def subject(value: object) -> str:
    """A subject: nothing would be found for one in another form, and nobody would notice.

    Args:
        value: A text such as ``"user:default:user_123"``.

    Raises:
        ValidationError: If it does not have this form.
    """
    if not isinstance(value, str) or not _SUBJECT.fullmatch(value):
        form = "user:SOURCE:ID or organization:SOURCE:ID, for example user:default:user_123"
        raise ValidationError.at("subject", f"must have the form {form}")
    return value


def checkpoint_name(value: object) -> str:
    """The name of a checkpoint.

    Args:
        value: A text.

    Raises:
        ValidationError: If it is none.
    """
    if not isinstance(value, str):
        raise ValidationError.at("name", f"must be a string, not {_kind(value)}")
    return value


def calls(value: object) -> Sequence[Call[Any]]:
    """Calls to queue.

    Args:
        value: A list of calls.

    Raises:
        ValidationError: If it is none, or one of them is no call.
    """
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise ValidationError.at("calls", f"must be a list of calls, not {_kind(value)}")
    found = list(value)
    for index, each in enumerate(found):
        if not isinstance(each, Call):
            raise ValidationError.at(f"calls[{index}]", f"must be a Call, not {_kind(each)}")
    return found


def checkpoint(value: object) -> Checkpoint | None:
    """A checkpoint to write.

    Args:
        value: A `Checkpoint`, or None.

    Raises:
        ValidationError: If it is neither.
    """
    if value is None or isinstance(value, Checkpoint):
        return value
    raise ValidationError.at("checkpoint", f"must be a Checkpoint, not {_kind(value)}")


def check_client(value: object) -> None:
    """Check that a client can have a relay.

    Args:
        value: A `Lunogram` or `AsyncLunogram`.

    Raises:
        ConfigurationError: If it is neither.
    """
    # Their classes are imported only by programs that use them.
    if not hasattr(value, "_sender"):
        text = f"client must be a Lunogram or an AsyncLunogram, not {_kind(value)}"
        raise ConfigurationError(text)


def _kind(value: object) -> str:
    return type(value).__name__
