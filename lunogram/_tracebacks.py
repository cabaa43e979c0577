"""Short tracebacks: those of `LunogramError` end in the frame of the caller.

Error trackers record the local variables of each frame of a traceback. The frames of this package
hold arguments, bodies and keys. So a public method raises each `LunogramError` again from a frame
that holds none of them. There, the error of a failed late import becomes a `LunogramError` too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property, wraps
from types import TracebackType
from typing import Any

from ._late_imports import failed_import
from .errors import LunogramError

_PACKAGE = __name__.partition(".")[0]
_FOLDER = __file__.rpartition("_tracebacks")[0]


class ShortTracebacks:
    """The base class of classes whose public methods raise errors with short tracebacks."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Wrap the public methods of a class of this package; a user's subclass stays unchanged."""
        super().__init_subclass__(**kwargs)
        if cls.__module__.partition(".")[0] != _PACKAGE:
            return
        for name, member in list(vars(cls).items()):
            if name == "__init__" or not name.startswith("_"):
                setattr(cls, name, _shortened(member))
            elif name == "__repr__":
                setattr(cls, name, _complete(member))


def _complete(show: Callable[[Any], str]) -> Callable[[Any], str]:
    """A ``__repr__`` for error trackers too, which may call it before ``__init__`` has ended."""

    @wraps(show)
    def shown(self: Any) -> str:
        try:
            return show(self)
        except AttributeError:
            return f"{type(self).__name__}()"

    return shown


def _shortened(member: Any) -> Any:
    if isinstance(member, cached_property):
        member.func = _sync(member.func)
    if not inspect.isfunction(member):
        return member
    if inspect.isgeneratorfunction(member) or inspect.isasyncgenfunction(member):
        return member
    return _async(member) if inspect.iscoroutinefunction(member) else _sync(member)


def _sync(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def shortened(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except LunogramError as error:
            short = _without_frames(error)
        except (OSError, ImportError) as error:
            failed = failed_import(error)
            if failed is None:
                raise
            short = failed
        finally:
            del args, kwargs
        try:
            raise short
        finally:
            del short  # avoids a reference cycle of error and frame

    return shortened


def _async(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def shortened(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await method(self, *args, **kwargs)
        except LunogramError as error:
            short = _without_frames(error)
        except (OSError, ImportError) as error:
            failed = failed_import(error)
            if failed is None:
                raise
            short = failed
        finally:
            del args, kwargs
        try:
            raise short
        finally:
            del short  # as above

    return shortened


def _without_frames(error: LunogramError) -> LunogramError:
    """The error without our frames, and without those of an error that it replaces."""
    if error.__suppress_context__:
        error.__context__ = None
    return error.with_traceback(_after_ours(error.__traceback__))


def _after_ours(step: TracebackType | None) -> TracebackType | None:
    """The frames after our last one, such as those of a signal handler that has raised the error.

    Those before it are of libraries that called us back, and may hold what we passed to them.
    """
    kept = step
    while step:
        kept = step.tb_next if _holds_something(step) else kept
        step = step.tb_next
    while kept and _file(kept) == __file__:
        kept = kept.tb_next
    return kept


def _holds_something(step: TracebackType) -> bool:
    """Whether a frame is ours, but none of this module."""
    file = _file(step)
    return file != __file__ and file.startswith((_FOLDER, "<attrs generated "))


def _file(step: TracebackType) -> str:
    return step.tb_frame.f_code.co_filename
