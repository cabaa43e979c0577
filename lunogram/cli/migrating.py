"""`lunogram migrate`: what another platform exports, surveyed first, and then imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lunogram.cli.bar import Bar
from lunogram.cli.importing import SENDING, deliver, ending
from lunogram.cli.target import target_options

if TYPE_CHECKING:
    from lunogram.customerio.migrating import Survey

_FILE = click.Path(exists=True, dir_okay=False)
_OPTIONS = (
    click.option(
        "--people", type=_FILE, metavar="FILE", help="People, as Customer.io exports them."
    ),
    click.option("--events", type=_FILE, metavar="FILE", help="Events, one in each row."),
    click.option(
        "--map",
        "map_people",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="What a column of the people is; without a field, it is left out. May be repeated.",
    ),
    click.option(
        "--map-events",
        metavar="COLUMN=FIELD",
        multiple=True,
        help="The same for a column of the events.",
    ),
    click.option("--go", is_flag=True, help="Send it. Without, it is only looked through."),
    *SENDING,
    target_options(),
)


@click.group()
def migrate() -> None:
    """Move to Lunogram from elsewhere."""


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@migrate.command()
@_with_options
def customerio(
    *,
    people: str | None,
    events: str | None,
    map_people: tuple[str, ...],
    map_events: tuple[str, ...],
    go: bool,
    **given: Any,
) -> None:
    """Import what Customer.io exports: people, and events.

    Without --go nothing is sent: every attribute is listed, how often it is filled, and what
    becomes of it. With --go, the same command sends it, and goes on after it was interrupted in
    whatever way. People go before events. Exits with 0 only if every row has arrived, or could.
    """
    if not (people or events):
        raise click.UsageError("name a file of --people, of --events, or both")
    files = [
        (file, kind, mapping)
        for file, kind, mapping in (
            (people, "people", map_people),
            (events, "events", map_events),
        )
        if file
    ]
    act = _migrate if go else _survey
    fine = [act(kind, file, {**given, "mapping": mapping}) for file, kind, mapping in files]
    if not go:
        click.echo("Nothing was sent. The same command with --go sends it.")
    sys.exit(0 if all(fine) else 1)


def _migrate(kind: str, file: str, given: dict[str, Any]) -> bool:
    """Send a file; tell whether all of it has arrived."""
    from lunogram.customerio import migrating

    click.echo(f"{file}: {kind}")
    work = {"people": migrating.migrate_people, "events": migrating.migrate_events}[kind]
    return deliver(work, file, {**given, "format": None, "dry_run": False}).complete


def _survey(kind: str, file: str, given: dict[str, Any]) -> bool:
    """Print what becomes of a file; tell whether every row of it can be right."""
    from lunogram.customerio import migrating
    from lunogram.importing.columns import parse_mapping

    look = {"people": migrating.survey_people, "events": migrating.survey_events}[kind]
    with Bar() as bar, ending(bar) as stopping:
        found = look(
            file,
            mapping=parse_mapping(given["mapping"]),
            text=given["text"],
            max_errors=given["max_errors"],
            on_progress=bar.show,
            stopping=stopping,
        )
    _print(kind, file, found)
    return not found.result.refused


def _print(kind: str, file: str, found: Survey) -> None:
    click.echo(f"{file}: {found.result.rows:,} rows of {kind}\n{found}")
    if found.result.refused:
        click.echo(f"{found.result.refused:,} can't be right: {found.result.refused_file}")
    click.echo()
