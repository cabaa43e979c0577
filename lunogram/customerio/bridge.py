"""The bridge: Customer.io's calls, delivered to Lunogram."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypeVar, cast

from .._async.client import AsyncLunogram
from .._sync.client import Lunogram
from ..calls import Call
from ..errors import ConfigurationError, ConflictError, NotFoundError
from ..known_users import KnownUsers
from ..outbox import Outbox
from ._async.app import AsyncApp
from ._async.track import AsyncTrack
from ._sync.app import App
from ._sync.track import Track
from .errors import Unmatched, UnsupportedError
from .queued_events import dated
from .to_lunogram import plan

T = TypeVar("T")

_NO_MERGE = (
    "the identifiers belong to two existing users. Both stay as they are, and the other data was "
    "delivered; delete one (client.user.delete), and upsert the other with both identifiers"
)

WhenUnsupported: TypeAlias = Literal["raise", "collect"]
"""The handling of calls that have no counterpart: raise an error, or collect them."""


class UnsupportedCalls:
    """The calls that have no counterpart in Lunogram: raised as errors, or collected."""

    def __init__(self, unsupported: WhenUnsupported) -> None:
        """Create one.

        Args:
            unsupported: ``"raise"`` or ``"collect"``.

        Raises:
            ConfigurationError: If it is neither.
        """
        if unsupported not in ("raise", "collect"):
            raise ConfigurationError('unsupported must be "raise" or "collect"')
        self._raises = unsupported == "raise"
        self.collected: list[Unmatched] = []
        """The collected calls, in the order in which they were made."""

    def take(self, unmatched: list[Unmatched]) -> None:
        """Raise an error for the first, or collect all.

        Args:
            unmatched: Calls without a counterpart.

        Raises:
            UnsupportedError: If such calls are errors.
        """
        if unmatched and self._raises:
            raise UnsupportedError(unmatched[0])
        self.keep(unmatched)

    def keep(self, unmatched: list[Unmatched]) -> None:
        """Collect calls, even if such calls are errors.

        Args:
            unmatched: Calls without a counterpart.
        """
        self.collected.extend(unmatched)


class Bridge(Track, App):
    """The calls of `CustomerIO`, with the same arguments and checks, delivered to Lunogram.

        bridge = Bridge(Lunogram())
        bridge.identify("5", {"email": "lucy@example.com", "plan": "basic"})
        bridge.track("5", "purchase", {"price": 13.99})

    Over an `Outbox` they return as soon as they are on disk, and events that have no timestamp get
    the time of the call, since they may be sent later. A call that has no counterpart
    (suppression, segments, Customer.io's messages and broadcasts) raises an `UnsupportedError`,
    which names the alternative; or it is added to `collected`, and returns None.
    """

    def __init__(
        self, target: Lunogram | Outbox, *, unsupported: WhenUnsupported = "raise"
    ) -> None:
        """Create a bridge. Nothing is sent.

        Args:
            target: A client, or an outbox.
            unsupported: ``"raise"`` an error for calls that have no counterpart, or ``"collect"``
                them. Collected calls are kept in memory.

        Raises:
            ConfigurationError: If an argument is invalid.
        """
        if not isinstance(target, Lunogram | Outbox):
            raise ConfigurationError(
                "the target of a Bridge must be a Lunogram or an Outbox; AsyncBridge takes others"
            )
        super().__init__(self._translate)
        self._target = target
        self._unsupported = UnsupportedCalls(unsupported)
        self._known_users = KnownUsers()

    @property
    def collected(self) -> list[Unmatched]:
        """The collected calls without a counterpart, in the order in which they were made."""
        return self._unsupported.collected

    def _translate(self, call: Call[T], /) -> T:
        planned = plan(dated(call) if isinstance(self._target, Outbox) else call)
        self._unsupported.take(planned.unmatched)
        # As with Customer.io, an event creates the person whom nobody has identified yet.
        if isinstance(self._target, Outbox):
            self._target.queue_calls(planned.calls, ensure_users=True)
        else:
            calls = [*self._known_users.with_upserts(planned.calls)]
            delivered = [_sent(self._target, each, self._known_users) for each in calls]
            self._unsupported.take(_unmerged(call, delivered))
        return cast("T", None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._target!r})"


class AsyncBridge(AsyncTrack, AsyncApp):
    """The calls of `AsyncCustomerIO`, with the same arguments and checks, delivered to Lunogram.

    For example:

        bridge = AsyncBridge(AsyncLunogram())
        await bridge.track("5", "purchase", {"price": 13.99})

    See `Bridge`.
    """

    def __init__(self, target: AsyncLunogram, *, unsupported: WhenUnsupported = "raise") -> None:
        """Create a bridge. Nothing is sent.

        Args:
            target: A client. For an outbox, which is never awaited, use `Bridge`.
            unsupported: ``"raise"`` an error for calls that have no counterpart, or ``"collect"``
                them. Collected calls are kept in memory.

        Raises:
            ConfigurationError: If an argument is invalid.
        """
        if not isinstance(target, AsyncLunogram):
            raise ConfigurationError("the target of an AsyncBridge must be an AsyncLunogram")
        super().__init__(self._translate)
        self._target = target
        self._unsupported = UnsupportedCalls(unsupported)
        self._known_users = KnownUsers()

    @property
    def collected(self) -> list[Unmatched]:
        """The collected calls without a counterpart, in the order in which they were made."""
        return self._unsupported.collected

    async def _translate(self, call: Call[T], /) -> T:
        planned = plan(call)
        self._unsupported.take(planned.unmatched)
        calls = [*self._known_users.with_upserts(planned.calls)]
        delivered = [await _sent_async(self._target, each, self._known_users) for each in calls]
        self._unsupported.take(_unmerged(call, delivered))
        return cast("T", None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._target!r})"


def _sent(client: Lunogram, call: Call[Any], known_users: KnownUsers) -> bool:
    """Send a call; return False if it would have to merge two users."""
    try:
        client.send(call)
    except ConflictError:
        return False
    except NotFoundError:
        if not _is_deletion(call):
            raise
    known_users.note(call)
    return True


async def _sent_async(client: AsyncLunogram, call: Call[Any], known_users: KnownUsers) -> bool:
    try:
        await client.send(call)
    except ConflictError:
        return False
    except NotFoundError:
        if not _is_deletion(call):
            raise
    known_users.note(call)
    return True


def _is_deletion(call: Call[Any]) -> bool:
    """Whether a 404 is no error: Customer.io also accepts the deletion of a missing person."""
    return call.operation.method == "DELETE"


def _unmerged(call: Call[Any], delivered: list[bool]) -> list[Unmatched]:
    """The rejected merge of two users, if there was one."""
    return [] if all(delivered) else [Unmatched("merging two users", _NO_MERGE, call)]
