"""The configuration of an account at Customer.io: its hosts and their keys."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import ClassVar

import attrs

from .._target import CLOSED, Host, key_of, network_advice
from .._urls import url_of
from ..errors import (
    ApiLabels,
    ClientClosedError,
    ConfigurationError,
    LunogramError,
    NetworkError,
    UnauthorizedError,
)
from ..models import Ping
from .problems import is_missing, read_problem


class Region(StrEnum):
    """The region of an account.

    Customer.io routes requests for an account of the other region to it, but may log their data in
    the US on the way.

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
        """The name of the argument for its URL."""
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


def _origin(api: API) -> ApiLabels:
    return ApiLabels("Customer.io", api.setting, read_problem, is_missing)


@attrs.frozen
class TrackHost(Host):
    """The host of the Track API.

    Attributes:
        base_url: Ends before ``/api``, without a slash.
        site_id: The workspace.
        api_key: A secret.
    """

    origin: ClassVar[ApiLabels] = _origin(API.TRACK)

    site_id: str = attrs.field(repr=False)
    api_key: str = attrs.field(repr=False)

    @property
    def authorization(self) -> str:
        """The Authorization header: site id and key as Basic credentials."""
        return f"Basic {b64encode(f'{self.site_id}:{self.api_key}'.encode()).decode()}"


@attrs.frozen
class AppHost(Host):
    """The host of the App API.

    Attributes:
        base_url: Ends before ``/v1``, without a slash.
        api_key: A secret.
    """

    origin: ClassVar[ApiLabels] = _origin(API.APP)
    lost_statuses: ClassVar[frozenset[int]] = frozenset({502, 504})

    api_key: str = attrs.field(repr=False)

    @property
    def authorization(self) -> str:
        """The Authorization header: the key as a bearer token."""
        return f"Bearer {self.api_key}"


@attrs.frozen
class CollectionsHost(AppHost):
    """The host of the collections.

    Attributes:
        base_url: Ends before ``/v1``, without a slash.
        api_key: A secret.
    """

    origin: ClassVar[ApiLabels] = _origin(API.COLLECTIONS)


@attrs.frozen
class Account:
    """The hosts that have keys.

    Attributes:
        hosts: The hosts by their APIs.
        missing: The names of the missing keys by their APIs.
    """

    hosts: Mapping[API, Host]
    missing: Mapping[API, list[str]]

    def host(self, api: API) -> Host:
        """The host of one API.

        Args:
            api: The API.

        Raises:
            ConfigurationError: If its key is missing.
        """
        if api not in self.hosts:
            raise _missing(api, self.missing[api])
        return self.hosts[api]

    def shown(self) -> str:
        """The URLs, for reprs; no secret."""
        return ", ".join(f"{api.setting}={host.base_url!r}" for api, host in self.hosts.items())


def _missing(api: API, names: list[str]) -> ConfigurationError:
    arguments = " and ".join(names)
    variables = " and ".join(map(_variable, names))
    return ConfigurationError(
        f"missing key of Customer.io's {api.value.title()} API: "
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
    """The account that arguments or the environment configure.

    Args:
        site_id: Or ``CUSTOMERIO_SITE_ID``.
        track_api_key: Or ``CUSTOMERIO_TRACK_API_KEY``.
        app_api_key: Or ``CUSTOMERIO_APP_API_KEY``.
        region: Or ``CUSTOMERIO_REGION``, or the US.
        urls: Or ``CUSTOMERIO_TRACK_URL``, …, or those of the region.

    Raises:
        ConfigurationError: If there is no key of any API, or a value is invalid.
    """
    given = {"site_id": site_id, "track_api_key": track_api_key, "app_api_key": app_api_key}
    keys = {name: key_of(_setting(value, name), name) for name, value in given.items()}
    missing = {api: [name for name in names if not keys[name]] for api, names in _KEYS.items()}
    if all(missing.values()):
        raise _none(missing)
    if ":" in keys["site_id"]:
        raise ConfigurationError("site_id is invalid: it contains a colon")
    urls_by_api = _urls_by_api(_region(_setting(region, "region") or Region.US), urls)
    return Account(_hosts(urls_by_api, keys, missing), missing)


def _none(missing: Mapping[API, list[str]]) -> ConfigurationError:
    """The error if there are no keys, or only half of the Track API's pair."""
    if len(missing[API.TRACK]) == 1:
        return _missing(API.TRACK, missing[API.TRACK])
    return ConfigurationError(
        "missing keys of Customer.io: pass site_id and track_api_key for the Track API, "
        "app_api_key for the App API, or all three; or set CUSTOMERIO_SITE_ID, "
        "CUSTOMERIO_TRACK_API_KEY and CUSTOMERIO_APP_API_KEY"
    )


def _region(given: str) -> Region:
    try:
        return Region(given.strip().lower())
    except (AttributeError, ValueError):
        raise ConfigurationError('region must be "us" or "eu"') from None


def _urls_by_api(region: Region, urls: Mapping[API, str | None]) -> dict[API, str]:
    given = {api: _setting(urls.get(api), api.setting) for api in API}
    # A custom App API has the collections on the same host.
    given[API.COLLECTIONS] = given[API.COLLECTIONS] or given[API.APP]
    return {api: url_of(given[api] or _URLS[api][region], api.setting) for api in API}


def _hosts(
    urls: Mapping[API, str], keys: Mapping[str, str], missing: Mapping[API, list[str]]
) -> dict[API, Host]:
    hosts = {
        API.TRACK: TrackHost(urls[API.TRACK], keys["site_id"], keys["track_api_key"]),
        API.APP: AppHost(urls[API.APP], keys["app_api_key"]),
        API.COLLECTIONS: CollectionsHost(urls[API.COLLECTIONS], keys["app_api_key"]),
    }
    return {api: host for api, host in hosts.items() if not missing[api]}


def ping_result(error: LunogramError | None, host: Host) -> Ping:
    """The result of a test of the Track API's credentials.

    Args:
        error: The error that the test raised, if any.
        host: The host that was tested.
    """
    url = host.base_url
    if error is None:
        return Ping(ok=True, message=f"Connected to {url}; the site id and the key are valid.")
    if isinstance(error, ClientClosedError):
        return CLOSED
    if isinstance(error, ConfigurationError):
        return Ping(ok=False, message=str(error))
    if isinstance(error, NetworkError):
        advice = f"No response from {url}. {network_advice(error, url, 'track_url')}"
    elif isinstance(error, UnauthorizedError):
        advice = f"{url} rejected the credentials. Check site_id, track_api_key and region"
    else:
        advice = f"Unexpected response from {url}. Check track_url"
    return Ping(ok=False, message=f"{advice}. ({error})")
