"""Batches: the operations of Customer.io's batch, one by one.

Nothing here does any I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from ...calls import Call
from ...identifiers import ExternalID
from .. import calls as customerio_calls
from .. import identifiers, request_bodies
from ..errors import Unmatched
from . import events, objects, people
from .objects import RELATIONSHIPS
from .unsupported import unmatched_in_batch

Parts: TypeAlias = Iterator[Call[Any] | Unmatched]
"""The calls of Lunogram, and what has no counterpart, in order."""


@attrs.frozen
class _Operation:
    """One operation of a batch.

    Attributes:
        given: Its mapping.
        path: Its path in the batch, such as ``operations[0]``.
    """

    given: Mapping[str, Any]
    path: str

    def mapping(self, field: str) -> dict[str, Any]:
        value = self.given.get(field)
        return {} if value is None else request_bodies.json_object(value, f"{self.path}.{field}")

    @property
    def event(self) -> dict[str, Any]:
        named = {name: self.given.get(name) for name in ("name", "id", "timestamp")}
        return {**named, "type": self.given["action"], "data": self.mapping("attributes")}

    @property
    def person(self) -> ExternalID:
        return identifiers.person_in(self.given.get("identifiers"), f"{self.path}.identifiers")

    @property
    def object(self) -> ExternalID:
        return identifiers.object_in(self.given.get("identifiers"), f"{self.path}.identifiers")

    def related(self, read: Callable[[Any, str], ExternalID]) -> Iterator[tuple[ExternalID, Any]]:
        """The other side of each relationship, and the attributes of the relationship."""
        path = f"{self.path}.{RELATIONSHIPS}"
        for each in request_bodies.objects(self.given.get(RELATIONSHIPS), path):
            yield read(each.get("identifiers"), path), each.get("relationship_attributes")


def operation(given: Mapping[str, Any], path: str) -> Parts:
    """The parts of one operation.

    Args:
        given: Its mapping.
        path: Its path in the batch, such as ``operations[0]``.

    Raises:
        ValidationError: If the operation is invalid.
    """
    action = str(given.get("action"))
    translate = _ACTIONS.get((str(given.get("type", "person")), action))
    if translate is None:
        yield unmatched_in_batch(action, customerio_calls.batch([given]))
        return
    yield from translate(_Operation(given, path))


def _identify_person(asked: _Operation) -> Parts:
    yield from people.identify(asked.person, asked.mapping("attributes"))
    if RELATIONSHIPS in asked.given:
        yield from _add_to_objects(asked)


def _identify_object(asked: _Operation) -> Parts:
    yield from objects.identify(asked.object, asked.mapping("attributes"))
    if RELATIONSHIPS in asked.given:
        yield from _add_people(asked)


def _event(asked: _Operation) -> Parts:
    yield from events.record(asked.person, asked.event)


def _merge(asked: _Operation) -> Parts:
    both = (
        identifiers.person_in(asked.given.get(side), f"{asked.path}.{side}")
        for side in ("primary", "secondary")
    )
    yield from people.merge(*both)


def _add_to_objects(asked: _Operation) -> Parts:
    for organization, attributes in asked.related(identifiers.object_in):
        yield from objects.add_member(organization, asked.person, attributes)


def _add_people(asked: _Operation) -> Parts:
    for user, attributes in asked.related(identifiers.person_in):
        yield from objects.add_member(asked.object, user, attributes)


def _remove_from_objects(asked: _Operation) -> Parts:
    for organization, _ in asked.related(identifiers.object_in):
        yield from objects.remove_member(organization, asked.person)


def _remove_people(asked: _Operation) -> Parts:
    for user, _ in asked.related(identifiers.person_in):
        yield from objects.remove_member(asked.object, user)


_ACTIONS: Mapping[tuple[str, str], Callable[[_Operation], Parts]] = {
    ("person", "identify"): _identify_person,
    ("person", "delete"): lambda asked: people.delete(asked.person),
    ("person", "event"): _event,
    ("person", "page"): _event,
    ("person", "screen"): _event,
    ("person", "add_device"): lambda asked: people.add_device(
        asked.person, asked.mapping("device")
    ),
    ("person", "merge"): _merge,
    ("person", "add_relationships"): _add_to_objects,
    ("person", "delete_relationships"): _remove_from_objects,
    ("object", "identify"): _identify_object,
    ("object", "delete"): lambda asked: objects.delete(asked.object),
    ("object", "add_relationships"): _add_people,
    ("object", "delete_relationships"): _remove_people,
}
