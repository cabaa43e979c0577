"""Customer.io's calls as Lunogram's: people and objects as users and organizations.

Nothing here does any I/O, and nothing depends on how calls are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import attrs

from ...calls import Call
from ...operations import POST_USER_EVENTS
from .. import identifiers
from ..errors import Unmatched
from . import batch, events, people
from .batch import Parts
from .unsupported import unmatched


@attrs.frozen
class Plan:
    """The translation of one call of Customer.io's.

    Attributes:
        calls: Lunogram's calls, in order.
        unmatched: What has no counterpart.
    """

    calls: list[Call[Any]]
    unmatched: list[Unmatched]


def plan(call: Call[Any]) -> Plan:
    """The translation of a call of Customer.io's.

    Args:
        call: From `lunogram.customerio.calls`.

    Raises:
        ValidationError: If an argument is invalid for Lunogram.
    """
    parts = list(_parts(call))
    unsupported = [part for part in parts if isinstance(part, Unmatched)]
    ours = (part for part in parts if isinstance(part, Call))
    return Plan(list(_batched(ours)), unsupported)


def _batched(calls: Iterable[Call[Any]]) -> Iterator[Call[Any]]:
    """The same calls, with consecutive events in one batch."""
    run: Call[Any] | None = None
    for call in calls:
        if run is not None and call.operation is run.operation is POST_USER_EVENTS:
            run = attrs.evolve(run, json=[*run.json, *call.json])
            continue
        if run is not None:
            yield run
        run = call
    if run is not None:
        yield run


def _parts(call: Call[Any]) -> Parts:
    name, parameters = call.operation.name, call.operation.parameters(call.path)
    if name in _TRANSLATIONS:
        yield from _TRANSLATIONS[name](call, *map(unquote, parameters.values()))
    else:
        yield unmatched(_METHODS.get(name, name), call)


def _of_person(translate: Callable[[Any, Any], Iterator[Call[Any]]]) -> Callable[..., Parts]:
    return lambda call, person: translate(identifiers.person(person), call.json)


def _delete(_call: Call[Any], person: str) -> Parts:
    yield from people.delete(identifiers.person(person))


def _anonymous_event(call: Call[Any]) -> Parts:
    anonymous, recipient = call.json.get("anonymous_id"), call.json["data"].get("recipient")
    if anonymous is not None:
        user = identifiers.person_in({"anonymous_id": anonymous}, "anonymous_id")
        yield from events.record(user, call.json)
    elif recipient and isinstance(recipient, str):
        yield from events.invite(recipient, call.json)
    else:
        yield from events.record_of_nobody(call.json)


def _add_device(call: Call[Any], person: str) -> Parts:
    yield from people.add_device(identifiers.person(person), call.json["device"])


def _merge(call: Call[Any]) -> Parts:
    both = (identifiers.person_in(call.json[side], side) for side in ("primary", "secondary"))
    yield from people.merge(*both)


def _batch(call: Call[Any]) -> Parts:
    for number, operation in enumerate(call.json["batch"]):
        yield from batch.operation(operation, f"operations[{number}]")


# Methods whose names are not those of their operations.
_METHODS = {"find_region": "region"}

_TRANSLATIONS: Mapping[str, Callable[..., Parts]] = {
    "track_event": _of_person(events.record),
    "identify": _of_person(people.identify),
    "delete_customer": _delete,
    "track_anonymous_event": _anonymous_event,
    "merge_customers": _merge,
    "add_device": _add_device,
    "batch": _batch,
}
