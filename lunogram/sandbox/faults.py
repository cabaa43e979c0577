"""Faults: errors that the sandbox injects on purpose.

The faults of a project are evaluated for each call in the order they were set. Latencies add up;
the first fault of another kind that hits the call decides what the client sees and ends the
evaluation. All faults that end a call keep it from taking effect, except a reset `after`.

A fault hits the calls whose path, below the family, begins with `path`; of those a `share`, drawn
by a generator with a `seed` of its own: one draw for each call. It ends after `count` hits, or
`for` real seconds after it was set. Faults are kept in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from math import ceil
from random import Random, randrange
from time import monotonic
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from msgspec import Meta, Struct

from lunogram.sandbox.options import InvalidOption
from lunogram.sandbox.request_parser import explain
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import PATH, WHEN, Text

_SEEDS = 2**32
_PAGE = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
"""


class Effect(Struct):
    """The effect of a fault on a call."""

    seconds: float = 0
    """The latency, in seconds."""
    response: Response | None = None
    """The response that is sent instead of running the handler."""
    resets: bool = False
    """Whether the connection is reset, without a response."""

    def ends(self) -> bool:
        """Return whether the evaluation of faults ends with this one."""
        return self.resets or self.response is not None


EffectFinder = Callable[[bytes], Effect | None]
"""A function from the body of a call to the effect on it, None if the fault does not hit it."""


class Fault(Struct, kw_only=True, tag_field="kind"):
    """A fault; these fields, common to all kinds, say which calls it hits and when it ends."""

    path: Annotated[str, Meta(pattern=PATH)] = ""
    share: Annotated[float, Meta(ge=0, le=1)] = 1
    seed: int | None = None
    count: Annotated[int, Meta(ge=1)] | None = None
    for_: Annotated[float, Meta(gt=0)] | None = msgspec.field(default=None, name="for")

    def effect_finder(self) -> EffectFinder:
        """Return a function that finds the effect on each call."""
        raise NotImplementedError


class RateLimit(Fault, tag="rate_limit"):
    """At most `limit` calls in each `per` seconds, counted from a call on; then 429."""

    limit: Annotated[int, Meta(ge=1)]
    per: Annotated[float, Meta(gt=0)] = 1

    def effect_finder(self) -> EffectFinder:
        """Return the finder of calls beyond the budget."""
        return _Budget(self.limit, self.per).take


class Error(Fault, tag="error"):
    """An error response with this status."""

    status: Annotated[int, Meta(ge=400, le=599)] = 500

    def effect_finder(self) -> EffectFinder:
        """Return the finder of this error, for every call."""
        return _always(Effect(response=_problem(self.status, "a fault of the sandbox")))


class Latency(Fault, tag="latency"):
    """A delay of so many seconds before the call takes effect."""

    seconds: Annotated[float, Meta(ge=0, le=3600)]

    def effect_finder(self) -> EffectFinder:
        """Return the finder of this delay, for every call."""
        return _always(Effect(seconds=self.seconds))


class Reset(Fault, tag="reset"):
    """A reset of the connection, before or after the call takes effect."""

    when: Annotated[str, Meta(pattern=WHEN)] = "before"

    def effect_finder(self) -> EffectFinder:
        """Return the finder of the reset, for every call."""
        response = Response(0) if self.when == "before" else None
        return _always(Effect(response=response, resets=True))


class Html(Fault, tag="html"):
    """A proxy's HTML page with 502, instead of the platform's response."""

    def effect_finder(self) -> EffectFinder:
        """Return the finder of the page, for every call."""
        return _always(Effect(response=Response(502, _PAGE, content_type=b"text/html")))


class Reject(Fault, tag="reject"):
    """The rejection of batches that contain an event of this name."""

    event: Text

    def effect_finder(self) -> EffectFinder:
        """Return the finder of batches that contain the event."""
        return self._effect_for

    def _effect_for(self, body: bytes) -> Effect | None:
        index = _index_of(self.event, body)
        if index is None:
            return None
        detail = f"events[{index}].name: {self.event!r} is rejected by a fault of the sandbox"
        return Effect(response=_problem(400, detail))


FAULT_TYPES: dict[str, type[Fault]] = {
    "rate_limit": RateLimit,
    "error": Error,
    "latency": Latency,
    "reset": Reset,
    "html": Html,
    "reject": Reject,
}


class _Budget:
    """The budget of calls in the current window of a rate limit."""

    def __init__(self, limit: int, per: float) -> None:
        self._limit = limit
        self._per = per
        self._left = 0
        self._until = 0.0

    def take(self, _body: bytes) -> Effect | None:
        """Take a call from the budget, or return a 429 if it is used up."""
        now = monotonic()
        if now >= self._until:
            self._left, self._until = self._limit, now + self._per
        if self._left:
            self._left -= 1
            return None
        response = _problem(429, f"more than {self._limit} calls in {self._per:g} s")
        response.headers = ((b"retry-after", b"%d" % ceil(self._until - now)),)
        return Effect(response=response)


