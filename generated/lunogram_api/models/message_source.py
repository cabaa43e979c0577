# Written by `make generate` from openapi.yaml; never edited by hand.
from typing import Literal, cast

MessageSource = Literal["broadcast", "campaign", "inbox", "journey"]


def check_message_source(value: str) -> MessageSource:
    """Let a value pass that is newer than this client."""
    return cast(MessageSource, value)
