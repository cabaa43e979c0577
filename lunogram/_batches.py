"""Batches: the items of one method call, split into the requests that the API takes. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

import attrs

from .calls import Call
from .errors import ValidationError
from .values import guarded

MOST_EVENTS = 500
"""The number of events in one request."""
MOST_MESSAGES = 100
"""The number of inbox messages in one request, which is the API's limit."""
MOST_BYTES = 1_000_000
"""The number of bytes in one request, unless a single item has more."""

CreateCall: TypeAlias = Callable[[list[Any], int], Call[None]]
"""A function that creates the call of some items; the number is the index of the first."""


def call_in_batches(
    value: Any, path: str, model: type, most: int, create: CreateCall
) -> Call[None]:
    """The call of the first batch, whose ``rest`` are the calls of the others.

    The items of a list are all checked now. Those of a generator are read, and checked, while the
    batches are sent.

    Args:
        value: One item, or an iterable of items.
        path: The path of the field, for errors, such as ``"events"``.
        model: The class of an item. A mapping is an item too.
        most: The maximum number of items in a request.
        create: Creates the call of some items.

    Raises:
        ValidationError: If the value is no item and no iterable, or an item is invalid.
    """
    items, is_lazy = _items(value, path, model)
    if not is_lazy and len(items) <= 1:  # the common case, and the fastest
        return create(items, 0)
    batches = _calls(items if is_lazy else iter(items), most, create)
    first = next(batches)
    rest = batches if is_lazy else tuple(batches)
    return attrs.evolve(first, rest=rest) if rest else first


@guarded
def _items(value: Any, path: str, model: type) -> tuple[Any, bool]:
    """The items, and whether they are read one by one."""
    if type(value) is list:
        return value, False
    if isinstance(value, model | Mapping):
        return [value], False
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise ValidationError.at(path, f"must be a list, not {type(value).__name__}")
    return (list(value), False) if isinstance(value, Collection) else (iter(value), True)


def _calls(items: Iterator[Any], most: int, create: CreateCall) -> Iterator[Call[None]]:
    """The calls of all batches; at least one, which is empty if there are no items."""
    start = 0
    while batch := list(islice(items, most)):
        yield from _within_bytes(batch, start, create)
        start += len(batch)
    if not start:
        yield create([], 0)


def _within_bytes(items: list[Any], start: int, create: CreateCall) -> Iterator[Call[None]]:
    """The calls of some items: one, or several if one would be too large."""
    call = create(items, start)
    if len(items) == 1 or len(call.body or b"") <= MOST_BYTES:
        yield call
        return
    half = len(items) // 2
    yield from _within_bytes(items[:half], start, create)
    yield from _within_bytes(items[half:], start + half, create)
