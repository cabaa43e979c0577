"""The announcements of the relays of an outbox: that they run, and, without a secret, where to.

They are one checkpoint of the store, which each relay reads and writes every few seconds. So a
relay with another key or base URL is noticed, and so is that there is none.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from random import uniform
from typing import Any

import attrs

from .._target import Host
from ..errors import ConfigurationError
from .errors import OutboxError
from .owner import is_gone, new_owner
from .store import Checkpoint, Limits, Store

_NAME = "lunogram relays"
_RENEWALS = 3
_PAUSE = 1.0
_SALT = 16


@attrs.frozen
class RunningRelay:
    """A relay that runs, as it has announced itself.

    Attributes:
        owner: Its owner, from `new_owner`.
        target: A salted hash of its base URL, project and key.
        since: When it began, in seconds since 1970.
        until: When it counts as ended, unless it announces itself again.
    """

    owner: str
    target: str
    since: float
    until: float

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, as far as can be told here."""
        return time.time() >= self.until or is_gone(self.owner)

    def sends_to(self, host: Host) -> bool:
        """Whether it sends to a host, with the same key.

        Args:
            host: The host and its key.
        """
        return self.target == hash_of(host, self.target[: 2 * _SALT])

    def is_before(self, other: RunningRelay) -> bool:
        """Whether it began before another one, which yields to it.

        Args:
            other: The other one.
        """
        return (self.since, self.owner) < (other.since, other.owner)


def hash_of(host: Host, salt: str) -> str:
    """A salt, and the salted hash of a base URL, a project and a key.

    Args:
        host: The host and its key.
        salt: 32 hexadecimal digits.
    """
    facts = json.dumps([host.base_url, host.full_path(""), host.authorization])
    key = salt.encode()[: 2 * _SALT]
    return salt + blake2b(facts.encode(), key=key, digest_size=_SALT).hexdigest()


def running_relays(store: Store) -> list[RunningRelay]:
    """The relays that run, as far as is known.

    Args:
        store: The store of the outbox.

    Raises:
        OutboxError: If it can't be read.
    """
    return [relay for relay in _parsed(store.checkpoint(_NAME)) if not relay.has_ended]


def _parsed(text: str) -> Iterable[RunningRelay]:
    try:
        return [_relay_of(*facts) for facts in json.loads(text or "[]")]
    except (ValueError, TypeError, RecursionError):  # another program wrote it
        return []


def _relay_of(owner: Any, target: Any, since: Any, until: Any) -> RunningRelay:
    return RunningRelay(str(owner), str(target), float(since), float(until))


class Announcement:
    """The announcement of one run of a relay.

    Attributes:
        seconds: For how long it is valid.
        due_at: When it is to be renewed, on the monotonic clock.
    """

    def __init__(self, store: Store, host: Host, seconds: float, *, others_allowed: bool) -> None:
        """Prepare it; nothing is written yet.

        Args:
            store: The store of the outbox.
            host: Where the relay sends, and its key.
            seconds: For how long it is valid.
            others_allowed: Whether other relays may send to other hosts, or with other keys.
        """
        self._store = store
        self._host = host
        self.seconds = seconds
        self._others_allowed = others_allowed
        salt = secrets.token_hex(_SALT)
        self._relay = RunningRelay(new_owner(), hash_of(host, salt), time.time(), 0.0)
        self.due_at = 0.0
        self._is_written = False

    def renew(self, now: float) -> ConfigurationError | None:
        """Announce the relay again if that is due.

        Args:
            now: The time on the monotonic clock.

        Returns:
            Why the relay must not send, or None.

        Raises:
            OutboxError: If the store can't be read.
        """
        others = [each for each in running_relays(self._store) if each.owner != self._relay.owner]
        if not self._others_allowed and any(map(self._yields_to, others)):
            self.withdraw()
            self._relay = attrs.evolve(self._relay, since=time.time())  # it begins when it sends
            self.due_at = now + uniform(0.5, 1.5) * _PAUSE
            return ConfigurationError(
                "another relay sends from this outbox with another key or base URL; this one sends "
                "nothing until that has ended, unless allow_other_targets is set"
            )
        self._relay = attrs.evolve(self._relay, until=time.time() + self.seconds)
        is_written = self._write([*others, self._relay])
        self._is_written = self._is_written or is_written
        self.due_at = now + (self.seconds / _RENEWALS if is_written else _PAUSE)
        return None

    def _write(self, relays: Iterable[RunningRelay]) -> bool:
        """Whether it was written: not to a full disk, where only a relay makes room."""
        text = json.dumps([attrs.astuple(relay) for relay in relays])
        with suppress(OutboxError):
            return self._store.add([], Limits(), Checkpoint(_NAME, text))
        return False

    def _yields_to(self, other: RunningRelay) -> bool:
        return not other.sends_to(self._host) and other.is_before(self._relay)

    def withdraw(self) -> None:
        """Note that the relay sends nothing any more.

        Raises:
            OutboxError: If the store can't be read.
        """
        if self._is_written:
            self._is_written = False
            running = running_relays(self._store)
            self._write(each for each in running if each.owner != self._relay.owner)
