"""The progress of an import: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TYPE_CHECKING, Self

from lunogram.cli.output import draw, say

if TYPE_CHECKING:
    from lunogram.importing import Progress

_WIDTH = 24
_NARROWEST = 5
_BETWEEN_LINES = 5.0
_CLEAR = "\r\x1b[K"


class Bar:
    """A progress bar on standard error."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._is_drawn = False
        self._warning = ""

    def show(self, progress: Progress) -> None:
        """Draw the progress.

        Args:
            progress: The progress.
        """
        if self._terminal:
            room, words = shutil.get_terminal_size().columns - 1, summary(progress)
            line = f"{_bar(progress, room - len(words))}{words}"[:room]
            draw(line, before=_CLEAR)
            self._is_drawn = True
        elif time.monotonic() - self._last >= _BETWEEN_LINES:
            self._last = time.monotonic()
            self.say(summary(progress))

    def say(self, text: str) -> None:
        """Print a line above the bar.

        Args:
            text: One line.
        """
        draw(text, before=_CLEAR if self._is_drawn else "", end="\n")
        self._is_drawn = False

    def warn(self, error: Exception) -> None:
        """Print the error of a retry; once, while it stays the same.

        Args:
            error: The error of a relay.
        """
        from lunogram.outbox.relay.failure_policy import shown

        if (warning := f"retrying: {shown(error)}") != self._warning:
            self._warning = warning
            self.say(warning)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        """Leave the bar as it is."""
        if self._is_drawn:
            say(err=True)


def summary(progress: Progress) -> str:
    """The progress as one line.

    Args:
        progress: The progress.
    """
    total = "" if progress.rows_total is None else f" of {progress.rows_total:,}"
    left = "" if progress.seconds_left is None else f"  {_clock(progress.seconds_left)} left"
    return (
        f"{progress.rows_done:,}{total} rows  {progress.rows_per_second:,.0f}/s  "
        f"{progress.rejected:,} rejected  {progress.dead:,} dead{left}"
    )


def _bar(progress: Progress, room: int) -> str:
    """The bar, as wide as the terminal allows; only the percentage in a narrow one."""
    if progress.rows_total is None:
        return ""
    share = min(1.0, progress.rows_done / (progress.rows_total or 1))
    width = min(_WIDTH, room - len("100% [] "))
    if width < _NARROWEST:
        return f"{share:4.0%} "
    full = int(share * width)
    return f"{share:4.0%} [{'#' * full}{'-' * (width - full)}] "


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
