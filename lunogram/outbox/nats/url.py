"""The URL of an outbox in NATS."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import attrs

from ...errors import ConfigurationError

_STREAM = re.compile(r"[A-Za-z0-9_-]{1,200}")
_SCHEMES = {"nats", "tls"}
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_OPTIONS = {"replicas", "credentials"}


@attrs.frozen
class Address:
    """The address of an outbox: the servers, the login and the stream.

    Attributes:
        servers: Such as ``"nats://host:4222"``, without user and password; ``"tls://…"``, if TLS
            is demanded.
        login: The arguments of the NATS client that authenticate it.
        stream: The name of the stream.
        replicas: The number of servers that hold each stream when it is created.
        shown: The URL without user, password and options: safe to print.
    """

    servers: list[str]
    login: dict[str, Any] = attrs.field(repr=False)
    stream: str
    replicas: int
    shown: str

    @property
    def demands_tls(self) -> bool:
        """Whether nothing may be sent to a server without TLS."""
        return self.servers[0].startswith("tls:")

    @property
    def places(self) -> str:
        """The hosts and ports of the servers: safe to print."""
        hosts = (server.partition("://")[2] for server in self.servers)
        return ", ".join(host if re.search(r":[0-9]+$", host) else f"{host}:4222" for host in hosts)


def parse(url: str) -> Address:
    """The address in the URL of an outbox in NATS.

    Args:
        url: ``"nats://[USER:PASSWORD@|TOKEN@]HOST[:PORT][,HOST…]/STREAM"``, or ``"tls://…"`` to
            demand TLS, with the options ``replicas=3`` (used when the streams are created) and
            ``credentials=FILE``.

    Raises:
        ConfigurationError: If the URL is invalid.
    """
    scheme, user, hosts, stream, query = _parts(url)
    if (
        scheme not in _SCHEMES
        or not all(map(_HOST.fullmatch, hosts.split(",")))
        or "@" in user
        or not _STREAM.fullmatch(stream)
    ):
        raise ConfigurationError(
            "the URL of an outbox in NATS is nats://HOST:PORT/STREAM or tls://HOST:PORT/STREAM;"
            " the stream's name is of letters, digits, - and _, and special characters of user and"
            " password are written as %XX"
        )
    options = _options(query)
    return Address(
        servers=[f"{scheme}://{host}" for host in hosts.split(",")],
        login=_login(user, options.get("credentials")),
        stream=stream,
        replicas=_replicas(options.get("replicas", "1")),
        shown=f"{scheme}://{hosts}/{stream}",
    )


def _parts(url: str) -> tuple[str, str, str, str, str]:
    """Scheme, user and password, hosts, stream and query; nothing, if it can't be read."""
    try:
        parts = urlsplit(url)
    except ValueError:  # whose message may hold the password
        return "", "", "", "", ""
    user, _, hosts = parts.netloc.rpartition("@")
    return parts.scheme, user, hosts, parts.path[1:], "" if parts.fragment else parts.query


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
        raise ConfigurationError("replicas must be from 1 to 5 in the URL of an outbox in NATS")
    return int(text)
