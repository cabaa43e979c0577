"""The users that a client or an outbox has upserted, for `ensure_users`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from ._recent import Recent
from .call_warnings import CallWarning
from .calls import Call
from .identifiers import DEFAULT_SOURCE
from .models import User
from .operations import DELETE_USER, POST_USER_EVENTS, UPSERT_USER, UPSERT_USER_SCHEDULE
from .values import Json

_UNKNOWN = (
    "is for a user that was not upserted here, and the server drops what is for a user that it "
    "does not have; upsert the user first, or set ensure_users=True"
)

Key = tuple[str, str]
"""The source and the external id of an identifier."""

_Named: TypeAlias = tuple[str, list[Json]]


class KnownUsers:
    """The identifiers of the users that were upserted last, a bounded number of them.

    The server drops an event or a schedule for identifiers that nobody has. Any identifier finds
    its user, so a user is known if one of the identifiers is.

    What threads may do at the same time costs at most an upsert that was not needed.
    """

    def __init__(self) -> None:
        self._keys = Recent[Key]()

    def __bool__(self) -> bool:
        return bool(self._keys)

    def with_upserts(self, calls: Iterable[Call[Any]]) -> Iterator[Call[Any]]:
        """The calls, each after the upserts that have to come before it.

        Those have identifiers only.

        Args:
            calls: Any calls.
        """
        for call, unknown in self._unknown_in(calls):
            for _, identifiers in unknown:
                yield _upsert(identifiers)
            yield call

    def warnings_of(self, calls: Iterable[Call[Any]]) -> Iterator[CallWarning]:
        """A warning for each user for whom a call is and who was not upserted before.

        Args:
            calls: Any calls.
        """
        for _, unknown in self._unknown_in(calls):
            for field, _ in unknown:
                yield CallWarning(field, _UNKNOWN)

    def _unknown_in(self, calls: Iterable[Call[Any]]) -> Iterator[tuple[Call[Any], list[_Named]]]:
        """The calls, each with the users that are not known when it is sent."""
        ensured: set[Key] = set()
        is_valid = True  # until a call deletes somebody, as in `note`
        for call in calls:
            unknown: list[_Named] = []
            for field, identifiers in _named_in(call):
                keys = _keys(identifiers)
                if ensured.isdisjoint(keys) and not (is_valid and self._knows(keys)):
                    unknown.append((field, identifiers))
                ensured.update(keys)
            if call.operation == UPSERT_USER:
                ensured.update(_keys(call.json["identifier"]))
            elif call.operation == DELETE_USER:
                ensured.clear()
                is_valid = False
            yield call, unknown

    def note(self, *calls: Call[Any]) -> None:
        """Remember what calls that succeeded, or that were queued, mean for their users.

        Args:
            calls: Any calls.
        """
        for call in calls:
            if call.operation == UPSERT_USER:
                self._keys.add(_keys(call.json["identifier"]))
            elif call.operation == DELETE_USER:
                self._keys.clear()  # the user may be known by other identifiers than these

    def _knows(self, keys: list[Key]) -> bool:
        known = [key for key in keys if key in self._keys]
        self._keys.add(known)
        return bool(known)


def _named_in(call: Call[Any]) -> list[_Named]:
    """The path and the identifiers of each user that an event or a schedule is for."""
    if call.operation == POST_USER_EVENTS:
        return [
            (f"events[{index}].identifier", event["identifier"])
            for index, event in enumerate(call.json, call.start)
            if "identifier" in event
        ]
    if call.operation == UPSERT_USER_SCHEDULE:
        return [("identifier", call.json["identifier"])]
    return []


def _keys(identifiers: list[Json]) -> list[Key]:
    return [(each.get("source", DEFAULT_SOURCE), each["external_id"]) for each in identifiers]


def _upsert(identifiers: list[Json]) -> Call[User]:
    fields = ("source", "external_id")
    named = [{field: each[field] for field in fields if field in each} for each in identifiers]
    return Call(UPSERT_USER, UPSERT_USER.path, "", {"identifier": named}, User.from_json)
