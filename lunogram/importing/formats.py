"""The inputs of imports and their formats: files, pipes and queries."""

# ruff: noqa: S608 - what stands in a query is quoted

from __future__ import annotations

import glob
import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Literal, TypeAlias, get_args

import attrs

from ..errors import ConfigurationError
from .archive import unpack
from .csv_source import CSVOptions, CSVSource
from .duckdb_session import DuckDBSession, file_literal
from .errors import SourceError
from .files_source import FilesSource, TextSource
from .json_source import JSONSource
from .lock import locked
from .mysql_source import SCHEMES as MYSQL
from .mysql_source import MySQLSource
from .postgres_source import SCHEMES as POSTGRES
from .postgres_source import PostgresSource, redacted
from .query_files import view_files
from .rows import Source
from .table_source import (
    DuckDBSource,
    SQLiteSource,
    duckdb_tables,
    only_table,
    quoted,
    sqlite_tables,
)
from .text_file import COMPRESSED_SUFFIXES, TextFile, reject_others
from .workbook import copy_sheet

Format: TypeAlias = Literal["csv", "jsonl", "json", "parquet", "xlsx", "sqlite", "duckdb", "zip"]
"""The format of a file."""

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".duckdb": "duckdb",
    ".zip": "zip",
}
_TEXT = ("csv", "jsonl", "json")
_UNSUPPORTED_COMPRESSIONS = (".7z", ".lz4", ".br", ".lzma")
_SQLITE = b"SQLite format 3\0"


def is_mysql(database: Path | str | None) -> bool:
    """Whether a database is one of MySQL or MariaDB.

    Args:
        database: The database of a query.
    """
    return isinstance(database, str) and database.startswith(MYSQL)


def _is_server(database: Path | str | None) -> bool:
    return isinstance(database, str) and database.startswith((*POSTGRES, *MYSQL))


def _shown(database: Path | str | None) -> str:
    """A database without a password."""
    return redacted(str(database)) if _is_server(database) else repr(database)


@attrs.frozen
class Query:
    """A query whose result is imported, instead of a file.

    Attributes:
        sql: A ``select`` in DuckDB's SQL, which reads files by their names; in SQLite's, if the
            database is a SQLite file. Its rows need a fixed order: ``order by``.
        database: A file of DuckDB or SQLite, the URL of a database of PostgreSQL or MySQL, or None.
    """

    sql: str
    database: Path | str | None = attrs.field(default=None, repr=_shown)


Input: TypeAlias = Path | str | Sequence[Path | str] | Query
"""A file, several files, a pattern such as ``"exports/*.csv"``, ``"-"`` for standard input, or a
`Query`."""


@attrs.frozen
class ResolvedInput:
    """An input that was found: a file, the content of a pipe, or a query.

    Attributes:
        what: Its name in errors.
        identity: Its identity, which is the same in every run.
        beside: The path from which the names of the import's own files are made.
        path: The path of its content; None for a query without a database.
        version: The version of its content.
        format: Its format; None for a query.
        query: The query, or None.
        files: Its files, if there are several.
    """

    what: str
    identity: str
    beside: Path
    path: Path | None
    version: str
    format: Format | None
    query: Query | None = None
    files: tuple[ResolvedInput, ...] = ()

    @property
    def outbox(self) -> Path:
        """The path of its own outbox."""
        return self.beside.with_name(f"{self.beside.name}.lunogram.db")

    @property
    def lock(self) -> Path:
        """The path of its lock."""
        return self.beside.with_name(f"{self.beside.name}.lunogram.lock")

    def rejected(self, *, is_csv: bool, dry_run: bool) -> Path:
        """The path of its rejected rows.

        Args:
            is_csv: Whether they are CSV.
            dry_run: Whether it is a dry run, which has a file of its own.
        """
        stem = _without_suffixes(self.beside)
        name = f"{stem}{'.dry-run' if dry_run else ''}.rejected.{'csv' if is_csv else 'jsonl'}"
        return self.beside.with_name(name)


@contextmanager
def resolve_input(
    source: Input | ResolvedInput, format: Format | None = None
) -> Iterator[ResolvedInput]:
    """Find an input.

    Standard input and pipes are copied to a private folder until the end, so that they can be read
    twice. The same content is the same input.

    Args:
        source: A file, ``"-"`` for standard input, a query, or an input that was found.
        format: The format. Default: by the name of the file; ``"csv"`` for pipes.

    Raises:
        ConfigurationError: If the format is unknown.
        SourceError: If there is no such file.
    """
    if format is not None and format not in get_args(Format):
        raise ConfigurationError(f"format must be one of {', '.join(get_args(Format))}")
    if isinstance(source, ResolvedInput):
        yield source
    elif isinstance(source, Query):
        yield _resolve_query(source)
    elif not isinstance(source, Path | str) or _is_pattern(source):
        yield _resolve_files([source] if isinstance(source, Path | str) else source, format)
    elif _is_pipe(source):
        with TemporaryDirectory(prefix="lunogram-import-") as folder:
            yield _resolve_pipe(source, Path(folder, "content"), format or "csv")
    else:
        yield _resolve_file(Path(source), format)


