"""The streams of an outbox in NATS, and what can be done with a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from .messages import Message, message_of
from .wire import Answer, Link, Request, found, refused_or

CHUNK = 500
"""How many requests are under way at once."""

_CHUNK_BYTES = 4_000_000
_DUPLICATE_WINDOW = 600

_ALREADY_THERE = 10058
_GONE = {10043, 10057}


@attrs.frozen
class Names:
    """What the streams of an outbox are called, and their subjects.

    Attributes:
        queue: The stream of what waits, with whose name those of the others begin.
    """

    queue: str

    @property
    def dead(self) -> str:
        """The stream of the dead letters."""
        return f"{self.queue}-dead"

    @property
    def state(self) -> str:
        """The stream of the records."""
        return f"{self.queue}-state"

    def lane(self, number: int | str) -> str:
        """Under which subject the entries of a lane are published."""
        return f"{self.queue}.lane.{number}"

    def letter(self, sequence: int | str) -> str:
        """Under which subject the dead letter is published that had this place in the queue."""
        return f"{self.queue}.dead.{sequence}"

    def record(self, *names: str) -> str:
        """Under which subject a record is published."""
        return ".".join((self.queue, "state", *names))

    def configurations(self, replicas: int) -> list[dict[str, Any]]:
        """How the streams have to be.

        Args:
            replicas: On how many servers.
        """
        common = {
            # Deleted by us alone: not by age, by count, or by somebody who consumes.
            "retention": "limits",
            "storage": "file",
            "discard": "new",
            "num_replicas": replicas,
            "duplicate_window": _DUPLICATE_WINDOW * 10**9,
        }
        latest_only = {"max_msgs_per_subject": 1, "discard": "old"}
        return [
            {**common, "name": self.queue, "subjects": [self.queue + ".lane.*"]},
            {**common, "name": self.dead, "subjects": [self.queue + ".dead.*"]},
            {**common, "name": self.state, "subjects": [self.queue + ".state.>"], **latest_only},
        ]


@attrs.frozen
class Stream:
    """A stream, over a connection. Its methods raise `RefusedError` if there is no such stream.

    Attributes:
        link: The connection.
        name: The name of the stream.
    """

    link: Link
    name: str

    async def make(self, configuration: dict[str, Any]) -> None:
        """Make it, unless it is there.

        Args:
            configuration: How.
        """
        answer = await self._ask("STREAM.CREATE", configuration)
        if answer.get("error", {}).get("err_code") != _ALREADY_THERE:
            refused_or(answer)

    async def configuration(self) -> dict[str, Any] | None:
        """How it was made, or None if it is not there."""
        answer = found(await self._ask("STREAM.INFO", {}))
        return answer and answer["config"]

    async def state(self) -> dict[str, Any]:
        """How many messages it has, and the like."""
        state: dict[str, Any] = refused_or(await self._ask("STREAM.INFO", {}))["state"]
        return state

    async def subjects(self, pattern: str) -> dict[str, int]:
        """Which subjects it has messages of, and how many.

        Args:
            pattern: Of which subjects, with ``*`` for any name.
        """
        subjects: dict[str, int] = {}
        while True:
            question = {"subjects_filter": pattern, "offset": len(subjects)}
            answer = refused_or(await self._ask("STREAM.INFO", question))
            subjects |= answer["state"].get("subjects") or {}
            if len(subjects) >= answer.get("total", 0):
                return subjects

    async def messages(self, sequences: Iterable[int]) -> list[Message]:
        """The messages at these places, without those that are gone.

        Args:
            sequences: Which.
        """
        return await self._get({"seq": sequence} for sequence in sequences)

    async def latest(self, subjects: Iterable[str]) -> list[Message]:
        """The last message of each of these subjects, without those that have none.

        Args:
            subjects: Which.
        """
        return await self._get({"last_by_subj": subject} for subject in subjects)

    async def heads(self, subjects: Iterable[str]) -> list[Message]:
        """The first message of each of these subjects, without those that have none.

        Args:
            subjects: Which.
        """
        return [head for head in await self.following((each, 0) for each in subjects) if head]

    async def following(self, places: Iterable[tuple[str, int]]) -> list[Message | None]:
        """For each of these subjects its first message behind a place, or None.

        Args:
            places: The subjects, and the place for each.
        """
        questions = ({"seq": after + 1, "next_by_subj": subject} for subject, after in places)
        return await self._look_for(questions)

    async def stretch(self, after: int, last: int, count: int = CHUNK) -> tuple[list[Message], int]:
        """Some messages in order, and the place up to which there are no others.

        Args:
            after: The place before the first.
            last: The last place to look at.
            count: How many messages at the most.
        """
        end = min(after + count, last)
        messages = await self.messages(range(after + 1, end + 1))
        return messages, end if messages else await self._end_of_gap(end, last)

    async def _end_of_gap(self, after: int, last: int) -> int:
        [following] = await self.following([(">", after)])
        return min(following.sequence - 1, last) if following else last

    async def delete(self, sequences: Iterable[int]) -> None:
        """Delete messages; those that are gone are left out.

        Args:
            sequences: Their places.
        """
        questions = ({"seq": sequence, "no_erase": True} for sequence in sequences)
        for answer in await self._ask_all("STREAM.MSG.DELETE", questions):
            if answer.get("error", {}).get("err_code") not in _GONE:
                refused_or(answer)

    async def _get(self, questions: Iterable[dict[str, Any]]) -> list[Message]:
        return [message for message in await self._look_for(questions) if message]

    async def _look_for(self, questions: Iterable[dict[str, Any]]) -> list[Message | None]:
        answers = map(found, await self._ask_all("STREAM.MSG.GET", questions))
        return [message_of(answer["message"]) if answer else None for answer in answers]

    async def _ask(self, action: str, question: dict[str, Any]) -> Answer:
        return (await self._ask_all(action, [question]))[0]

    async def _ask_all(self, action: str, questions: Iterable[dict[str, Any]]) -> list[Answer]:
        subject = f"$JS.API.{action}.{self.name}"
        data = (json.dumps(question).encode() for question in questions)
        return await ask_all(self.link, (Request(subject, each) for each in data))


async def ask_all(link: Link, requests: Iterable[Request]) -> list[Answer]:
    """Send any number of requests in this order, and return the answers, errors among them.

    Args:
        link: The connection.
        requests: What to ask, or to publish.
    """
    answers: list[Answer] = []
    for chunk in _chunks(requests):
        answers += await link.ask_all(chunk)
    return answers


def _chunks(requests: Iterable[Request]) -> Iterator[list[Request]]:
    chunk: list[Request] = []
    size = 0
    for request in requests:
        chunk.append(request)
        size += len(request.data)
        if len(chunk) == CHUNK or size > _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
