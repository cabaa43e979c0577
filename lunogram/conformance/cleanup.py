"""The cleanup: deletes the users and organizations that a run has created."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lunogram.conformance.case import Family, Key, Step, delete
from lunogram.conformance.tested_server import Target

_ACCEPTED = 202
_DELETED = 204
_NOT_FOUND = 404
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class CreatedIdentifier:
    """One identifier of a user or an organization that may exist."""

    path: str
    source: str
    external_id: str
    key: Key

    def __str__(self) -> str:
        return f"{self.path[1:-1]} {self.external_id} of source {self.source}"


class Cleanup:
    """Every identifier that was sent, until its user or organization is deleted."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._created: dict[CreatedIdentifier, None] = {}
        self._late: dict[CreatedIdentifier, None] = {}
        self._stuck: dict[CreatedIdentifier, None] = {}

    def sending(self, step: Step) -> None:
        """Note what a request may create, before it is sent."""
        if step.method == "POST":
            self._created |= dict.fromkeys(_identifiers_in(step))

    def accepted(self, step: Step, status: int) -> None:
        """Note what may be created late, as the request was accepted and not yet processed."""
        if status == _ACCEPTED:
            self._late |= dict.fromkeys(_identifiers_in(step))

    def clear(self) -> None:
        """Delete what was created; what can't be deleted is retried at the end."""
        for identifier in list(self._created):
            if self._delete(identifier) not in (_DELETED, _NOT_FOUND):
                self._stuck[identifier] = None
            del self._created[identifier]

    def settle(self, seconds: float) -> list[str]:
        """Delete also what was created late; return what could not be deleted."""
        deadline = time.monotonic() + seconds
        self._created, self._stuck = self._created | self._stuck, {}
        self.clear()
        while self._found_late() and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return [str(made) for made in self._stuck]

    def _found_late(self) -> bool:
        return _DELETED in [self._delete(made) for made in self._late]

    def _delete(self, made: CreatedIdentifier) -> int:
        identifier = {"source": made.source, "external_id": made.external_id}
        family: Family = "key" if made.key == "public" else "any"  # servers of today have no pk_
        step = delete(made.path, {"identifier": [identifier]}).with_key(made.key).under(family)
        return self._target.send(step).status


def _identifiers_in(step: Step) -> Iterator[CreatedIdentifier]:
    """Yield the identifiers in a body; invalid bodies are sent too, so their types are checked."""
    for body in step.body if isinstance(step.body, list) else [step.body]:
        if not isinstance(body, dict):
            continue
        if step.path == "/organizations/users":
            yield from _named("/organizations", body.get("organization"), step.key)
            yield from _named("/users", body.get("user"), step.key)
        else:
            yield from _named("/" + step.path.split("/")[1], body, step.key)


def _named(path: str, body: Any, key: Key) -> Iterator[CreatedIdentifier]:
    key = key if key == "public" else "main"  # sessions and keys of a role may not delete
    identifiers = body.get("target", body.get("identifier")) if isinstance(body, dict) else None
    for each in identifiers if isinstance(identifiers, list) else []:
        if isinstance(each, dict) and each.get("external_id"):
            yield CreatedIdentifier(path, each.get("source") or "default", each["external_id"], key)
