"""The streams of an outbox in NATS: their names, subjects and configurations."""

from __future__ import annotations

from typing import Any

import attrs

from .connection import Link, RejectedError
from .streams import Stream

_DUPLICATE_WINDOW = 600


@attrs.frozen
class Names:
    """The names of the streams of an outbox, and of their subjects.

    Attributes:
        queue: The name of the stream of entries; the names of the others begin with it.
    """

    queue: str

    @property
    def dead(self) -> str:
        """The name of the stream of dead letters."""
        return f"{self.queue}-dead"

    @property
    def parked(self) -> str:
        """The name of the stream of parked entries."""
        return f"{self.queue}-parked"

    @property
    def state(self) -> str:
        """The name of the stream of records."""
        return f"{self.queue}-state"

    def partition(self, number: int | str) -> str:
        """The subject of the entries of a partition."""
        return f"{self.queue}.partition.{number}"

    def dead_letter(self, sequence: int | str) -> str:
        """The subject of the dead letter whose entry had this sequence number."""
        return f"{self.queue}.dead.{sequence}"

    def parked_entry(self, sequence: int | str) -> str:
        """The subject of the parked entry that had this sequence number in the queue."""
        return f"{self.queue}.parked.{sequence}"

    def record(self, *names: str) -> str:
        """The subject of a record."""
        return ".".join((self.queue, "state", *names))

    def configurations(self, replicas: int) -> list[dict[str, Any]]:
        """The configurations of the streams.

        Args:
            replicas: The number of servers that hold each stream.
        """
        common = {
            # Messages are deleted by us alone: not by age, by count, or by consumers.
            "retention": "limits",
            "storage": "file",
            "discard": "new",
            "num_replicas": replicas,
            "duplicate_window": _DUPLICATE_WINDOW * 10**9,
        }
        latest_only = {"max_msgs_per_subject": 1, "discard": "old"}
        return [
            {**common, "name": self.queue, "subjects": [self.queue + ".partition.*"]},
            {**common, "name": self.dead, "subjects": [self.queue + ".dead.*"]},
            {**common, "name": self.state, "subjects": [self.queue + ".state.>"], **latest_only},
            {**common, "name": self.parked, "subjects": [self.queue + ".parked.*"], **latest_only},
        ]


async def create_streams(link: Link, names: Names, replicas: int) -> None:
    """Create the streams that do not exist, and check all of them.

    Args:
        link: The connection.
        names: The names of the streams.
        replicas: The number of servers that hold each stream.

    Raises:
        RejectedError: If a stream belongs to another program.
    """
    for configuration in names.configurations(replicas):
        await Stream(link, configuration["name"]).create(configuration)
    await check_streams(link, names)


async def check_streams(link: Link, names: Names) -> None:
    """Check that the streams exist, and are those of an outbox.

    The stream of parked entries is added to an outbox of a version that had none.

    Args:
        link: The connection.
        names: The names of the streams.

    Raises:
        RejectedError: If they are not.
    """
    replicas = 1
    for needed in names.configurations(1):
        stream = Stream(link, needed["name"])
        found = await stream.configuration()
        if found is None and needed["name"] == names.parked:
            await stream.create({**needed, "num_replicas": replicas})
        elif found is None:
            raise RejectedError(f"there is no stream {needed['name']}")
        elif found["subjects"] != needed["subjects"]:
            raise RejectedError(f"the stream {needed['name']} is another program's")
        else:
            replicas = found["num_replicas"]
