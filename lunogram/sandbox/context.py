"""The context of a handler: the request, and the sandbox that it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from lunogram.sandbox.clock import Clock, format_time
from lunogram.sandbox.event_names import EventNames
from lunogram.sandbox.faults import Fault, Faults
from lunogram.sandbox.keys import Access, Keys, Project
from lunogram.sandbox.listeners import Hub
from lunogram.sandbox.memory import Memory
from lunogram.sandbox.request_log import RequestLog
from lunogram.sandbox.responses import Response
from lunogram.sandbox.scheduler import Scheduler
from lunogram.sandbox.session_tokens import SessionTokens
from lunogram.sandbox.store import Store


class Sandbox:
    """The state of a running sandbox."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        *,
        sessions: SessionTokens | None = None,
        event_names: EventNames | None = None,
        strict: bool = False,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.store = store
        self.keys = keys
        self.sessions = sessions or SessionTokens()
        self.event_names = event_names or {}
        self.strict = strict
        """Whether the paths and keys of older servers are rejected, as today's server does."""
        self.host = "127.0.0.1"
        """The address or host name that it listens on."""
        self.allowed_hosts: frozenset[str] = frozenset()
        """The host names that it accepts besides its own."""
        self.root = ""
        """Its root URL."""
        self.projects: Mapping[str, Project] = {}
        """The projects that have a name, by name."""
        self.has_customerio = False
        """Whether it serves Customer.io's APIs too."""
        moved = store.all("moved_projects", {})
        self.clock = Clock({row["id"]: timedelta(microseconds=row["ahead"]) for row in moved})
        self.scheduler = Scheduler(store, self.clock)
        self.faults = Faults(faults)
        self.request_log = RequestLog()
        self.hub = Hub()
        self.memory = Memory()
        store.on_commit = self.hub.wake
        self._known: set[str] = set()

    def ensure_project(self, project: Project) -> None:
        """Create the project of a key when the key is first used."""
        if project.id in self._known:
            return
        with self.store.writing():
            self.add(project)
        self._known.add(project.id)

    def name(self, projects: Mapping[str, Project]) -> None:
        """Name projects, and create those that don't exist."""
        self.projects = projects
        for project in projects.values():
            self.ensure_project(project)

    def reset(self, project: Project) -> None:
        """Delete everything in a project."""
        self.clock.resume(project.id)
        with self.store.writing():
            self.store.run("delete_project", {"id": project.id})
            self.add(project)
        self.scheduler.forget(project.id)
        self.faults.restart(project.id)
        self.request_log.forget(project.id)
        self.hub.announce_reset(project.id)

    def add(self, project: Project) -> None:
        """Add a project unless it exists."""
        now = format_time(self.clock.now(project.id))
        self.store.run("add_project", {"id": project.id, "key": project.shown, "now": now})


@dataclass(slots=True)
class Request:
    """A request to a handler."""

    sandbox: Sandbox
    access: Access
    path: Mapping[str, str]
    query: bytes
    body: bytes
    now: str
    """The time of the request, which is the time of everything that it changes."""
    notes: list[str] = field(default_factory=list)
    """What the response does not say, for the page: why something is lost or has failed."""
    last_event: int | None = None
    """The number of the project's last event before the handler ran; None if it did not run."""

    def newest_event(self) -> int:
        """Return the number of the project's last event, 0 if there is none."""
        row = self.store.one("last_event", {"project_id": self.project.id})
        return row["number"] if row else 0

    def events(self) -> range:
        """Return the numbers of the events that the handler recorded."""
        before = self.last_event
        return range(0) if before is None else range(before + 1, self.newest_event() + 1)

    @property
    def project(self) -> Project:
        """The project of the caller."""
        return self.access.project

    @property
    def is_today(self) -> bool:
        """Whether the project is named in the path, as servers of today require."""
        return "project_id" in self.path

    @property
    def store(self) -> Store:
        """The database."""
        return self.sandbox.store


Handler = Callable[[Request], Response]


def new_id() -> str:
    """Return a new id."""
    return str(uuid4())
