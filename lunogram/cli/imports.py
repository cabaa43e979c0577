"""`lunogram import`: the rows of a file or a query, checked, queued and delivered."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import attrs
import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.delivery_timeout import DeliveryTimeout
from lunogram.cli.output import say
from lunogram.cli.progress_bar import Bar

if TYPE_CHECKING:
    from lunogram.importing import ImportResult, Progress, Survey
    from lunogram.importing.formats import Input
    from lunogram.outbox import Outbox

Work: TypeAlias = Callable[..., "ImportResult"]
"""An import function: its arguments are the input, an outbox, and options."""

INPUT = (
    click.argument("source", nargs=-1, metavar="[FILE]..."),
    click.option("--query", metavar="SQL", help="A query, instead of a file."),
    click.option(
        "--database",
        metavar="FILE",
        help="The DuckDB or SQLite file that the query reads, or the URL of a database, such as "
        "postgresql://USER@HOST/DATABASE or mysql://USER@HOST/DATABASE.",
    ),
    click.option(
        "--format",
        type=click.Choice(["csv", "jsonl", "json", "parquet", "xlsx", "sqlite", "duckdb", "zip"]),
        help="The format of the file. Default: by the ending of its name; csv for '-'.",
    ),
    click.option(
        "--table",
        metavar="NAME",
        help="The table of a SQLite or DuckDB file, or the sheet of an Excel workbook. Default: "
        "the only one.",
    ),
    click.option(
        "--preset",
        metavar="NAME",
        help="The platform that has exported the file: amplitude, customerio, hubspot, klaviyo, "
        "mailchimp, mixpanel, posthog, segment, shopify or stripe.",
    ),
    click.option(
        "--map",
        "mapping",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="The field of a column; without a field, the column is omitted. Repeatable.",
    ),
    click.option(
        "--source",
        "source_name",
        metavar="NAME",
        help="The source of the identifiers, such as stripe.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        help="Reject users with an invalid phone, locale or timezone, which data keeps otherwise, "
        "and what the server would change.",
    ),
    click.option(
        "--dry-run", is_flag=True, help="Show the columns, check every row, and queue none."
    ),
    click.option(
        "--show-data",
        is_flag=True,
        help="Show examples of values in a dry run as they are, instead of masked.",
    ),
)
"""The options of every command that imports or syncs: the input and its columns."""

_REJECTED = click.option(
    "--rejected",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The file for rejected rows. Default: beside the input.",
)
SENDING = (
    click.option(
        "--text",
        metavar="COLUMN",
        multiple=True,
        help="A column of CSV that is text, even if it holds only numbers. Repeatable.",
    ),
    click.option(
        "--type",
        "types",
        metavar="COLUMN=TYPE",
        multiple=True,
        help="The type of a column of CSV: text, number, boolean or json; rows with other values "
        "are rejected. Repeatable.",
    ),
    click.option(
        "--null",
        metavar="WORD",
        multiple=True,
        help="A word in a CSV that means an empty cell, such as NULL. Repeatable.",
    ),
    click.option("--separator", metavar="CHAR", help="The separator of a CSV."),
    click.option(
        "--escape", metavar="CHAR", help="The escape character for quotes in a CSV, such as \\."
    ),
    click.option(
        "--skip",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="The number of lines before the header of a CSV.",
    ),
    click.option(
        "--short-rows",
        is_flag=True,
        help="Fill missing cells at the end of a row of a CSV.",
    ),
    click.option(
        "--encoding",
        metavar="NAME",
        help="The encoding of a text file that is not UTF-8, such as windows-1252.",
    ),
    click.option(
        "--max-errors",
        type=click.IntRange(min=0),
        metavar="N",
        help="Stop after more than N rejected rows.",
    ),
    click.option("--restart", is_flag=True, help="Start over, and send every row again."),
    click.option(
        "--outbox",
        "outbox_url",
        metavar="URL",
        help="The outbox, as in 'lunogram relay URL'. Default: a file of its own.",
    ),
    click.option("--no-relay", is_flag=True, help="Send nothing, and wait for other relays."),
    click.option(
        "--concurrency",
        type=click.IntRange(min=1),
        default=8,
        show_default=True,
        metavar="N",
        help="The maximum number of requests in flight.",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0, min_open=True),
        metavar="N",
        help="The maximum number of requests per second.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Stop if nothing was delivered for so long. Default: 300; at once for failures that "
        "need a correction, such as a wrong key.",
    ),
    click.option(
        "--batch",
        type=click.IntRange(min=1),
        default=500,
        show_default=True,
        metavar="N",
        help="The maximum number of events in a request.",
    ),
)
"""The options of every command that imports or syncs: reading, limits and delivery."""

ORGANIZATIONS = click.option(
    "--organizations", is_flag=True, help="Of organizations, not of users."
)
ENSURE_USERS = click.option(
    "--ensure-users",
    is_flag=True,
    help="Upsert users before their events and schedules, which the server drops otherwise.",
)
ORGANIZATION_SOURCE = click.option(
    "--organization-source",
    metavar="NAME",
    help="The source of the organizations' identifiers, if it differs.",
)


@click.group("import")
def import_() -> None:
    """Import users, events and more from files and databases.

    Every row is checked. Invalid rows are written to a file beside the input, with the reason;
    valid rows are queued in an outbox, and sent. The same command resumes an import that was
    interrupted. The exit code is 0 only if every row was delivered.
    """


def _command(name: str, text: str, *more: Callable[[Any], Any]) -> None:
    def run(**options: Any) -> None:
        _run(name, **options)

    run.__doc__ = text
    for option in reversed([*INPUT, _REJECTED, *SENDING, *more, target_options()]):
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
    ORGANIZATIONS,
    ENSURE_USERS,
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
    ORGANIZATION_SOURCE,
)
_command(
    "schedules",
    """Import schedules.

    Columns: name, identifier, scheduled_at, start_at, interval, id. Every other column is data.
    """,
    ORGANIZATIONS,
    ENSURE_USERS,
)


# -- running --------------------------------------------------------------------------------------


def _run(kind: str, *, source: tuple[str, ...], query: str | None, **given: Any) -> None:
    """Import, print the result, and exit."""
    from lunogram.importing import api

    rows = input_of(source, query, given.pop("database"))
    work: Work = getattr(api, f"import_{kind}")
    shown: list[str] = []
    is_long, show_data = given["dry_run"], given.pop("show_data")

    def show(survey: Survey) -> None:
        say(survey.summary)
        if is_long:
            say("\n".join(survey.lines(show_data=show_data)))
        tell_notes(survey.notes)
        shown.extend(survey.notes)

    result = deliver(work, rows, {**given, "on_survey": show}, shown)
    sys.exit(0 if result.complete else 1)


def deliver(
    work: Work, rows: Input, given: dict[str, Any], shown: Collection[str] = ()
) -> ImportResult:
    """Import, and print the result; an error exits the program.

    Args:
        work: The import function.
        rows: The input.
        given: The options of the command.
        shown: Notes that are not printed once more.
    """
    with Bar() as bar, ending(bar) as stopping:
        result, url = _imported(work, rows, bar, {**given, "stopping": stopping})
    _report(attrs.evolve(result, notes=[each for each in result.notes if each not in shown]), url)
    return result


@contextmanager
def ending(bar: Bar, what: str = "import") -> Iterator[threading.Event]:
    """A context for an import: signals stop it, and an error exits the program.

    Args:
        bar: The progress bar, which prints the error.
        what: What is stopped by a signal.
    """
    from lunogram import LunogramError
    from lunogram.importing import TooManyRejectedError

    try:
        with _stopping(bar, what) as stopping:
            yield stopping
    except LunogramError as error:
        bar.say(f"Error: {error}")
        sys.exit(1 if isinstance(error, TooManyRejectedError) else 2)


def input_of(source: tuple[str, ...], query: str | None, database: str | None) -> Input:
    """The input that a command names.

    Args:
        source: Its files.
        query: Its query, or None.
        database: The database of the query, or None.
    """
    from lunogram.importing import Query

    if bool(source) == (query is not None):
        raise click.UsageError("name a FILE, - for standard input, or a --query")
    if source and database is not None:
        raise click.UsageError("a --database needs a --query")
    if query is not None:
        return Query(query, database)
    return source[0] if len(source) == 1 else source


def _imported(work: Work, rows: Input, bar: Bar, given: dict[str, Any]) -> tuple[ImportResult, str]:
    """Import; return the result, and the URL of the outbox without its password."""
    from lunogram.importing.formats import lock_input

    url = given.pop("outbox_url")
    delivery = Delivery.of(bar, given)
    given = {**parsed(given), "on_progress": delivery.on_progress}
    if given["dry_run"]:
        return work(rows, None, **given), ""
    with (
        lock_input(rows, given["format"]) as name,
        own_outbox(name.outbox, url) as outbox,
        delivery.to(outbox),
    ):
        return work(name, outbox, wait=True, **given), outbox.url


@attrs.frozen
class Delivery:
    """The delivery of what a command queues.

    Attributes:
        on_progress: The callback for the progress.
    """

    on_progress: Callable[[Progress], object]
    _relaying: Callable[[Outbox], AbstractContextManager[object]]
    _timeout: DeliveryTimeout

    @classmethod
    def of(cls, bar: Bar, given: dict[str, Any]) -> Self:
        """The delivery that the options ask for. A missing key is an error before anything is read.

        Args:
            bar: The progress bar.
            given: The options of the command, of which those of the delivery are removed.
        """
        sends = not (given.pop("no_relay") or given["dry_run"])
        server = {name: given.pop(name) for name in _TARGET}
        timeout = DeliveryTimeout(given.pop("timeout"), given["stopping"])
        limits = {name: given.pop(name) for name in _LIMITS}
        relaying = _relaying(bar, timeout, server, limits) if sends else _nobody
        return cls(timeout.watch(bar.show), relaying, timeout)

    @contextmanager
    def to(self, outbox: Outbox) -> Iterator[None]:
        """A context in which an outbox is relayed.

        Args:
            outbox: The outbox.

        Raises:
            LunogramError: If nothing is delivered for too long.
        """
        with self._relaying(outbox), self._timeout.raising():
            yield


@contextmanager
def own_outbox(file: Path, url: str | None, *, stays: bool = False) -> Iterator[Outbox]:
    """The outbox of a command; its own file is removed when all entries were delivered.

    Args:
        file: The path of its own file.
        url: The URL of another outbox, or None.
        stays: Whether its own file stays, once something was queued.
    """
    from lunogram import ConfigurationError
    from lunogram.importing import SourceError

    is_new, is_needless = not file.exists(), False
    try:
        with _opened(url or f"sqlite:///{file}") as outbox:
            try:
                yield outbox
            except (SourceError, ConfigurationError):
                # A command that can't read its input leaves no new outbox.
                is_needless = is_new and not outbox.stats().queued
                raise
            left = outbox.stats()
            is_needless = not (left.pending or left.dead or (stays and left.queued))
    finally:
        if url is None and is_needless:
            _remove(file)


def parsed(given: dict[str, Any]) -> dict[str, Any]:
    """The options of a command as those of the import functions.

    Args:
        given: The options of the command.
    """
    from lunogram.importing.columns import parse_mapping, parse_types

    types = parse_types(given["types"])
    separator = {"\\t": "\t", "tab": "\t"}.get(given["separator"], given["separator"])
    mapping = parse_mapping(given["mapping"])
    return {**given, "mapping": mapping, "types": types, "separator": separator}


def _opened(url: str) -> Outbox:
    from lunogram.outbox import Outbox

    return Outbox(url)


_TARGET = ("api_key", "base_url", "project_id")
_LIMITS = ("concurrency", "rate", "batch")


def _nobody(_outbox: Outbox) -> AbstractContextManager[object]:
    return nullcontext()


def _relaying(
    bar: Bar, timeout: DeliveryTimeout, target: dict[str, Any], limits: dict[str, Any]
) -> Callable[[Outbox], AbstractContextManager[object]]:
    """The relay of an outbox. A missing key is an error before anything is read."""
    from lunogram import Lunogram
    from lunogram._target import find_target

    client = Lunogram(**target)
    timeout.server = find_target(**target).base_url

    def on_error(error: Exception) -> None:
        if not timeout.fail(error):
            bar.warn(error)

    # The bar prints its warnings.
    logging.getLogger("lunogram.outbox").addHandler(logging.NullHandler())
    return lambda outbox: outbox.relay(client, on_error=on_error, **limits)


@contextmanager
def _stopping(bar: Bar, what: str) -> Iterator[threading.Event]:
    """Stop after the current chunk with the first Ctrl-C or SIGTERM, and at once with the second.

    The import can be resumed after either, because its state is on disk.
    """
    from lunogram.importing import InterruptedImport

    stopping = threading.Event()
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield stopping
    except InterruptedImport:
        bar.say(f"Stopped. The same command resumes the {what}.")
        sys.exit(128 + asked[0])


def _remove(outbox: Path) -> None:
    """Remove the empty outbox of an import."""
    for ending in ("", "-wal", "-shm", "-journal", "-reserve"):
        Path(f"{outbox}{ending}").unlink(missing_ok=True)


def tell_notes(notes: Iterable[str]) -> None:
    """Print notes on an input.

    Args:
        notes: The notes of a survey or a result.
    """
    for note in notes:
        say(f"Note: {note}")


def _report(result: ImportResult, url: str) -> None:
    if result.was_done:
        say("An earlier run has queued all rows; --restart starts over.")
    if result.resumed_at and not result.was_done:
        say(f"Resumed after row {result.resumed_at:,}.")
    tell_notes(result.notes)
    for name in ("rows", "queued", "rejected", "delivered", "dead", "pending"):
        say(f"{name:10}{getattr(result, name):>12,}")
    say(f"{'seconds':10}{result.seconds:>12,.1f}")
    if result.rejected:
        say(f"Rejected rows with reasons: {result.rejected_file}")
    if result.dead:
        say(f"Dead letters: lunogram outbox dead-letters {url}")
