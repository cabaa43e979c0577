"""A bounded memory of what was used last."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_MOST = 10_000


class Recent(Generic[T]):
    """The items that were added last, a bounded number of them.

    It has no lock: a signal handler would wait for its own thread. What threads may do at the same
    time costs at most an item.
    """

    def __init__(self) -> None:
        self._items: dict[T, None] = {}

    def __bool__(self) -> bool:
        return bool(self._items)

    def __contains__(self, item: T) -> bool:
        return item in self._items

    def add(self, items: Iterable[T]) -> None:
        """Add items, as the last ones, and forget the first ones beyond the bound.

        Args:
            items: The items.
        """
        for item in items:
            self._items.pop(item, None)
            self._items[item] = None  # at the end
        while len(self._items) > _MOST:
            with suppress(RuntimeError, StopIteration):  # another thread was there first
                self._items.pop(next(iter(self._items)), None)

    def clear(self) -> None:
        """Forget all items."""
        self._items.clear()
