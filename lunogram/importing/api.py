"""The import functions, one for each kind of rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import attrs

from ..errors import ConfigurationError
from ..outbox import Outbox
from .column_types import TYPES, ColumnType
from .columns import Mapped, describe_columns, map_columns
from .csv_source import CSVOptions
from .errors import SourceError
from .formats import (
    Format,
    Input,
    ReadOptions,
    ResolvedInput,
    lock_input,
    open_source,
    resolve_input,
)
from .importer import Import, Options, dry_run
from .preset import Preset, PresetName, find_preset
from .record_types import (
    ANONYMOUS_ID,
    EVENTS,
    MEMBERS,
    ORGANIZATION_EVENTS,
    ORGANIZATION_SCHEDULES,
    ORGANIZATIONS,
    SCHEDULES,
    USERS,
    RecordType,
)
from .rows import ColumnPlan, Source
from .state import checkpoint_name
from .stats import ImportResult, Progress
from .survey import Survey, survey_of
from .user_fields import UserFields


class RowOptions(TypedDict, total=False):
    r"""The options of imports and syncs.

    Attributes:
        preset: The platform that has exported the file, whose columns are known, such as
            ``"segment"``. ``mapping`` and ``source_name`` take precedence.
        mapping: The fields of columns whose names are not those of fields, such as
            ``{"E-mail": "email", "Plan": "data.plan"}``; an empty text omits a column, and a list
            maps it to several fields.
        source_name: The source of the identifiers, such as ``"stripe"``.
        organization_source: The source of the organizations' identifiers, for members.
        text: Columns of CSV that are text, such as postal codes.
        types: Types of columns of CSV, such as ``{"zip": "text", "spent": "number"}``. A row with a
            cell of another type is rejected.
        null: Words in a CSV that mean an empty cell, such as ``NULL`` or ``\N``.
        separator: The separator of a CSV. Default: the one that gives its header most columns.
        escape: The escape character for quotes in a CSV. Default: quotes are doubled.
        skip: The number of lines before the header of a CSV.
        short_rows: Whether cells that are missing at the end of a row of CSV are empty.
        encoding: The encoding of CSV or JSON that is not UTF-8 and has no byte order mark.
        format: The format of the file. Default: by the ending of its name.
        table: The table of a database file, or the sheet of a workbook. Default: the only one.
        on_survey: A callback for the survey of the input, before anything is queued.
        on_progress: A callback for the progress, called about ten times a second.
        strict: Reject users with an invalid phone, locale or timezone, instead of keeping the
            value in data; and rows whose identifier a spreadsheet has rounded, of which the server
            would round a number, or whose event has a name of the platform's own.
        ensure_users: Upsert users, with their identifiers only, before their events and
            schedules. The server drops what is for a user that it does not have.
        dry_run: Check every row, and queue none.
        max_errors: The maximum number of rejected rows; one more stops the run.
        restart: Ignore the progress of earlier runs, and send every row again.
        wait: Return only when every entry was delivered or is a dead letter. A relay has to run.
        stopping: An event that stops the run when another thread sets it.
    """

    preset: PresetName | None
    mapping: Mapping[str, str | Sequence[str]] | None
    source_name: str | None
    organization_source: str | None
    text: Iterable[str]
    types: Mapping[str, ColumnType]
    null: Iterable[str]
    separator: str | None
    escape: str | None
    skip: int
    short_rows: bool
    encoding: str | None
    format: Format | None
    table: str | None
    on_survey: Callable[[Survey], object] | None
    on_progress: Callable[[Progress], object] | None
    strict: bool
    ensure_users: bool
    dry_run: bool
    max_errors: int | None
    restart: bool
    wait: bool
    stopping: threading.Event | None


class ImportOptions(RowOptions, total=False):
    """The options of every import: those of `RowOptions`, and one more.

    Attributes:
        rejected: The file for rejected rows, which may not exist. Default: beside the input.
    """

    rejected: Path | str | None


def import_users(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue an upsert for each row of users.

        with outbox.relay(client):
            result = import_users("people.csv", outbox, wait=True)

    The same call resumes an import that was interrupted.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: The outbox for the calls; None for a dry run.
        options: See `ImportOptions`.

    Raises:
        ConfigurationError: If an argument is invalid, or the extra is not installed.
        SourceError: If the input can't be read, lacks a column, or changed since an interruption.
        TooManyRejectedError: If more rows were rejected than ``max_errors``.
        OutboxError: If the outbox can't be used.
    """
    return run(USERS, source, outbox, **options)


