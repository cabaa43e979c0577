"""What a run has made, so that it can be deleted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lunogram.conformance.case import Key, Step, delete
from lunogram.conformance.target import Target

_ACCEPTED = 202
_DELETED = 204
_NOT_FOUND = 404
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Made:
    """One identifier of a user or an organization that may have been made."""

    path: str
    source: str
    external_id: str
    key: Key

    def __str__(self) -> str:
        return f"{self.path[1:-1]} {self.external_id} of source {self.source}"


class Ledger:
    """Every identifier that was sent, until its user or organization is known to be gone."""

    def __init__(self, target: Target) -> None:
        """Begin with none."""
        self._target = target
        self._made: dict[Made, None] = {}
        self._late: dict[Made, None] = {}
        self._stuck: dict[Made, None] = {}

    def sending(self, step: Step) -> None:
        """Note what a request may make, before it is sent."""
        if step.method == "POST":
            self._made |= dict.fromkeys(_made_by(step))

    def accepted(self, step: Step, status: int) -> None:
        """Note what may be made later, as the request was accepted but not yet carried out."""
        if status == _ACCEPTED:
            self._late |= dict.fromkeys(_made_by(step))

    def clear(self) -> None:
        """Delete what was made; what cannot be deleted is tried again at the end."""
        for made in list(self._made):
            if self._delete(made) not in (_DELETED, _NOT_FOUND):
                self._stuck[made] = None
            del self._made[made]

    def settle(self, seconds: float) -> list[str]:
        """Delete also what was made late; return what could not be deleted."""
        deadline = time.monotonic() + seconds
        self._made, self._stuck = self._made | self._stuck, {}
        self.clear()
        while self._found_late() and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        return [str(made) for made in self._stuck]

    def _found_late(self) -> bool:
        return _DELETED in [self._delete(made) for made in self._late]

    def _delete(self, made: Made) -> int:
        identifier = {"source": made.source, "external_id": made.external_id}
        step = delete(made.path, {"identifier": [identifier]}).with_key(made.key)
        return self._target.send(step).status


def _made_by(step: Step) -> Iterator[Made]:
    """Find whom a body names; wrong bodies are sent too, so nothing is taken for granted."""
    for body in step.body if isinstance(step.body, list) else [step.body]:
        if not isinstance(body, dict):
            continue
        if step.path == "/organizations/users":
            yield from _named("/organizations", body.get("organization"), step.key)
            yield from _named("/users", body.get("user"), step.key)
        else:
            yield from _named("/" + step.path.split("/")[1], body, step.key)


def _named(path: str, body: Any, key: Key) -> Iterator[Made]:
    identifiers = body.get("target", body.get("identifier")) if isinstance(body, dict) else None
    for each in identifiers if isinstance(identifiers, list) else []:
        if isinstance(each, dict) and each.get("external_id"):
            yield Made(path, each.get("source") or "default", each["external_id"], key)
