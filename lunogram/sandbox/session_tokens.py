"""Session tokens: JWTs that the sandbox signs with a key of this run, and then accepts."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hmac import compare_digest
from secrets import token_bytes
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from lunogram.sandbox import p256
from lunogram.sandbox.intervals import InvalidInterval, parse
from lunogram.sandbox.options import InvalidOption
from lunogram.sandbox.problems import unauthorized

DEFAULT_METHOD = str(uuid5(NAMESPACE_URL, "lunogram-sandbox:session"))
"""The id of the session method that a sandbox has without `--session-method`."""
LIFETIME = "1 hour"
"""How long the sessions of a method last unless it says otherwise."""

_HEADER = {"alg": "ES256", "typ": "JWT"}
_ISSUER = "lunogram-sandbox/"


class Claims(msgspec.Struct):
    """The claims of a token."""

    iss: str
    """The sandbox, and the id of the project."""
    sub: str
    """The user id that was given."""
    amid: str
    """The id of the session method."""
    exp: int
    """When the session ends, in epoch seconds."""

    @property
    def project_id(self) -> str:
        """The id of the project."""
        return self.iss.removeprefix(_ISSUER)

    @property
    def user(self) -> tuple[str, str]:
        """The source and the external id of the user."""
        return f"session:{self.amid}", self.sub


def read_methods(options: tuple[str, ...]) -> dict[str, str]:
    """Read the session methods of the command line, `UUID` or `UUID:LIFETIME`."""
    return dict(map(_method, options)) or {DEFAULT_METHOD: LIFETIME}


def _method(option: str) -> tuple[str, str]:
    method_id, colon, lifetime = option.partition(":")
    try:
        return str(UUID(method_id)), _lifetime(lifetime) if colon else LIFETIME
    except InvalidInterval as error:
        raise InvalidOption(
            f"the lifetime of a session must be an interval longer than zero: {lifetime}"
        ) from error
    except ValueError as error:
        raise InvalidOption(f"the id of a session method must be a UUID: {method_id}") from error


def _lifetime(text: str) -> str:
    if not parse(text).is_positive():
        raise InvalidInterval
    return text


class SessionTokens:
    """The session methods of a sandbox, and the tokens that it mints with them."""

    def __init__(self, methods: Mapping[str, str] | None = None) -> None:
        """Mint tokens with these methods, whose lifetimes are intervals, or with the default."""
        self.methods = methods or {DEFAULT_METHOD: LIFETIME}
        self._key = p256.private_key(token_bytes(32))
        self._signature = lru_cache(maxsize=1024)(self._sign)

    def mint(
        self, project_id: str, method_id: str, user_id: str, now: datetime
    ) -> tuple[str, datetime]:
        """Return a token for a user, and when it expires."""
        expires_at = parse(self.methods[method_id]).after(now, 1).replace(microsecond=0)
        claims = Claims(f"{_ISSUER}{project_id}", user_id, method_id, int(expires_at.timestamp()))
        content = f"{_encoded(_HEADER)}.{_encoded(claims)}"
        return f"{content}.{self._signature(content)}", expires_at

    def read(self, token: str) -> Claims:
        """Return the claims of a token; raise a problem if it is not from this sandbox."""
        content, _, signature = token.rpartition(".")
        if not compare_digest(signature.encode(), self._signature(content).encode()):
            raise unauthorized()
        return msgspec.json.decode(_decoded(content.rpartition(".")[2]), type=Claims)

    def _sign(self, content: str) -> str:
        return _base64(p256.sign(self._key, content.encode()))


def is_token(credential: str) -> bool:
    """Return whether a credential has the form of a session token, and not that of a key."""
    return credential.startswith("ey") and credential.count(".") == 2


def _encoded(value: object) -> str:
    return _base64(msgspec.json.encode(value))


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
