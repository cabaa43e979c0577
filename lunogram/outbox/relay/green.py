"""Whether threads of this process are greenlets: gevent or eventlet took their place."""

from __future__ import annotations

import sys


def threads_are_green() -> bool:
    """Whether gevent or eventlet has patched threads; all greenlets share one event loop."""
    gevent, eventlet = sys.modules.get("gevent.monkey"), sys.modules.get("eventlet.patcher")
    return bool(
        (gevent and gevent.is_module_patched("threading"))
        or (eventlet and eventlet.is_monkey_patched("thread"))
    )
