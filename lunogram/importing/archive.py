"""Zip archives: their files are unpacked to a private folder."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from .errors import SourceError


def unpack(path: Path, what: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Unpack a zip archive: the name and the copy of each file, in the order of their names.

    Args:
        path: The archive.
        what: Its name in errors.
        folder: The folder for the copies.

    Raises:
        SourceError: If it is damaged or encrypted.
    """
    try:
        with ZipFile(path) as archive:
            for number, name in enumerate(sorted(filter(_is_content, archive.namelist()))):
                copy = folder / f"{number}{''.join(PurePosixPath(name).suffixes)}"
                with archive.open(name) as member, copy.open("wb") as file:
                    shutil.copyfileobj(member, file)
                yield name, copy
    except RuntimeError:
        raise SourceError(f"{what} is encrypted; unpack it") from None
    except (BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise SourceError(f"{what} is damaged, or not a complete zip archive") from None


def _is_content(name: str) -> bool:
    """Whether an entry is a file of the user, and not a folder or one that a system adds."""
    parts = PurePosixPath(name).parts
    return not name.endswith("/") and not any(part.startswith((".", "__MACOSX")) for part in parts)
