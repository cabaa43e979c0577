"""`lunogram sync`: the rows of a table that are new or have changed, queued and delivered."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.durations import seconds_of
from lunogram.cli.imports import (
    ENSURE_USERS,
    INPUT,
    ORGANIZATION_SOURCE,
    ORGANIZATIONS,
    SENDING,
    Delivery,
    ending,
    input_of,
    own_outbox,
    parsed,
    tell_notes,
)
from lunogram.cli.output import say
from lunogram.cli.progress_bar import Bar

if TYPE_CHECKING:
    from lunogram.importing import Difference, Survey, SyncResult
    from lunogram.importing.formats import Input

Work: TypeAlias = Callable[..., "SyncResult"]
"""A sync function: its arguments are the input, an outbox, and options."""


def _seconds(_context: object, _option: object, text: str | None) -> float | None:
    if text is None:
        return None
    seconds = seconds_of(text)
    if not seconds:
        raise click.BadParameter("is not a duration, such as 30s, 5m, 1h or 1d")
    return seconds


_EVERY = click.option(
    "--every",
    callback=_seconds,
    metavar="DURATION",
    help="Sync again and again, so long after each other: 30s, 5m, 1h or 1d. Default: once.",
)
_STATE = click.option(
    "--state",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The file of what was synced. Default: named after the query, in the working directory.",
)
_SINCE = click.option(
    "--since",
    metavar="COLUMN",
    help="A column that grows with each change, such as updated_at: only rows since its largest "
    "value so far are read.",
)
_DELETE = (
    click.option(
        "--delete",
        is_flag=True,
        help="Delete what the table does not have any more. Default: only count it.",
    ),
    click.option(
        "--delete-limit",
        type=click.FloatRange(0, 100),
        default=10,
        show_default=True,
        metavar="PERCENT",
        help="Delete nothing if more than this share of what was synced is gone.",
    ),
)
_KEY = click.option(
    "--key",
    metavar="COLUMN",
    help="The column of the id of an event. Default: two events are the same if all values are.",
)


@click.group()
def sync() -> None:
    """Keep users, organizations, members and events equal to your tables.

    Each run sends the rows that are new or have changed since the last, which are known by their
    fingerprints. The same command is the next run, also after an interruption. The exit code is
    0 only if everything was delivered.
    """


def _command(name: str, text: str, *more: Callable[[Any], Any]) -> None:
    def run(**options: Any) -> None:
        _run(name, **options)

    run.__doc__ = text
    options = [*INPUT, _EVERY, _STATE, _SINCE, *more, *SENDING, target_options()]
    for option in reversed(options):
        run = option(run)
    sync.command(name)(run)


_command(
    "users",
    """Sync users.

    Columns: identifier, email, phone, timezone, locale. Every other column is data.
    """,
    *_DELETE,
)
_command(
    "organizations",
    """Sync organizations.

    Columns: identifier, name. Every other column is data.
    """,
    *_DELETE,
)
_command(
    "members",
    """Sync members of organizations.

    Columns: organization, user. Every other column is data of the membership.
    """,
    *_DELETE,
    ORGANIZATION_SOURCE,
)
_command(
    "events",
    """Send the events that were not sent yet.

    Columns: name, and identifier or match. Every other column is data.
    """,
    _KEY,
    ORGANIZATIONS,
    ENSURE_USERS,
)


# -- running --------------------------------------------------------------------------------------


def _run(
    kind: str, *, source: tuple[str, ...], query: str | None, every: float | None, **given: Any
) -> None:
    """Sync, print the result, and exit."""
    from lunogram.importing import sync_api

    work: Work = getattr(sync_api, f"sync_{kind}")
    rows = input_of(source, query, given.pop("database"))
    show_data = given.pop("show_data")
    given["on_survey"] = _survey_printer(is_long=given["dry_run"], show_data=show_data)
    if every is None or given["dry_run"]:
        with Bar() as bar, ending(bar, "sync") as stopping:
            result, url = _synced(work, rows, bar, {**given, "stopping": stopping})
        _report(result, url, show_data=show_data)
        sys.exit(0 if result.complete else 1)
    _serve(work, rows, every, given)


def _serve(work: Work, rows: Input, every: float, given: dict[str, Any]) -> None:
    """Sync until a signal; an error of the first run ends the command, and is printed later."""
    from lunogram import LunogramError
    from lunogram.importing import InterruptedImport

    with Bar() as bar, ending(bar, "sync") as stopping:
        for is_first in _beats(every, stopping):
            try:
                run = {**given, "stopping": _EitherEvent(stopping)}
                result, _ = _synced(work, rows, bar, run)
                tell_notes(result.notes)
                say(_line(result))
            except InterruptedImport:
                break
            except LunogramError as error:
                if is_first:
                    raise
                bar.say(f"Error: {error}")
            given["on_survey"] = None
        bar.say("Stopped.")


def _beats(every: float, stopping: threading.Event) -> Iterator[bool]:
    """Whether a run is the first, at each time of one, until the event is set."""
    due = time.monotonic()
    is_first = True
    while not stopping.wait(max(0.0, due - time.monotonic())):
        due = max(due + every, time.monotonic())
        yield is_first
        is_first = False


class _EitherEvent(threading.Event):
    """The event that stops one run: its own, or that of the command."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return self._other.is_set() or super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        # Runs wait for moments only.
        return self._other.is_set() or super().wait(timeout)


