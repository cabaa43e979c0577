"""The warning at the end of a program that has queued calls, if no relay is in sight."""

from __future__ import annotations

import atexit
import logging
import os
import shlex
from contextlib import suppress

import attrs

from .announcements import running_relays
from .stores import open_store

logger = logging.getLogger("lunogram.outbox.unattended")

# The seconds that a store gets to respond at the end of the program.
_PATIENCE = 0.5


@attrs.frozen
class _Queued:
    """An outbox in which this process has queued something.

    Attributes:
        url: Its URL, perhaps with a password.
        options: What `lunogram relay` needs besides the URL.
    """

    url: str = attrs.field(repr=False)
    options: str


# By the URLs without passwords.
_queued: dict[str, _Queued] = {}
# The URLs of outboxes that had a relay in this process.
_attended: set[str] = set()


def has_queued(shown_url: str, url: str, options: str) -> None:
    """Note that this process has queued something.

    Args:
        shown_url: The URL of the outbox, without a password.
        url: The URL of the outbox.
        options: What ``lunogram relay`` needs besides the URL, such as ``" --customerio"``.
    """
    _queued[shown_url] = _Queued(url, options)


def has_relay(shown_url: str) -> None:
    """Note that a relay of this process sends from an outbox.

    Args:
        shown_url: The URL of the outbox, without a password.
    """
    _attended.add(shown_url)


def _warn() -> None:
    for shown_url, queued in _queued.items():
        # Whatever goes wrong here, the program ends.
        with suppress(Exception):
            if shown_url not in _attended and (count := _unattended(queued.url)):
                command = f"lunogram relay {shlex.quote(shown_url)}{queued.options}"
                logger.warning("%d calls wait, and no relay is in sight; run: %s", count, command)


def _unattended(url: str) -> int:
    """The number of entries that wait, if no relay is in sight."""
    store = open_store(url, patience=_PATIENCE, create=False)
    try:
        return 0 if running_relays(store) else store.stats().pending
    finally:
        store.close()


def _forget() -> None:
    _queued.clear()
    _attended.clear()


atexit.register(_warn)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
