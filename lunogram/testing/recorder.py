"""A recorder of calls that are not sent: no server, no socket."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from .._attempts import Request, Response
from .._fake_responses import Subjects, always, known_calls
from .._http import engine_state
from ..calls import Call
from ..identifiers import Identifier, external_id
from ..models import User
from ..operation import Operation
from .assertions import Assertions, ExpectedEvent, explain, failure, subject_of
from .inspection import missing
from .models import RecordedCall, RecordedEvent, RecordedLoss, SubjectKind
from .recorded_losses import losses_of, rejections_of
from .redirection import environment

_KEY = "LUNOGRAM_API_KEY"
_PROJECT = "LUNOGRAM_PROJECT_ID"


@contextmanager
def recording() -> Iterator[Recording]:
    """Record the calls of every client instead of sending them, and return fake responses.

        with recording() as recorded:
            checkout("user_123")
        recorded.assert_sent("order.completed", user="user_123", data={"total": 99.99})

    It holds for the whole process: for clients made before or inside, sync and async, and in every
    thread. No socket is opened. Without an API key in the environment, one is set meanwhile, and
    a project, so that ``Lunogram()`` works.

    It holds for outboxes too: what they would queue is recorded, and nothing is queued. With
    ``outbox.using(connection)``, a call is recorded even if the transaction is rolled back.

    Arguments are validated as always. Upserts return all fields that this recording has seen of
    the subject, inboxes are empty, everything else is accepted.

    Returns:
        A context manager, whose value is the recording, which stays available after the block.
    """
    recorded = Recording()
    before, engine_state.recorder = engine_state.recorder, _Recorder(recorded)
    try:
        with environment(_some_project()):
            yield recorded
    finally:
        engine_state.recorder = before


def _some_project() -> dict[str, str]:
    """The variables of a project, unless the environment has a key."""
    if os.environ.get(_KEY):
        return {}
    return {_KEY: "sk_recording", _PROJECT: os.environ.get(_PROJECT) or str(UUID(int=0))}


class Recording(Assertions[RecordedEvent]):
    """The recorded calls.

    Attributes:
        calls: Every call, in the order in which they were made.
    """

    def __init__(self) -> None:
        self.calls: list[RecordedCall] = []
        self._lock = Lock()
        self._losses: list[RecordedLoss] = []
        self._rejections: list[str] = []
        self._subjects = Subjects()
        self._known = known_calls(self._subjects)

    def events(
        self,
        name: str | None = None,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
    ) -> list[RecordedEvent]:
        """Events in the order in which they were posted.

        Args:
            name: Only those with this name.
            user: Only this user's, by an identifier that the event was posted with.
            organization: Only this organization's, instead.
        """
        subject = subject_of(user, organization)
        return [
            event
            for event in self._events()
            if (name is None or event.name == name) and (subject is None or subject.has(event))
        ]

    def user(self, identifier: Identifier) -> User:
        """A user with all fields that were upserted in this recording.

        Args:
            identifier: Any identifier of the user.

        Raises:
            NotThereError: If there is none; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        name = external_id(identifier)
        profile = self._subjects.get("user", name)
        if profile is None:
            raise missing("user", name, self._subjects.all("user"))
        return User.from_json(profile)

    def rejections(self) -> list[str]:
        """The calls that a Lunogram server would reject, a line each, with the reason.

        These are the ones that need a user or an organization which was not upserted before, in
        this recording: to delete it, to register its device, to add it or a member.
        """
        return list(self._rejections)

    def lost(self) -> list[RecordedLoss]:
        """Events, schedules and messages that a Lunogram server would accept and lose.

        These are the ones for users and organizations that were not upserted before, in this
        recording. Each has the reason.
        """
        return list(self._losses)

    def clear(self) -> None:
        """Delete the calls recorded so far. Users and organizations stay known."""
        self.calls.clear()
        self._losses.clear()
        self._rejections.clear()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.calls)} calls)"

    def _events(self) -> Iterator[RecordedEvent]:
        for call in list(self.calls):
            kind, _, rest = call.name.partition(".")
            if rest == "events.post":
                yield from (_event(kind, item) for item in call.body)  # type: ignore[arg-type]

    def _matching(self, expected: ExpectedEvent) -> list[RecordedEvent]:
        return [event for event in self._events() if expected.is_met_by(event)]

    def _failed(self, expected: ExpectedEvent, what: str) -> AssertionError:
        return failure(f"{expected} {what}. {explain(expected, self.events())}")

    def _take(self, operation: Operation, path: str, query: str, body: bytes | None) -> Response:
        """Record a call and return a fake response."""
        unknown = (f"{operation.method} {path}", always(200, {}))
        name, respond = self._known.get(operation.name, unknown)
        call = RecordedCall(
            name=name,
            method=operation.method,
            path=path,
            query=dict(parse_qsl(query)),
            body=None if body is None else json.loads(body),
        )
        with self._lock:
            self.calls.append(call)
            self._losses += losses_of(call, self._subjects)
            self._rejections += rejections_of(call, self._subjects)
            status, response = respond(call)
        content = b"" if response is None else json.dumps(response).encode()
        return Response(status, [(b"content-type", b"application/json")], content)


class _Recorder:
    """What takes the calls of clients and outboxes for a recording."""

    def __init__(self, recorded: Recording) -> None:
        self._take = recorded._take

    def respond(self, request: Request, /) -> Response:
        """Record a request of a client."""
        query = urlsplit(request.target).query
        return self._take(request.operation, request.path, query, request.body)

    def queue(self, call: Call[Any], /) -> None:
        """Record a call of an outbox."""
        self._take(call.operation, call.path, call.query, call.body)


def _event(kind: SubjectKind, item: dict[str, Any]) -> RecordedEvent:
    return RecordedEvent(
        name=item["name"],
        kind=kind,
        identifier=item.get("identifier") or [],
        match=item.get("match"),
        data=item.get("data") or {},
    )
