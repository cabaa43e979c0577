"""Connecting to NATS: with TLS if it is demanded, and with a clear reason if it fails."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import ConfigurationError
from .deliveries import Delivery
from .url import Address

if TYPE_CHECKING:
    from nats.aio.client import Client


class ConnectError(Exception):
    """Connecting failed, and a retry would fail too."""


class NoTLSError(OSError):
    """The server offers no TLS, which the URL demands."""


def new_client(address: Address, receive: Callable[[Delivery], bool]) -> Client:
    """A new client, not yet connected.

    Args:
        address: The servers, and the login.
        receive: Receives each message; False leaves it to nats-py, which calls the subscription.

    Raises:
        ConfigurationError: If nats-py is not installed, or nkeys, which credentials need.
    """
    try:
        from nats.aio.client import Client
    except ImportError:
        raise ConfigurationError(
            "an outbox in NATS needs nats-py: pip install 'lunogram[outbox-nats]'"
        ) from None
    if "user_credentials" in address.login and find_spec("nkeys") is None:
        raise ConfigurationError("credentials for NATS need nkeys: pip install nkeys")

    class OutboxClient(Client):
        """A client that hands over messages as they come, without a queue and a task in between.

        With TLS demanded, it sends nothing, no password either, before TLS is agreed on.
        """

        async def _process_msg(
            self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes
        ) -> None:
            if not receive(Delivery(subject, reply, data, headers or b"")):
                await super()._process_msg(sid, subject, reply, data, headers)

        async def _process_info(
            self,
            info: dict[str, Any],
            initial_connection: bool = False,  # noqa: FBT001, FBT002 - nats-py's
        ) -> None:
            if initial_connection and address.demands_tls:
                if not (info.get("tls_required") or info.get("tls_available")):
                    raise NoTLSError
                info["tls_required"] = True
            await super()._process_info(info, initial_connection)

    return OutboxClient()


def check_credentials(address: Address) -> str:
    """The fault of the credentials file, or nothing.

    Args:
        address: The address, with the name of the file if it has one.
    """
    file = address.login.get("user_credentials")
    try:
        content = Path(file).read_bytes() if file else b""
    except OSError as error:
        return f"the credentials file can't be read: {error.strerror or type(error).__name__}"
    if file and (b"BEGIN NATS USER JWT" not in content or b"NKEY SEED" not in content):
        return "the credentials file holds no credentials"
    return ""


_REASONS: dict[type[BaseException], Callable[[Any], str]] = {
    NoTLSError: lambda _: "it offers no TLS, which tls:// demands",
    ssl.SSLCertVerificationError: lambda it: f"its certificate is not trusted: {it.verify_message}",
    ssl.SSLError: lambda it: f"TLS failed: {it.reason or type(it).__name__}",
    socket.gaierror: lambda _: "there is no host of that name",
    ConnectionRefusedError: lambda _: "the connection was refused",
    TimeoutError: lambda _: "it did not respond in time",
    OSError: lambda it: it.strerror or type(it).__name__,
}


def reason_of(error: BaseException) -> str:
    """The reason why connecting failed, without passwords.

    Args:
        error: The error of nats-py, or its cause.
    """
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason(error)
    if _is_rejection(error):
        return "user and password, or the credentials, are wrong"
    return f"it failed ({type(error).__name__})"


def _is_rejection(error: BaseException) -> bool:
    return "authorization" in str(error).lower()


def is_final(error: BaseException) -> bool:
    """Whether a retry would fail too.

    Args:
        error: The error of nats-py, or its cause.
    """
    is_foreign = not isinstance(error, OSError) and not type(error).__module__.startswith("nats")
    return _is_rejection(error) or is_foreign or isinstance(error, ssl.SSLError | NoTLSError)
