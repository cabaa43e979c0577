"""The functions that import, one for each kind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypedDict, Unpack

from ..errors import ConfigurationError
from ..outbox import Outbox
from .columns import Mapped, mapped
from .kinds import (
    EVENTS,
    MEMBERS,
    ORGANIZATION_EVENTS,
    ORGANIZATION_SCHEDULES,
    ORGANIZATIONS,
    SCHEDULES,
    USERS,
    Kind,
)
from .opening import Format, Input, Named, named, opened
from .progress import ImportResult, Progress
from .rows import Source
from .running import Import, Options, rehearse
from .state import bookmark_name


class ImportOptions(TypedDict, total=False):
    """What every import may be told.

    Attributes:
        mapping: Which field a column is, where its name does not say so, such as
            ``{"E-mail": "email", "Plan": "data.plan"}``; an empty text leaves a column out.
        source_name: The system in which the identifiers are, such as ``"stripe"``.
        organization_source: The same for the organizations of members.
        text: Columns of CSV that stay text, whatever is in them, such as postal codes.
        format: How rows are written, if the name of the file does not say so.
        on_progress: Told how far it is, about ten times a second.
        dry_run: Check every row, and queue none.
        max_errors: Stop when more rows than this were refused.
        refused: Where refused rows go: a file beside the input, if left out.
        restart: Begin anew, whatever an earlier run of the same import has done.
        wait: Return only when everything has arrived or died. A relay has to run.
        stopping: Set it, in another thread, to stop the import.
    """

    mapping: Mapping[str, str] | None
    source_name: str | None
    organization_source: str | None
    text: Iterable[str]
    format: Format | None
    on_progress: Callable[[Progress], object] | None
    dry_run: bool
    max_errors: int | None
    refused: Path | str | None
    restart: bool
    wait: bool
    stopping: threading.Event | None


def import_users(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue an upsert for each row of users.

        with client.relay(outbox):
            result = import_users("people.csv", outbox, wait=True)

    The same import, called again after it was interrupted in whatever way, goes on where it was.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        options: As described in `ImportOptions`.

    Raises:
        ConfigurationError: If an argument can't be right, or the extra is not installed.
        SourceError: If the input can't be read, lacks a column, or changed since an interruption.
        TooManyRefusedError: If more rows were refused than ``max_errors``.
        OutboxError: If the outbox can't be used.
    """
    return run(USERS, source, outbox, **options)


def import_organizations(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue an upsert for each row of organizations; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        options: As described in `ImportOptions`.

    Raises:
        LunogramError: As for `import_users`.
    """
    return run(ORGANIZATIONS, source, outbox, **options)


def import_members(
    source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue a membership for each row of an organization and a user; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        options: As described in `ImportOptions`.

    Raises:
        LunogramError: As for `import_users`.
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
        LunogramError: As for `import_users`.
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
        LunogramError: As for `import_users`.
    """
    return run(ORGANIZATION_SCHEDULES if organizations else SCHEDULES, source, outbox, **options)


def run(
    kind: Kind, source: Input, outbox: Outbox | None, **options: Unpack[ImportOptions]
) -> ImportResult:
    """Queue the call of each row.

    Args:
        kind: What the rows are. One more kind is one more `Kind`.
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue; None for a dry run.
        options: As described in `ImportOptions`.

    Raises:
        LunogramError: As for `import_users`.
    """
    if outbox is None and not options.get("dry_run"):
        raise ConfigurationError("an import that is no dry run needs an outbox")
    name = named(source, options.get("format"))
    with opened(name) as rows:
        columns = mapped(kind, rows.columns, options.get("mapping"), _sources(kind, options))
        rows.look_through(_typed(columns, options.get("text", ())), columns.objects)
        if outbox is None or options.get("dry_run"):
            return rehearse(rows, columns, _options(name, rows, options))
        mark = bookmark_name(kind.name, name.identity, _facts(options))
        return Import(rows, columns, outbox, mark, _options(name, rows, options)).run()


def _sources(kind: Kind, options: ImportOptions) -> dict[str, str]:
    name = options.get("source_name")
    sources = {"organization": options.get("organization_source") or name}
    given = {field: sources.get(field, name) for field in kind.identifiers}
    return {field: source for field, source in given.items() if source}


def _typed(columns: Mapped, text: Iterable[str]) -> list[str]:
    kept = set(text)
    return [column for column in columns.data if column not in kept]


def _facts(options: ImportOptions) -> dict[str, object]:
    """All that makes a difference to what is queued."""
    return {
        "mapping": dict(options.get("mapping") or {}),
        "source_name": options.get("source_name"),
        "organization_source": options.get("organization_source"),
        "text": sorted(options.get("text", ())),
        "format": options.get("format"),
    }


def _options(name: Named, rows: Source, options: ImportOptions) -> Options:
    own = name.refused(is_csv=rows.is_csv, dry_run=options.get("dry_run", False))
    return Options(
        refused_file=Path(options.get("refused") or own),
        max_errors=options.get("max_errors"),
        restart=options.get("restart", False),
        wait=options.get("wait", False),
        on_progress=options.get("on_progress"),
        stopping=options.get("stopping") or threading.Event(),
    )
