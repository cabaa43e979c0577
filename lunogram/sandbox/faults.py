"""Faults: what the sandbox does wrong on purpose.

Each call asks the faults of its project in the order in which they were set. Latencies add up,
and the call goes on to the next fault; the first of another kind that hits it decides what the
client sees, and those after it are not asked. The call takes effect unless it is refused so: of
all faults that end a call, only a reset `after` leaves its effect.

A fault hits the calls whose path, below the family, begins with `path`; of those a `share`, drawn
by a generator with a `seed` of its own: one draw for each call that asks. It ends after `count`
hits, or `for` real seconds after it was set. Faults are kept in memory.
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

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import PATH, WHEN, Text
from lunogram.sandbox.decoding import explain

_SEEDS = 2**32
_PAGE = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
</body>
</html>
"""


class Effect(Struct):
    """What a fault does to a call."""

    seconds: float = 0
    """How long the call waits."""
    answer: Answer | None = None
    """What is answered instead of the call taking effect."""
    resets: bool = False
    """Whether the client gets no answer."""

    def ends(self) -> bool:
        """Say whether the faults that follow are left out."""
        return self.resets or self.answer is not None


Strike = Callable[[bytes], Effect | None]
"""Whether, and how, a fault hits a call that has this body."""


class Fault(Struct, kw_only=True, tag_field="kind"):
    """What all kinds have in common: which calls are hit, and when it ends."""

    path: Annotated[str, Meta(pattern=PATH)] = ""
    share: Annotated[float, Meta(ge=0, le=1)] = 1
    seed: int | None = None
    count: Annotated[int, Meta(ge=1)] | None = None
    for_: Annotated[float, Meta(gt=0)] | None = msgspec.field(default=None, name="for")

    def begin(self) -> Strike:
        """Begin to strike."""
        raise NotImplementedError


class RateLimit(Fault, tag="rate_limit"):
    """`limit` calls in each `per` seconds, the first of which begin with a call; then 429."""

    limit: Annotated[int, Meta(ge=1)]
    per: Annotated[float, Meta(gt=0)] = 1

    def begin(self) -> Strike:
        """Begin with the whole budget."""
        return _Budget(self.limit, self.per).take


class Error(Fault, tag="error"):
    """An answer with this status."""

    status: Annotated[int, Meta(ge=400, le=599)] = 500

    def begin(self) -> Strike:
        """Answer all alike."""
        return _always(Effect(answer=_problem(self.status, "a fault of the sandbox")))


class Latency(Fault, tag="latency"):
    """So many seconds before the call takes effect."""

    seconds: Annotated[float, Meta(ge=0, le=3600)]

    def begin(self) -> Strike:
        """Let all wait alike."""
        return _always(Effect(seconds=self.seconds))


class Reset(Fault, tag="reset"):
    """A connection that is reset, before or after the call took effect."""

    when: Annotated[str, Meta(pattern=WHEN)] = "before"

    def begin(self) -> Strike:
        """Reset all alike."""
        answer = Answer(0) if self.when == "before" else None
        return _always(Effect(answer=answer, resets=True))


class Html(Fault, tag="html"):
    """A proxy's answer, a page with 502, instead of the platform's."""

    def begin(self) -> Strike:
        """Answer all alike."""
        return _always(Effect(answer=Answer(502, _PAGE, content_type=b"text/html")))


class Refuse(Fault, tag="refuse"):
    """The refusal of batches that hold the event of this name."""

    event: Text

    def begin(self) -> Strike:
        """Refuse all alike."""
        return self._strike

    def _strike(self, body: bytes) -> Effect | None:
        place = _place_of(self.event, body)
        if place is None:
            return None
        detail = f"events[{place}].name: {self.event!r} is refused, a fault of the sandbox"
        return Effect(answer=_problem(400, detail))


KINDS: dict[str, type[Fault]] = {
    "rate_limit": RateLimit,
    "error": Error,
    "latency": Latency,
    "reset": Reset,
    "html": Html,
    "refuse": Refuse,
}


class _Budget:
    """How many calls are left in this stretch of time."""

    def __init__(self, limit: int, per: float) -> None:
        self._limit = limit
        self._per = per
        self._left = 0
        self._until = 0.0

    def take(self, _body: bytes) -> Effect | None:
        """Take a call from the budget; refuse it when there is none left."""
        now = monotonic()
        if now >= self._until:
            self._left, self._until = self._limit, now + self._per
        if self._left:
            self._left -= 1
            return None
        answer = _problem(429, f"more than {self._limit} calls in {self._per:g} s")
        answer.headers = ((b"retry-after", b"%d" % ceil(self._until - now)),)
        return Effect(answer=answer)


