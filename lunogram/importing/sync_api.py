"""The sync functions, one for each kind of rows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Unpack

import attrs

from ..errors import ConfigurationError
from ..outbox import Outbox
from .api import RowOptions, map_source, read_options
from .errors import SourceError
from .formats import Input, ResolvedInput, open_source, resolve_input
from .importer import Checks
from .lock import locked
from .record_types import EVENTS, MEMBERS, ORGANIZATION_EVENTS, ORGANIZATIONS, USERS, RecordType
from .row_keys import RowKeys
from .rows import Source
from .stats import SyncResult
from .survey import survey_of
from .sync import Options, Sync
from .sync_state import SyncState
from .user_fields import UserFields
from .watermark import Watermark

# The options that change the calls of rows whose values are the same.
_FACTS = ("preset", "mapping", "source_name", "organization_source", "strict")


class SyncOptions(RowOptions, total=False):
    """The options of every sync: those of `RowOptions`, and these.

    Attributes:
        state: The file of the fingerprints, which is created if there is none. Default: in the
            working directory for a query, named after it; beside a file.
        since: The watermark column of a query, such as ``"updated_at"``: only rows with at least
            its largest value so far are read, and nothing is deleted.
        delete: Delete the users, organizations or memberships that the table does not have any
            more. Default: they are only counted.
        delete_limit: The largest share of the remembered rows that is deleted, in percent; if more
            are gone, none is deleted. Default: 10.
        key: The column of the id of an event. Default: two events are the same if all of their
            values are.
    """

    state: Path | str | None
    since: str | None
    delete: bool
    delete_limit: float
    key: str | None


def sync_users(source: Input, outbox: Outbox | None, **options: Unpack[SyncOptions]) -> SyncResult:
    """Queue an upsert for each user who is new or has changed since the last sync.

        with outbox.relay(client):
            result = sync_users(Query("select * from users", "shop.db"), outbox, wait=True)

    The same call is the next run, also after an interruption.

    Args:
        source: A `Query`, or a file: the complete table.
        outbox: The outbox for the calls, always the same; None for a dry run.
        options: See `SyncOptions`.

    Raises:
        ConfigurationError: If an argument is invalid, or the extra is not installed.
        SourceError: If the table can't be read or lacks a column, or the same sync is running.
        SyncStateError: If the state can't be used, or does not fit the outbox.
        TooManyRejectedError: If more rows were rejected than ``max_errors``.
        OutboxError: If the outbox can't be used.
    """
    return run(USERS, source, outbox, **options)


def sync_organizations(
    source: Input, outbox: Outbox | None, **options: Unpack[SyncOptions]
) -> SyncResult:
    """Queue an upsert for each organization that is new or has changed; see `sync_users`.

    Args:
        source: A `Query`, or a file: the complete table.
        outbox: The outbox for the calls, always the same; None for a dry run.
        options: See `SyncOptions`.

    Raises:
        LunogramError: See `sync_users`.
    """
    return run(ORGANIZATIONS, source, outbox, **options)


def sync_members(
    source: Input, outbox: Outbox | None, **options: Unpack[SyncOptions]
) -> SyncResult:
    """Queue each membership that is new or has changed; see `sync_users`.

    Args:
        source: A `Query`, or a file: the complete table.
        outbox: The outbox for the calls, always the same; None for a dry run.
        options: See `SyncOptions`.

    Raises:
        LunogramError: See `sync_users`.
    """
    return run(MEMBERS, source, outbox, **options)


def sync_events(
    source: Input,
    outbox: Outbox | None,
    *,
    organizations: bool = False,
    **options: Unpack[SyncOptions],
) -> SyncResult:
    """Queue each event that no earlier sync has queued; see `sync_users`.

    Events can't be changed or deleted: rows that change, or are gone, are ignored.

    Args:
        source: A `Query`, or a file.
        outbox: The outbox for the calls, always the same; None for a dry run.
        organizations: Whether they are events of organizations, rather than of users.
        options: See `SyncOptions`.

    Raises:
        LunogramError: See `sync_users`.
    """
    return run(ORGANIZATION_EVENTS if organizations else EVENTS, source, outbox, **options)


def run(
    kind: RecordType,
    source: Input | ResolvedInput,
    outbox: Outbox | None,
    **options: Unpack[SyncOptions],
) -> SyncResult:
    """Queue what is new or has changed.

    Args:
        kind: The kind of the rows.
        source: A `Query`, a file, or an input that was found.
        outbox: The outbox for the calls; None for a dry run.
        options: See `SyncOptions`.

    Raises:
        LunogramError: See `sync_users`.
    """
    _check(kind, outbox, options)
    outbox = None if options.get("dry_run") else outbox
    with (
        resolve_input(source, options.get("format")) as name,
        _opened_state(kind, name, options, writes=outbox is not None) as state,
    ):
        watermark = _watermark(name, state, options)
        read = watermark.applied(name) if watermark else name
        with open_source(read, read_options(options)) as rows:
            opened = _Opened(name.what, rows, state, outbox, watermark)
            return _run(kind, opened, options)


@attrs.frozen
class _Opened:
    """What one run reads and writes."""

    what: str
    rows: Source
    state: SyncState
    outbox: Outbox | None
    watermark: Watermark | None


def _run(kind: RecordType, opened: _Opened, options: SyncOptions) -> SyncResult:
    rows, state = opened.rows, opened.state
    fields = UserFields()
    users = USERS if options.get("strict") else fields.repairing(USERS)
    # A query runs only once: its values have types of their own.
    mapped = map_source(users if kind is USERS else kind, users, rows, options, counts=False)
    _check_columns(rows, opened.watermark, options)
    if show := options.get("on_survey"):
        show(survey_of(opened.what, rows, mapped, options.get("mapping") or {}, mapped.notes))
    if opened.outbox and options.get("restart"):
        state.restart()
    keys = RowKeys(mapped, rows.columns, _salt(state, options), options.get("key"))
    checks = Checks(mapped, strict=options.get("strict", False))
    sync_options = _options(opened.watermark, options)
    sync = Sync(rows, keys, checks, state=state, outbox=opened.outbox, options=sync_options)
    result = sync.run()
    return attrs.evolve(result, notes=[*mapped.notes, *fields.notes, *result.notes])


def _check(kind: RecordType, outbox: Outbox | None, options: SyncOptions) -> None:
    if outbox is None and not options.get("dry_run"):
        raise ConfigurationError("a sync needs an outbox, unless it is a dry run")
    is_events = kind in (EVENTS, ORGANIZATION_EVENTS)
    if options.get("delete") and is_events:
        raise ConfigurationError("events can't be deleted")
    if options.get("delete") and options.get("since"):
        raise ConfigurationError(
            "with a watermark it is not known who is gone; delete in a sync of the complete table"
        )
    if options.get("key") and not is_events:
        raise ConfigurationError("key is for events; other rows have identifiers")
    if not 0 <= options.get("delete_limit", 10) <= 100:
        raise ConfigurationError("delete_limit must be a percentage, from 0 to 100")


def _check_columns(rows: Source, watermark: Watermark | None, options: SyncOptions) -> None:
    if watermark:
        watermark.check(rows.columns)
    key = options.get("key")
    if key is not None and key not in rows.columns:
        raise SourceError(f"there is no column {key!r}, the key of events")


@contextmanager
def _opened_state(
    kind: RecordType, name: ResolvedInput, options: SyncOptions, *, writes: bool
) -> Iterator[SyncState]:
    path = Path(options.get("state") or default_state(kind.name, name))
    if not writes:
        with closing(SyncState(path if path.exists() else None, kind.name)) as state:
            yield state
        return
    with locked(lock_of(path), f"sync with {path}"):
        is_new = not path.exists()
        state = SyncState(path, kind.name)
        try:
            yield state
        finally:
            is_needless = is_new and state.is_unused
            state.close()
            if is_needless:  # its run has ended before it queued anything
                path.unlink()


def _watermark(name: ResolvedInput, state: SyncState, options: SyncOptions) -> Watermark | None:
    column = options.get("since")
    if column is None:
        return None
    if name.query is None:
        raise ConfigurationError("a watermark needs a query, not a file")
    return Watermark(column, None if options.get("restart") else state.watermark)


def _salt(state: SyncState, options: SyncOptions) -> bytes:
    facts = json.dumps([options.get(name) for name in _FACTS], sort_keys=True, default=str)
    return blake2b(facts.encode(), key=state.salt, digest_size=32).digest()


def _options(watermark: Watermark | None, options: SyncOptions) -> Options:
    return Options(
        watermark=watermark,
        delete=options.get("delete", False),
        delete_limit=options.get("delete_limit", 10),
        max_errors=options.get("max_errors"),
        wait=options.get("wait", False),
        ensure_users=options.get("ensure_users", False),
        on_progress=options.get("on_progress"),
        stopping=options.get("stopping") or threading.Event(),
    )


def default_state(kind: str, name: ResolvedInput) -> Path:
    """The file of the fingerprints, if none is named.

    Args:
        kind: The name of the kind of rows.
        name: The input.
    """
    return name.beside.with_name(f"{name.beside.name}.{kind.replace(' ', '-')}.sync.db")


def lock_of(state: Path) -> Path:
    """The lock of a sync.

    Args:
        state: The file of the fingerprints.
    """
    return state.with_name(f"{state.name}.lunogram.lock")
