"""Text files: recognized by their first bytes, decompressed, decoded, and read in lines."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..errors import ConfigurationError
from .errors import SourceError

LONGEST_LINE = 2_000_000
"""The maximum length of a line, in characters."""

_HEAD = 8192
_PIECE = 1_000_000

_COMPRESSIONS_BY_SUFFIX = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
COMPRESSED_SUFFIXES = tuple(_COMPRESSIONS_BY_SUFFIX)
"""The endings of compressed files that are read."""

_COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Other file types, and the advice for each.
_OTHERS = (
    (b"PAR1", "a Parquet file: --format parquet"),
    (b"SQLite format 3\0", "a SQLite database: --format sqlite"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Office file; save it as CSV UTF-8"),
    (b"PK\x03\x04", "an Excel workbook: --format xlsx; or another zip archive, to be unpacked"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"%PDF", "a PDF"),
    (b"ORC", "an ORC file; convert it to Parquet"),
    (b"Obj\x01", "an Avro file; convert it to Parquet"),
)
_DUCKDB = "a DuckDB database: --format duckdb"
_WEB_PAGE = re.compile(rb"\s*<(!doctype html|html)", re.IGNORECASE)


class TextFile:
    """A file of text, which may be compressed.

    Attributes:
        what: Its name in errors.
        encoding: The name of its encoding.
    """

    def __init__(self, path: Path, what: str, encoding: str | None = None) -> None:
        """Detect its compression and encoding by its first bytes.

        Args:
            path: The file.
            what: Its name in errors.
            encoding: Its encoding, if it is not UTF-8 and has no byte order mark.

        Raises:
            ConfigurationError: If the encoding is unknown.
            SourceError: If it is damaged, or not text.
        """
        self.what = what
        self._path = path
        self._compression = self._find_compression()
        with self._open() as stream, self._our_errors():
            head = stream.read(_HEAD)
        reject_others(what, head)
        if not head:
            raise SourceError(f"{what} is empty")
        self.encoding = _known(encoding) if encoding else self._find_encoding(head)

    @property
    def encoding_name(self) -> str:
        """The name of its encoding, and of its compression, for people."""
        name = self.encoding.upper().removesuffix("-SIG")
        return f"{name}, {self._compression}" if self._compression else name

    def lines(self, end: str | None = None) -> Iterator[str]:
        """Its lines with their ends, without a byte order mark.

        Args:
            end: The line end. Default: any.

        Raises:
            SourceError: If it can't be read or decoded, or a line is too long.
        """
        newline = "" if end is None else end
        number = 0
        with self._open() as stream, self._our_errors():
            text = io.TextIOWrapper(stream, self.encoding, newline=newline)
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise SourceError(
                        f"{self.what}: line {number} is longer than {LONGEST_LINE:,} characters"
                    )
                yield line

    def pieces(self) -> Iterator[str]:
        """Its text in pieces of any size.

        Raises:
            SourceError: If it can't be read or decoded.
        """
        with self._open() as stream, self._our_errors():
            text = io.TextIOWrapper(stream, self.encoding, newline="")
            while piece := text.read(_PIECE):
                yield piece

    def check(self) -> None:
        """Read all of its bytes.

        Raises:
            SourceError: If its compressed data is damaged.
        """
        with self._open() as stream, self._our_errors():
            while stream.read(_PIECE):
                pass

    # -- bytes ------------------------------------------------------------------------------------

    def _find_compression(self) -> str | None:
        found = _compression(self._path)
        named = _COMPRESSIONS_BY_SUFFIX.get(Path(self.what).suffix.lower())
        if named and not found and self._path.stat().st_size:
            raise SourceError(f"{self.what} is not compressed with {named}, as its name says")
        return found

    def _open(self) -> BinaryIO:
        return _OPENERS[self._compression](self._path)

    def _find_encoding(self, head: bytes) -> str:
        for mark, encoding in _BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return encoding
        if wide := _wide_encoding(head):
            raise SourceError(f"{self.what} looks like {wide.upper()}: --encoding {wide}")
        if b"\0" in head:
            raise SourceError(f"{self.what} is not text: it has NUL characters")
        return "utf-8"

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except EOFError:
            raise SourceError(
                f"{self.what} is truncated: the end of its compressed data is missing"
            ) from None
        except UnicodeError:
            raise SourceError(f"{self.what}: {self._undecodable()}") from None
        except _damage_errors() as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise SourceError(f"{self.what} can't be read: {error.strerror}") from None
            raise SourceError(f"{self.what} is damaged: its compressed data is not valid") from None

    def _undecodable(self) -> str:
        line = self._first_undecodable_line()
        if not self.encoding.startswith("utf"):
            return f"line {line} is not {self.encoding}; name its encoding: --encoding NAME"
        return (
            f"line {line} is not {self.encoding.upper().removesuffix('-SIG')}; name its "
            "encoding: --encoding windows-1252 for Excel in Western Europe and America, "
            "shift_jis in Japan"
        )

    def _first_undecodable_line(self) -> int:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        before = "a"  # no line end
        line = 1
        with self._open() as stream:
            while piece := stream.read(4096):
                for byte in _each(piece):
                    try:
                        text = decoder.decode(byte)
                    except UnicodeError:
                        return line
                    for character in text:
                        line += character == "\r" or (character == "\n" and before != "\r")
                        before = character
        return line


def reject_others(what: str, head: bytes) -> None:
    """Raise an error for a known file type that is not text.

    Args:
        what: The name of the file.
        head: Its first bytes.

    Raises:
        SourceError: If it is of such a type.
    """
    for magic, advice in _OTHERS:
        if head.startswith(magic):
            raise SourceError(f"{what} is {advice}")
    if head[8:12] == b"DUCK":
        raise SourceError(f"{what} is {_DUCKDB}")
    if _WEB_PAGE.match(head):
        raise SourceError(f"{what} is a web page, not data")


def _each(piece: bytes) -> Iterator[bytes]:
    return (piece[at : at + 1] for at in range(len(piece)))


def _wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, if the positions of NULs match text of mostly Western letters."""
    zeros = [head[at::4].count(0) for at in range(4)]
    quarter = len(head) // 4
    if quarter == 0 or sum(zeros) < quarter:
        return None
    most = [count > quarter * 0.7 for count in zeros]
    patterns = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return patterns.get(cast(tuple[bool, bool, bool, bool], tuple(most)))


