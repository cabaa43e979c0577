"""The fake responses of recordings, and of clients that are disabled.

They are plausible, no more: nothing is checked, and no schedule fires. Only the fields of upserts
are remembered, so that the response to the next one has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from .identifiers import DEFAULT_SOURCE, ExternalID

SubjectKind: TypeAlias = Literal["user", "organization"]
"""The kinds of subjects."""

FakeResponse: TypeAlias = tuple[int, Any]
"""An HTTP status, and the JSON of the body, or None."""


class FakedCall(Protocol):
    """A call that is not sent."""

    @property
    def query(self) -> Mapping[str, str]:
        """The query parameters."""
        ...

    @property
    def body(self) -> Any:
        """The JSON body, or None."""
        ...


Responder: TypeAlias = Callable[[FakedCall], FakeResponse]
"""A function that returns the fake response to a call."""

_Names: TypeAlias = list[tuple[SubjectKind, str, str]]

_FIELDS = ("email", "phone", "timezone", "locale", "name")


def _id(*parts: str) -> str:
    """An id that is the same in every run."""
    return str(uuid5(NAMESPACE_URL, ":".join(("lunogram-recording", *parts))))


_PROJECT = _id("project")


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Subjects:
    """The users and organizations that were upserted."""

    def __init__(self) -> None:
        self._profiles: dict[tuple[SubjectKind, str, str], dict[str, Any]] = {}

    def upsert(self, kind: SubjectKind, body: Mapping[str, Any]) -> FakeResponse:
        """Merge a body into a profile.

        Args:
            kind: The kind of the subject.
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

    def get(self, kind: SubjectKind, name: ExternalID) -> dict[str, Any] | None:
        """A profile, or None.

        Args:
            kind: The kind of the subject.
            name: Any of its identifiers.
        """
        return self._profiles.get((kind, name.source, name.external_id))

    def all(self, kind: SubjectKind) -> list[dict[str, Any]]:
        """All profiles of a kind, each once.

        Args:
            kind: The kind of the subjects.
        """
        return [*{id(p): p for key, p in self._profiles.items() if key[0] == kind}.values()]

    def count(self, kind: SubjectKind, named: Iterable[ExternalID]) -> int:
        """The number of subjects that have one of these identifiers.

        Args:
            kind: The kind of the subjects.
            named: The identifiers.
        """
        keys: _Names = [(kind, name.source, name.external_id) for name in named]
        return len({id(self._profiles[key]) for key in keys if key in self._profiles})

    def delete(self, kind: SubjectKind, body: Mapping[str, Any]) -> FakeResponse:
        """Delete a profile, if there is one.

        Args:
            kind: The kind of the subject.
            body: As sent.
        """
        for key in _names_of(kind, body):
            gone = self._profiles.get(key)
            if gone:
                self._profiles = {k: p for k, p in self._profiles.items() if p is not gone}
        return 204, None


def _names_of(kind: SubjectKind, body: Mapping[str, Any]) -> _Names:
    return [
        (kind, name.get("source") or DEFAULT_SOURCE, name["external_id"])
        for name in body["identifier"]
    ]


def _new_profile(key: tuple[SubjectKind, str, str]) -> dict[str, Any]:
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


def _identifier(key: tuple[SubjectKind, str, str], now: str) -> dict[str, Any]:
    return {
        "id": _id("identifier", *key),
        "source": key[1],
        "external_id": key[2],
        "created_at": now,
        "updated_at": now,
    }


def scheduled(call: FakedCall) -> FakeResponse:
    """The response to an upsert of a schedule.

    Args:
        call: The call.
    """
    body = call.body
    known = {"id": body.get("id") or _id("schedule", body["name"]), "name": body["name"]}
    moment = body.get("scheduled_at") or body.get("start_at") or _now()
    return 202, {**known, "scheduled_at": moment, "data": body.get("data")}


def inbox_page(call: FakedCall) -> FakeResponse:
    """The response of an empty inbox.

    Args:
        call: The call.
    """
    limit, offset = call.query.get("limit", "20"), call.query.get("offset", "0")
    return 200, {"results": [], "total": 0, "limit": int(limit), "offset": int(offset)}


def session(_call: FakedCall) -> FakeResponse:
    """The response to the creation of a session, with a token that is not valid anywhere."""
    return 201, {
        "token": "recorded",
        "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }


def always(status: int, response: Any = None) -> Responder:
    """A function that returns the same response for every call.

    Args:
        status: The HTTP status.
        response: The JSON, or None.
    """
    return lambda _call: (status, response)


def known_calls(subjects: Subjects) -> dict[str, tuple[str, Responder]]:
    """The client's name of each operation, and the function that returns its fake response.

    Args:
        subjects: The subjects that are remembered.
    """
    return {
        **_calls_of("user", subjects),
        **_calls_of("organization", subjects),
        "register_device": ("user.devices.register", always(201)),
        "add_organization_user": ("organization.add_user", always(200)),
        "remove_organization_user": ("organization.remove_user", always(204)),
        "get_vapid_public_key": ("push.vapid_public_key", always(200, {"public_key": "recorded"})),
        "create_session": ("sessions.create", session),
    }


def _calls_of(kind: SubjectKind, subjects: Subjects) -> dict[str, tuple[str, Responder]]:
    count = always(200, {"unread": 0, "total": 0})
    return {
        f"upsert_{kind}": (f"{kind}.upsert", lambda call: subjects.upsert(kind, call.body)),
        f"delete_{kind}": (f"{kind}.delete", lambda call: subjects.delete(kind, call.body)),
        f"post_{kind}_events": (f"{kind}.events.post", always(202)),
        f"upsert_{kind}_schedule": (f"{kind}.schedule.upsert", scheduled),
        f"delete_{kind}_schedule": (f"{kind}.schedule.delete", always(200)),
        f"send_{kind}_inbox_messages": (f"{kind}.inbox.send", always(202)),
        f"list_{kind}_inbox": (f"{kind}.inbox.list", inbox_page),
        f"count_{kind}_inbox": (f"{kind}.inbox.count", count),
        f"mark_{kind}_inbox_read": (f"{kind}.inbox.mark_read", always(202)),
        f"mark_{kind}_inbox_archived": (f"{kind}.inbox.mark_archived", always(202)),
    }