@contextmanager
def lock_input(
    source: Input | ResolvedInput, format: Format | None = None
) -> Iterator[ResolvedInput]:
    """Find an input, and hold its lock.

    Args:
        source: See `resolve_input`; an input that was found is locked already.
        format: See `resolve_input`.

    Raises:
        LunogramError: See `resolve_input`; also if another import of it is running.
    """
    with resolve_input(source, format) as name:
        if isinstance(source, ResolvedInput):
            yield name
            return
        with locked(name.lock, f"import of {name.what}"):
            yield name


def _is_pipe(source: Path | str) -> bool:
    path = Path(source)
    return str(source) == "-" or (path.exists() and not (path.is_file() or path.is_dir()))


def _resolve_pipe(source: Path | str, copy: Path, format: Format) -> ResolvedInput:
    is_standard = str(source) == "-"
    with nullcontext(sys.stdin.buffer) if is_standard else Path(source).open("rb") as pipe:
        mark = _copied(pipe, copy)
    what = "standard input" if is_standard else str(source)
    beside = Path(f"{'stdin' if is_standard else 'pipe'}-{mark[:8]}")
    return ResolvedInput(what, mark, beside, copy, mark, format)


def _copied(pipe: BinaryIO, copy: Path) -> str:
    """Copy a pipe; return the hash of its content."""
    with copy.open("w+b") as kept:
        shutil.copyfileobj(pipe, kept)
        kept.seek(0)
        return hashlib.file_digest(kept, "sha256").hexdigest()


def _resolve_file(path: Path, format: Format | None) -> ResolvedInput:
    if not path.exists():
        raise SourceError(f"there is no file {path}")
    if path.is_dir():
        raise SourceError(f"{path} is a directory")
    return ResolvedInput(
        str(path), str(path.resolve()), path, path, _version(path), format or _format(path)
    )


def _is_pattern(source: Path | str) -> bool:
    return glob.has_magic(str(source)) and not Path(source).exists()


def _resolve_files(sources: Sequence[Path | str], format: Format | None) -> ResolvedInput:
    """The files of patterns and names; those of a pattern are sorted."""
    paths = [path for source in sources for path in _matching(source)]
    if len(paths) == 1:
        return _resolve_file(paths[0], format)
    if any(map(_is_pipe, paths)):
        raise SourceError("standard input and pipes can't be imported together with files")
    files = tuple(_resolve_file(path, format) for path in paths)
    identity = "\n".join(each.identity for each in files)
    mark = hashlib.sha256(identity.encode()).hexdigest()[:8]
    version = " ".join(each.version for each in files)
    what = f"{len(files):,} files"
    beside = paths[0].with_name(f"files-{mark}")
    return ResolvedInput(what, identity, beside, None, version, files[0].format, None, files)


def _matching(source: Path | str) -> list[Path]:
    if not _is_pattern(source):
        return [Path(source)]
    found = sorted(glob.glob(str(source), recursive=True))  # noqa: PTH207 - it may be absolute
    if not found:
        raise SourceError(f"no file matches {source}")
    return [Path(name) for name in found]


def _resolve_query(query: Query) -> ResolvedInput:
    is_server = _is_server(query.database)
    path = None if query.database is None or is_server else Path(query.database)
    database = _shown(query.database) if is_server else path.resolve() if path else ""
    identity = f"{database} {query.sql.strip().rstrip(';')}"
    mark = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return ResolvedInput("the query", identity, Path(f"query-{mark}"), path, "", None, query)


def _format(path: Path) -> Format:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _UNSUPPORTED_COMPRESSIONS:
        raise SourceError(
            f"{path} has an unsupported compression; supported are .gz, .zst, .bz2 and .xz; "
            "unpack it, or pipe its content to standard input"
        )
    found = _format_by_name(path)
    if found is None:
        with path.open("rb") as file:
            reject_others(str(path), file.read(64))
        raise SourceError(
            f"the name of {path} has no known ending; "
            f"name the format: --format {', '.join(get_args(Format))}"
        )
    return found


def _format_by_name(path: Path) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSED_SUFFIXES:
        suffixes.pop()
    return _FORMATS.get(suffixes[-1]) if suffixes else None


def _without_suffixes(path: Path) -> str:
    name = path.name
    for suffix in reversed(path.suffixes):
        if suffix.lower() not in (*COMPRESSED_SUFFIXES, *_FORMATS):
            break
        name = name[: -len(suffix)]
    return name


