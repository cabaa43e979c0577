"""The bridge: Customer.io's calls, delivered to Lunogram."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypeVar, cast

from .._async.client import AsyncLunogram
from .._sync.client import Lunogram
from ..calls import Call
from ..errors import ConfigurationError, ConflictError, NotFoundError
from ..outbox import Outbox
from ._async.app import AsyncApp
from ._async.track import AsyncTrack
from ._sync.app import App
from ._sync.track import Track
from .errors import Unmatched, UnsupportedError
from .translating import plan

T = TypeVar("T")

_NO_MERGE = (
    "the names are those of two users already. Both stay as they are, and what else was said has "
    "arrived; delete one (client.user.delete), and upsert the other with both names"
)

WhenUnsupported: TypeAlias = Literal["raise", "collect"]
"""What happens to a call that has no counterpart."""


class Collector:
    """Raises or keeps what has no counterpart."""

    def __init__(self, unsupported: WhenUnsupported) -> None:
        """Make one.

        Args:
            unsupported: ``"raise"`` or ``"collect"``.

        Raises:
            ConfigurationError: If it is neither.
        """
        if unsupported not in ("raise", "collect"):
            raise ConfigurationError("unsupported has to be raise or collect")
        self._raises = unsupported == "raise"
        self.collected: list[Unmatched] = []
        """What was kept, in the order in which it was asked."""

    def take(self, unmatched: list[Unmatched]) -> None:
        """Raise the first, or keep all.

        Args:
            unmatched: What has no counterpart.

        Raises:
            UnsupportedError: If it is to be raised.
        """
        if unmatched and self._raises:
            raise UnsupportedError(unmatched[0])
        self.keep(unmatched)

    def keep(self, unmatched: list[Unmatched]) -> None:
        """Keep what is not raised.

        Args:
            unmatched: What has no counterpart.
        """
        self.collected.extend(unmatched)


class Bridge(Track, App):
    """The calls of `CustomerIO`, with the same arguments and checks, delivered to Lunogram.

        bridge = Bridge(Lunogram())
        bridge.identify("5", {"email": "lucy@example.com", "plan": "basic"})
        bridge.track("5", "purchase", {"price": 13.99})

    Over an `Outbox` they return as soon as they are on disk. What has no counterpart (suppressing,
    segments, messages and broadcasts of Customer.io's) raises an `UnsupportedError`, which names
    what to use instead; or it is kept in `collected`, and returns None.
    """

    def __init__(
        self, target: Lunogram | Outbox, *, unsupported: WhenUnsupported = "raise"
    ) -> None:
        """Make a bridge. Nothing is sent.

        Args:
            target: A client, or an outbox.
            unsupported: ``"raise"``, or ``"collect"`` what has no counterpart. It is kept in
                memory: look at it from time to time.

        Raises:
            ConfigurationError: If an argument can't be right.
        """
        if not isinstance(target, Lunogram | Outbox):
            raise ConfigurationError("a Bridge takes a Lunogram or an Outbox; see AsyncBridge too")
        super().__init__(self._cross)
        self._target = target
        self._collector = Collector(unsupported)

    @property
    def collected(self) -> list[Unmatched]:
        """What had no counterpart and was kept, in the order in which it was asked."""
        return self._collector.collected

    def _cross(self, call: Call[T], /) -> T:
        planned = plan(call)
        self._collector.take(planned.unmatched)
        if isinstance(self._target, Outbox):
            self._target.queue_calls(planned.calls)
        else:
            client = self._target
            self._collector.take(_unmerged(call, [_sent(client, each) for each in planned.calls]))
        return cast("T", None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._target!r})"


class AsyncBridge(AsyncTrack, AsyncApp):
    """The calls of `AsyncCustomerIO`, with the same arguments and checks, delivered to Lunogram.

    bridge = AsyncBridge(AsyncLunogram())
    await bridge.track("5", "purchase", {"price": 13.99})

    Otherwise as `Bridge`.
    """

    def __init__(self, target: AsyncLunogram, *, unsupported: WhenUnsupported = "raise") -> None:
        """Make a bridge. Nothing is sent.

        Args:
            target: A client. An outbox does not have to be waited for, so that is for `Bridge`.
            unsupported: As for `Bridge`.

        Raises:
            ConfigurationError: If an argument can't be right.
        """
        if not isinstance(target, AsyncLunogram):
            raise ConfigurationError("an AsyncBridge takes an AsyncLunogram")
        super().__init__(self._cross)
        self._target = target
        self._collector = Collector(unsupported)

    @property
    def collected(self) -> list[Unmatched]:
        """What had no counterpart and was kept, in the order in which it was asked."""
        return self._collector.collected

    async def _cross(self, call: Call[T], /) -> T:
        planned = plan(call)
        self._collector.take(planned.unmatched)
        arrived = [await _sent_async(self._target, each) for each in planned.calls]
        self._collector.take(_unmerged(call, arrived))
        return cast("T", None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._target!r})"


def _sent(client: Lunogram, call: Call[Any]) -> bool:
    """Send a call; tell whether it arrived, or would have to merge two users."""
    try:
        client._sender.send(call)
    except ConflictError:
        return False
    except NotFoundError:
        if not _is_gone_anyway(call):
            raise
    return True


async def _sent_async(client: AsyncLunogram, call: Call[Any]) -> bool:
    try:
        await client._sender.send(call)
    except ConflictError:
        return False
    except NotFoundError:
        if not _is_gone_anyway(call):
            raise
    return True


def _is_gone_anyway(call: Call[Any]) -> bool:
    """Whether nobody misses who is not there: Customer.io too deletes nobody without a word."""
    return call.method == "DELETE"


def _unmerged(asked: Call[Any], arrived: list[bool]) -> list[Unmatched]:
    """What is said if two users could not become one."""
    return [] if all(arrived) else [Unmatched("merging two users", _NO_MERGE, asked)]
