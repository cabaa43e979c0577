"""A sandbox in tests: start it, look into it, move its time, break it, empty it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias
from uuid import uuid4

from .. import intervals, values
from .._target import find_target
from ..identifiers import Identifier
from ..models import Data
from .asserting import Assertions, Wanted, account, wanted
from .customerio import CustomerIOSandbox
from .looking import Looking
from .models import SandboxEvent, SandboxFault, SandboxTime, read
from .process import SandboxProcess
from .remote import Remote

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

FaultKind: TypeAlias = Literal["rate_limit", "error", "latency", "reset", "html", "refuse"]
"""What a sandbox can do wrong."""

_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.05


class Sandbox(Looking, Assertions[SandboxEvent]):
    """A Lunogram on this machine, for tests: starts when it is made, and ends when it is closed.

        with Sandbox() as sandbox:
            client = Lunogram(sandbox.api_key, base_url=sandbox.base_url)
            client.user.upsert("user_123", data={"plan": "pro"})
            assert sandbox.user("user_123").data["plan"] == "pro"

    It is a process of its own on a free port, keeps everything in memory, and ends with the
    process that made it, however that ends. Each key is a project of its own; this object shows
    one, and `new_project` makes others.

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

    def _show(self, base_url: str, api_key: str) -> None:
        root = base_url.removesuffix("/api")
        self.base_url = f"{root}/api"
        self.api_key = api_key
        self._remote = Remote(root, api_key)

    @classmethod
    def connect(cls, base_url: str | None = None, *, api_key: str | None = None) -> Self:
        """A sandbox that runs already, here or elsewhere. Nothing is sent.

        Args:
            base_url: What ``lunogram sandbox`` printed. ``LUNOGRAM_BASE_URL``, if left out.
            api_key: Picks the project. ``LUNOGRAM_API_KEY``, if left out.

        Raises:
            ConfigurationError: If there is no key, or one of them can't be right.
        """
        target = find_target(api_key, base_url, None)
        sandbox = object.__new__(cls)
        sandbox._process = None
        sandbox._show(target.base_url, target.api_key)
        return sandbox

    def new_project(self) -> Self:
        """The same sandbox with a key of its own: an empty project. Closing it stops nothing."""
        return self.connect(self.base_url, api_key=_new_key())

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables with which clients find this sandbox by themselves.

        with unittest.mock.patch.dict(os.environ, sandbox.environ):
            Lunogram().ping()
        """
        return {
            "LUNOGRAM_BASE_URL": self.base_url,
            "LUNOGRAM_API_KEY": self.api_key,
            "LUNOGRAM_PROJECT_ID": "",  # empty, as good as unset
        }

    @property
    def customerio(self) -> CustomerIOSandbox:
        """The local Customer.io, with a workspace that is this project.

        One that was not started here has it if it was started with ``--customerio``, without
        credentials of its own.

        Raises:
            ConfigurationError: If the project's key does not begin with ``sk_``.
        """
        root = self.base_url.removesuffix("/api")
        return CustomerIOSandbox(root, self.api_key, self._remote)

    def close(self) -> None:
        """Stop the sandbox, if this object has started it. What it holds is gone."""
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
        """Wait until an event is there, which it may be already.

        It blocks; in a coroutine, call it by ``await asyncio.to_thread(…)``, so that what is to
        send the event can go on meanwhile.

        Args:
            name: What happened.
            user: Whose it is: anybody's, if left out.
            organization: Whose it is, if it is an organization's.
            data: What its data contains, among other things, as for `assert_sent`.
            timeout: For how many seconds to wait.

        Returns:
            The event; the first, if there are several.

        Raises:
            AssertionError: If it does not come. It says what did, nearest first.
        """
        __tracebackhide__ = True
        asked = wanted(name, user, organization, data)
        for pause in _pauses(timeout):
            time.sleep(pause)
            if found := self._matching(asked):
                return found[0]
        raise self._failed(asked, f"did not arrive within {timeout:g} s")

    def _matching(self, wanted: Wanted) -> list[SandboxEvent]:
        whose = {wanted.owner.kind: wanted.owner.name} if wanted.owner else {}
        events = self.events(wanted.name, **whose)
        return [event for event in events if wanted.is_met_by(event)]

    def _failed(self, wanted: Wanted, what: str) -> AssertionError:
        there = account(wanted, self.events())
        return AssertionError(f"{wanted} {what}. {there}{self._last_refusal()}")

    def _last_refusal(self) -> str:
        refused = [call for call in self.calls() if call.refused]
        if not refused:
            return ""
        last, others = refused[-1], len(refused) - 1
        reason = last.answer.get("detail") if isinstance(last.answer, dict) else last.answer
        more = f", and {others} before it" if others else ""
        return f"\nRefused was {last.method} {last.path}{more}: {last.status}, {reason}"

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
        """Let time pass in the sandbox, and with it everything happen that is due by then.

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
            What time it is then, and what was fired.

        Raises:
            ValidationError: If the interval can't be read, or is not longer than nothing.
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
        """Move the sandbox's time to a moment ahead; everything happens that is due by then.

        Args:
            moment: An aware datetime, or its ISO 8601 text with a zone. Time does not go back but
                by `resume` and `reset`.

        Returns:
            What time it is then, and what was fired.

        Raises:
            ValidationError: If it has no zone, or can't be read.
            SandboxError: If it lies before the sandbox's time.
        """
        return self._move(set=values.moment(moment, "moment").isoformat())

    def resume(self) -> SandboxTime:
        """Give the sandbox the computer's time again.

        Returns:
            What time it is then.
        """
        return self._move(resume=True)

    def now(self) -> datetime:
        """What time it is in the sandbox, aware."""
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
        """Let the sandbox do something wrong from now on.

            sandbox.fault("rate_limit", limit=10, per=1)
            sandbox.fault("error", status=503, share=0.2, seed=1)
            sandbox.fault("reset", when="after", count=1)

        Args:
            kind: ``"rate_limit"`` answers 429 with Retry-After, ``"error"`` answers 500 or 503,
                ``"latency"`` answers late, ``"reset"`` breaks the connection, ``"html"`` answers
                502 with a web page, ``"refuse"`` refuses one event by its name.
            status: For ``"error"``: the HTTP status.
            limit: For ``"rate_limit"``: so many requests …
            per: … in so many seconds.
            seconds: For ``"latency"``: how late.
            when: For ``"reset"``: ``"before"`` the call takes effect, or ``"after"`` it did.
            event: For ``"refuse"``: the event's name.
            path: It hits only calls whose path begins so, such as ``"/users/events"``.
            share: Which part of the calls it hits, from 0 to 1, which is all.
            count: How many calls it hits before it ends. It goes on, if left out.
            for_: Seconds after which it ends. It goes on, if left out.
            seed: Which of the calls a share hits: the same ones for the same seed.

        Returns:
            The fault, as the sandbox understood it.

        Raises:
            SandboxError: If the options don't go together.
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
        """The faults that are on, in the order in which they were set."""
        return [read(SandboxFault, row) for row in self._remote.all("faults")]

    def clear_faults(self) -> None:
        """End all faults."""
        self._remote.delete("faults")

    def reset(self) -> None:
        """Empty the project, end its faults and give it the computer's time, in milliseconds."""
        self._remote.post("reset")


def _new_key() -> str:
    return f"sk_{uuid4().hex}"


def _pauses(timeout: float) -> Iterator[float]:
    """Pauses that are as long as the timeout together, the first one none.

    No clock is read, because tests stop clocks.
    """
    yield 0
    pause = _FIRST_PAUSE
    while timeout > 0:
        yield min(pause, timeout)
        timeout -= pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)
