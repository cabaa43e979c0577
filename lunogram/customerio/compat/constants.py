"""The types of identifiers, as ``customerio.constants`` names them."""

from typing import Final

ID: Final = "id"
EMAIL: Final = "email"
CIOID: Final = "cio_id"

__all__ = ["CIOID", "EMAIL", "ID"]