def _synced(work: Work, rows: Input, bar: Bar, given: dict[str, Any]) -> tuple[SyncResult, str]:
    """Sync; return the result, and the URL of the outbox without its password."""
    from lunogram.importing.formats import resolve_input
    from lunogram.importing.sync_api import default_state

    url = given.pop("outbox_url")
    delivery = Delivery.of(bar, given)
    given = {**parsed(given), "on_progress": delivery.on_progress}
    if given["dry_run"]:
        return work(rows, None, **given), ""
    kind = work.__name__.removeprefix("sync_")
    with resolve_input(rows, given["format"]) as name:
        state = Path(given.pop("state") or default_state(kind, name))
        file = state.with_name(f"{state.name}.lunogram.db")
        with own_outbox(file, url, stays=True) as outbox, delivery.to(outbox):
            return work(name, outbox, state=state, wait=True, **given), outbox.url


# -- printing -------------------------------------------------------------------------------------


def _survey_printer(*, is_long: bool, show_data: bool) -> Callable[[Survey], object]:
    def show(survey: Survey) -> None:
        say(survey.summary)
        if is_long:
            say("\n".join(survey.lines(show_data=show_data)))

    return show


_NUMBERS = ("new", "changed", "same", "gone", "rejected", "deleted", "delivered", "dead", "pending")


def _report(result: SyncResult, url: str, *, show_data: bool) -> None:
    tell_notes(result.notes)
    for example in result.examples if not url else ():
        say(_shown(example, show_data=show_data))
    for name in _NUMBERS:
        number = getattr(result, name)
        say(f"{name:10}{'unknown' if number is None else format(number, ','):>12}")
    say(f"{'seconds':10}{result.seconds:>12,.1f}")
    if result.dead:
        say(f"Dead letters: lunogram outbox dead-letters {url}")


def _line(result: SyncResult) -> str:
    """The result of a run in one line."""
    numbers = [f"{name} {number:,}" for name in _NUMBERS if (number := getattr(result, name))]
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S%z} {', '.join(numbers)}"


def _shown(example: Difference, *, show_data: bool) -> str:
    """A line of an example, such as ``changed: plan: identifier 'xxxx_9', plan 'xxx'``."""
    from lunogram.importing.survey import masked

    def cell(value: object) -> str:
        return repr(str(value) if show_data else masked(str(value)))

    values = ", ".join(f"{name} {cell(value)}" for name, value in example.values.items())
    about = ", ".join(example.columns) or example.reason
    return ": ".join(part for part in (example.kind, about, values) if part)
