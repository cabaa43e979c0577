"""What every operation is given: the request, and the sandbox that it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from lunogram.sandbox.answers import Answer
from lunogram.sandbox.clock import Clock, written
from lunogram.sandbox.faults import Fault, Faults
from lunogram.sandbox.firing import Firing
from lunogram.sandbox.journal import Journal
from lunogram.sandbox.keys import Keys, Project
from lunogram.sandbox.listeners import Hub
from lunogram.sandbox.store import Store


class Sandbox:
    """What there is one of in each running sandbox."""

    def __init__(
        self, store: Store, keys: Keys, *, mimic: bool = False, faults: Sequence[Fault] = ()
    ) -> None:
        """Put a sandbox together."""
        self.store = store
        self.keys = keys
        self.mimic = mimic
        self.host = "127.0.0.1"
        """The address or name that it was told to listen at."""
        self.root = ""
        """The URL that it is found at."""
        self.has_customerio = False
        """Whether it answers Customer.io's APIs too."""
        moved = store.all("moved_projects", {})
        self.clock = Clock({row["id"]: timedelta(microseconds=row["ahead"]) for row in moved})
        self.firing = Firing(store, self.clock)
        self.faults = Faults(faults)
        self.journal = Journal()
        self.hub = Hub()
        store.on_commit = self.hub.wake
        self._known: set[str] = set()

    def know(self, project: Project) -> None:
        """Create the project of a key when the key is seen for the first time."""
        if project.id in self._known:
            return
        with self.store.writing():
            self.add(project)
        self._known.add(project.id)

    def reset(self, project: Project) -> None:
        """Empty a project."""
        self.clock.resume(project.id)
        with self.store.writing():
            self.store.run("delete_project", {"id": project.id})
            self.add(project)
        self.firing.forget(project.id)
        self.faults.start_anew(project.id)
        self.journal.forget(project.id)
        self.hub.announce_reset(project.id)

    def add(self, project: Project) -> None:
        """Add a project if it isn't there."""
        now = written(self.clock.now(project.id))
        self.store.run("add_project", {"id": project.id, "key": project.shown, "now": now})


@dataclass(slots=True)
class Request:
    """One request, as the operations see it."""

    sandbox: Sandbox
    project: Project
    path: Mapping[str, str]
    query: bytes
    body: bytes
    now: str
    """When it came. All that it changes bears this time."""

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self.sandbox.store


Operation = Callable[[Request], Answer]


def new_id() -> str:
    """Make an id."""
    return str(uuid4())
