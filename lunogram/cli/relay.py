"""`lunogram relay`: sends what an outbox holds, as a process of its own."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lunogram.outbox import DeadLetter, Relay


@click.command()
@click.argument("url")
@click.option(
    "--api-key",
    envvar="LUNOGRAM_API_KEY",
    show_envvar=True,
    metavar="KEY",
    help="The project's key; better in the environment than here, where others may see it.",
)
@click.option(
    "--base-url",
    envvar="LUNOGRAM_BASE_URL",
    show_envvar=True,
    metavar="URL",
    help="Where the API is. The hosted platform, if left out.",
)
@click.option(
    "--project-id",
    envvar="LUNOGRAM_PROJECT_ID",
    show_envvar=True,
    metavar="ID",
    help="The project's id, for newer servers.",
)
@click.option(
    "--batch",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    metavar="N",
    help="How many events go out at once, at the most.",
)
@click.option(
    "--batch-bytes",
    type=click.IntRange(min=1),
    default=1_000_000,
    show_default=True,
    metavar="BYTES",
    help="How many bytes of events go out at once, at the most.",
)
@click.option(
    "--deaths",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Give up an entry after so many relays ended while sending it.",
)
@click.option("--until-empty", is_flag=True, help="End when nothing waits any more.")
def relay(
    *,
    url: str,
    api_key: str | None,
    base_url: str | None,
    project_id: str | None,
    batch: int,
    batch_bytes: int,
    deaths: int,
    until_empty: bool,
) -> None:
    """Send what the outbox at URL holds, in order, for as long as it takes.

    URL is like sqlite:///lunogram.db. Several relays may work on one outbox: they take turns.
    SIGTERM and Ctrl-C finish the request that is under way, and end with exit code 0.
    """
    from lunogram import Lunogram, LunogramError
    from lunogram.outbox import Outbox

    try:
        client = Lunogram(api_key, base_url=base_url, project_id=project_id)
        outbox = Outbox(url)
    except LunogramError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    sender = outbox.relay(
        client,
        batch=batch,
        batch_bytes=batch_bytes,
        deaths=deaths,
        on_dead_letter=_tell_death,
        on_error=_tell_error,
    )
    _stop_on_signals(sender)
    click.echo(f"{outbox.stats().pending} waiting; relaying {url} as {client}")
    sender.run(until_empty=until_empty)
    done = sender.stats()
    click.echo(f"stopped: {done.delivered} delivered, {done.dead} dead letters")


def _stop_on_signals(relay: Relay) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.ask_to_stop())


def _tell_death(letter: DeadLetter) -> None:
    entry = letter.entry
    click.echo(f"dead letter {entry.sequence}: {entry.method} {entry.path}: {letter.problem}")


def _tell_error(error: Exception) -> None:
    from lunogram.outbox.relay import shown

    click.echo(f"trying again: {shown(error)}")
