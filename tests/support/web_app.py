"""A web application that queues what it is asked to: gunicorn loads it before it forks.

The environment names the outbox, ``OUTBOX``, and whether it has a relay of its own, ``ATTACHED``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from lunogram import Event, Lunogram
from lunogram.outbox import Outbox


def _open() -> Outbox:
    url = os.environ["OUTBOX"]
    if os.environ.get("ATTACHED"):
        return Outbox(url, client=Lunogram(), flush_timeout=20)
    return Outbox(url)


outbox = _open()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Queue an event with the path of the request, and say which process did."""
    name = environ["PATH_INFO"].lstrip("/")
    outbox.user.events.post(Event("it.happened", "user_1", data={"call": name}))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
