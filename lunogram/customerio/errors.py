"""The errors of the bridge from Customer.io to Lunogram."""

from __future__ import annotations

from typing import Any

import attrs

from ..calls import Call
from ..errors import LunogramError


@attrs.frozen
class Unmatched:
    """A call of Customer.io's that has no counterpart in Lunogram.

    Attributes:
        name: The name of the call, such as ``"suppress"``.
        instead: The alternative in Lunogram, as a sentence.
        call: The call as Customer.io takes it. Its repr holds no personal data.
    """

    name: str
    instead: str
    call: Call[Any]


class UnsupportedError(LunogramError, NotImplementedError):
    """A call of Customer.io's that has no counterpart in Lunogram. Nothing of it was sent.

    Attributes:
        name: The name of the call, such as ``"suppress"``.
        instead: The alternative in Lunogram, as a sentence.
    """

    code = "unsupported"

    def __init__(self, unmatched: Unmatched) -> None:
        super().__init__(f"{unmatched.name} has no counterpart in Lunogram: {unmatched.instead}")
        self.name = unmatched.name
        self.instead = unmatched.instead
