"""Copies of clients: only with other options, on the same connections; never by pickle or copy."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, NoReturn, Self, SupportsIndex

from ._tracebacks import ShortTracebacks


class Unpicklable:
    """The base class of objects with connections, which can't be pickled or copied."""

    __slots__ = ()

    _why_unpicklable: ClassVar[str] = (
        "a client can't be pickled or copied, because it holds connections and a key: create "
        "one in each process, and use with_options() for other options"
    )

    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> NoReturn:
        raise TypeError(self._why_unpicklable)


class CopiedWithOptions(ShortTracebacks, Unpicklable):
    """The base class of clients that `with_options` copies, with the attributes of subclasses."""

    __slots__ = ()

    def _copy(self) -> Self:
        """A copy without the values of cached properties, which depend on the options."""
        other = object.__new__(type(self))
        for name, value in _attributes(self).items():
            if not _is_cached(type(self), name):
                object.__setattr__(other, name, value)
        return other


def _attributes(client: object) -> dict[str, object]:
    """All attributes of an instance, including those in slots."""
    state: Any = object.__getstate__(client)
    parts = state if isinstance(state, tuple) else (state,)
    return {name: value for part in parts if part for name, value in part.items()}


def _is_cached(cls: type, name: str) -> bool:
    return any(isinstance(vars(base).get(name), cached_property) for base in cls.__mro__)
