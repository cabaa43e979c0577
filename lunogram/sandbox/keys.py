"""Authentication: from the `Authorization` header to a project and what a caller may do there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from lunogram.sandbox.options import InvalidOption
from lunogram.sandbox.problems import unauthorized
from lunogram.sandbox.roles import ADMIN, PUBLIC, ROLES

DEFAULT_KEY = "sk_sandbox"
"""The key of a sandbox that accepts any."""

_SCHEME = "bearer "
_PUBLIC_KEY = "pk_"
_LONG = 12
_PROJECT_NAME = re.compile(r"[\w.-]{1,60}")
_USED_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Project:
    """The project of a key. The key itself is not kept."""

    id: str
    shown: str
    """The key, shortened."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller may do, and where."""

    project: Project
    role: str = ADMIN
    session: tuple[str, str] | None = None
    """The source and the external id of the user of a session; None for a key."""
    events: frozenset[str] | None = None
    """The names of the events that it may create; None for any."""


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key of the command line."""

    key: str
    role: str
    project: Project


@lru_cache(maxsize=4096)
def project_of(key: str) -> Project:
    """Return the project of a key: always the same one for the same key."""
    project_id = uuid5(NAMESPACE_URL, f"lunogram-sandbox:{key}")
    return Project(str(project_id), shortened(key))


def shortened(key: str) -> str:
    """Return a key shortened to what tells it from others."""
    return f"{key[:6]}…{key[-2:]}" if len(key) > _LONG else f"{key[:3]}…"


def read_keys(options: Sequence[str]) -> list[GivenKey]:
    """Read the keys of the command line, `KEY` or `KEY:ROLE`.

    A key with a role is one more key of the project of the last key without, if there is one. An
    invalid option is an InvalidOption.
    """
    return list(_given_keys(options))


def _given_keys(options: Sequence[str]) -> Iterator[GivenKey]:
    project = None
    for option in options:
        key, colon, role = option.rpartition(":")
        if not colon:
            project = project_of(option)
            yield GivenKey(option, _role_of(option), project)
        elif role in ROLES and key:
            yield GivenKey(key, role, project or project_of(key))
        else:
            raise InvalidOption(f"the role of an API key must be one of {', '.join(ROLES)}")


def read_projects(options: Sequence[str], given: Sequence[GivenKey]) -> dict[str, Project]:
    """Read the names of projects of the command line, `NAME=KEY`; an invalid one is an error."""
    found: dict[str, Project] = {}
    known = {each.key for each in given}
    for option in options:
        name, _, key = option.partition("=")
        if not _PROJECT_NAME.fullmatch(name) or not key:
            raise InvalidOption("--project must be NAME=KEY; a name has letters, digits, . _ and -")
        if known and key not in known:
            raise InvalidOption(f"the key of the project {name} is none of --api-key")
        if name in found or project_of(key) in found.values():
            raise InvalidOption(f"the project {name} has a second key, or its key a second name")
        found[name] = project_of(key)
    return found


class Keys:
    """The API keys that are accepted: those given, or any."""

    def __init__(self, given: Sequence[GivenKey] = ()) -> None:
        """Accept these keys, or any key if there are none."""
        self.given = {each.key: each for each in given}
        self.used = {} if given else {project_of(DEFAULT_KEY).id: DEFAULT_KEY}
        """The keys that were used, by project, if any key is accepted: only in memory."""

    def first(self) -> Project:
        """Return the project of the first key that was given, or of the one that is printed."""
        return next((each.project for each in self.given.values()), project_of(DEFAULT_KEY))

    def variables(self) -> list[str]:
        """Return the lines for a shell that set the key and the project.

        Keys that were given are shortened: terminals are logged and shared, and so are screens.
        """
        project = self.first()
        if not self.given:
            key = f"export LUNOGRAM_API_KEY={DEFAULT_KEY}"
        else:
            key = f"# LUNOGRAM_API_KEY: {', '.join(map(_described, self.given.values()))}"
        return [key, f"export LUNOGRAM_PROJECT_ID={project.id}"]

    def access(self, headers: Mapping[bytes, bytes]) -> Access:
        """Return what the key of a request gives access to; raise a problem if it is invalid."""
        return self.admit(bearer(headers), headers)

    def admit(self, key: str, headers: Mapping[bytes, bytes]) -> Access:
        """Return what a key gives access to; raise a problem if it is invalid."""
        if not key or (self.given and key not in self.given):
            raise unauthorized()
        given = self.given.get(key) or GivenKey(key, _role_of(key), project_of(key))
        if not self.given and len(self.used) < _USED_KEPT:
            self.used[given.project.id] = key
        if given.role != PUBLIC and b"origin" in headers:
            raise unauthorized()
        return Access(given.project, given.role)


def _described(given: GivenKey) -> str:
    role = "" if given.role in (ADMIN, PUBLIC) else f" ({given.role})"
    return f"{shortened(given.key)}{role}"


def _role_of(key: str) -> str:
    return PUBLIC if key.startswith(_PUBLIC_KEY) else ADMIN


def bearer(headers: Mapping[bytes, bytes]) -> str:
    """Return the bearer token of a request, with its scheme or bare; or an empty string."""
    value = headers.get(b"authorization", b"").decode("latin-1").strip()
    if value.lower().startswith(_SCHEME):
        return value[len(_SCHEME) :].strip()
    return "" if " " in value else value