@attrs.frozen
class ReadOptions:
    """The options for reading a text file.

    Attributes:
        encoding: Its encoding, if it is not UTF-8 and has no byte order mark.
        csv: The dialect of a CSV.
        table: The table of a database, or the sheet of a workbook. Default: the only one.
    """

    encoding: str | None = None
    table: str | None = None
    csv: CSVOptions = CSVOptions()


@contextmanager
def open_source(named: ResolvedInput, reading: ReadOptions) -> Iterator[Source]:
    """The rows of an input.

    Args:
        named: From `resolve_input`.
        reading: The options for reading text.

    Raises:
        ConfigurationError: If the extra is not installed.
        SourceError: If it can't be read.
    """
    with ExitStack() as stack:
        if named.files:
            yield _files_source(named.files, named.version, reading)
        elif named.format == "zip":
            folder = stack.enter_context(TemporaryDirectory(prefix="lunogram-import-"))
            yield _files_source(_unpacked(named, Path(folder)), named.version, reading)
        elif named.format == "xlsx":
            folder = stack.enter_context(TemporaryDirectory(prefix="lunogram-import-"))
            yield _workbook_source(named, reading, Path(folder, "sheet.csv"))
        elif named.query is not None or named.format in ("parquet", "sqlite", "duckdb"):
            duck = stack.enter_context(closing(DuckDBSession()))
            yield stack.enter_context(closing(_table_source(named, duck, reading)))
        else:
            yield _text_source(named, reading)


def _text_source(named: ResolvedInput, reading: ReadOptions) -> TextSource:
    assert named.path is not None
    file = TextFile(named.path, named.what, reading.encoding)
    if named.format == "csv":
        return CSVSource(file, named.version, reading.csv)
    return JSONSource(file, named.version, is_document=named.format == "json")


def _files_source(
    files: Sequence[ResolvedInput], version: str, reading: ReadOptions
) -> FilesSource:
    if others := [each.what for each in files if each.format not in _TEXT]:
        raise SourceError(f"{others[0]} is not CSV or JSON: import it by itself")
    return FilesSource([(each.what, _text_source(each, reading)) for each in files], version)


def _unpacked(named: ResolvedInput, folder: Path) -> list[ResolvedInput]:
    assert named.path is not None
    found = [
        ResolvedInput(f"{named.what}/{name}", name, copy, copy, "", _format_by_name(copy))
        for name, copy in unpack(named.path, named.what, folder)
    ]
    if not found:
        raise SourceError(f"{named.what} has no files")
    return found


def _workbook_source(named: ResolvedInput, reading: ReadOptions, copy: Path) -> Source:
    assert named.path is not None
    text = copy_sheet(named.path, named.what, reading.table, copy)
    options = attrs.evolve(reading.csv, separator=",", escape=None)
    file = TextFile(copy, named.what, "utf-8")
    return CSVSource(file, named.version, options, text=text, form="Excel")


def _table_source(named: ResolvedInput, duck: DuckDBSession, reading: ReadOptions) -> Source:
    if named.query is not None:
        return _query_source(named.query, duck, reading)
    assert named.path is not None
    if named.format == "sqlite":
        table = only_table(sqlite_tables(named.path, named.what), named.what, reading.table)
        return SQLiteSource(named.path, f"select * from {quoted(table)}", named.what)
    if named.format == "duckdb":
        tables = duckdb_tables(duck, named.path, named.what)
        query = f"from {quoted(only_table(tables, named.what, reading.table))}"
        return DuckDBSource(duck, query, named.what)
    query = f"from read_parquet({file_literal(named.path)})"
    return DuckDBSource(duck, query, named.what, named.version, "Parquet")


def _query_source(query: Query, duck: DuckDBSession, reading: ReadOptions) -> Source:
    sql = query.sql.strip().rstrip(";")
    if query.database is None:
        view_files(duck, sql, lambda name: _file_of_query(name, reading))
        return DuckDBSource(duck, sql, "the query")
    if is_mysql(query.database):
        return MySQLSource(str(query.database), sql, "the query")
    if _is_server(query.database):
        return PostgresSource(str(query.database), sql, "the query")
    path = Path(query.database)
    if not path.is_file():
        raise SourceError(f"there is no database {path}")
    with path.open("rb") as file:
        is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    if is_sqlite:
        return SQLiteSource(path, sql, "the query")
    duck.attach(path)
    return DuckDBSource(duck, sql, "the query")


def _file_of_query(name: str, reading: ReadOptions) -> Source | None:
    paths = _matching(name) if _is_pattern(name) else [Path(name)]
    if not all(path.is_file() and _format_by_name(path) in _TEXT for path in paths):
        return None
    files = [_resolve_file(path, None) for path in paths]
    return _text_source(files[0], reading) if len(files) == 1 else _files_source(files, "", reading)


def _version(path: Path) -> str:
    facts = path.stat()
    return f"{facts.st_size} {facts.st_mtime_ns}"
