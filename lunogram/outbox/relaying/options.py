"""What a relay can be told, in one place for all who make one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

import attrs

from ...errors import ConfigurationError
from ..store import LANES, DeadLetter


class RelayOptions(TypedDict, total=False):
    """The options of a relay, all of which may be left out.

    Attributes:
        batch: How many events go out at once, at the most: 500.
        batch_bytes: How many bytes of events, at the most: 1,000,000. A larger event goes out
            alone.
        deaths: After how many relays that ended while sending it an entry is given up: 5.
        concurrency: How many requests may be on their way at once, up to 64: 1. With more, calls
            about one subject stay in order, and others may overtake each other.
        rate: How many requests go out in a second, at the most; None for no cap.
        on_dead_letter: Called with each new dead letter, in the relay's thread.
        on_error: Called with each failure after which is tried again, in the relay's thread.
        health_port: At which port to answer ``/healthz`` and ``/metrics``; 0 takes a free one,
            None has none.
        health_host: At which address: ``"127.0.0.1"``.
    """

    batch: int
    batch_bytes: int
    deaths: int
    concurrency: int
    rate: float | None
    on_dead_letter: Callable[[DeadLetter], object] | None
    on_error: Callable[[Exception], object] | None
    health_port: int | None
    health_host: str


@attrs.frozen(kw_only=True)
class Settings:
    """The options of a relay as they are: `RelayOptions` with what was left out.

    Raises:
        ConfigurationError: If a number can't be right.
    """

    batch: int = 500
    batch_bytes: int = 1_000_000
    deaths: int = 5
    concurrency: int = 1
    rate: float | None = None
    on_dead_letter: Callable[[DeadLetter], object] | None = None
    on_error: Callable[[Exception], object] | None = None
    health_port: int | None = None
    health_host: str = "127.0.0.1"

    def __attrs_post_init__(self) -> None:
        if min(self.batch, self.batch_bytes, self.deaths) < 1:
            raise ConfigurationError("batch, batch_bytes and deaths have to be 1 or more")
        if not 1 <= self.concurrency <= LANES:
            raise ConfigurationError(f"concurrency has to be from 1 to {LANES}")
        if self.rate is not None and not self.rate > 0:
            raise ConfigurationError("rate has to be more than 0 requests a second")
        if self.health_port is not None and not 0 <= self.health_port <= 65535:
            raise ConfigurationError("health_port has to be from 0 to 65535")
