"""Dead letters in NATS: a stream of their own, with a subject for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..store import DeadLetter, Entry, MalformedEntry
from .connection import Link, Request, checked
from .records import WRONG_SEQUENCE, Records
from .rows import Message, dead_letter_of, headers_of, headers_of_death, headers_of_malformed
from .schema import Names
from .streams import CHUNK, Stream, ask_all, number_of

# The largest size of the rest of a message: the subject, names of headers and the like.
_FRAME = 300
_SHORT = 30


@attrs.frozen
class DeadLetters:
    """The dead letters of one outbox, over a connection.

    Attributes:
        link: The connection.
        names: The names of its streams.
    """

    link: Link
    names: Names

    @property
    def _stream(self) -> Stream:
        return Stream(self.link, self.names.dead)

    async def bury(self, dead_letters: Iterable[tuple[DeadLetter, Message]]) -> None:
        """Add dead letters; those that exist already are skipped.

        Args:
            dead_letters: The dead letters, with the messages of their entries.
        """
        requests = (self._request(dead_letter, message) for dead_letter, message in dead_letters)
        for response in await ask_all(self.link, requests):
            if response.get("error", {}).get("err_code") != WRONG_SEQUENCE:
                checked(response)

    def _request(self, dead_letter: DeadLetter, message: Message) -> Request:
        headers = _headers_of_call(dead_letter.entry, message) | headers_of_death(dead_letter)
        if (room := self._room(headers)) < len(message.data):
            headers |= headers_of_death(
                attrs.evolve(dead_letter, problem=dead_letter.problem[:_SHORT])
            )
            room = self._room(headers)
        once = {"Nats-Expected-Last-Subject-Sequence": "0"}
        # Only a message of another program can be so large that the problem does not fit in.
        data = message.data[: max(0, room)]
        return Request(self.names.dead_letter(dead_letter.entry.sequence), data, once | headers)

    def _room(self, headers: dict[str, str]) -> int:
        return self.link.max_payload - sum(map(len, headers.values())) - _FRAME

    async def sequences(self) -> list[int]:
        """The sequence numbers of the dead letters, in order."""
        return await self._stream.numbers(self.names.dead_letter("*"))

    async def get(self, sequences: Iterable[int]) -> list[DeadLetter]:
        """The dead letters with these sequence numbers; those that do not exist are omitted.

        Args:
            sequences: The sequence numbers.
        """
        return [_letter(message) for message in await self._messages(sequences)]

    async def _messages(self, sequences: Iterable[int]) -> list[Message]:
        return await self._stream.latest(map(self.names.dead_letter, sequences))

    async def retry(self, sequences: Sequence[int]) -> int:
        """Queue dead letters again; return the number of those that existed.

        Args:
            sequences: Their sequence numbers.
        """
        count = 0
        for start in range(0, len(sequences), CHUNK):
            messages = await self._messages(sequences[start : start + CHUNK])
            for response in await ask_all(self.link, map(self._again, messages)):
                checked(response)
            await self._stream.delete(message.sequence for message in messages)
            count += len(messages)
        return count

    def _again(self, message: Message) -> Request:
        entry = attrs.evolve(_letter(message).entry, attempts=0, crashes=0)
        # So it is not queued twice if this is interrupted before the dead letter is deleted.
        once = {"Nats-Msg-Id": f"retry-{message.sequence}"}
        return Request(
            self.names.partition(entry.partition),
            message.data,
            once | _headers_of_call(entry, message),
        )

    async def drop(self, sequences: Iterable[int]) -> int:
        """Drop dead letters; return the number of those that existed.

        Args:
            sequences: Their sequence numbers.
        """
        return await self._drop(await self._messages(sequences))

    async def drop_all(self) -> int:
        """Drop all dead letters, and what other programs have published among them."""
        return await self._drop(
            await self._stream.latest(await self._stream.subjects(self.names.dead_letter("*")))
        )

    async def _drop(self, messages: Sequence[Message]) -> int:
        await self._stream.delete(message.sequence for message in messages)
        await Records(self.link, self.names).count("counters", {"dropped": len(messages)})
        return len(messages)


def _headers_of_call(entry: Entry, message: Message) -> dict[str, str]:
    is_malformed = isinstance(entry, MalformedEntry)
    return headers_of_malformed(message) if is_malformed else headers_of(entry)


def _letter(message: Message) -> DeadLetter:
    return dead_letter_of(message, number_of(message.subject))
