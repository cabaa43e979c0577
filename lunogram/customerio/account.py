"""An account at Customer.io: its hosts, and the keys to them."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import ClassVar

import attrs

from .._target import Host, key_of, url_of
from ..errors import ConfigurationError, LunogramError, NetworkError, Origin, UnauthorizedError
from ..models import Ping


class Region(StrEnum):
    """Where an account lives. Keys of one region are unknown in the other.

    Attributes:
        US: The United States.
        EU: The European Union.
    """

    US = "us"
    EU = "eu"


class API(Enum):
    """One of Customer.io's APIs.

    Attributes:
        TRACK: People, events, devices and segments.
        APP: Messages and broadcasts.
        COLLECTIONS: Collections, which are part of the App API on a host of their own.
    """

    TRACK = "track"
    APP = "app"
    COLLECTIONS = "collections"

    @property
    def setting(self) -> str:
        """The argument that says where it is."""
        return f"{self.value}_url"


_URLS = {
    API.TRACK: {Region.US: "https://track.customer.io", Region.EU: "https://track-eu.customer.io"},
    API.APP: {Region.US: "https://api.customer.io", Region.EU: "https://api-eu.customer.io"},
    API.COLLECTIONS: dict.fromkeys(Region, "https://beta-api.customer.io"),
}
_KEYS = {
    API.TRACK: ("site_id", "track_api_key"),
    API.APP: ("app_api_key",),
    API.COLLECTIONS: ("app_api_key",),
}


@attrs.frozen
class TrackHost(Host):
    """The host of the Track API.

    Attributes:
        base_url: Ends before ``/api``, without a slash.
        site_id: The workspace.
        api_key: A secret.
    """

    origin: ClassVar[Origin] = Origin("Customer.io", API.TRACK.setting)

    site_id: str = attrs.field(repr=False)
    api_key: str = attrs.field(repr=False)

    @property
    def authorization(self) -> str:
        """Site id and key, as of a user and a password."""
        return f"Basic {b64encode(f'{self.site_id}:{self.api_key}'.encode()).decode()}"


@attrs.frozen
class AppHost(Host):
    """The host of the App API.

    Attributes:
        base_url: Ends before ``/v1``, without a slash.
        api_key: A secret.
    """

    origin: ClassVar[Origin] = Origin("Customer.io", API.APP.setting)

    api_key: str = attrs.field(repr=False)

    @property
    def authorization(self) -> str:
        """The key as a bearer token."""
        return f"Bearer {self.api_key}"


@attrs.frozen
class CollectionsHost(AppHost):
    """The host of the collections.

    Attributes:
        base_url: Ends before ``/v1``, without a slash.
        api_key: A secret.
    """

    origin: ClassVar[Origin] = Origin("Customer.io", API.COLLECTIONS.setting)


@attrs.frozen
class Account:
    """The hosts that there are keys to.

    Attributes:
        hosts: By their APIs.
        missing: The keys that are missing for the others.
    """

    hosts: Mapping[API, Host]
    missing: Mapping[API, list[str]]

    def host(self, api: API) -> Host:
        """The host of one API.

        Args:
            api: Which.

        Raises:
            ConfigurationError: If there is no key to it, saying which is missing.
        """
        if api not in self.hosts:
            raise _missing(api, self.missing[api])
        return self.hosts[api]

    def shown(self) -> str:
        """For reprs: where, without any secret."""
        return ", ".join(f"{api.setting}={host.base_url!r}" for api, host in self.hosts.items())


def _missing(api: API, names: list[str]) -> ConfigurationError:
    arguments = " and ".join(names)
    variables = " and ".join(map(_variable, names))
    return ConfigurationError(
        f"no key to the {api.value.title()} API of Customer.io: "
        f"pass {arguments}, or set {variables}"
    )


def _variable(name: str) -> str:
    return f"CUSTOMERIO_{name.upper()}"


def _setting(given: str | None, name: str) -> str:
    return given or os.environ.get(_variable(name)) or ""


def find_account(
    *,
    site_id: str | None,
    track_api_key: str | None,
    app_api_key: str | None,
    region: Region | str | None,
    urls: Mapping[API, str | None],
) -> Account:
    """The account that arguments name, or else the environment.

    Args:
        site_id: Or ``CUSTOMERIO_SITE_ID``.
        track_api_key: Or ``CUSTOMERIO_TRACK_API_KEY``.
        app_api_key: Or ``CUSTOMERIO_APP_API_KEY``.
        region: Or ``CUSTOMERIO_REGION``, or the US.
        urls: Or ``CUSTOMERIO_TRACK_URL``, …, or those of the region.

    Raises:
        ConfigurationError: If there is no key to any API, or one of them can't be right.
    """
    given = {"site_id": site_id, "track_api_key": track_api_key, "app_api_key": app_api_key}
    keys = {name: key_of(_setting(value, name), name) for name, value in given.items()}
    missing = {api: [name for name in names if not keys[name]] for api, names in _KEYS.items()}
    if all(missing.values()):
        raise _none(missing)
    if ":" in keys["site_id"]:
        raise ConfigurationError("site_id holds a colon, which no site id has")
    places = _places(_region(_setting(region, "region") or Region.US), urls)
    return Account(_hosts(places, keys, missing), missing)


def _none(missing: Mapping[API, list[str]]) -> ConfigurationError:
    """Half of the Track API's pair is a slip; nothing at all may be meant for either API."""
    if len(missing[API.TRACK]) == 1:
        return _missing(API.TRACK, missing[API.TRACK])
    return ConfigurationError(
        "no key to Customer.io: pass site_id and track_api_key for the Track API, app_api_key "
        "for the App API, or all three; or set CUSTOMERIO_SITE_ID, CUSTOMERIO_TRACK_API_KEY and "
        "CUSTOMERIO_APP_API_KEY"
    )


def _region(given: str) -> Region:
    try:
        return Region(given.strip().lower())
    except (AttributeError, ValueError):
        raise ConfigurationError('region has to be "us" or "eu"') from None


def _places(region: Region, urls: Mapping[API, str | None]) -> dict[API, str]:
    given = {api: _setting(urls.get(api), api.setting) for api in API}
    # Whoever has an App API of their own has the collections there, and not at Customer.io.
    given[API.COLLECTIONS] = given[API.COLLECTIONS] or given[API.APP]
    return {api: url_of(given[api] or _URLS[api][region], api.setting) for api in API}


def _hosts(
    places: Mapping[API, str], keys: Mapping[str, str], missing: Mapping[API, list[str]]
) -> dict[API, Host]:
    hosts = {
        API.TRACK: TrackHost(places[API.TRACK], keys["site_id"], keys["track_api_key"]),
        API.APP: AppHost(places[API.APP], keys["app_api_key"]),
        API.COLLECTIONS: CollectionsHost(places[API.COLLECTIONS], keys["app_api_key"]),
    }
    return {api: host for api, host in hosts.items() if not missing[api]}


def ping_result(error: LunogramError | None, host: Host) -> Ping:
    """What a test of the Track API's credentials says, in words.

    Args:
        error: What the test raised.
        host: Where it went.
    """
    url = host.base_url
    if error is None:
        return Ping(ok=True, message=f"{url} takes the site id and the key.")
    if isinstance(error, NetworkError):
        advice = f"Nothing answers at {url}. Check track_url and the network"
    elif isinstance(error, UnauthorizedError):
        advice = f"{url} does not know the credentials. Check site_id, track_api_key and region"
    else:
        advice = f"{url} answers, but not as it should. Check track_url"
    return Ping(ok=False, message=f"{advice}. ({error})")
