# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from typing import Literal, cast

IDType = Literal["cio_id", "email", "id"]


def check_id_type(value: str) -> IDType:
    """Let a value pass that is newer than this client."""
    return cast(IDType, value)