class Active:
    """A fault that is on in a project."""

    def __init__(self, fault: Fault, since: float) -> None:
        """Begin; without a seed, one is made up."""
        seed = randrange(_SEEDS) if fault.seed is None else fault.seed
        self.id = str(uuid4())
        self.fault = msgspec.structs.replace(fault, seed=seed)
        self._hits = 0
        self._until = float("inf") if fault.for_ is None else since + fault.for_
        self._random = Random(seed)
        self._strike = fault.begin()

    def is_over(self) -> bool:
        """Say whether it has ended."""
        return self._hits == self.fault.count or monotonic() >= self._until

    def strike(self, path: str, body: bytes) -> Effect | None:
        """Return what it does to a call, if it hits it."""
        if not path.startswith(self.fault.path) or self._random.random() >= self.fault.share:
            return None
        effect = self._strike(body)
        self._hits += effect is not None
        return effect

    def named(self) -> dict[str, str]:
        """Name it, as the journal does."""
        return {"id": self.id, "kind": str(self.fault.__struct_config__.tag)}

    def shown(self) -> dict[str, Any]:
        """Show it, with what it was not told."""
        fields = msgspec.to_builtins(self.fault)
        given = {name: value for name, value in fields.items() if value is not None}
        return {"id": self.id, **given, "hits": self._hits}


class Damage(Struct):
    """What all faults together do to one call."""

    effect: Effect
    faults: list[dict[str, str]]
    """Which they are, by id and kind."""


NO_DAMAGE = Damage(Effect(), [])


class Faults:
    """The faults of all projects: those of the command line, and what a project has set."""

    def __init__(self, initial: Sequence[Fault] = ()) -> None:
        """Begin with faults that every project has from the start."""
        self._initial = tuple(initial)
        self._since = monotonic()
        self._active: dict[str, list[Active]] = {}
        self._closed = asyncio.Event()

    def of(self, project_id: str) -> list[Active]:
        """Return the faults that are on, in the order in which they were set."""
        if project_id not in self._active:
            if not self._initial:
                return []
            self._active[project_id] = [Active(fault, self._since) for fault in self._initial]
        faults = self._active[project_id]
        faults[:] = [each for each in faults if not each.is_over()]
        return faults

    def add(self, project_id: str, fault: Fault) -> Active:
        """Set a fault."""
        active = Active(fault, monotonic())
        self._active[project_id] = [*self.of(project_id), active]
        return active

    def remove_all(self, project_id: str) -> None:
        """End all faults of a project, those of the command line too."""
        self._active[project_id] = []

    def start_anew(self, project_id: str) -> None:
        """End all that a project has set; those of the command line begin again."""
        self._active.pop(project_id, None)

    async def wait(self, damage: Damage) -> None:
        """Wait as long as a call is to be late, and not less."""
        end = monotonic() + damage.effect.seconds
        # Timers of event loops come up to a millisecond early.
        while (left := end - monotonic()) > 0 and not self._closed.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), left)

    def close(self) -> None:
        """Let no call wait any more: the sandbox is being stopped."""
        self._closed.set()

    def strike(self, project_id: str, path: str, body: bytes) -> Damage:
        """Return what they do to a call."""
        faults = self.of(project_id)
        if not faults:
            return NO_DAMAGE
        damage = Damage(Effect(), [])
        for each in faults:
            effect = each.strike(path, body)
            if effect is None:
                continue
            damage.faults.append(each.named())
            damage.effect.seconds += effect.seconds
            if effect.ends():
                damage.effect.answer, damage.effect.resets = effect.answer, effect.resets
                break
        return damage


class UnreadableFault(ValueError):  # noqa: N818 - what it is
    """A fault that cannot be; the message says why."""


def understand(options: Mapping[str, object], *, strict: bool = True) -> Fault:
    """Read a fault, or say what cannot be; unless strict, numbers may be text."""
    kind = options.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnreadableFault(f"kind: must be one of {', '.join(KINDS)}")
    form, given = KINDS[kind], {name: each for name, each in options.items() if each is not None}
    known = ("kind", *form.__struct_encode_fields__)
    for name in given:
        if name not in known:
            raise UnreadableFault(f"{name}: is not known; known are {', '.join(known)}")
    try:
        return msgspec.convert(given, form, strict=strict)
    except msgspec.ValidationError as error:
        raise UnreadableFault(explain(str(error), "")) from error


def from_text(text: str) -> Fault:
    """Read a fault as the command line has it, such as `rate_limit:limit=10,per=1`."""
    kind, _, rest = text.partition(":")
    pairs = [pair.partition("=") for pair in rest.split(",") if pair]
    options = {name.strip(): value.strip() for name, _, value in pairs}
    try:
        return understand({**options, "kind": kind.strip()}, strict=False)
    except UnreadableFault as error:
        raise UnreadableFault(f"the fault {text!r} cannot be: {error}") from error


def _always(effect: Effect) -> Strike:
    return lambda _body: effect


def _problem(status: int, detail: str) -> Answer:
    try:
        title = HTTPStatus(status).phrase.lower()
    except ValueError:
        title = "error"
    return as_json(status, {"title": title, "detail": detail})


def _place_of(name: str, body: bytes) -> int | None:
    """Return where in a batch the first event of a name is."""
    try:
        events = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(events, list):
        return None
    names = [event.get("name") if isinstance(event, dict) else None for event in events]
    return names.index(name) if name in names else None
