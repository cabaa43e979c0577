"""The roles of API keys: which calls each may make."""

from __future__ import annotations

from typing import NamedTuple

ADMIN = "admin"
PUBLIC = "public"
"""The role of the client keys (`pk_…`) of older servers."""
ROLES = ("client", "support", "editor", ADMIN)

_WRITTEN_BY_CLIENTS = frozenset(
    {"users", "organizations", "events", "schedules", "devices", "inbox"}
)
_DELETED_BY_CLIENTS = frozenset({"users", "organizations"})
_VERBS = {"GET": "read", "DELETE": "delete"}
_THINGS = {
    "users": "organizations",
    "events": "events",
    "scheduled": "schedules",
    "devices": "devices",
    "inbox": "inbox",
    "vapid": "push",
}


class Permission(NamedTuple):
    """What a call needs."""

    verb: str
    """Create, read, update or delete."""
    thing: str
    """Of what."""


def permission_for(method: str, path: str) -> Permission:
    """Return what a call needs, from its method and the template of its path."""
    _, family, *below = path.split("/")
    if family == "auth-methods":
        return Permission("create", "sessions")
    if below[-1:] in (["read"], ["archived"]):
        return Permission("update", "inbox")
    verb = _VERBS.get(method, "create")
    return Permission(verb, _THINGS[below[0]] if below else family)


def permits(role: str, needed: Permission) -> bool:
    """Return whether a role has a permission."""
    verb, thing = needed
    if role == "client":
        written = verb == "create" and thing in _WRITTEN_BY_CLIENTS
        return written or (verb == "delete" and thing in _DELETED_BY_CLIENTS)
    if role == "support":
        return verb == "read"
    if role == PUBLIC:
        return thing != "sessions" and (verb != "read" or thing == "push")
    return True
