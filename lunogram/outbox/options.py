"""The options of outboxes and relays: their names, defaults and ranges, each declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, TypedDict, cast

import attrs

from .._attempts import EnsureUsers, check_ensure_users
from ..errors import ConfigurationError
from .store import PARTITIONS, DeadLetter, Limits
from .stores import Durability

Order: TypeAlias = Literal["subject", "queue"]
"""Which calls wait for a call that fails: those about its subjects, or all."""

WhenFull: TypeAlias = Literal["raise", "block", "drop"]
"""What happens to a call when the outbox is full."""


class OutboxOptions(TypedDict, total=False):
    """The options of an outbox, all optional.

    Attributes:
        durability: ``"process"`` (default): queued calls survive the end of the process, however
            it ends. ``"power"``: they survive a power cut too, and each call waits for the disk.
            A NATS server has its own settings for this.
        limit: The maximum number of pending entries. An event of a batch counts as one. No limit
            by default.
        limit_bytes: The maximum number of bytes of pending bodies. No limit by default.
        when_full: ``"raise"`` an OutboxFullError (default), ``"block"`` up to ``block_timeout``
            and raise then, or ``"drop"`` the new call and count it in `Outbox.stats`. In a
            coroutine, ``"block"`` raises at once.
        block_timeout: Seconds to block when the outbox is full: 10.
        lock_timeout: Seconds to wait for other writers, and for a connection: 5.
        strict: Whether a `LunogramWarning` about a call is a `ValidationError` instead: False.
        ensure_users: Whether to queue an upsert, with its identifiers only, before an event or a
            schedule for a user that this outbox has not upserted before. Default: as the client
            of ``client=``, else False. It remembers the last 10,000 identifiers. ``"warn"``: such
            a call is a `LunogramWarning` instead; with ``strict``, a `ValidationError`.
        stamp: The key in the data of events that gets the time of queueing, in ISO 8601 and UTC,
            such as ``"occurred_at"``, unless the data has it already. Lunogram dates an event when
            it arrives, which may be hours after it was queued. Default: None, for no such key.
        reserve: Whether to reserve disk space in a file beside that of an outbox in SQLite, so that
            calls can be delivered and deleted when the disk is full: True. Programs that use the
            same file have to agree.
    """

    durability: Durability
    limit: int | None
    limit_bytes: int | None
    when_full: WhenFull
    block_timeout: float
    lock_timeout: float
    strict: bool
    ensure_users: EnsureUsers
    stamp: str | None
    reserve: bool


class RelayOptions(TypedDict, total=False):
    """The options of a relay, all optional.

    Attributes:
        batch: The maximum number of events in one request: 500.
        batch_bytes: The maximum number of bytes of events in one request: 1,000,000. A larger
            event is sent alone.
        max_crashes: The number of relays that may end while sending an entry before the entry
            becomes a dead letter: 5.
        order: ``"subject"`` (default): a call that fails while others are delivered is parked, and
            only later calls about its subjects wait for it. ``"queue"``: all later calls wait.
        give_up_after: The seconds for which a parked call is retried before it becomes a dead
            letter: 259,200, which are three days; None for as long as it takes. It is never given
            up while nothing else is delivered.
        max_attempts: The number of attempts after which a parked call becomes a dead letter; None
            (default) for any number.
        concurrency: The maximum number of requests in flight, up to 64: 1. With more than 1, calls
            about one subject stay in order, and calls about different subjects may overtake each
            other.
        rate: The maximum number of requests per second; None (default) for no limit.
        allow_other_targets: Whether other relays may send from this outbox with another key, or to
            another base URL or project: False. Without it, the relay that began later sends
            nothing until the other one has ended.
        on_dead_letter: Called with each new dead letter, in the relay's thread.
        on_error: Called with each failure that is retried, in the relay's thread.
        health_port: The port that serves ``/healthz`` and ``/metrics``; 0 for any free port, None
            (default) for no health server.
        health_host: The address of the health server: ``"127.0.0.1"``.
    """

    batch: int
    batch_bytes: int
    max_crashes: int
    order: Order
    give_up_after: float | None
    max_attempts: int | None
    concurrency: int
    rate: float | None
    allow_other_targets: bool
    on_dead_letter: Callable[[DeadLetter], object] | None
    on_error: Callable[[Exception], object] | None
    health_port: int | None
    health_host: str


class RelayedOutboxOptions(OutboxOptions, RelayOptions, total=False):
    """The options of an outbox that has a relay of its own: those of both."""


@attrs.frozen
class Range:
    """The numbers that an option takes, as an attrs validator. An option whose default is None
    takes None too.

    Attributes:
        least: The smallest number.
        most: The largest number, or None.
        is_open: Whether ``least`` itself is excluded.
        is_whole: Whether only integers are allowed.
        is_optional: Whether None is allowed too.
    """

    least: int
    most: int | None = None
    is_open: bool = False
    is_whole: bool = True
    is_optional: bool = False

    def __call__(self, _settings: object, attribute: attrs.Attribute[Any], value: object) -> None:
        """Check a value.

        Raises:
            ConfigurationError: If it is not in the range; the error names the option.
        """
        if value is None and (self.is_optional or attribute.default is None):
            return
        if not self._includes(value):
            raise ConfigurationError(f"{attribute.name} must be {self}")

    def _includes(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if self.is_whole else int | float):
            return False
        number = cast("float", value)
        is_enough = number > self.least if self.is_open else number >= self.least
        return is_enough and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        if self.most is not None:
            return f"{kind} from {self.least} to {self.most}"
        return f"{kind}, {f'more than {self.least}' if self.is_open else f'{self.least} or more'}"


_SECONDS = Range(0, is_whole=False)
_THREE_DAYS = 3 * 86_400.0


@attrs.frozen
class Choice:
    """The values that an option takes, as an attrs validator.

    Attributes:
        values: The values.
    """

    values: tuple[str, ...]

    def __call__(self, _settings: object, attribute: attrs.Attribute[Any], value: object) -> None:
        """Check a value.

        Raises:
            ConfigurationError: If it is none of the values; the error names the option.
        """
        if value not in self.values:
            raise ConfigurationError(f"{attribute.name} must be one of {', '.join(self.values)}")


def check_timeout(name: str, seconds: object) -> None:
    """Check a number of seconds that is an argument of its own.

    Args:
        name: The name of the argument.
        seconds: Its value.

    Raises:
        ConfigurationError: If it is no number, or less than 0.
    """
    if not _SECONDS._includes(seconds):
        raise ConfigurationError(f"{name} must be {_SECONDS}")


@attrs.frozen(kw_only=True)
class OutboxSettings:
    """The values of all `OutboxOptions`, with the defaults of those that were omitted.

    Raises:
        ConfigurationError: If a value is invalid.
    """

    durability: Durability = attrs.field(default="process", validator=Choice(("process", "power")))
    limit: int | None = attrs.field(default=None, validator=Range(0))
    limit_bytes: int | None = attrs.field(default=None, validator=Range(0))
    when_full: WhenFull = attrs.field(default="raise", validator=Choice(("raise", "block", "drop")))
    block_timeout: float = attrs.field(default=10.0, validator=_SECONDS)
    lock_timeout: float = attrs.field(default=5.0, validator=_SECONDS)
    strict: bool = False
    ensure_users: EnsureUsers = attrs.field(
        default=False, validator=lambda _, __, value: check_ensure_users(value)
    )
    stamp: str | None = None
    reserve: bool = True

    @property
    def limits(self) -> Limits:
        """The limits of what may be pending."""
        return Limits(self.limit, self.limit_bytes)


def _option(default: Any, validator: Any, metavar: str, text: str) -> Any:
    """A field that is an option of the command line too."""
    metadata = {"metavar": metavar, "help": text}
    return attrs.field(default=default, validator=validator, metadata=metadata)


@attrs.frozen(kw_only=True)
class RelaySettings:
    """The values of all `RelayOptions`, with the defaults of those that were omitted.

    The command line has an option for each field with metadata.

    Raises:
        ConfigurationError: If a value is invalid.
    """

    batch: int = _option(500, Range(1), "N", "The maximum number of events in one request.")
    batch_bytes: int = _option(
        1_000_000, Range(1), "BYTES", "The maximum number of bytes of events in one request."
    )
    max_crashes: int = _option(
        5,
        Range(1),
        "N",
        "How many relays may end while sending an entry before it becomes a dead letter.",
    )
    order: Order = _option(
        "subject",
        Choice(("subject", "queue")),
        "ORDER",
        "Which calls wait for one that fails: those about its subjects (subject), or all (queue).",
    )
    give_up_after: float | None = _option(
        _THREE_DAYS,
        Range(0, is_whole=False, is_optional=True),
        "SECONDS",
        "How long a call is retried while others are delivered, before it becomes a dead letter.",
    )
    max_attempts: int | None = _option(
        None,
        Range(1),
        "N",
        "After how many attempts a call that fails while others are delivered becomes a dead "
        "letter. No limit by default.",
    )
    concurrency: int = _option(
        1,
        Range(1, PARTITIONS),
        "N",
        "The maximum number of requests in flight. With more than one, only calls about one "
        "subject stay in order.",
    )
    rate: float | None = _option(
        None,
        Range(0, is_open=True, is_whole=False),
        "N",
        "The maximum number of requests per second. No limit by default.",
    )
    allow_other_targets: bool = attrs.field(
        default=False,
        metadata={
            "is_flag": True,
            "help": "Send although another relay sends with another key or to another URL.",
        },
    )
    on_dead_letter: Callable[[DeadLetter], object] | None = None
    on_error: Callable[[Exception], object] | None = None
    health_port: int | None = _option(
        None, Range(0, 65535), "PORT", "Serve /healthz and /metrics at this port."
    )
    health_host: str = _option("127.0.0.1", None, "HOST", "The address of the health server.")


def divided(options: Mapping[str, Any]) -> tuple[OutboxOptions, RelayOptions]:
    """The options of the outbox, and those of its relay; unknown ones are among the second.

    Args:
        options: `RelayedOutboxOptions`.
    """
    own = {name: value for name, value in options.items() if name in OutboxOptions.__annotations__}
    others = {name: value for name, value in options.items() if name not in own}
    return cast("OutboxOptions", own), cast("RelayOptions", others)
