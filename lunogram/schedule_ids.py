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
_WITH_IDS = _UPSERTS | names_of(DELETE_USER_SCHEDULE, DELETE_ORGANIZATION_SCHEDULE)


def with_schedule_id(operation: Operation, body: bytes, project_id: str | None) -> bytes:
    """The body of a request, with the id of its schedule if the request upserts one.

    Without an id, today's servers add another schedule with each upsert. Older servers, whose
    paths have no project, replace the one of the same name.

    Args:
        operation: The operation of the request.
        body: The encoded body.
        project_id: The id of the project, or None.

    Raises:
        ConfigurationError: If the schedule has an id, and there is no ``project_id``.
    """
    if operation.name not in _WITH_IDS:
        return body
    if not project_id:
        _check_has_no_id(body)
    elif operation.name in _UPSERTS:
        schedule: dict[str, Any] = json.loads(body)
        schedule.setdefault("id", str(schedule_id(project_id, operation.subject, schedule)))
        return values.encode(schedule)
    return body


def _check_has_no_id(body: bytes) -> None:
    """Older servers ignore an id: an upsert would replace the schedule of the same name."""
    if "id" in json.loads(body):
        raise ConfigurationError(
            "the id of a schedule needs a project: pass project_id, or set LUNOGRAM_PROJECT_ID"
        )


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
