"""`lunogram relay`: sends what an outbox holds, as a process of its own."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from lunogram.cli.target import target_options

if TYPE_CHECKING:
    from lunogram import Lunogram
    from lunogram.outbox import DeadLetter, Relay
    from lunogram.outbox.queue import Queue


@click.command()
@click.argument("url")
@target_options()
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
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many requests are on their way at once, at the most. With more than one, only "
    "calls about one subject stay in order.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="How many requests go out in a second, at the most. No cap, if left out.",
)
@click.option(
    "--health-port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Answer /healthz and /metrics at this port.",
)
@click.option(
    "--health-host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="At which address.",
)
@click.option(
    "--customerio",
    is_flag=True,
    help="Send to Customer.io what a DualWriter has queued for it, with the keys in "
    "CUSTOMERIO_SITE_ID and CUSTOMERIO_TRACK_API_KEY.",
)
@click.option("--until-empty", is_flag=True, help="End when nothing waits any more.")
def relay(
    *,
    url: str,
    api_key: str | None,
    base_url: str | None,
    project_id: str | None,
    customerio: bool,
    until_empty: bool,
    **options: Any,
) -> None:
    """Send what the outbox at URL holds, in order, for as long as it takes.

    URL is like sqlite:///lunogram.db, postgresql://USER@HOST/DATABASE or
    nats://HOST:PORT/STREAM. Several relays may work on one outbox: on one file they take turns,
    elsewhere they share the work. SIGTERM and Ctrl-C finish what is on its way, and end with exit
    code 0.
    """
    from lunogram import Lunogram, LunogramError

    options |= {"on_dead_letter": _tell_death, "on_error": _tell_error}
    try:
        if customerio:
            sender, start = _to_customerio(url, options)
        else:
            client = Lunogram(api_key, base_url=base_url, project_id=project_id)
            sender, start = _to_lunogram(url, client, options)
        _stop_on_signals(sender)
        click.echo(start)
        sender.run(until_empty=until_empty)
    except LunogramError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    done = sender.stats()
    click.echo(f"stopped: {done.delivered} delivered, {done.dead} dead letters")


def _to_lunogram(url: str, client: Lunogram, options: dict[str, Any]) -> tuple[Relay, str]:
    """A relay, and what to say when it starts."""
    from lunogram.outbox import Outbox

    outbox = Outbox(url)
    _check(outbox, customerio=False)
    return outbox.relay(client, **options), _start(outbox, client)


def _to_customerio(url: str, options: dict[str, Any]) -> tuple[Relay, str]:
    """The same for what goes to Customer.io."""
    from lunogram.customerio import CustomerIO, CustomerIOOutbox

    client, outbox = CustomerIO(), CustomerIOOutbox(url)
    _check(outbox, customerio=True)
    return outbox.relay(client, **options), _start(outbox, client)


def _check(outbox: Queue, *, customerio: bool) -> None:
    """Refuse a queue that is meant for the other: every call in it would become a dead letter."""
    from lunogram import ConfigurationError

    for entry in outbox._store.pending(1):
        if entry.path.startswith("/api/") is not customerio:
            whose, how = ("Lunogram", "without") if customerio else ("Customer.io", "with")
            raise ConfigurationError(f"this outbox is {whose}'s: relay it {how} --customerio")


def _start(outbox: Queue, client: object) -> str:
    return f"{outbox.stats().pending} waiting; relaying {outbox.url} as {client}"


def _stop_on_signals(relay: Relay) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.ask_to_stop())


def _tell_death(letter: DeadLetter) -> None:
    entry = letter.entry
    click.echo(f"dead letter {entry.sequence}: {entry.method} {entry.shown_path}: {letter.problem}")


def _tell_error(error: Exception) -> None:
    from lunogram.outbox.relaying.verdicts import shown

    click.echo(f"trying again: {shown(error)}")
