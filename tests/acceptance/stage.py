"""A scenario with real processes: they are started, struck, and started again until all is done."""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import attrs

from tests.acceptance.players import (
    Clock,
    Diary,
    lose_file,
    plant,
    produce,
    relay,
    relay_the_rest,
)
from tests.acceptance.scenarios import Life, Scenario
from tests.acceptance.servers import Server

_PATIENCE = 60.0
_HOURS = 3600.0
_AWAITED = {signal.SIGCHLD, signal.SIGTERM}


class PlayError(Exception):
    """Something went otherwise than it may."""


@attrs.define(eq=False)
class Actor:
    """One part in a scenario: processes, each after the other.

    Attributes:
        name: For people.
        lives: Those to come.
        work: What a process does in its life.
        process: The one that runs, or 0.
        strikes: The signals that are to come, and when, on the monotonic clock.
    """

    name: str
    lives: Iterator[Life]
    work: Callable[[Life], None]
    process: int = 0
    strikes: list[tuple[float, signal.Signals]] = attrs.Factory(list)


class Stage:
    """Plays one scenario.

    Attributes:
        kills: How many processes were killed, by themselves or by us.
    """

    def __init__(self, scenario: Scenario, url: str, server: Server, folder: Path) -> None:
        """Prepare everything.

        Args:
            scenario: What to play.
            url: Of the outbox.
            server: What takes the calls.
            folder: Where the diary and the output of the processes go.
        """
        self.kills = 0
        self._scenario = scenario
        self._url = url
        self._server = server
        self._output = folder / "output"
        self._diary = Diary(folder / "diary")
        self._clock = Clock()
        self._chance = random.Random(scenario.seed)
        self._actors: list[Actor] = []
        self._runs = 0
        self._end = time.monotonic() + _PATIENCE

    def play(self) -> None:
        """Play it to the end.

        Raises:
            PlayError: If a process fails, or all of it takes too long.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
        server = self._cast_server()
        try:
            mortals = [*self._producers(), *self._relays(), *self._others(), *self._losers()]
            self._play_out(mortals)
            rest = partial(relay_the_rest, self._url, self._scenario, self._server.target)
            self._play_out([self._cast("the last relay", [Life()], lambda _life: rest())])
        finally:
            for actor in [*self._actors, *server]:
                self._end_now(actor)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _producers(self) -> list[Actor]:
        return [
            self._cast(f"producer {number}", lives, partial(self._produce, number))
            for number, lives in enumerate(self._scenario.producers)
        ]

    def _produce(self, number: int, life: Life) -> None:
        run, target = f"{number}.{self._runs}", self._server.target
        produce(self._url, self._scenario, life, run, self._diary, target=target)

    def _relays(self) -> list[Actor]:
        target = self._server.target
        return [
            self._cast(
                f"relay {number}", lives,
                lambda life: relay(self._url, self._scenario, life, target),
            )
            for number, lives in enumerate(self._scenario.relays)
        ]  # fmt: skip

    def _others(self) -> list[Actor]:
        """The other writers, each of whom plants one malformed entry."""
        return [
            self._cast("another writer", [Life()], lambda _life, name=name: self._plant(name))  # type: ignore[misc]
            for name in self._scenario.planted
        ]

    def _losers(self) -> list[Actor]:
        """What takes the file of the outbox away."""
        hazard = self._scenario.lost_file
        if hazard is None:
            return []
        lose = partial(lose_file, self._url, hazard, self._diary)
        return [self._cast("who loses the file", [Life()], lambda _life: lose())]

    def _plant(self, name: str) -> None:
        plant(self._url, self._scenario, name)

    def _cast_server(self) -> list[Actor]:
        """The server, if it is ours to kill: its last life goes on to the end."""
        serve = self._server.serve
        if serve is None:
            return []
        lives = [*self._scenario.server, Life()]
        return [self._cast("the server", lives, serve)]

    def _cast(
        self, name: str, lives: Iterator[Life] | tuple[Life, ...] | list[Life],
        work: Callable[[Life], None],
    ) -> Actor:  # fmt: skip
        actor = Actor(name, iter(lives), work)
        self._actors.append(actor)
        self._next_life(actor)
        return actor

    # -- the play ---------------------------------------------------------------------------------

    def _play_out(self, actors: list[Actor]) -> None:
        """Go on until these have no life left."""
        while any(actor.process for actor in actors):
            now = time.monotonic()
            if now > self._end:
                names = [actor.name for actor in actors if actor.process]
                raise PlayError(f"not done after {_PATIENCE:g} s: {', '.join(names)}")
            self._strike(now)
            got = signal.sigtimedwait(_AWAITED, max(0.0, self._next_strike() - now))
            if got and got.si_signo == signal.SIGTERM:
                sys.exit(1)
            self._reap()

    def _next_strike(self) -> float:
        times = [actor.strikes[0][0] for actor in self._actors if actor.strikes]
        return min([*times, self._end + 0.01])

    def _strike(self, now: float) -> None:
        for actor in self._actors:
            while actor.strikes and actor.strikes[0][0] <= now:
                os.kill(actor.process, actor.strikes.pop(0)[1])

    def _reap(self) -> None:
        for actor in self._actors:
            if actor.process:
                process, status = os.waitpid(actor.process, os.WNOHANG)
                if process:
                    self._died(actor, os.waitstatus_to_exitcode(status))

    def _died(self, actor: Actor, code: int) -> None:
        actor.process, actor.strikes = 0, []
        if code == -signal.SIGKILL:
            self.kills += 1
        elif code not in (0, -signal.SIGTERM):
            raise PlayError(f"{actor.name} ended with {code}")
        self._next_life(actor)

    def _next_life(self, actor: Actor) -> None:
        life = next(actor.lives, None)
        if life is None:
            return
        self._runs += 1
        if self._scenario.jumps:
            self._clock.jump(self._chance.uniform(-5, 5) * _HOURS)
        actor.process = self._fork(actor, life)
        at = time.monotonic()
        for delay, strike in life.strikes:
            at += delay
            actor.strikes.append((at, strike))

    def _fork(self, actor: Actor, life: Life) -> int:
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            self._become(actor.name)
            actor.work(life)
            status = 0
        except BaseException:  # noqa: BLE001 - the parent's code is not to run on in the child
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _become(self, name: str) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
        output = os.open(self._output, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.write(output, f"--- {self._runs}: {name}\n".encode())
        faulthandler.dump_traceback_later(0.8 * _PATIENCE, file=output)
        if self._scenario.jumps:
            self._clock.rule()

    def _end_now(self, actor: Actor) -> None:
        actor.lives = iter(())
        if actor.process:
            os.kill(actor.process, signal.SIGKILL)
            os.waitpid(actor.process, 0)
            actor.process = 0
