"""Messages as they come over a connection to NATS, and those that a request waits for."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

_STATUS = b"NATS/1.0 "
_ACK = b"$JS.ACK."
# After it: STREAM.CONSUMER.DELIVERIES.SEQUENCE.NUMBER.TIME.PENDING. Newer servers may add the
# domain and the account before the stream, and more at the end.
_SHORT = 9


class Place(NamedTuple):
    """The place of a message of a consumer.

    Attributes:
        sequence: The sequence number in the stream.
        number: The number of messages that the consumer has delivered, this one included.
        time: When the server stored it, in seconds since 1970 by the server's clock.
        pending: The number of messages that the consumer has not delivered.
    """

    sequence: int
    number: int
    time: float
    pending: int


class Delivery(NamedTuple):
    """A message as it comes over a connection.

    Attributes:
        subject: The subject: our inbox, or that of a message in a stream.
        reply: The subject of the response; of a message of a consumer, its place in the stream.
        data: The payload. It may be personal.
        headers: The headers as they were sent, or nothing. They may be personal.
    """

    subject: bytes
    reply: bytes
    data: bytes
    headers: bytes

    def __repr__(self) -> str:
        return f"Delivery(subject={self.subject!r})"

    @property
    def status(self) -> bytes:
        """The status that it has instead of a payload, such as ``b"404"``, or nothing."""
        return self.headers[9:12].strip() if self.headers.startswith(_STATUS) else b""

    @property
    def recipient(self) -> bytes:
        """The consumer that delivers it; else the inbox to which it was sent."""
        return self._tokens[0] if self.reply.startswith(_ACK) else self.subject

    @property
    def place(self) -> Place:
        """The place of a message of a consumer."""
        sequence, number, time, pending = map(int, self._tokens[2:6])
        return Place(sequence, number, time / 1e9, pending)

    @property
    def _tokens(self) -> list[bytes]:
        """The name of the consumer, and what follows it."""
        tokens = self.reply.split(b".")
        return tokens[3:] if len(tokens) == _SHORT else tokens[5:]


class Replies:
    """The messages that one request waits for.

    Attributes:
        end: Done when all have come, or when the request has failed. It holds no error, as asyncio
            logs those that nobody asks for.
    """

    def __init__(self, count: int) -> None:
        """Create it, without messages.

        Args:
            count: The largest number of messages; a status ends them earlier.
        """
        self.end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = count
        self._deliveries: list[Delivery] = []
        self._error: Exception | None = None

    def add(self, delivery: Delivery) -> None:
        """Add a message that has come.

        Args:
            delivery: The message.
        """
        self._deliveries.append(delivery)
        self._left -= 1
        if (self._left <= 0 or _is_last(delivery)) and not self.end.done():
            self.end.set_result(None)

    def fail(self, error: Exception) -> None:
        """End it.

        Args:
            error: The reason.
        """
        self._error = error
        if not self.end.done():
            self.end.set_result(None)

    async def get(self) -> list[Delivery]:
        """All messages, when they have come."""
        await self.end
        if self._error:
            raise self._error
        return self._deliveries


def _is_last(delivery: Delivery) -> bool:
    # Servers need not send a status after the last message that there is.
    may_be = delivery.reply.endswith(b".0") or delivery.reply.count(b".") >= _SHORT
    return bool(delivery.status) or (may_be and not delivery.place.pending)
