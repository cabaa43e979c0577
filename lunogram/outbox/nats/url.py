"""What the URL of an outbox in NATS says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from ...errors import ConfigurationError

_STREAM = re.compile(r"[A-Za-z0-9_-]{1,200}")
_OPTIONS = {"replicas", "credentials"}


@attrs.frozen
class Address:
    """Where a stream is, and how to get there.

    Attributes:
        servers: Such as ``"nats://host:4222"``, without user and password.
        login: Arguments of the NATS client by which it proves who we are.
        stream: The name of the stream.
        replicas: On how many servers of a cluster it is made.
        shown: The URL without user, password and options: for people.
    """

    servers: list[str]
    login: dict[str, Any] = attrs.field(repr=False)
    stream: str
    replicas: int
    shown: str


def parse(url: str) -> Address:
    """Read the URL of an outbox in NATS.

    Args:
        url: ``"nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT][,HOST…]/STREAM"``, with the options
            ``replicas=3`` (when it is made) and ``credentials=FILE``.

    Raises:
        ConfigurationError: If it is no such URL.
    """
    parts = urlsplit(url)
    user, _, hosts = parts.netloc.rpartition("@")
    stream = parts.path[1:]
    if parts.scheme != "nats" or not hosts or not _STREAM.fullmatch(stream):
        raise ConfigurationError(
            "the URL of an outbox in NATS is nats://HOST:PORT/STREAM, and the stream's name is"
            " of letters, digits, - and _"
        )
    options = _options(parts.query)
    return Address(
        servers=[f"nats://{host}" for host in hosts.split(",")],
        login=_login(user, options.get("credentials")),
        stream=stream,
        replicas=_replicas(options.get("replicas", "1")),
        shown=f"nats://{hosts}/{stream}",
    )


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _OPTIONS):
        raise ConfigurationError(f"the URL of an outbox in NATS has no option {unknown[0]!r}")
    return options


def _login(user: str, credentials: str | None) -> dict[str, Any]:
    name, colon, password = user.partition(":")
    if credentials:
        return {"user_credentials": credentials}
    if colon:
        return {"user": unquote(name), "password": unquote(password)}
    return {"token": unquote(name)} if name else {}


def _replicas(text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise ConfigurationError("replicas has to be from 1 to 5 in the URL of an outbox in NATS")
    return int(text)
