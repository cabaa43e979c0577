# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from typing import Literal, cast

EventType = Literal["event", "page", "screen"]


def check_event_type(value: str) -> EventType:
    """Let a value pass that is newer than this client."""
    return cast(EventType, value)
