"""The failure policy of a relay: the action that follows each failure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ...errors import (
    REJECTIONS,
    ConfigurationError,
    InvalidResponseError,
    LunogramError,
    NotFoundError,
    RequestError,
)
from ..store import Entry


class FailureAction(Enum):
    """The action that follows a failure.

    Attributes:
        DEAD_LETTER: The entry becomes a dead letter: Lunogram itself rejected it.
        RETRY: The request is retried later.
        HALT: The relay halts until the key or the URL is corrected.
    """

    DEAD_LETTER = "dead_letter"
    RETRY = "retry"
    HALT = "halt"


_RETRIED = frozenset({408, 425, 429, *range(500, 600)})


def action_for(error: Exception) -> FailureAction:
    """The action that follows a failure.

    Args:
        error: The exception of sending.
    """
    if isinstance(error, ConfigurationError):
        return FailureAction.HALT
    if not isinstance(error, RequestError) or error.status_code is None:
        return FailureAction.RETRY
    if error.status_code in _RETRIED:
        return FailureAction.RETRY
    # The response of another server, whatever its status, says nothing about the entry.
    is_own = not isinstance(error, InvalidResponseError)
    return (
        FailureAction.DEAD_LETTER
        if is_own and error.status_code in REJECTIONS
        else FailureAction.HALT
    )


def is_missing(error: Exception) -> bool:
    """Whether Lunogram itself responded that the subject does not exist.

    Args:
        error: The exception of sending.
    """
    return isinstance(error, NotFoundError) and action_for(error) is FailureAction.DEAD_LETTER


def status_of(error: Exception) -> int | None:
    """The HTTP status of a failure, or None if no response came.

    Args:
        error: The exception of sending.
    """
    return error.status_code if isinstance(error, RequestError) else None


def was_done_before(entries: Sequence[Entry], error: Exception) -> bool:
    """Whether the subject does not exist because an attempt with a lost response deleted it.

    Args:
        entries: The entries of the request.
        error: The exception of sending.
    """
    return entries[0].method == "DELETE" and entries[0].attempts > 0 and is_missing(error)


def shown(error: Exception) -> str:
    """The message of an error as logs may show it, without the text of a server.

    Args:
        error: An error of ours, or any other, of which only the type is shown.
    """
    if isinstance(error, RequestError):
        return error._without_quotes()
    return str(error) if isinstance(error, LunogramError) else type(error).__name__
