"""Who asks: from the `Authorization` header to a project."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from lunogram.sandbox.problems import forbidden, unauthorized

_SCHEME = "bearer "
_LONG = 12


@dataclass(frozen=True, slots=True)
class Project:
    """The project of a key, which is all that is remembered of the key."""

    id: str
    shown: str
    """The key, shortened."""
    server: bool
    """Whether it is a server's key, and not a client's (`pk_…`)."""


@lru_cache(maxsize=4096)
def project_of(key: str) -> Project:
    """Name the project of a key: always the same one for the same key."""
    project_id = uuid5(NAMESPACE_URL, f"lunogram-sandbox:{key}")
    return Project(str(project_id), shortened(key), server=not key.startswith("pk_"))


def shortened(key: str) -> str:
    """Show as much of a key as tells it from others."""
    return f"{key[:6]}…{key[-2:]}" if len(key) > _LONG else f"{key[:3]}…"


class Keys:
    """Which keys are let in: those given, or any."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        """Let in the keys given, or any if none are."""
        self._allowed = frozenset(allowed)

    def project(self, headers: Mapping[bytes, bytes]) -> Project:
        """Return the project of a request, or refuse it."""
        return self.admit(bearer(headers), headers)

    def admit(self, key: str, headers: Mapping[bytes, bytes]) -> Project:
        """Return the project of a key, or refuse the request that has it."""
        if not key or (self._allowed and key not in self._allowed):
            raise unauthorized()
        project = project_of(key)
        if project.server and b"origin" in headers:
            detail = "a server key is not for browsers: the request has an Origin header"
            raise forbidden(detail)
        return project


def bearer(headers: Mapping[bytes, bytes]) -> str:
    """Return the token of a request, or nothing."""
    value = headers.get(b"authorization", b"").decode("latin-1")
    return value[len(_SCHEME) :].strip() if value.lower().startswith(_SCHEME) else ""
