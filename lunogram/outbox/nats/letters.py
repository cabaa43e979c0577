"""Dead letters in NATS: a stream of their own, with a subject for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..store import DeadLetter
from .messages import Message, headers_of, headers_of_letter, letter_of
from .records import WRONG_SEQUENCE, Records
from .streams import CHUNK, Names, Stream, ask_all
from .wire import Link, Request, refused_or


@attrs.frozen
class Letters:
    """The dead letters of one outbox, over a connection.

    Attributes:
        link: The connection.
        names: What its streams are called.
    """

    link: Link
    names: Names

    @property
    def _stream(self) -> Stream:
        return Stream(self.link, self.names.dead)

    async def bury(self, letters: Iterable[DeadLetter]) -> None:
        """Add dead letters; those that are there already are left out.

        Args:
            letters: Which.
        """
        for answer in await ask_all(self.link, map(self._request, letters)):
            if answer.get("error", {}).get("err_code") != WRONG_SEQUENCE:
                refused_or(answer)

    def _request(self, letter: DeadLetter) -> Request:
        once = {"Nats-Expected-Last-Subject-Sequence": "0"}
        subject = self.names.letter(letter.entry.sequence)
        return Request(subject, letter.entry.body or b"", once | headers_of_letter(letter))

    async def places(self) -> list[int]:
        """The places that dead letters had in the queue, in order."""
        return sorted(map(_place, await self._stream.subjects(self.names.letter("*"))))

    async def get(self, places: Iterable[int]) -> list[DeadLetter]:
        """Dead letters; those that are not there are left out.

        Args:
            places: Which.

        Raises:
            UnreadableError: If one is damaged.
        """
        return [_letter(message) for message in await self._messages(places)]

    async def _messages(self, places: Iterable[int]) -> list[Message]:
        return await self._stream.latest(map(self.names.letter, places))

    async def retry(self, places: Sequence[int]) -> int:
        """Queue dead letters again; return how many there were.

        Args:
            places: Which.

        Raises:
            UnreadableError: If one is damaged.
        """
        count = 0
        for start in range(0, len(places), CHUNK):
            messages = await self._messages(places[start : start + CHUNK])
            for answer in await ask_all(self.link, map(self._again, messages)):
                refused_or(answer)
            await self._stream.delete(message.sequence for message in messages)
            count += len(messages)
        return count

    def _again(self, message: Message) -> Request:
        entry = attrs.evolve(_letter(message).entry, attempts=0, deaths=0)
        # If we are interrupted before it is deleted, it is not queued twice.
        once = {"Nats-Msg-Id": f"retry-{message.sequence}"}
        return Request(self.names.lane(entry.lane), message.data, once | headers_of(entry))

    async def drop(self, places: Iterable[int]) -> int:
        """Drop dead letters; return how many there were.

        Args:
            places: Which.
        """
        messages = await self._messages(places)
        await self._stream.delete(message.sequence for message in messages)
        await Records(self.link, self.names).count("counters", {"dropped": len(messages)})
        return len(messages)


def _place(subject: str) -> int:
    return int(subject.rpartition(".")[2])


def _letter(message: Message) -> DeadLetter:
    return letter_of(message, _place(message.subject))
