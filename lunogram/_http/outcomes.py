"""Failures in our own words, alike for all engines, and the bound on an answer."""

from __future__ import annotations

from .._attempts import Failure, Options

LARGEST_ANSWER = 64 * 1024 * 1024
"""An answer larger than this is not the API's; reading on would only fill the memory."""

LARGEST_HEAD = 100 * 1024
"""More headers than this are not the API's."""

NOT_CONNECTED = Failure("could not connect", sent=False)
NOT_CONNECTED_IN_TIME = Failure("could not connect in time", sent=False, timeout=True)
NO_CONNECTION_FREE = Failure("no connection became free in time", sent=False, timeout=True)
NOT_WRITTEN_IN_TIME = Failure("the request could not be written in time", sent=True, timeout=True)
BROKEN = Failure("the connection broke before the answer was complete", sent=True)
NOT_HTTP = Failure("the answer is not HTTP, or ended too early", sent=True)
NOT_DECOMPRESSED = Failure("the answer could not be decompressed", sent=True)


def too_large() -> Failure:
    """The answer of somebody who does not stop."""
    return Failure(f"the answer is larger than {LARGEST_ANSWER} bytes", sent=True)


def out_of_time(options: Options) -> Failure:
    """The answer did not come, or not whole.

    Args:
        options: With the time limit.
    """
    return Failure(f"no complete answer within {options.timeout:g} s", sent=True, timeout=True)


def not_connected(error: OSError | UnicodeError) -> Failure:
    """There is no connection.

    Args:
        error: Why.
    """
    if isinstance(error, UnicodeError):  # from the look-up of the name
        return Failure("the host's name can't be one", sent=False)
    if isinstance(error, TimeoutError):
        return NOT_CONNECTED_IN_TIME
    return NOT_CONNECTED
