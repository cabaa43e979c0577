"""Text for terminals, without control characters of files, servers or queues."""

from __future__ import annotations

import json
import logging


def visible(text: str, *, lines: bool = False) -> str:
    """The text with all non-printable characters escaped, in the syntax of Python.

    Those are control characters such as ESC, CR and C1, which move the cursor or set the title,
    and Unicode characters that reorder text, such as U+202E.

    Args:
        text: Any text; lone surrogates are escaped too.
        lines: Whether line breaks are kept.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or (lines and char == "\n") else _escaped(char) for char in text
    )


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()


def visible_json(text: str) -> str:
    """Equivalent JSON with all non-printable characters escaped.

    Args:
        text: JSON text, in one or more lines.
    """
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


class VisibleFormatter(logging.Formatter):
    """A log formatter whose lines are safe to print."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record, with its traceback.

        Args:
            record: The log record.
        """
        return visible(super().format(record), lines=True)
