"""What a failure means for what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ...errors import ConfigurationError, LunogramError, NotFoundError, RequestError
from ..store import Entry


class Verdict(Enum):
    """What a failure means for what was sent.

    Attributes:
        POISON: It will never be taken.
        AGAIN: It may be taken later.
        PAUSE: Nothing will be taken until somebody mends the key or the URL.
    """

    POISON = "poison"
    AGAIN = "again"
    PAUSE = "pause"


# A batch of Customer.io's goes out one operation at a time, so that 207 refuses all of it.
_POISON = frozenset({207, 400, 404, 409, 413, 422})
_AGAIN = frozenset({408, 425, 429})


def verdict(error: Exception) -> Verdict:
    """What a failure means.

    Args:
        error: What sending raised.
    """
    if isinstance(error, ConfigurationError):
        return Verdict.PAUSE
    if not isinstance(error, RequestError) or error.status_code is None:
        return Verdict.AGAIN
    if error.status_code in _AGAIN or error.status_code >= 500:
        return Verdict.AGAIN
    # A page that was not found is no word of Lunogram's about a user: the URL is wrong.
    page = error.status_code == 404 and "json" not in error.headers.get("content-type", "")
    return Verdict.POISON if error.status_code in _POISON and not page else Verdict.PAUSE


def is_missing(error: Exception) -> bool:
    """Whether Lunogram itself says that somebody is not there.

    Args:
        error: What sending raised.
    """
    return isinstance(error, NotFoundError) and verdict(error) is Verdict.POISON


def was_done_before(entries: Sequence[Entry], error: Exception) -> bool:
    """Whether somebody is not there because an attempt whose answer was lost has deleted them.

    Args:
        entries: What was sent.
        error: What came of it.
    """
    return entries[0].method == "DELETE" and entries[0].attempts > 0 and is_missing(error)


def shown(error: Exception) -> str:
    """An error in words that may be shown to anybody.

    Args:
        error: Ours, or a stranger, of which only the kind is told.
    """
    return str(error) if isinstance(error, LunogramError) else type(error).__name__
