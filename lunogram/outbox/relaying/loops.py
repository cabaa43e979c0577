"""The event loop on which a relay carries several requests at once."""

from __future__ import annotations

import asyncio
import os
import selectors
from importlib.util import find_spec

from ...errors import ConfigurationError


def uvloop_is_wanted() -> bool:
    """Whether to use uvloop where that is in order: if it is installed (extra ``[fast]``).

    ``LUNOGRAM_EVENT_LOOP`` in the environment, ``asyncio`` or ``uvloop``, decides otherwise.

    Raises:
        ConfigurationError: If it names another one, or one that is not installed.
    """
    name = os.environ.get("LUNOGRAM_EVENT_LOOP")
    if name not in (None, "asyncio", "uvloop"):
        raise ConfigurationError("LUNOGRAM_EVENT_LOOP has to be asyncio or uvloop")
    is_here = find_spec("uvloop") is not None
    if name == "uvloop" and not is_here:
        raise ConfigurationError("uvloop is not there: pip install 'lunogram[fast]'")
    return is_here and name != "asyncio"


def new_loop(*, uvloop: bool) -> asyncio.AbstractEventLoop:
    """A new event loop.

    Args:
        uvloop: Whether of uvloop: only in a process that does not fork while it turns. Else it is
            one that may be forked.
    """
    if uvloop:
        from uvloop import new_event_loop

        return new_event_loop()
    # Not by epoll, as is usual, uvloop's too: parent and child share one after a fork, and a child
    # that lets go of the loop stops it from watching for the parent.
    kind = getattr(selectors, "PollSelector", None)
    return asyncio.SelectorEventLoop(kind()) if kind else asyncio.new_event_loop()
