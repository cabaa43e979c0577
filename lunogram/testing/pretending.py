"""What a recording answers: plausible, typed by the clients, and kept nowhere else.

It is no Lunogram: it checks nothing and fires nothing. It only remembers what upserts have told it,
so that they answer with all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from .models import Kind, RecordedCall, names

Reply: TypeAlias = tuple[int, Any]
"""An HTTP status, and the JSON that goes with it, or None."""

_Names: TypeAlias = list[tuple[Kind, str, str]]

_FIELDS = ("email", "phone", "timezone", "locale", "name")


def _id(*parts: str) -> str:
    """An id that is the same whenever a test runs."""
    return str(uuid5(NAMESPACE_URL, ":".join(("lunogram-recording", *parts))))


_PROJECT = _id("project")


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Subjects:
    """The users and organizations that upserts have named."""

    def __init__(self) -> None:
        self._profiles: dict[tuple[Kind, str, str], dict[str, Any]] = {}

    def upsert(self, kind: Kind, body: Mapping[str, Any]) -> Reply:
        """Merge a body into a profile.

        Args:
            kind: Whose.
            body: As sent.
        """
        keys = _names_of(kind, body)
        known = (self._profiles[key] for key in keys if key in self._profiles)
        profile = next(known, None) or _new_profile(keys[0])
        for key in keys:
            if key not in self._profiles:
                self._profiles[key] = profile
                profile["identifier"].append(_identifier(key, profile["created_at"]))
        profile.update({name: body[name] for name in _FIELDS if body.get(name) is not None})
        profile["data"] = {**profile["data"], **(body.get("data") or {})}
        profile["version"] += 1
        profile["updated_at"] = _now()
        return 200, profile

    def delete(self, kind: Kind, body: Mapping[str, Any]) -> Reply:
        """Forget a profile, if there is one.

        Args:
            kind: Whose.
            body: As sent.
        """
        for key in _names_of(kind, body):
            gone = self._profiles.get(key)
            if gone:
                self._profiles = {k: p for k, p in self._profiles.items() if p is not gone}
        return 204, None


def _names_of(kind: Kind, body: Mapping[str, Any]) -> _Names:
    return [(kind, name.source, name.external_id) for name in names(body["identifier"])]


def _new_profile(key: tuple[Kind, str, str]) -> dict[str, Any]:
    kind, now = key[0], _now()
    of_users = {"has_push_device": False} if kind == "user" else {}
    return {
        "id": _id(*key),
        "project_id": _PROJECT,
        "identifier": [],
        "data": {},
        **of_users,
        "version": 0,
        "created_at": now,
        "updated_at": now,
    }


def _identifier(key: tuple[Kind, str, str], now: str) -> dict[str, Any]:
    return {
        "id": _id("identifier", *key),
        "source": key[1],
        "external_id": key[2],
        "created_at": now,
        "updated_at": now,
    }


def scheduled(call: RecordedCall) -> Reply:
    """A schedule is accepted.

    Args:
        call: Which.
    """
    body = call.body
    known = {"id": body.get("id") or _id("schedule", body["name"]), "name": body["name"]}
    moment = body.get("scheduled_at") or body.get("start_at") or _now()
    return 202, {**known, "scheduled_at": moment, "data": body.get("data")}


def inbox_page(call: RecordedCall) -> Reply:
    """An inbox is empty.

    Args:
        call: Which.
    """
    limit, offset = call.query.get("limit", "20"), call.query.get("offset", "0")
    return 200, {"results": [], "total": 0, "limit": int(limit), "offset": int(offset)}


def session(_call: RecordedCall) -> Reply:
    """A token is minted, which nobody takes."""
    return 201, {
        "token": "recorded",
        "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }


def always(status: int, answer: Any = None) -> Callable[[RecordedCall], Reply]:
    """The same for every call.

    Args:
        status: The HTTP status.
        answer: The JSON, or None.
    """
    return lambda _call: (status, answer)
