"""Errors of the command's options."""

from __future__ import annotations


class InvalidOption(ValueError):  # noqa: N818 - what it is
    """An option of the command that can't be used; the message says why."""
