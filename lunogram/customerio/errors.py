"""What can go wrong between Customer.io and Lunogram, beside the errors of every call."""

from __future__ import annotations

from typing import Any

import attrs

from ..calls import Call
from ..errors import LunogramError


@attrs.frozen
class Unmatched:
    """What was asked of Customer.io, and has no counterpart in Lunogram.

    Attributes:
        name: What was asked, such as ``"suppress"``.
        instead: What to use in Lunogram instead, in words.
        call: The call as Customer.io takes it. What is personal in it is not in its repr.
    """

    name: str
    instead: str
    call: Call[Any]


class UnsupportedError(LunogramError, NotImplementedError):
    """A call of Customer.io's that has no counterpart in Lunogram. Nothing of it was sent.

    Attributes:
        name: The name of the call, such as ``"suppress"``.
        instead: What to use instead, in words.
    """

    code = "unsupported"

    def __init__(self, unmatched: Unmatched) -> None:
        super().__init__(f"{unmatched.name} has no counterpart in Lunogram: {unmatched.instead}")
        self.name = unmatched.name
        self.instead = unmatched.instead
