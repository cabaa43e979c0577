# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from typing import Literal, cast

AnonymousEventType = Literal["event", "page", "screen"]


def check_anonymous_event_type(value: str) -> AnonymousEventType:
    """Let a value pass that is newer than this client."""
    return cast(AnonymousEventType, value)
