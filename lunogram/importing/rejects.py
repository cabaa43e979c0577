"""The file of rejected rows: each of them once, whenever the import is killed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from .column_types import ColumnType
from .csv_source import TYPES_COLUMN
from .errors import ChangedSourceError, SourceError
from .rows import Row

_PIECE = 1_000_000
_MOST_NAMES = 10_000


@attrs.frozen
class Reject:
    """An invalid row, and the reason.

    Attributes:
        row: The row.
        reason: The field at fault, and its fault.
    """

    row: Row
    reason: str


Form: TypeAlias = Callable[[Sequence[Reject], bool], str]
"""A function that formats rejected rows; its second argument: whether they are the first."""


def csv_form(columns: Sequence[str], types: Mapping[str, ColumnType]) -> Form:
    """The same columns as the input, two more, and one whose name tells the types of the others.

    Args:
        columns: Those of the input.
        types: The types of those of data, so that mended rows get the same.
    """
    given = TYPES_COLUMN + json.dumps(types)

    def form(rejects: Sequence[Reject], first: bool) -> str:  # noqa: FBT001 - as in Form
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        if first:
            writer.writerow([*columns, _free("line", columns), _free("reason", columns), given])
        for each in rejects:
            writer.writerow([*each.row.original, each.row.place, each.reason, ""])
        return text.getvalue()

    return form


def json_form(rejects: Sequence[Reject], first: bool) -> str:  # noqa: ARG001, FBT001 - as in Form
    """One object in each line: the row's own, and two keys more."""
    lines = [_json(_with_reason(each)) for each in rejects]
    return "".join(f"{line}\n" for line in lines)


def _json(row: dict[str, Any]) -> str:
    try:
        return json.dumps(row, default=_shown)
    except RecursionError:
        return json.dumps({name: str(row[name])[:1000] for name in list(row)[-2:]})


def _with_reason(reject: Reject) -> dict[str, Any]:
    row = reject.row.original
    more = {_free("line", row): reject.row.place, _free("reason", row): reject.reason}
    return {**row, **more}


def _free(name: str, taken: Any) -> str:
    while name in taken:
        name += "_"
    return name


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


@attrs.frozen
class RejectsFileState:
    """A file of rejected rows as a checkpoint knows it, so that it is recognized and no other.

    Attributes:
        path: Its path.
        device: The number of its file system.
        inode: Its inode; 0 for a file that is about to be created.
        length: The number of bytes written to it.
        digest: Their SHA-256, in hex.
    """

    path: str
    device: int
    inode: int
    length: int
    digest: str


class RejectsFile:
    """The file of the rejected rows of one import.

    It is made when a row is rejected, for its owner alone, and never where something is already;
    what this import did not write is neither overwritten nor removed.
    """

    def __init__(
        self, path: Path, form: Form, *, is_named: bool, state: RejectsFileState | None
    ) -> None:
        """Find the file of an interrupted import, or make sure that there can be one.

        Args:
            path: Its path.
            form: The format of the rows.
            is_named: Whether the user named it; otherwise a free name is used.
            state: The file of an interrupted import.

        Raises:
            ChangedSourceError: If that file has changed since.
            SourceError: If something is there already.
        """
        self._path = path
        self._form = form
        self._is_named = is_named
        self._is_planned = False
        self._descriptor: int | None = None
        self._length = 0
        self._digest = hashlib.sha256()
        if state and not (is_named and path.absolute() != Path(state.path)):
            self._reopen(state)
        elif is_named:
            self._check_free()

    @property
    def state(self) -> RejectsFileState | None:
        """Its facts for the checkpoint; None before the first row is rejected."""
        path, digest = str(self._path.absolute()), self._digest.hexdigest()
        if self._descriptor is not None:
            facts = os.fstat(self._descriptor)
            return RejectsFileState(path, facts.st_dev, facts.st_ino, self._length, digest)
        return RejectsFileState(path, 0, 0, 0, digest) if self._is_planned else None

    def make(self, note: Callable[[RejectsFileState | None], None]) -> None:
        """Make it, if it is not there yet.

        Args:
            note: Keeps in a checkpoint where it is about to be made, to know it after a kill.

        Raises:
            SourceError: If that is not possible.
        """
        if self._descriptor is not None:
            return
        if not self._is_named:
            self._path = next(path for path in _names(self._path) if not os.path.lexists(path))
        self._is_planned = True
        note(self.state)
        with self._our_errors():
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)

    def write(self, rejects: Sequence[Reject]) -> None:
        """Add rows; they are on the disk when it returns.

        Args:
            rejects: In order, and the file is made.

        Raises:
            ChangedSourceError: If others have written to it.
            SourceError: If that is not possible.
        """
        text = self._form(rejects, self._length == 0).encode(errors="surrogatepass")
        with self._our_errors():
            self._append(text)

    def _append(self, text: bytes) -> None:
        """Write after what the checkpoint has; a kill may have left some of the same rows there."""
        assert self._descriptor is not None
        left = os.pread(self._descriptor, len(text) + 1, self._length)
        if not text.startswith(left):
            raise _changed(self._path)
        written = 0
        while written < len(text):
            written += os.pwrite(self._descriptor, text[written:], self._length + written)
        os.fsync(self._descriptor)
        self._length += written
        self._digest.update(text)

    def _reopen(self, state: RejectsFileState) -> None:
        self._path = Path(state.path)
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            if state.inode:
                raise _changed(self._path) from None
            return
        if not self._is_own(state):
            self.close()
            raise _changed(self._path)

    def _is_own(self, state: RejectsFileState) -> bool:
        assert self._descriptor is not None
        facts = os.fstat(self._descriptor)
        is_same = (facts.st_dev, facts.st_ino) == (state.device, state.inode) or not state.inode
        return is_same and facts.st_nlink == 1 and self._hashed(state.length) == state.digest

    def _hashed(self, length: int) -> str:
        """Hash what the checkpoint has; end at the end of a file that has become shorter."""
        assert self._descriptor is not None
        while self._length < length:
            piece = os.pread(self._descriptor, min(_PIECE, length - self._length), self._length)
            if not piece:
                return ""
            self._digest.update(piece)
            self._length += len(piece)
        return self._digest.hexdigest()

    def _check_free(self) -> None:
        if os.path.lexists(self._path):
            raise SourceError(f"{self._path} exists already; name a new file: --rejected FILE")

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SourceError(f"{self._path} can't be written: {error.strerror}") from None

    def close(self) -> None:
        """Close it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _names(path: Path) -> Iterator[Path]:
    """``people.rejected.csv``, ``people.rejected.2.csv`` and so on."""
    yield path
    for number in range(2, _MOST_NAMES):
        yield path.with_name(f"{path.stem}.{number}{path.suffix}")


def _changed(path: Path) -> ChangedSourceError:
    return ChangedSourceError(
        f"{path} has changed since this import wrote it; to continue in another file: "
        "--rejected FILE"
    )
