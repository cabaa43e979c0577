"""The ids of schedules, which make a second upsert replace the first."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid5

from . import values
from .errors import ConfigurationError
from .identifiers import DEFAULT_SOURCE
from .operation import Operation, names_of
from .operations import (
    DELETE_ORGANIZATION_SCHEDULE,
    DELETE_USER_SCHEDULE,
    UPSERT_ORGANIZATION_SCHEDULE,
    UPSERT_USER_SCHEDULE,
)

_NAMESPACE = UUID("6f0ab3c2-4a8e-4d5f-9f0e-6a1d5c0b7e21")

_UPSERTS = names_of(UPSERT_USER_SCHEDULE, UPSERT_ORGANIZATION_SCHEDULE)
_DELETES = names_of(DELETE_USER_SCHEDULE, DELETE_ORGANIZATION_SCHEDULE)


def with_schedule_id(operation: Operation, body: bytes, project_id: str | None) -> bytes:
    """The body of a request, with the id of its schedule if the request upserts one.

    Without an id, today's servers add another schedule with each upsert. Older servers, whose
    paths have no project, replace the one of the same name.

    Args:
        operation: The operation of the request.
        body: The encoded body.
        project_id: The id of the project, or None.

    Raises:
        ConfigurationError: If it deletes a schedule by id, and there is no ``project_id``.
    """
    if operation.name in _DELETES and not project_id and "id" in json.loads(body):
        raise ConfigurationError(
            "deleting a schedule by id needs a project: pass project_id, or set LUNOGRAM_PROJECT_ID"
        )
    if operation.name not in _UPSERTS or not project_id:
        return body
    schedule: dict[str, Any] = json.loads(body)
    schedule.setdefault("id", str(schedule_id(project_id, operation.subject, schedule)))
    return values.encode(schedule)


def schedule_id(project_id: str, kind: str, schedule: values.Json) -> UUID:
    """The id of a schedule: always the same for its project, subject and name.

    Args:
        project_id: The id of the project.
        kind: ``"user"`` or ``"organization"``.
        schedule: The body of its upsert. The first identifier counts.
    """
    first = schedule["identifier"][0]
    source = first.get("source") or DEFAULT_SOURCE
    parts = [project_id.lower(), kind, source, first["external_id"], schedule["name"]]
    return uuid5(_NAMESPACE, json.dumps(parts))
