"""The failures of connecting: their messages, from the errors of the system."""

from __future__ import annotations

import copy
import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator

from .._attempts import Failure
from .._late_imports import NO_HANDLES
from .ssl_context import trust_advice

_CAUSES = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset",
    errno.ECONNABORTED: "connection aborted",
    errno.EPIPE: "connection closed",
    errno.EHOSTUNREACH: "host unreachable",
    errno.ENETUNREACH: "network unreachable",
    errno.ENETDOWN: "network down",
    errno.EADDRNOTAVAIL: "no local address or port is available",
    **NO_HANDLES,
    errno.EACCES: "forbidden by the operating system",
    errno.EPERM: "forbidden by the operating system",
    errno.ETIMEDOUT: "the operating system gave up waiting",
}

# By OpenSSL's numbers (X509_V_ERR_…), which are the same in all its versions.
_UNTRUSTED = {
    2: "unknown authority",
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed",
    19: "its chain has a self-signed certificate",
    20: "unknown authority",
    21: "unknown authority",
    62: "it is for another host name",
    64: "it is for another IP address",
}
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})

# The reasons that OpenSSL gives when it reads plain HTTP, or another protocol, in place of TLS.
_NOT_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE",
     "PACKET_LENGTH_TOO_LONG", "RECORD_TOO_SMALL"}
)  # fmt: skip

_NOT_FOUND = frozenset(
    number
    for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
    if (number := getattr(socket, name, None)) is not None
)

_NUMBER = re.compile(r"\[Errno (\d+)\]")


def not_connected(error: BaseException, peer: str) -> Failure:
    """The failure to make a connection.

    Args:
        error: The error, of the system or of an HTTP library.
        peer: The host and port of the server.
    """
    cause = _cause_of(error)
    if isinstance(cause, TimeoutError) and cause.errno is None:
        return not_connected_in_time(peer)
    return Failure(
        f"could not connect to {peer}: {_message(cause)}",
        sent=False,
        permanent=isinstance(cause, ssl.SSLCertVerificationError),
        cause=cause,
    )


def not_connected_in_time(peer: str) -> Failure:
    """The failure to make a connection within a time limit.

    Args:
        peer: The host and port of the server.
    """
    reason = f"could not connect to {peer} in time"
    return Failure(reason, sent=False, timeout=True, cause=TimeoutError())


def is_of_tls(failure: Failure) -> bool:
    """Whether a failure to connect is one of TLS, after the TCP connection was made.

    Args:
        failure: A failure of `not_connected`.
    """
    return isinstance(failure.cause, ssl.SSLError)


def _cause_of(error: BaseException) -> Exception:
    """The system's error that caused an error, without its traceback and its own causes.

    Tracebacks and causes hold the request. Of an error whose text is not the system's, only its
    type is kept.
    """
    chain = list(_chain(error))
    for each in chain:
        if isinstance(each, OSError) and each.errno is not None:
            return copy.copy(each)
    if numbers := _NUMBER.findall(" ".join(str(each) for each in chain if type(each) is OSError)):
        return OSError(int(numbers[0]), os.strerror(int(numbers[0])))  # of asyncio
    for each in chain:
        if isinstance(each, TimeoutError):
            return TimeoutError()
    return UnicodeError() if isinstance(error, UnicodeError) else OSError()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from _chain(each)
        error = error.__cause__ or error.__context__


def _message(cause: Exception) -> str:
    if isinstance(cause, UnicodeError):
        return "the host name is not valid"
    if isinstance(cause, ssl.SSLCertVerificationError):
        fault = _UNTRUSTED.get(cause.verify_code, cause.verify_message)
        advice = f"; {trust_advice()}" if cause.verify_code in _UNKNOWN_AUTHORITY else ""
        return f"TLS certificate not trusted: {fault}{advice}"
    if isinstance(cause, ssl.SSLError):
        return _tls_message(cause)
    if isinstance(cause, socket.gaierror):
        return _lookup_message(cause)
    number = cause.errno if isinstance(cause, OSError) else None
    if number is None:
        return "connection failed"
    return _CAUSES.get(number) or os.strerror(number)


def _tls_message(cause: ssl.SSLError) -> str:
    if cause.reason in _NOT_TLS:
        return "the server does not speak TLS on this port; for plain HTTP, use http:// in the URL"
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "connection closed during the TLS handshake"
    return f"TLS handshake failed ({cause.reason or type(cause).__name__})"


def _lookup_message(cause: socket.gaierror) -> str:
    if cause.errno in _NOT_FOUND:
        return "host name not found"
    if cause.errno == socket.EAI_AGAIN:
        return "host name lookup failed; the name server does not respond"
    return f"host name lookup failed ({cause.strerror})"
