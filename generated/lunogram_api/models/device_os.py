# Written by `make generate` from openapi.yaml; never edited by hand.
from typing import Literal, cast

DeviceOS = Literal["android", "ios", "web"]


def check_device_os(value: str) -> DeviceOS:
    """Let a value pass that is newer than this client."""
    return cast(DeviceOS, value)