def _known(encoding: str) -> str:
    try:
        found = codecs.lookup(encoding)
        "a".encode(encoding)
    except (LookupError, UnicodeError):
        raise ConfigurationError(f"unknown encoding {encoding!r}") from None
    # A byte order mark is not part of the first column's name.
    return "utf-8-sig" if found.name == "utf-8" else found.name


def is_compressed(path: Path) -> bool:
    """Whether a file is compressed, by its first bytes.

    Args:
        path: The file.
    """
    return _compression(path) is not None


# -- packings -------------------------------------------------------------------------------------


def _compression(path: Path) -> str | None:
    with path.open("rb") as file:
        first = file.read(8)
    return next((name for magic, name in _COMPRESSIONS.items() if first.startswith(magic)), None)


def _open_zstd(path: Path) -> BinaryIO:
    return cast(BinaryIO, _zstd().ZstdFile(path))


def _zstd() -> Any:
    try:
        from backports import zstd  # compression.zstd, from Python 3.14 on
    except ModuleNotFoundError:
        raise ConfigurationError(
            "a .zst file needs backports.zstd: pip install 'lunogram[import]'"
        ) from None
    return zstd


_OPENERS: dict[str | None, Callable[[Path], BinaryIO]] = {
    None: lambda path: path.open("rb"),
    "gzip": lambda path: cast(BinaryIO, gzip.GzipFile(path)),
    "bzip2": lambda path: cast(BinaryIO, bz2.BZ2File(path)),
    "xz": lambda path: cast(BinaryIO, lzma.LZMAFile(path)),  # noqa: SIM115 - whoever calls it closes it
    "zstd": _open_zstd,
}


def _damage_errors() -> tuple[type[Exception], ...]:
    errors: list[type[Exception]] = [OSError, zlib.error, lzma.LZMAError]
    with suppress(ConfigurationError):
        errors.append(_zstd().ZstdError)
    return tuple(errors)
