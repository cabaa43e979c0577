"""The event loop on which a relay carries several requests at once."""

from __future__ import annotations

import asyncio
import selectors


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
