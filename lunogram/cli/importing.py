"""`lunogram import`: the rows of a file or a query, checked, queued and delivered."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from lunogram.cli.bar import Bar
from lunogram.cli.target import target_options

if TYPE_CHECKING:
    from lunogram.importing import ImportResult
    from lunogram.importing.opening import Input
    from lunogram.outbox import Outbox

Work: TypeAlias = Callable[..., "ImportResult"]
"""A function that imports: what, an outbox, and options."""

_INPUT = (
    click.argument("source", required=False, metavar="[FILE]"),
    click.option("--query", metavar="SQL", help="Rows that a query answers, instead of a file."),
    click.option(
        "--database",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="The DuckDB or SQLite file that the query reads.",
    ),
    click.option(
        "--format",
        type=click.Choice(["csv", "jsonl", "json", "parquet"]),
        help="How rows are written, if the name of the file does not say so; CSV on '-'.",
    ),
    click.option(
        "--map",
        "mapping",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="What a column is; without a field, it is left out. May be repeated.",
    ),
    click.option(
        "--source",
        "source_name",
        metavar="NAME",
        help="The system that the identifiers are of, such as stripe.",
    ),
    click.option("--dry-run", is_flag=True, help="Check every row, and queue none."),
    click.option(
        "--refused",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Where refused rows go. Beside the input, if left out.",
    ),
)
SENDING = (
    click.option(
        "--text",
        metavar="COLUMN",
        multiple=True,
        help="A column of CSV that is text, even if it holds only numbers. May be repeated.",
    ),
    click.option(
        "--max-errors",
        type=click.IntRange(min=0),
        metavar="N",
        help="Stop when more than N rows were refused.",
    ),
    click.option("--restart", is_flag=True, help="Begin anew, whatever was done before."),
    click.option(
        "--outbox",
        "outbox_url",
        metavar="URL",
        help="Queue here, as in 'lunogram relay URL'. In a file beside the input, if left out.",
    ),
    click.option(
        "--no-relay", is_flag=True, help="Send nothing, and wait until other relays have."
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(min=1),
        default=8,
        show_default=True,
        metavar="N",
        help="How many requests may be on their way at once.",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0, min_open=True),
        metavar="N",
        help="How many requests go out in a second, at the most.",
    ),
    click.option(
        "--batch",
        type=click.IntRange(min=1),
        default=500,
        show_default=True,
        metavar="N",
        help="How many events go out at once, at the most.",
    ),
)
"""Options of every command that imports: what is text, when to stop, and how to deliver."""

_ORGANIZATIONS = click.option(
    "--organizations", is_flag=True, help="They are of organizations, not of users."
)
_ORGANIZATION_SOURCE = click.option(
    "--organization-source",
    metavar="NAME",
    help="The system that the organizations' identifiers are of, if it is another one.",
)


@click.group("import")
def import_() -> None:
    """Import users, events and more from files and databases.

    Every row is checked. Those that can't be right go to a file beside the input, with the
    reason; the others are queued in an outbox, and sent. The same command goes on after it was
    interrupted in whatever way. Exits with 0 only if every row has arrived.
    """


def _command(name: str, text: str, *more: Callable[[Any], Any]) -> None:
    """Add the command for a kind of rows."""

    def run(**options: Any) -> None:
        """Run it."""
        _run(name, **options)

    run.__doc__ = text
    for option in reversed([*_INPUT, *SENDING, *more, target_options()]):
        run = option(run)
    import_.command(name)(run)


_command(
    "users",
    """Import users.

    Columns: identifier, email, phone, timezone, locale. Every other column is data.
    """,
)
_command(
    "events",
    """Import events.

    Columns: name, and identifier or match. Every other column is data.
    """,
    _ORGANIZATIONS,
)
_command(
    "organizations",
    """Import organizations.

    Columns: identifier, name. Every other column is data.
    """,
)
_command(
    "members",
    """Import members of organizations.

    Columns: organization, user. Every other column is data of the membership.
    """,
    _ORGANIZATION_SOURCE,
)
_command(
    "schedules",
    """Import schedules.

    Columns: name, identifier, scheduled_at, start_at, interval, id. Every other column is data.
    """,
    _ORGANIZATIONS,
)


# -- running --------------------------------------------------------------------------------------


def _run(kind: str, *, source: str | None, query: str | None, **given: Any) -> None:
    """Import, print what became of it, and exit."""
    from lunogram.importing import api

    rows = _input(source, query, given.pop("database"))
    work: Work = getattr(api, f"import_{kind}")
    result = deliver(work, rows, given)
    sys.exit(0 if result.complete else 1)


def deliver(work: Work, rows: Input, given: dict[str, Any]) -> ImportResult:
    """Import, and print what became of it; what can't be right ends the program.

    Args:
        work: The function that imports.
        rows: What to import.
        given: The options of the command.
    """
    with Bar() as bar, ending(bar) as stopping:
        result, url = _imported(work, rows, bar, {**given, "stopping": stopping})
    _report(result, url)
    return result


@contextmanager
def ending(bar: Bar) -> Iterator[threading.Event]:
    """An import for a while: signals stop it, and what can't be right ends the program.

    Args:
        bar: Where to say so.
    """
    from lunogram import LunogramError
    from lunogram.importing import TooManyRefusedError

    try:
        with _stopping(bar) as stopping:
            yield stopping
    except LunogramError as error:
        bar.say(f"Error: {error}")
        sys.exit(1 if isinstance(error, TooManyRefusedError) else 2)


def _input(source: str | None, query: str | None, database: str | None) -> Input:
    from lunogram.importing import Query

    if (source is None) == (query is None):
        raise click.UsageError("name a FILE, - for standard input, or a --query")
    if source is not None and database is not None:
        raise click.UsageError("a --database needs a --query")
    return Query(query, database) if query is not None else str(source)


def _imported(work: Work, rows: Input, bar: Bar, given: dict[str, Any]) -> tuple[ImportResult, str]:
    """Import; return what became of it, and the URL of the outbox, to be shown."""
    from lunogram.importing.columns import parse_mapping
    from lunogram.importing.opening import named

    own = named(rows, given["format"]).outbox
    url = given.pop("outbox_url")
    sends = not (given.pop("no_relay") or given["dry_run"])
    relaying = _relaying(bar, {name: given.pop(name) for name in _RELAYING}) if sends else _nobody
    given |= {"mapping": parse_mapping(given["mapping"]), "on_progress": bar.show}
    if given["dry_run"]:
        return work(rows, None, **given), ""
    with _opened(url or f"sqlite:///{own}") as outbox, relaying(outbox):
        result, shown = work(rows, outbox, wait=True, **given), outbox.url
        left = outbox.stats()
    if url is None and not (left.pending or left.dead):
        _remove(own)
    return result, shown


def _opened(url: str) -> Outbox:
    from lunogram.outbox import Outbox

    return Outbox(url)


_RELAYING = ("api_key", "base_url", "project_id", "concurrency", "rate", "batch")


def _nobody(_outbox: Outbox) -> AbstractContextManager[object]:
    return nullcontext()


def _relaying(
    bar: Bar, given: dict[str, Any]
) -> Callable[[Outbox], AbstractContextManager[object]]:
    """What relays an outbox for a while; the key is missed before anything is read."""
    from lunogram import Lunogram

    client = Lunogram(given["api_key"], base_url=given["base_url"], project_id=given["project_id"])
    # Its warnings are printed here, above the bar.
    logging.getLogger("lunogram.outbox").addHandler(logging.NullHandler())
    return lambda outbox: outbox.relay(
        client,
        concurrency=given["concurrency"],
        rate=given["rate"],
        batch=given["batch"],
        on_error=bar.warn,
    )


@contextmanager
def _stopping(bar: Bar) -> Iterator[threading.Event]:
    """Stop with the first Ctrl-C or SIGTERM when what is under way is done; at once with the next.

    Everything is kept as it is on disk, so both are as good for the import.
    """
    from lunogram.importing import InterruptedImport

    stopping = threading.Event()
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        """Ask it to stop."""
        asked.append(number)
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield stopping
    except InterruptedImport:
        bar.say("Stopped. The same command goes on from here.")
        sys.exit(128 + asked[0])


def _remove(outbox: Path) -> None:
    """Remove the outbox of an import of which nothing is left in it."""
    for ending in ("", "-wal", "-shm", "-journal", "-reserve"):
        Path(f"{outbox}{ending}").unlink(missing_ok=True)


def _report(result: ImportResult, url: str) -> None:
    if result.was_done:
        click.echo("This import had been read to its end before; --restart begins anew.")
    if result.resumed_at and not result.was_done:
        click.echo(f"Went on after row {result.resumed_at:,}.")
    for name in ("rows", "queued", "refused", "delivered", "dead", "pending"):
        click.echo(f"{name:10}{getattr(result, name):>12,}")
    click.echo(f"{'seconds':10}{result.seconds:>12,.1f}")
    if result.refused:
        click.echo(f"Refused rows, with the reasons: {result.refused_file}")
    if result.dead:
        click.echo(f"Dead letters: lunogram outbox dead-letters {url}")
