"""Recording calls instead of sending them: no server, no socket."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .._attempts import Answer, Request
from .._http import common
from ..identifiers import Identifier
from .asserting import Assertions, Wanted, account, owner
from .models import Kind, RecordedCall, RecordedEvent
from .pretending import Reply, Subjects, always, inbox_page, scheduled, session

_FAMILY = re.compile(r"/client(?:/projects/[^/]+)?")
_SESSIONS = re.compile(r"/auth-methods/[^/]+/sessions")

_KEY = "LUNOGRAM_API_KEY"

_Pretend = Callable[[RecordedCall], Reply]


@contextmanager
def recording() -> Iterator[Recording]:
    """Send nothing: calls of every client are recorded, and answered as if they had worked.

        with recording() as recorded:
            checkout("user_123")
        recorded.assert_sent("order.completed", user="user_123", data={"total": 99.99})

    It holds for the whole process: for clients made before or inside, sync and async, in every
    thread, and for whatever else sends by them, such as an outbox. No socket is opened. Without a
    key in the environment there is one inside, so that ``Lunogram()`` works.

    Arguments are checked as always. Upserts answer with all that this recording was told of the
    subject, inboxes are empty, everything else is accepted.

    Returns:
        A context manager, whose value is what was recorded; still there when it has ended.
    """
    recorded = Recording()
    before, common.stand_in = common.stand_in, recorded._answer
    try:
        with _some_key():
            yield recorded
    finally:
        common.stand_in = before


@contextmanager
def _some_key() -> Iterator[None]:
    before = os.environ.get(_KEY)
    os.environ[_KEY] = before or "sk_recording"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_KEY, None)
        else:
            os.environ[_KEY] = before


class Recording(Assertions[RecordedEvent]):
    """What was recorded.

    Attributes:
        calls: Every call, in the order in which they were made.
    """

    def __init__(self) -> None:
        self.calls: list[RecordedCall] = []
        self._lock = Lock()
        self._known = _known_calls(Subjects())

    def events(
        self,
        name: str | None = None,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
    ) -> list[RecordedEvent]:
        """Events in the order in which they were posted.

        Args:
            name: Only those of this name.
            user: Only this user's, by a name that the event was posted with.
            organization: Only this organization's, instead.
        """
        whose = owner(user, organization)
        return [
            event
            for event in self._events()
            if (name is None or event.name == name) and (whose is None or whose.has(event))
        ]

    def clear(self) -> None:
        """Forget the calls made until now."""
        self.calls.clear()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.calls)} calls)"

    def _events(self) -> Iterator[RecordedEvent]:
        for call in list(self.calls):
            kind, _, rest = call.name.partition(".")
            if rest == "events.post":
                yield from (_event(kind, item) for item in call.body)  # type: ignore[arg-type]

    def _matching(self, wanted: Wanted) -> list[RecordedEvent]:
        return [event for event in self._events() if wanted.is_met_by(event)]

    def _failed(self, wanted: Wanted, what: str) -> AssertionError:
        return AssertionError(f"{wanted} {what}. {account(wanted, self.events())}")

    def _answer(self, request: Request) -> Answer:
        """Stands in for the network."""
        call, pretend = self._read(request)
        with self._lock:
            self.calls.append(call)
            status, answer = pretend(call)
        body = b"" if answer is None else json.dumps(answer).encode()
        return Answer(status, [(b"content-type", b"application/json")], body)

    def _read(self, request: Request) -> tuple[RecordedCall, _Pretend]:
        path = _FAMILY.sub("", request.info.path, count=1)
        place = (request.method, _SESSIONS.sub("/sessions", path))
        name, pretend = self._known.get(place, (f"{request.method} {path}", always(200, {})))
        call = RecordedCall(
            name=name,
            method=request.method,
            path=path,
            query=dict(parse_qsl(urlsplit(request.url).query)),
            body=None if request.body is None else json.loads(request.body),
        )
        return call, pretend


def _event(kind: Kind, item: dict[str, Any]) -> RecordedEvent:
    return RecordedEvent(
        name=item["name"],
        kind=kind,
        identifier=item.get("identifier") or [],
        match=item.get("match"),
        data=item.get("data") or {},
    )


def _known_calls(subjects: Subjects) -> dict[tuple[str, str], tuple[str, _Pretend]]:
    """What the API takes: method and path, the client's name for it, and how to answer."""
    return {
        **_calls_of("user", "/users", subjects),
        **_calls_of("organization", "/organizations", subjects),
        ("POST", "/users/devices"): ("user.devices.register", always(201)),
        ("POST", "/organizations/users"): ("organization.add_user", always(200)),
        ("DELETE", "/organizations/users"): ("organization.remove_user", always(204)),
        ("GET", "/push/vapid"): ("push.vapid_public_key", always(200, {"public_key": "recorded"})),
        ("POST", "/sessions"): ("sessions.create", session),
    }


def _calls_of(
    kind: Kind, path: str, subjects: Subjects
) -> dict[tuple[str, str], tuple[str, _Pretend]]:
    return {
        ("POST", path): (f"{kind}.upsert", lambda call: subjects.upsert(kind, call.body)),
        ("DELETE", path): (f"{kind}.delete", lambda call: subjects.delete(kind, call.body)),
        ("POST", f"{path}/events"): (f"{kind}.events.post", always(202)),
        ("POST", f"{path}/scheduled"): (f"{kind}.schedule.upsert", scheduled),
        ("DELETE", f"{path}/scheduled"): (f"{kind}.schedule.delete", always(200)),
        ("POST", f"{path}/inbox"): (f"{kind}.inbox.send", always(202)),
        ("GET", f"{path}/inbox"): (f"{kind}.inbox.list", inbox_page),
        ("GET", f"{path}/inbox/count"): (
            f"{kind}.inbox.count",
            always(200, {"unread": 0, "total": 0}),
        ),
        ("POST", f"{path}/inbox/read"): (f"{kind}.inbox.mark_read", always(202)),
        ("POST", f"{path}/inbox/archived"): (f"{kind}.inbox.mark_archived", always(202)),
    }
