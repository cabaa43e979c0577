"""The roles of API keys: which operations each may call."""

from __future__ import annotations

from lunogram.operation import Operation, names_of
from lunogram.operations import (
    ADD_ORGANIZATION_USER,
    CREATE_SESSION,
    DELETE_ORGANIZATION,
    DELETE_USER,
    GET_VAPID_PUBLIC_KEY,
    MARK_ORGANIZATION_INBOX_ARCHIVED,
    MARK_ORGANIZATION_INBOX_READ,
    MARK_USER_INBOX_ARCHIVED,
    MARK_USER_INBOX_READ,
    POST_ORGANIZATION_EVENTS,
    POST_USER_EVENTS,
    REGISTER_DEVICE,
    REMOVE_ORGANIZATION_USER,
    SEND_ORGANIZATION_INBOX_MESSAGES,
    SEND_USER_INBOX_MESSAGES,
    UPSERT_ORGANIZATION,
    UPSERT_ORGANIZATION_SCHEDULE,
    UPSERT_USER,
    UPSERT_USER_SCHEDULE,
)

ADMIN = "admin"
PUBLIC = "public"
"""The role of the client keys (`pk_…`) of older servers."""
ROLES = ("client", "support", "editor", ADMIN)

_OF_CLIENTS = names_of(
    UPSERT_USER,
    DELETE_USER,
    POST_USER_EVENTS,
    UPSERT_USER_SCHEDULE,
    REGISTER_DEVICE,
    SEND_USER_INBOX_MESSAGES,
    UPSERT_ORGANIZATION,
    DELETE_ORGANIZATION,
    ADD_ORGANIZATION_USER,
    REMOVE_ORGANIZATION_USER,
    POST_ORGANIZATION_EVENTS,
    UPSERT_ORGANIZATION_SCHEDULE,
    SEND_ORGANIZATION_INBOX_MESSAGES,
)
_UPDATES = names_of(
    MARK_USER_INBOX_READ,
    MARK_USER_INBOX_ARCHIVED,
    MARK_ORGANIZATION_INBOX_READ,
    MARK_ORGANIZATION_INBOX_ARCHIVED,
)


def permission_for(operation: Operation) -> str:
    """Return the name of the permission that an operation needs."""
    if operation.name in _UPDATES:
        return "update"
    return {"GET": "read", "DELETE": "delete"}.get(operation.method, "create")


def permits(role: str, operation: Operation) -> bool:
    """Return whether a role has the permission for an operation."""
    if role == "client":
        return operation.name in _OF_CLIENTS
    if role == "support":
        return operation.is_read
    if role == PUBLIC:
        is_read = operation.is_read and operation.name != GET_VAPID_PUBLIC_KEY.name
        return not is_read and operation.name != CREATE_SESSION.name
    return True
