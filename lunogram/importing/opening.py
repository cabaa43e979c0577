"""From what somebody names, such as a file, to a source of rows."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import attrs

from ..errors import ConfigurationError
from .csv_source import CSVSource
from .duck import Duck, file_literal
from .errors import SourceError
from .json_source import JSONSource
from .rows import Source
from .table_source import DuckSource, SQLiteSource

Format: TypeAlias = Literal["csv", "jsonl", "json", "parquet"]
"""How rows are written: with a header, as objects one in each line, as an array, in columns."""

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PACKED = (".gz", ".zst")
_PACKED_OTHERWISE = (".bz2", ".xz", ".zip", ".7z", ".lz4", ".br")
_SQLITE = b"SQLite format 3\0"


@attrs.frozen
class Query:
    """Rows that a query answers, instead of a file of rows.

    Attributes:
        sql: A ``select`` in DuckDB's SQL, which reads files by their names; in SQLite's, if the
            database is one of its. It has to answer in the same order each time: ``order by``.
        database: A file of DuckDB or SQLite, or None.
    """

    sql: str
    database: Path | str | None = None


Input: TypeAlias = Path | str | Query
"""A file, ``"-"`` for standard input, or a `Query`."""


@attrs.frozen
class Named:
    """An input that somebody has named.

    Attributes:
        what: What to call it.
        identity: The same for the same input.
        beside: What the files that an import makes are named after.
        format: How its rows are written; for a query, nothing.
    """

    what: str
    identity: str
    beside: Path
    format: Format | None
    query: Query | None = None

    @property
    def outbox(self) -> Path:
        """Where its own outbox is."""
        return self.beside.with_name(f"{self.beside.name}.lunogram.db")

    def refused(self, *, is_csv: bool, dry_run: bool) -> Path:
        """Where its refused rows go.

        Args:
            is_csv: Whether they are CSV.
            dry_run: Whether they are refused in a rehearsal, which leaves those of an import alone.
        """
        stem = _without_suffixes(self.beside)
        name = f"{stem}{'.dry-run' if dry_run else ''}.refused.{'csv' if is_csv else 'jsonl'}"
        return self.beside.with_name(name)


def named(source: Input, format: Format | None = None) -> Named:
    """What an input is, without reading it.

    Args:
        source: A file, ``"-"`` for standard input, or a query.
        format: How its rows are written, if the name does not say; ``"csv"`` on standard input.

    Raises:
        ConfigurationError: If the format is not known.
        SourceError: If there is no such file.
    """
    if format is not None and format not in get_args(Format):
        raise ConfigurationError(f"format has to be one of {', '.join(get_args(Format))}")
    if isinstance(source, Query):
        return _named_query(source)
    if str(source) == "-":
        return Named("standard input", "-", Path("stdin"), format or "csv")
    path = Path(source)
    if not path.exists():
        raise SourceError(f"there is no file {path}")
    if path.is_dir():
        raise SourceError(f"{path} is a directory")
    return Named(str(path), str(path.resolve()), path, format or _format(path))


def _named_query(query: Query) -> Named:
    database = "" if query.database is None else str(Path(query.database).resolve())
    identity = f"{database} {query.sql.strip().rstrip(';')}"
    mark = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return Named("the query", identity, Path(f"query-{mark}"), None, query)


def _format(path: Path) -> Format:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED_OTHERWISE:
        raise SourceError(
            f"{path} is packed in a way that can't be read here, unlike .gz and .zst; "
            "unpack it, or pipe what it holds into standard input"
        )
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    found = _FORMATS.get(suffixes[-1]) if suffixes else None
    if found is None:
        raise SourceError(
            f"{path} does not say by its name how its rows are written; "
            f"say it with a format: {', '.join(get_args(Format))}"
        )
    return found


def _without_suffixes(path: Path) -> str:
    name = path.name
    for suffix in reversed(path.suffixes):
        if suffix.lower() not in (*_PACKED, *_FORMATS):
            break
        name = name[: -len(suffix)]
    return name


@contextmanager
def opened(named: Named) -> Iterator[Source]:
    """The rows of an input, for a while.

    What can be read only once (standard input, pipes) is kept in a file of nobody else's until
    then, so that it can be looked through first, and gone on with.

    Args:
        named: From `named`.

    Raises:
        ConfigurationError: If the extra is not installed.
        SourceError: If it can't be read.
    """
    duck = Duck()
    spool = named.beside.with_name(f"{named.beside.name}.lunogram.spool")
    is_piped = named.query is None and not named.beside.is_file()
    try:
        if is_piped:
            source = _source(named, duck, spool, _spooled(named, spool))
        else:
            source = _query_source(named.query, duck) if named.query else _file_source(named, duck)
        with closing(source):
            yield source
    finally:
        duck.close()
        if is_piped:
            spool.unlink(missing_ok=True)


def _file_source(named: Named, duck: Duck) -> Source:
    return _source(named, duck, named.beside, _version(named.beside))


def _source(named: Named, duck: Duck, path: Path, version: str) -> Source:
    if named.format == "csv":
        return CSVSource(duck, path, named.what, version)
    if named.format == "parquet":
        query = f"from read_parquet({file_literal(path)})"
        return DuckSource(duck, query, named.what, version, counted=True)
    return JSONSource(duck, path, named.what, version, array=named.format == "json")


def _query_source(query: Query, duck: Duck) -> Source:
    sql = query.sql.strip().rstrip(";")
    if query.database is None:
        return DuckSource(duck, sql, "the query", "")
    path = Path(query.database)
    if not path.is_file():
        raise SourceError(f"there is no database {path}")
    with path.open("rb") as file:
        is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    if is_sqlite:
        return SQLiteSource(path, sql, "the query", _version(path))
    duck.all(f"attach {file_literal(path)} as source (read_only); use source", str(path))
    return DuckSource(duck, sql, "the query", _version(path))


def _version(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_size} {facts.st_mtime_ns}"


def _spooled(named: Named, spool: Path) -> str:
    """Keep what can be read only once; return its hash."""
    spool.unlink(missing_ok=True)
    descriptor = os.open(spool, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "r+b") as kept:
        if named.identity == "-":
            shutil.copyfileobj(sys.stdin.buffer, kept)
        else:
            with named.beside.open("rb") as pipe:
                shutil.copyfileobj(pipe, kept)
        kept.seek(0)
        return hashlib.file_digest(kept, "sha256").hexdigest()
