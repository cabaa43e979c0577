"""Authentication: from Customer.io's credentials to a project of the sandbox.

Nothing in a site id with a Track API key, and an App API key, tells a server that they belong
together. Here they do: those of the project with the key ``sk_NAME`` are ``site_NAME``,
``track_NAME`` and ``app_NAME``. So any credentials of this form are accepted, each NAME is a
workspace of its own, and Lunogram and Customer.io share a project.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from hmac import compare_digest

from msgspec import Struct

from lunogram.sandbox.keys import Access, GivenKey, Keys, bearer
from lunogram.sandbox.problems import unauthorized

SITE, TRACK, APP, KEY = "site_", "track_", "app_", "sk_"
DEFAULT = "sandbox"
"""The NAME of the default credentials."""


class FixedCredentials(Struct, frozen=True):
    """Credentials of the command line; with them, no others are accepted."""

    site_id: str = SITE + DEFAULT
    track_api_key: str = TRACK + DEFAULT
    app_api_key: str = APP + DEFAULT
    workspace: str = KEY + DEFAULT
    """The Lunogram key of the project that they belong to."""


def fixed_credentials(given: Mapping[str, str], keys: Sequence[GivenKey]) -> FixedCredentials:
    """Return credentials, with defaults for those not given, for the project of the first key."""
    return FixedCredentials(**given, workspace=keys[0].key if keys else KEY + DEFAULT)


class Credentials:
    """The credentials that are accepted: those given, or any of the sandbox's form."""

    def __init__(self, keys: Keys, given: FixedCredentials | None = None) -> None:
        """Accept `given` alone, or else those for which `keys` accepts the Lunogram key."""
        self._keys = keys
        self._given = given

    def track(self, headers: Mapping[bytes, bytes]) -> Access:
        """Return the project of a request to the Track API; raise a problem if it has none."""
        site_id, track_api_key = _basic(headers)
        if self._given:
            _require(site_id, self._given.site_id)
            _require(track_api_key, self._given.track_api_key)
            return self._keys.admit(self._given.workspace, headers)
        name = _name(site_id, SITE)
        _require(name, _name(track_api_key, TRACK))
        return self._keys.admit(KEY + name, headers)

    def app(self, headers: Mapping[bytes, bytes]) -> Access:
        """Return the project of a request to the App API; raise a problem if it has none."""
        app_api_key = bearer(headers)
        if self._given:
            _require(app_api_key, self._given.app_api_key)
            return self._keys.admit(self._given.workspace, headers)
        return self._keys.admit(KEY + _name(app_api_key, APP), headers)


def _basic(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    scheme, _, encoded = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        raise unauthorized()
    try:
        user, _, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (BadBase64, UnicodeDecodeError) as error:
        raise unauthorized() from error
    return user, password


def _name(credential: str, prefix: str) -> str:
    name = credential.removeprefix(prefix)
    if not name or name == credential:
        raise unauthorized()
    return name


def _require(found: str, wanted: str) -> None:
    if not compare_digest(found.encode(), wanted.encode()):
        raise unauthorized()
