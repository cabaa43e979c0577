"""An outbox with a relay of its own, for programs of one process."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Unpack

from .._async.client import AsyncLunogram
from .._sync.client import Lunogram
from ..calls import Call
from .errors import OutboxError
from .outbox import Outbox
from .relaying.options import RelayOptions
from .store import Bookmark


class ClientOutbox(Outbox):
    """What `client.outbox` makes: an outbox, a relay thread, and a flush at the end.

    After a fork, the child's first call starts a relay in the child.
    """

    def __init__(
        self,
        client: Lunogram | AsyncLunogram,
        url: str,
        *,
        flush_timeout: float = 5.0,
        limit: int | None = None,
        limit_bytes: int | None = None,
        **options: Unpack[RelayOptions],
    ) -> None:
        """Open the outbox and start the relay.

        Args:
            client: As whom to send.
            url: As for `Outbox`.
            flush_timeout: For how many seconds to wait at the end, at the most.
            limit: As for `Outbox`.
            limit_bytes: As for `Outbox`.
            options: As for `Outbox.relay`.

        Raises:
            ConfigurationError: If an argument can't be right.
            OutboxError: If the outbox can't be used.
        """
        super().__init__(url, limit=limit, limit_bytes=limit_bytes)
        self._flush_timeout = flush_timeout
        self._relay = self.relay(client, **options)
        self._relay.start()
        atexit.register(self.close)

    def queue_calls(self, calls: Sequence[Call[Any]], bookmark: Bookmark | None = None) -> None:
        """As `Outbox.queue_calls`."""
        super().queue_calls(calls, bookmark)
        self._relay.start()  # threads do not outlive a fork

    def close(self) -> None:
        """Wait a while for what is queued to arrive, stop the relay, and let go of the store."""
        atexit.unregister(self.close)
        with suppress(OutboxError):  # closed already, or not to be read: nothing more can be done
            self.flush(self._flush_timeout)
        self._relay.stop()
        super().close()
