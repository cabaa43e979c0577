"""A Celery application whose tasks queue, and may take their process with them.

The environment names the outbox, ``OUTBOX``, the broker's queue, ``QUEUE``, and the file in which
tasks say what they did, ``DIARY``.
"""

from __future__ import annotations

import os
import signal

from celery import Celery  # type: ignore[import-untyped]

from lunogram import Event
from lunogram.outbox import Outbox

app = Celery("tests", broker="redis://127.0.0.1:6379/0")
app.conf.task_default_queue = os.environ["QUEUE"]
app.conf.worker_max_tasks_per_child = 7
app.conf.worker_hijack_root_logger = False
app.conf.broker_connection_retry_on_startup = False

outbox = Outbox(os.environ["OUTBOX"])


@app.task(name="queue")  # type: ignore[untyped-decorator]
def queue(name: str, end: str) -> None:
    """Queue an event, say so, and end the process in the way that is asked for."""
    diary = os.open(os.environ["DIARY"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(diary, f"+ {name}\n".encode())
    outbox.user.events.post(Event("it.happened", "user_1", data={"call": name}))
    os.write(diary, f"- {name}\n".encode())
    os.close(diary)
    if end == "exit":
        os._exit(0)
    if end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
