"""The sandbox in tests: inspection, assertions, the clock and faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from uuid import uuid4

from .. import intervals, values
from .._target import Target, find_target
from ..identifiers import Identifier
from ..models import Data
from .assertions import Assertions, ExpectedEvent, expected_event, explain, failure
from .customerio import CustomerIOSandbox
from .inspection import Inspection
from .losses import in_words
from .models import SandboxCall, SandboxEvent, SandboxFault, SandboxTime, read
from .process import SandboxProcess
from .redirection import OWN_PROJECTS, environment, redirected
from .test_api import TestApi

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

FaultKind: TypeAlias = Literal["rate_limit", "error", "latency", "reset", "html", "reject"]
"""The kinds of faults."""

_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.05


class Sandbox(Inspection, Assertions[SandboxEvent]):
    """A local Lunogram server for tests, which runs until it is closed.

        with Sandbox() as sandbox:
            client = Lunogram(
                sandbox.api_key, base_url=sandbox.base_url, project_id=sandbox.project_id
            )
            client.user.upsert("user_123", data={"plan": "pro"})
            assert sandbox.user("user_123").data["plan"] == "pro"

    It is a process of its own on a free port, keeps everything in memory, and ends with the
    process that created it, also if that is killed. Each key is a project of its own; this object
    shows one, and `new_project` creates others.

    Attributes:
        base_url: What LUNOGRAM_BASE_URL should be; it ends with ``/api``.
        api_key: What LUNOGRAM_API_KEY should be.
    """

    def __init__(self) -> None:
        """Start a sandbox and wait until it listens, which takes about a tenth of a second.

        Raises:
            SandboxError: If it does not start, such as without the packages of the extra
                ``[testing]``.
        """
        self._process: SandboxProcess | None = SandboxProcess()
        self._show(self._process.base_url, _new_key())
        OWN_PROJECTS.add((self.base_url, self.api_key))

    def _show(self, base_url: str, api_key: str) -> None:
        root = base_url.removesuffix("/api")
        self.base_url = f"{root}/api"
        self.api_key = api_key
        self._remote = TestApi(root, api_key)

    @cached_property
    def project_id(self) -> str:
        """The id of the project: what LUNOGRAM_PROJECT_ID should be. It is asked for once."""
        project_id: str = self._remote.get("project")["id"]
        return project_id

    @classmethod
    def connect(cls, base_url: str | None = None, *, api_key: str | None = None) -> Self:
        """A sandbox that is already running, here or elsewhere. Nothing is sent.

        Args:
            base_url: The URL that ``lunogram sandbox`` printed. Default: ``LUNOGRAM_BASE_URL``.
            api_key: Selects the project. Default: ``LUNOGRAM_API_KEY``.

        Raises:
            ConfigurationError: If there is no key, or one of them is invalid.
        """
        target = find_target(api_key, base_url, None)
        sandbox = object.__new__(cls)
        sandbox._process = None
        sandbox._show(target.base_url, target.api_key)
        return sandbox

    def new_project(self) -> Self:
        """The same sandbox with a key of its own: an empty project. Closing it stops nothing."""
        project = self.connect(self.base_url, api_key=_new_key())
        OWN_PROJECTS.add((project.base_url, project.api_key))
        return project

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point clients to this sandbox.

        For example:

            with unittest.mock.patch.dict(os.environ, sandbox.environ):
                Lunogram().ping()
        """
        return {
            "LUNOGRAM_BASE_URL": self.base_url,
            "LUNOGRAM_API_KEY": self.api_key,
            "LUNOGRAM_PROJECT_ID": self.project_id,
        }

    @property
    def customerio(self) -> CustomerIOSandbox:
        """The local Customer.io, with a workspace that is this project.

        A sandbox that was not started here has it if it was started with ``--customerio``, without
        credentials of its own.

        Raises:
            ConfigurationError: If the project's key does not begin with ``sk_``.
        """
        root = self.base_url.removesuffix("/api")
        return CustomerIOSandbox(root, self.api_key, self._remote)

    @contextmanager
    def activate(self) -> Iterator[Self]:
        """Send everything to this sandbox: what every client of the process sends.

            with sandbox.activate():
                checkout("user_123")
            sandbox.assert_sent("order.completed", user="user_123")

        The environment points here, as with `environ`, and clients that were created before, with
        whatever key and URL, are redirected to this project. So are relays of outboxes. A client
        of another sandbox of this process goes there, and the call of a client that can't be
        redirected, such as one of Customer.io's, raises `ConfigurationError`.

        Returns:
            A context manager, whose value is this sandbox.
        """
        with redirected(self._target()), environment(self.environ):
            yield self

    def _target(self) -> Target:
        return find_target(self.api_key, self.base_url, self.project_id)

    def close(self) -> None:
        """Stop the sandbox, if this object has started it. Its data is lost."""
        OWN_PROJECTS.discard((self.base_url, self.api_key))
        if self._process:
            self._process.stop()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r})"

    # -- waiting and asserting --------------------------------------------------------------------

    def wait_for_event(
        self,
        name: str,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
        data: Data | None = None,
        timeout: float = 2.0,
    ) -> SandboxEvent:
        """Wait until an event has arrived; it may have before.

        It blocks; in a coroutine, use ``await asyncio.to_thread(…)``, so that what is to
        send the event can go on meanwhile.

        Args:
            name: The event's name.
            user: The user of the event. Default: any subject.
            organization: The organization of the event, instead.
            data: What its data must contain, as for `assert_sent`.
            timeout: For how many seconds to wait.

        Returns:
            The event; the first, if there are several.

        Raises:
            AssertionError: If it does not arrive. The message lists those that did, nearest
                first.
        """
        __tracebackhide__ = True
        expected = expected_event(name, user, organization, data)
        for pause in _pauses(timeout):
            time.sleep(pause)
            if found := self._matching(expected):
                return found[0]
        raise self._failed(expected, f"did not arrive within {timeout:g} s")

    def _matching(self, expected: ExpectedEvent) -> list[SandboxEvent]:
        subject = {expected.subject.kind: expected.subject.name} if expected.subject else {}
        events = self.events(expected.name, **subject)
        return [event for event in events if expected.is_met_by(event)]

    def _failed(self, expected: ExpectedEvent, what: str) -> AssertionError:
        # Of the same name first: it may be just what was expected.
        losses = sorted(self.lost(), key=lambda loss: loss.name != expected.name)
        lost = f"{in_words(losses)}\n" if losses else ""
        there = explain(expected, self.events())
        return failure(f"{expected} {what}. {lost}{there}{self._last_rejection()}")

    def rejections(self) -> list[str]:
        """The calls that the sandbox rejected, of the last 1000, a line each with the reason.

        Calls that a fault made fail are among them.
        """
        return [_rejection(call) for call in self.calls() if call.rejected]

    def _last_rejection(self) -> str:
        rejected = self.rejections()
        if not rejected:
            return ""
        others = len(rejected) - 1
        more = f" (and {others} before it)" if others else ""
        return f"\nRejected: {rejected[-1]}{more}"

    # -- time -------------------------------------------------------------------------------------

    def advance(
        self,
        interval: timedelta | relativedelta | str | None = None,
        *,
        years: float = 0,
        months: float = 0,
        weeks: float = 0,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> SandboxTime:
        """Move the sandbox's time forward; all schedules that are due by then fire.

            sandbox.advance(days=7)
            sandbox.advance("1 month")

        Args:
            interval: How much: a timedelta, a relativedelta, or text such as ``"7 days"``. Or,
                instead of it, one or more of the following.
            years: As PostgreSQL counts them, as are months.
            months: Such as 1, which from the 31st leads to the month's last day.
            weeks: Of 7 days.
            days: Of 24 hours.
            hours: Or parts of them.
            minutes: Or parts of them.
            seconds: Or parts of them.

        Returns:
            The new time, and the number of events fired.

        Raises:
            ValidationError: If the interval is invalid, or not longer than zero.
        """
        parts = {
            "years": years,
            "months": months,
            "weeks": weeks,
            "days": days,
            "hours": hours,
            "minutes": minutes,
            "seconds": seconds,
        }
        words = " ".join(f"{amount} {unit}" for unit, amount in parts.items() if amount)
        passed = intervals.interval(words if interval is None else interval, "interval")
        return self._move(advance=passed)

    def set_time(self, moment: datetime | str) -> SandboxTime:
        """Set the sandbox's time to a later one; all schedules that are due by then fire.

        Args:
            moment: An aware datetime, or its ISO 8601 text with a zone. Only `resume` and `reset`
                move time back.

        Returns:
            The new time, and the number of events fired.

        Raises:
            ValidationError: If it has no zone, or is invalid.
            SandboxError: If it is before the sandbox's time.
        """
        return self._move(set=values.moment(moment, "moment").isoformat())

    def resume(self) -> SandboxTime:
        """Reset the sandbox's time to the computer's.

        Returns:
            The new time.
        """
        return self._move(resume=True)

    def now(self) -> datetime:
        """The time in the sandbox, aware."""
        return read(SandboxTime, self._remote.get("clock")).now

    def _move(self, **how: Any) -> SandboxTime:
        return read(SandboxTime, self._remote.post("clock", how))

    # -- faults -----------------------------------------------------------------------------------

    def fault(
        self,
        kind: FaultKind,
        *,
        status: int | None = None,
        limit: int | None = None,
        per: float | None = None,
        seconds: float | None = None,
        when: Literal["before", "after"] | None = None,
        event: str | None = None,
        path: str | None = None,
        share: float | None = None,
        count: int | None = None,
        for_: float | None = None,
        seed: int | None = None,
    ) -> SandboxFault:
        """Inject a fault from now on.

            sandbox.fault("rate_limit", limit=10, per=1)
            sandbox.fault("error", status=503, share=0.2, seed=1)
            sandbox.fault("reset", when="after", count=1)

        Args:
            kind: ``"rate_limit"`` returns 429 with Retry-After, ``"error"`` returns an error,
                ``"latency"`` delays the response, ``"reset"`` resets the connection, ``"html"``
                returns 502 with a web page, ``"reject"`` rejects one event by its name.
            status: For ``"error"``: the HTTP status.
            limit: For ``"rate_limit"``: the number of requests.
            per: For ``"rate_limit"``: the time window, in seconds.
            seconds: For ``"latency"``: the delay.
            when: For ``"reset"``: ``"before"`` the call takes effect, or ``"after"`` it did.
            event: For ``"reject"``: the event's name.
            path: It hits only calls whose path begins with it, such as ``"/users/events"``.
            share: The share of the calls that it hits, from 0 to 1. Default: all.
            count: The number of calls after which it ends. Default: never.
            for_: Seconds after which it ends. Default: never.
            seed: The seed of ``share``: the same seed hits the same calls.

        Returns:
            The fault, with its defaults.

        Raises:
            SandboxError: If an option is invalid for this kind.
        """
        options = {
            "status": status,
            "limit": limit,
            "per": per,
            "seconds": seconds,
            "when": when,
            "event": event,
            "path": path,
            "share": share,
            "count": count,
            "for": for_,
            "seed": seed,
        }
        given = {name: value for name, value in options.items() if value is not None}
        return read(SandboxFault, self._remote.post("faults", {"kind": kind, **given}))

    def faults(self) -> list[SandboxFault]:
        """The active faults, in the order in which they were set."""
        return [read(SandboxFault, row) for row in self._remote.all("faults")]

    def clear_faults(self) -> None:
        """End all faults."""
        self._remote.delete("faults")

    def reset(self) -> None:
        """Empty the project, end its faults and reset its time. It takes milliseconds."""
        self._remote.post("reset")


def _rejection(call: SandboxCall) -> str:
    reason = call.response.get("detail") if isinstance(call.response, dict) else call.response
    return f"{call.method} {call.path}: {call.status}, {reason}"


def _new_key() -> str:
    return f"sk_{uuid4().hex}"


def _pauses(timeout: float) -> Iterator[float]:
    """Delays that add up to the timeout; the first is zero.

    No clock is read, because tests stop clocks.
    """
    yield 0
    pause = _FIRST_PAUSE
    while timeout > 0:
        yield min(pause, timeout)
        timeout -= pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
