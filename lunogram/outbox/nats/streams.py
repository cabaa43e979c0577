"""A stream of NATS, and the requests about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from .connection import Link, LostError, Request, Response, checked, found
from .deliveries import Delivery
from .rows import Message, message_of

CHUNK = 500
"""The number of requests that are in flight at once."""

_CHUNK_BYTES = 4_000_000
_ALREADY_THERE = 10058
_GONE = {10043, 10057}
_LONGEST_NUMBER = 20
_NO_MORE = {b"404", b"408"}
_MOST_CONSUMERS = 3
_INACTIVE = 60
"""The seconds for which a server keeps a consumer that nobody uses."""


@attrs.define
class Consumer:
    """A reader of a stream that the server keeps for a while, in memory: a consumer without acks.

    Attributes:
        position: The sequence number of the last message that it has read.
        subject: The subject of the messages that it reads; all, if it is nothing.
        name: The name of the server's consumer; nothing, if there is none that continues there.
        number: The number of messages that the server's consumer has delivered.
        link: The connection over which it delivers, or None.
        used_at: When it was used last, by the loop's clock.
    """

    position: int
    subject: str = ""
    name: str = ""
    number: int = 0
    link: Link | None = attrs.field(default=None, repr=False)
    used_at: float = 0.0


@attrs.frozen
class Stream:
    """A stream, over a connection. Its methods raise `RejectedError` if it does not exist.

    Attributes:
        link: The connection.
        name: The name of the stream.
    """

    link: Link
    name: str

    async def create(self, configuration: dict[str, Any]) -> None:
        """Create the stream, unless it exists.

        Args:
            configuration: Its configuration.
        """
        response = await self._ask("STREAM.CREATE", configuration)
        if response.get("error", {}).get("err_code") != _ALREADY_THERE:
            checked(response)

    async def configuration(self) -> dict[str, Any] | None:
        """Its configuration, or None if it does not exist."""
        response = found(await self._ask("STREAM.INFO", {}))
        return response and response["config"]

    async def state(self) -> dict[str, Any]:
        """Its state: the number of messages, their sequence numbers and bytes."""
        state: dict[str, Any] = checked(await self._ask("STREAM.INFO", {}))["state"]
        return state

    async def subjects(self, pattern: str) -> dict[str, int]:
        """The subjects that it has messages of, with the number of messages of each.

        Args:
            pattern: The pattern of the subjects, with ``*`` for any token.
        """
        subjects: dict[str, int] = {}
        while True:
            question = {"subjects_filter": pattern, "offset": len(subjects)}
            response = checked(await self._ask("STREAM.INFO", question))
            subjects |= response["state"].get("subjects") or {}
            if len(subjects) >= response.get("total", 0):
                return subjects

    async def numbers(self, pattern: str) -> list[int]:
        """The sequence numbers at the ends of its subjects, in order.

        Args:
            pattern: The pattern of the subjects.
        """
        numbers = map(number_of, await self.subjects(pattern))
        return sorted(number for number in numbers if number)

    async def messages(self, sequences: Iterable[int]) -> list[Message]:
        """The messages with these sequence numbers, without those that are deleted.

        Args:
            sequences: The sequence numbers.
        """
        return await self._get({"seq": sequence} for sequence in sequences)

    async def latest(self, subjects: Iterable[str]) -> list[Message]:
        """The last message of each of these subjects that has one.

        Args:
            subjects: The subjects.
        """
        return await self._get({"last_by_subj": subject} for subject in subjects)

    async def heads(self, subjects: Iterable[str]) -> list[Message]:
        """The first message of each of these subjects that has one.

        Args:
            subjects: The subjects.
        """
        return [head for head in await self.following((each, 0) for each in subjects) if head]

    async def following(self, positions: Iterable[tuple[str, int]]) -> list[Message | None]:
        """The first message of each subject after a sequence number, or None.

        Args:
            positions: The subjects, with the sequence number for each.
        """
        questions = ({"seq": after + 1, "next_by_subj": subject} for subject, after in positions)
        return await self._look_for(questions)

    async def stretch(self, after: int, last: int, count: int = CHUNK) -> tuple[list[Message], int]:
        """Some messages in order, and the sequence number up to which there are no others.

        Args:
            after: The sequence number before the first message.
            last: The largest sequence number to read.
            count: The largest number of messages.
        """
        end = min(after + count, last)
        messages = await self.messages(range(after + 1, end + 1))
        return messages, end if messages else await self._end_of_gap(end, last)

    async def _end_of_gap(self, after: int, last: int) -> int:
        [following] = await self.following([(">", after)])
        return min(following.sequence - 1, last) if following else last

    async def read(self, consumer: Consumer, count: int) -> list[Message]:
        """The next messages of a consumer, in order; less than asked for if there are no more.

        Args:
            consumer: The consumer.
            count: The largest number of messages.
        """
        for _ in range(_MOST_CONSUMERS):
            if not (consumer.name and consumer.link is self.link and _is_kept(consumer)):
                await self._begin(consumer)
            # An error may lose messages that were delivered. Only after this it may continue.
            name, consumer.name = consumer.name, ""
            messages = _messages_of(await self.link.pull(self.name, name, count), consumer.number)
            if messages is not None:
                consumer.name, consumer.number = name, consumer.number + len(messages)
                consumer.position = messages[-1].sequence if messages else consumer.position
                return messages
        raise LostError("the server keeps no consumer")

    async def _begin(self, consumer: Consumer) -> None:
        configuration = {
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": consumer.position + 1,
            "ack_policy": "none",
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": _INACTIVE * 10**9,
        }
        if consumer.subject:
            configuration["filter_subject"] = consumer.subject
        question = {"stream_name": self.name, "config": configuration}
        response = checked(await self._ask("CONSUMER.CREATE", question))
        consumer.name, consumer.number, consumer.link = response["name"], 0, self.link

    async def purge(self, before: int, subject: str = "") -> int:
        """Delete all messages before a sequence number, and return how many there were.

        Args:
            before: The sequence number.
            subject: The subject of the messages; all, if it is nothing.
        """
        question = {"seq": before, **({"filter": subject} if subject else {})}
        purged: int = checked(await self._ask("STREAM.PURGE", question))["purged"]
        return purged

    async def delete(self, sequences: Iterable[int]) -> list[int]:
        """Delete messages, and return the sequence numbers of those that did not exist.

        Args:
            sequences: Their sequence numbers.
        """
        there = list(sequences)
        questions = ({"seq": sequence, "no_erase": True} for sequence in there)
        responses = await self._ask_all("STREAM.MSG.DELETE", questions)
        gone = [response.get("error", {}).get("err_code") in _GONE for response in responses]
        for response, is_gone in zip(responses, gone, strict=True):
            if not is_gone:
                checked(response)
        return [sequence for sequence, is_gone in zip(there, gone, strict=True) if is_gone]

    async def _get(self, questions: Iterable[dict[str, Any]]) -> list[Message]:
        return [message for message in await self._look_for(questions) if message]

    async def _look_for(self, questions: Iterable[dict[str, Any]]) -> list[Message | None]:
        responses = map(found, await self._ask_all("STREAM.MSG.GET", questions))
        return [message_of(response["message"]) if response else None for response in responses]

    async def _ask(self, action: str, question: dict[str, Any]) -> Response:
        return (await self._ask_all(action, [question]))[0]

    async def _ask_all(self, action: str, questions: Iterable[dict[str, Any]]) -> list[Response]:
        subject = f"$JS.API.{action}.{self.name}"
        data = (json.dumps(question).encode() for question in questions)
        return await ask_all(self.link, (Request(subject, each) for each in data))


def _is_kept(consumer: Consumer) -> bool:
    """Whether the server keeps it for certain; old servers say nothing if they do not."""
    now = asyncio.get_running_loop().time()
    before, consumer.used_at = consumer.used_at, now
    return now - before < _INACTIVE / 2


def _messages_of(deliveries: Sequence[Delivery], delivered: int) -> list[Message] | None:
    """The messages that were delivered, or None if the consumer is gone, or one got lost."""
    messages: list[Message] = []
    for expected, delivery in enumerate(deliveries, delivered + 1):
        if delivery.status:
            return messages if delivery.status in _NO_MORE else None
        sequence, number, time, _ = delivery.place
        if number != expected:
            return None
        subject = delivery.subject.decode("utf-8", "replace")
        messages.append(Message(subject, sequence, time, delivery.data, delivery.headers))
    return messages


def number_of(subject: str) -> int:
    """The sequence number at the end of a subject, or 0 if it has none of ours.

    Args:
        subject: The subject of a dead letter or a parked entry.
    """
    number = subject.rpartition(".")[2]
    return int(number) if number.isdecimal() and len(number) < _LONGEST_NUMBER else 0


async def ask_all(link: Link, requests: Iterable[Request]) -> list[Response]:
    """Send any number of requests in this order, and return the responses, errors among them.

    Args:
        link: The connection.
        requests: The requests.
    """
    responses: list[Response] = []
    for chunk in _chunks(requests):
        responses += await link.ask_all(chunk)
    return responses


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
