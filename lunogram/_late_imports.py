"""Late imports, which a process without file handles can't make.

Many modules are imported when they are first needed, our own and those of the standard library
and of httpx, so that a program starts fast.
"""

from __future__ import annotations

import copy
import errno
import os
from types import TracebackType

from .errors import LunogramError

NO_HANDLES = {
    errno.EMFILE: "too many open files in this process",
    errno.ENFILE: "too many open files on this machine",
}
"""The causes of errors for want of a file handle, by the numbers of the system."""


def failed_import(error: OSError | ImportError) -> LunogramError | None:
    """The error for an import that failed for want of a file handle; None for another error.

    Args:
        error: The error.
    """
    number = _number(error)
    if number is None:
        return None
    failed = LunogramError(f"a module could not be imported: {NO_HANDLES[number]}")
    failed.__cause__ = copy.copy(error)  # without the traceback
    return failed


def _number(error: OSError | ImportError) -> int | None:
    if isinstance(error, OSError):
        is_of_import = _innermost_file(error.__traceback__).startswith("<frozen importlib")
        return error.errno if is_of_import and error.errno in NO_HANDLES else None
    # Of a shared library, only the loader's text tells.
    return next((each for each in NO_HANDLES if os.strerror(each) in str(error)), None)


def _innermost_file(step: TracebackType | None) -> str:
    file = ""
    while step:
        file, step = step.tb_frame.f_code.co_filename, step.tb_next
    return file