def import_organizations(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue an upsert for each row of organizations; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: The outbox for the calls; None for a dry run.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return run(ORGANIZATIONS, source, outbox, **options)


def import_members(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue a membership for each row of an organization and a user; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: The outbox for the calls; None for a dry run.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return run(MEMBERS, source, outbox, **options)


def import_events(
    source: Input,
    outbox: Outbox | None,
    *,
    organizations: bool = False,
    **options: Unpack[ImportOptions],
) -> ImportResult:
    """Queue an event for each row; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        organizations: Whether they are events of organizations, rather than of users.
        options: As described in `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return run(ORGANIZATION_EVENTS if organizations else EVENTS, source, outbox, **options)


def import_schedules(
    source: Input,
    outbox: Outbox | None,
    *,
    organizations: bool = False,
    **options: Unpack[ImportOptions],
) -> ImportResult:
    """Queue a schedule for each row; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        organizations: Whether they are schedules of organizations, rather than of users.
        options: As described in `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return run(ORGANIZATION_SCHEDULES if organizations else SCHEDULES, source, outbox, **options)


def run(
    kind: RecordType,
    source: Input | ResolvedInput,
    outbox: Outbox | None,
    **options: Unpack[ImportOptions],
) -> ImportResult:
    """Queue the call of each row.

    Args:
        kind: The kind of the rows.
        source: A file, ``"-"`` for standard input, a `Query`, or an input that was found.
        outbox: The outbox for the calls; None for a dry run.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    if outbox is None and not options.get("dry_run"):
        raise ConfigurationError("an import needs an outbox, unless it is a dry run")
    fields = UserFields()
    users = USERS if options.get("strict") else fields.repairing(USERS)
    result = _run(users if kind is USERS else kind, users, source, outbox, options)
    return attrs.evolve(result, notes=[*result.notes, *fields.notes])


def _run(
    kind: RecordType,
    users: RecordType,
    source: Input | ResolvedInput,
    outbox: Outbox | None,
    options: ImportOptions,
) -> ImportResult:
    claim = resolve_input if options.get("dry_run") else lock_input
    with (
        claim(source, options.get("format")) as name,
        open_source(name, read_options(options)) as rows,
    ):
        columns = map_source(kind, users, rows, options)
        notes = columns.notes
        if show := options.get("on_survey"):
            show(survey_of(name.what, rows, columns, options.get("mapping") or {}, notes))
        if outbox is None or options.get("dry_run"):
            result = dry_run(rows, columns, _options(name, rows, options))
        else:
            mark = checkpoint_name(kind.name, name.identity, _facts(options))
            result = Import(rows, columns, outbox, mark, _options(name, rows, options)).run()
        return attrs.evolve(result, notes=[*notes, *result.notes])


def map_source(
    kind: RecordType, users: RecordType, rows: Source, options: RowOptions, *, counts: bool = True
) -> Mapped:
    """Find the fields of the columns of an input, and read it once if its types need that.

    Args:
        kind: The kind of the rows.
        users: The kind of rows that are users.
        rows: The input.
        options: The options of the import.
        counts: Whether the rows of a table or a query are counted and hashed.

    Raises:
        ConfigurationError: If an option is invalid.
        SourceError: If it lacks a column, or can't be read.
    """
    wanted = options.get("preset")
    preset = find_preset(wanted) if wanted else None
    known = preset.mapping(kind.name, rows.columns) if preset else {}
    named = {**known, **(options.get("mapping") or {})}
    columns = map_columns(kind, rows, named, _sources(kind, options, preset))
    if preset and kind is EVENTS:
        columns = attrs.evolve(columns, variants=preset.users_in(rows, users))
    types = _types(rows, columns, options)
    rows.scan(ColumnPlan(columns.data, columns.objects, named, types, counts))
    columns.reject_similar(rows)
    return columns


def _sources(kind: RecordType, options: RowOptions, preset: Preset | None) -> dict[str, str]:
    name = options.get("source_name") or (preset and preset.source)
    sources = {"organization": options.get("organization_source") or name}
    given = {field: sources.get(field, name) for field in kind.identifiers if field != ANONYMOUS_ID}
    return {field: source for field, source in given.items() if source}


def read_options(options: RowOptions) -> ReadOptions:
    """The options for reading a text file.

    Args:
        options: The options of the import.

    Raises:
        ConfigurationError: If one is invalid.
    """
    for name in ("separator", "escape"):
        if len(str(options.get(name) or ",")) != 1:
            raise ConfigurationError(f"{name} must be one character")
    if options.get("skip", 0) < 0:
        raise ConfigurationError("skip must be 0 or more")
    csv = CSVOptions(
        separator=options.get("separator"),
        escape=options.get("escape"),
        skip=options.get("skip", 0),
        null=tuple(sorted(options.get("null", ()))),
        short_rows=options.get("short_rows", False),
    )
    return ReadOptions(options.get("encoding"), options.get("table"), csv)


def _types(rows: Source, columns: Mapped, options: RowOptions) -> dict[str, ColumnType]:
    """The types that the options set."""
    types: dict[str, ColumnType] = dict.fromkeys(options.get("text", ()), "text")
    types |= options.get("types", {})
    if types and not rows.is_csv:
        raise ConfigurationError(
            "types can only be set for the columns of a CSV; this format has types"
        )
    for name, kind in types.items():
        if kind not in TYPES:
            raise ConfigurationError(f"the type of {name!r} must be one of {', '.join(TYPES)}")
        if name not in rows.columns:
            raise SourceError(
                f"there is no column {name!r}, whose type is set; {describe_columns(rows.columns)}"
            )
        if name not in columns.data and kind != "text":
            raise ConfigurationError(
                f"the column {name!r} is a field, which is text; only columns of data have types"
            )
    return types


def _facts(options: ImportOptions) -> dict[str, object]:
    """The options that change the queued calls."""
    newer = {name: options.get(name) for name in ("preset", "table") if options.get(name)}
    reading = attrs.asdict(read_options(options))
    del reading["table"]
    return newer | {
        "mapping": dict(options.get("mapping") or {}),
        "source_name": options.get("source_name"),
        "organization_source": options.get("organization_source"),
        "text": sorted(options.get("text", ())),
        "types": dict(options.get("types", {})),
        "format": options.get("format"),
        "strict": options.get("strict", False),
        "reading": str(reading),
    }


def _options(name: ResolvedInput, rows: Source, options: ImportOptions) -> Options:
    own = name.rejected(is_csv=rows.is_csv, dry_run=options.get("dry_run", False))
    return Options(
        rejected_file=Path(options.get("rejected") or own),
        is_rejected_file_named=bool(options.get("rejected")),
        max_errors=options.get("max_errors"),
        restart=options.get("restart", False),
        wait=options.get("wait", False),
        on_progress=options.get("on_progress"),
        stopping=options.get("stopping") or threading.Event(),
        strict=options.get("strict", False),
        ensure_users=options.get("ensure_users", False),
    )
