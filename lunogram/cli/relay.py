"""`lunogram relay`: delivers the calls of an outbox, as a process of its own."""

from __future__ import annotations

import signal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.output import errors_shown, say

if TYPE_CHECKING:
    from lunogram import Lunogram
    from lunogram.outbox import DeadLetter, Relay
    from lunogram.outbox.queue import Queue


class _RelayCommand(click.Command):
    """The command, with an option for each of `RelayOptions` that text can express.

    They are made when the command is used: the outbox is not imported for other commands.
    """

    @cached_property
    def _relay_options(self) -> list[click.Parameter]:
        from lunogram.outbox.options import RelaySettings

        return [_option(field) for field in attrs.fields(RelaySettings) if field.metadata]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The parameters of the command, those of the relay first.

        Args:
            ctx: The context.
        """
        return [*self._relay_options, *super().get_params(ctx)]


def _option(field: attrs.Attribute[Any]) -> click.Option:
    return click.Option(
        [f"--{field.name.replace('_', '-')}"],
        type=_type(field.validator),
        default=field.default,
        show_default=True,
        **field.metadata,
    )


def _type(validator: object) -> click.ParamType[Any] | None:
    from lunogram.outbox.options import Choice, Range

    if isinstance(validator, Choice):
        return click.Choice(validator.values)
    if not isinstance(validator, Range):
        return None
    kind = click.IntRange if validator.is_whole else click.FloatRange
    return kind(validator.least, validator.most, min_open=validator.is_open)


@click.command(cls=_RelayCommand)
@click.argument("url")
@target_options()
@click.option(
    "--customerio",
    is_flag=True,
    help="Send to Customer.io what a DualWriter has queued for it, with the keys in "
    "CUSTOMERIO_SITE_ID and CUSTOMERIO_TRACK_API_KEY.",
)
@click.option(
    "--no-reserve", is_flag=True, help="Reserve no disk space beside a file, as reserve=False does."
)
@click.option("--until-empty", is_flag=True, help="End when nothing is pending.")
def relay(
    *,
    url: str,
    api_key: str | None,
    base_url: str | None,
    project_id: str | None,
    customerio: bool,
    no_reserve: bool,
    until_empty: bool,
    **options: Any,
) -> None:
    """Deliver the calls of the outbox at URL in order, and retry until they succeed.

    URL is like sqlite:///lunogram.db, postgresql://USER@HOST/DATABASE or
    nats://HOST:PORT/STREAM. Several relays may run on one outbox: on one file, one is
    active and the others idle; elsewhere they share the work. SIGTERM and Ctrl-C finish the
    requests in flight, and end with exit code 0.
    """
    from lunogram import Lunogram
    from lunogram._target import find_target

    options |= {"on_dead_letter": _tell_dead_letter, "on_error": _tell_error}
    with errors_shown():
        if customerio:
            sender, start = _to_customerio(url, options, reserve=not no_reserve)
        else:
            find_target(api_key, base_url, project_id)  # without a key, no outbox is created
            client = Lunogram(api_key, base_url=base_url, project_id=project_id)
            sender, start = _to_lunogram(url, client, options, reserve=not no_reserve)
        _stop_on_signals(sender)
        say(start)
        _say_what_is_missing()
        sender.run(until_empty=until_empty)
    done = sender.stats()
    say(f"stopped: {done.delivered} delivered, {done.dead} dead letters")


def _to_lunogram(
    url: str, client: Lunogram, options: dict[str, Any], *, reserve: bool
) -> tuple[Relay, str]:
    """The relay to Lunogram, and the line to print when it starts."""
    from lunogram.outbox import Outbox

    outbox = Outbox(url, reserve=reserve)
    _check(outbox, customerio=False)
    return outbox.relay(client, **options), _start(outbox, client)


def _to_customerio(url: str, options: dict[str, Any], *, reserve: bool) -> tuple[Relay, str]:
    """The relay to Customer.io, and the line to print when it starts."""
    from lunogram.customerio import CustomerIO, CustomerIOOutbox

    client, outbox = CustomerIO(), CustomerIOOutbox(url, reserve=reserve)
    _check(outbox, customerio=True)
    return outbox.relay(client, **options), _start(outbox, client)


def _check(outbox: Queue, *, customerio: bool) -> None:
    """Reject an outbox of the other API: every call in it would become a dead letter."""
    from lunogram import ConfigurationError

    for entry in outbox.pending(1):
        if (entry.operation.api != "client") is not customerio:
            whose, how = ("Lunogram", "without") if customerio else ("Customer.io", "with")
            raise ConfigurationError(f"this outbox is {whose}'s: relay it {how} --customerio")


def _say_what_is_missing() -> None:
    from lunogram._http.transport import is_fast

    if not is_fast():
        say("pip install 'lunogram[fast]' makes each request cost a fraction of the CPU time")


def _start(outbox: Queue, client: object) -> str:
    return f"{outbox.stats().pending} pending; relaying {outbox.url} as {client}"


def _stop_on_signals(relay: Relay) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: relay.ask_to_stop())


def _tell_dead_letter(letter: DeadLetter) -> None:
    entry, problem = letter.entry, letter.shown_problem
    say(f"dead letter {entry.sequence}: {entry.shown_method} {entry.shown_path}: {problem}")


def _tell_error(error: Exception) -> None:
    from lunogram.outbox.relay.failure_policy import shown

    say(f"retrying: {shown(error)}")
