"""The file of refused rows, beside the input: each of them once, whenever the import is killed."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from .errors import ChangedSourceError, SourceError
from .rows import Row


@attrs.frozen
class Refusal:
    """A row that can't be right, and why.

    Attributes:
        row: The row.
        reason: The field at fault, and its fault.
    """

    row: Row
    reason: str


Form: TypeAlias = Callable[[Sequence[Refusal], bool], str]
"""Refused rows as the text of a file, and whether they are the first in it."""


def csv_form(columns: Sequence[str]) -> Form:
    """The same columns as the input, and two more.

    Args:
        columns: Those of the input.
    """

    def form(refusals: Sequence[Refusal], first: bool) -> str:  # noqa: FBT001 - as in Form
        """Rows of CSV, the header before the first."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        if first:
            writer.writerow([*columns, _free("line", columns), _free("reason", columns)])
        for each in refusals:
            writer.writerow([*each.row.original, each.row.number, each.reason])
        return text.getvalue()

    return form


def json_form(refusals: Sequence[Refusal], first: bool) -> str:  # noqa: ARG001, FBT001 - as in Form
    """One object in each line: the row's own, and two keys more."""
    lines = [json.dumps(_with_reason(each), default=_shown) for each in refusals]
    return "".join(f"{line}\n" for line in lines)


def _with_reason(refusal: Refusal) -> dict[str, Any]:
    row = refusal.row.original
    more = {_free("line", row): refusal.row.number, _free("reason", row): refusal.reason}
    return {**row, **more}


def _free(name: str, taken: Any) -> str:
    while name in taken:
        name += "_"
    return name


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


class RefusedFile:
    """The file. It is made for its owner alone, and removed if nothing is in it at the end."""

    def __init__(self, path: Path, form: Form, length: int) -> None:
        """Open it, and leave out what an interrupted import has not noted.

        Args:
            path: Where.
            form: How rows are written.
            length: How many bytes are noted; with 0, what was there before is gone.

        Raises:
            ChangedSourceError: If it has become shorter since.
            SourceError: If it can't be written, or another import is writing it.
        """
        self._path = path
        self._form = form
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SourceError(f"{path} can't be written: {error.strerror}") from None
        self._lock()
        if os.fstat(self._descriptor).st_size < length:
            self.close()
            raise ChangedSourceError(
                f"{path} is not as this import has left it; begin anew (--restart)"
            )
        os.ftruncate(self._descriptor, length)
        os.fchmod(self._descriptor, 0o600)
        self.length = length
        """How many bytes are in it."""

    def _lock(self) -> None:
        import fcntl

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise SourceError(f"another import is writing {self._path}") from None

    def write(self, refusals: Sequence[Refusal]) -> None:
        """Add rows; they are on the disk when it returns.

        Args:
            refusals: In order.

        Raises:
            SourceError: If that is not possible.
        """
        if not refusals:
            return
        text = self._form(refusals, self.length == 0).encode(errors="surrogatepass")
        try:
            self.length += self._append(text)
            os.fsync(self._descriptor)
        except OSError as error:
            raise SourceError(f"{self._path} can't be written: {error.strerror}") from None

    def _append(self, text: bytes) -> int:
        written = 0
        while written < len(text):
            written += os.pwrite(self._descriptor, text[written:], self.length + written)
        return written

    def close(self) -> None:
        """Let go of it."""
        with suppress(FileNotFoundError):
            if os.fstat(self._descriptor).st_size == 0:
                self._path.unlink()
        os.close(self._descriptor)
