# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from typing import Literal, cast

Platform = Literal["android", "ios"]


def check_platform(value: str) -> Platform:
    """Let a value pass that is newer than this client."""
    return cast(Platform, value)
