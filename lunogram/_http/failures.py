"""The failures of an exchange, in the same words for all transports."""

from __future__ import annotations

from .._attempts import Failure
from . import limits

NO_CONNECTION_FREE = Failure("no connection became free in time", sent=False, timeout=True)
NOT_WRITTEN_IN_TIME = Failure("the request could not be written in time", sent=True, timeout=True)
OUT_OF_TIME = Failure("no complete response in time", sent=True, timeout=True)
BROKEN = Failure("the connection broke before the response was complete", sent=True, broke=True)
NOT_HTTP = Failure("the response is not HTTP, or ended too early", sent=True, broke=True)
NOT_DECOMPRESSED = Failure("the response could not be decompressed", sent=True)


def too_large() -> Failure:
    """The failure of a response above the limit."""
    return Failure(f"the response is larger than {limits.MAX_BODY_BYTES} bytes", sent=True)
