"""The regions, as ``customerio.regions`` has them."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import ConfigurationError


class Region(NamedTuple):
    """The region of an account at Customer.io.

    Attributes:
        name: ``"us"`` or ``"eu"``.
        track_host: The host of its Track API.
        api_host: The host of its App API.
    """

    name: str
    track_host: str
    api_host: str


class Regions:
    """The regions of Customer.io's own client.

    Attributes:
        US: The United States.
        EU: The European Union.
    """

    US = Region("us", "track.customer.io", "api.customer.io")
    EU = Region("eu", "track-eu.customer.io", "api-eu.customer.io")


def check_region(region: object) -> Region:
    """A region, unless it is none.

    Args:
        region: The argument of a client.

    Raises:
        ConfigurationError: If it is neither `Regions.US` nor `Regions.EU`.
    """
    if not isinstance(region, Region):
        raise ConfigurationError("region must be Regions.US or Regions.EU")
    return region


__all__ = ["Region", "Regions"]
