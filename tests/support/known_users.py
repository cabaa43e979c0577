"""Users that exist before their events, which are lost otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from lunogram import Lunogram
from lunogram.testing import Sandbox


def upsert_users(project: Sandbox, names: Iterable[str]) -> None:
    """Upsert users.

    Args:
        project: Where.
        names: Their external ids.
    """
    with Lunogram(
        project.api_key, base_url=project.base_url, project_id=project.project_id
    ) as client:
        for name in names:
            client.user.upsert(name)
