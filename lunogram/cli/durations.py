"""Durations as options of commands, such as ``30d``."""

from __future__ import annotations

import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"([0-9]+)([smhd])")


def seconds_of(text: str) -> float | None:
    """The seconds of a duration, such as ``45s``, ``90m``, ``12h`` or ``30d``.

    Args:
        text: The text.

    Returns:
        The seconds, or None if the text is no duration.
    """
    found = _DURATION.fullmatch(text)
    return float(found[1]) * _SECONDS[found[2]] if found else None