class ActiveFault:
    """A fault that is active in a project."""

    def __init__(self, fault: Fault, since: float) -> None:
        """Activate a fault; without a seed, one is chosen."""
        seed = randrange(_SEEDS) if fault.seed is None else fault.seed
        self.id = str(uuid4())
        self.fault = msgspec.structs.replace(fault, seed=seed)
        self._hits = 0
        self._until = float("inf") if fault.for_ is None else since + fault.for_
        self._random = Random(seed)
        self._effect_for = fault.effect_finder()

    def is_over(self) -> bool:
        """Return whether the fault has ended."""
        return self._hits == self.fault.count or monotonic() >= self._until

    def apply(self, path: str, body: bytes) -> Effect | None:
        """Return the effect on a call, None if the fault does not hit it."""
        if not path.startswith(self.fault.path) or self._random.random() >= self.fault.share:
            return None
        effect = self._effect_for(body)
        self._hits += effect is not None
        return effect

    def summary(self) -> dict[str, str]:
        """Return id and kind, as the request log shows them."""
        return {"id": self.id, "kind": str(self.fault.__struct_config__.tag)}

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the test API shows it, with its defaults."""
        fields = msgspec.to_builtins(self.fault)
        given = {name: value for name, value in fields.items() if value is not None}
        return {"id": self.id, **given, "hits": self._hits}


class AppliedFault(Struct):
    """The effect of all faults together on one call."""

    effect: Effect
    faults: list[dict[str, str]]
    """Id and kind of each fault that hit the call."""


NO_FAULT = AppliedFault(Effect(), [])


class Faults:
    """The faults of all projects: those of the command line, and those that a project has set."""

    def __init__(self, initial: Sequence[Fault] = ()) -> None:
        """Begin with faults that are active in every project from the start."""
        self._initial = tuple(initial)
        self._since = monotonic()
        self._active: dict[str, list[ActiveFault]] = {}
        self._closed = asyncio.Event()

    def of(self, project_id: str) -> list[ActiveFault]:
        """Return the active faults, in the order they were set."""
        if project_id not in self._active:
            if not self._initial:
                return []
            self._active[project_id] = [ActiveFault(fault, self._since) for fault in self._initial]
        faults = self._active[project_id]
        faults[:] = [each for each in faults if not each.is_over()]
        return faults

    def add(self, project_id: str, fault: Fault) -> ActiveFault:
        """Set a fault."""
        active = ActiveFault(fault, monotonic())
        self._active[project_id] = [*self.of(project_id), active]
        return active

    def remove_all(self, project_id: str) -> None:
        """End all faults of a project, those of the command line too."""
        self._active[project_id] = []

    def restart(self, project_id: str) -> None:
        """End all faults that a project has set; those of the command line start again."""
        self._active.pop(project_id, None)

    async def wait(self, applied: AppliedFault) -> None:
        """Wait for the latency of a call, not less."""
        end = monotonic() + applied.effect.seconds
        # Timers of event loops fire up to a millisecond early.
        while (left := end - monotonic()) > 0 and not self._closed.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), left)

    def close(self) -> None:
        """End all waiting, because the sandbox is being stopped."""
        self._closed.set()

    def apply(self, project_id: str, path: str, body: bytes) -> AppliedFault:
        """Return the effect of the faults on a call."""
        faults = self.of(project_id)
        if not faults:
            return NO_FAULT
        applied = AppliedFault(Effect(), [])
        for each in faults:
            effect = each.apply(path, body)
            if effect is None:
                continue
            applied.faults.append(each.summary())
            applied.effect.seconds += effect.seconds
            if effect.ends():
                applied.effect.response, applied.effect.resets = effect.response, effect.resets
                break
        return applied


class InvalidFault(InvalidOption):
    """A fault with invalid options; the message names the option."""


def parse_fault(options: Mapping[str, object], *, strict: bool = True) -> Fault:
    """Parse a fault; unless strict, numbers may be text."""
    kind = options.get("kind")
    if not isinstance(kind, str) or kind not in FAULT_TYPES:
        raise InvalidFault(f"kind: must be one of {', '.join(FAULT_TYPES)}")
    fault_type, given = (
        FAULT_TYPES[kind],
        {name: each for name, each in options.items() if each is not None},
    )
    known = ("kind", *fault_type.__struct_encode_fields__)
    for name in given:
        if name not in known:
            raise InvalidFault(f"{name}: unknown option; must be one of {', '.join(known)}")
    try:
        return msgspec.convert(given, fault_type, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidFault(explain(str(error), "")) from error


def parse_fault_option(text: str) -> Fault:
    """Parse a fault in the form of the command line, such as `rate_limit:limit=10,per=1`."""
    kind, _, rest = text.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    options = {name.strip(): value.strip() for name, _, value in pairs}
    try:
        return parse_fault({**options, "kind": kind.strip()}, strict=False)
    except InvalidFault as error:
        raise InvalidFault(f"invalid fault {text!r}: {error}") from error


def _always(effect: Effect) -> EffectFinder:
    return lambda _body: effect


def _problem(status: int, detail: str) -> Response:
    try:
        title = HTTPStatus(status).phrase.lower()
    except ValueError:
        title = "error"
    return as_json(status, {"title": title, "detail": detail})


def _index_of(name: str, body: bytes) -> int | None:
    """Return the index of the first event of this name in a batch."""
    try:
        events = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(events, list):
        return None
    names = [event.get("name") if isinstance(event, dict) else None for event in events]
    return names.index(name) if name in names else None
