"""The interface of transports, and the choice between httpx, httpx2 and direct connections."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib.util import find_spec
from typing import Any, Protocol, TypeAlias

from .._attempts import Options, Outcome, Request
from ..errors import ConfigurationError

EncodeHeaders: TypeAlias = Callable[[Mapping[str, str]], Any]
"""A function that encodes the headers of every request, in the form that a transport takes."""


class Transport(Protocol):
    """The sender of the requests of a process to one server."""

    @property
    def encode_headers(self) -> EncodeHeaders:
        """The function that encodes the headers of every request."""
        ...

    def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its response."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class AsyncTransport(Protocol):
    """The sender of the requests of an event loop to one server."""

    @property
    def encode_headers(self) -> EncodeHeaders:
        """The function that encodes the headers of every request."""
        ...

    async def exchange(self, request: Request, until: float, options: Options, /) -> Outcome:
        """Send a request and wait for its response."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class TransportName(StrEnum):
    """The name of a transport, as ``LUNOGRAM_TRANSPORT`` spells it."""

    HTTPX = "httpx"
    HTTPX2 = "httpx2"
    DIRECT = "direct"


_VARIABLE = "LUNOGRAM_TRANSPORT"

_NEEDS = {TransportName.DIRECT: ("httptools", "fast"), TransportName.HTTPX2: ("httpx2", "httpx2")}
"""The package that a transport requires, and the extra that installs the package."""


def transport_name() -> TransportName:
    """The transport of a client without ``http_client``.

    It is that of ``LUNOGRAM_TRANSPORT`` in the environment, and by default
    `TransportName.DIRECT` if the extra ``[fast]`` is installed, and httpx otherwise.

    Raises:
        ConfigurationError: If the variable names an unknown transport, or one whose package is
            not installed.
    """
    name = os.environ.get(_VARIABLE)
    if not name:
        return TransportName.DIRECT if is_fast() else TransportName.HTTPX
    if name not in [*TransportName]:
        raise ConfigurationError(f"{_VARIABLE} is not one of {', '.join(TransportName)}")
    transport = TransportName(name)
    package, extra = _NEEDS.get(transport, ("httpx", ""))
    if find_spec(package) is None:
        advice = f"pip install 'lunogram[{extra}]'"
        raise ConfigurationError(f"{_VARIABLE} is {name}, but {package} is not installed: {advice}")
    return transport


def is_fast() -> bool:
    """Whether the extra ``[fast]`` is installed, which direct connections need."""
    return find_spec("httptools") is not None
