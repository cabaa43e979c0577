"""`lunogram outbox`: inspect an outbox, and manage its dead letters."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import attrs
import click

from lunogram._terminal import visible
from lunogram.cli.durations import seconds_of
from lunogram.cli.output import errors_shown, say

if TYPE_CHECKING:
    from lunogram.outbox import DeadLetter, Entry, ParkedEntry
    from lunogram.outbox.sqlite.repair import RepairResult
    from lunogram.outbox.store import Store


_in_json = click.option("--json", "in_json", is_flag=True, help="Print JSON.")
_show_data = click.option(
    "--show-data", is_flag=True, help="Show queries, bodies and subjects: personal data."
)
_limit = click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="The maximum number to print.",
)


@click.group()
def outbox() -> None:
    """Inspect an outbox, and manage its dead letters.

    URL is like sqlite:///lunogram.db, postgresql://USER@HOST/DATABASE or nats://HOST:PORT/STREAM.
    Nothing is sent: that is what `lunogram relay` does.
    """


def _checked_subject(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """A subject: in another form, nothing would be found, and nobody would notice."""
    from lunogram import ValidationError
    from lunogram.outbox import arguments

    try:
        return None if value is None else arguments.subject(value)
    except ValidationError as error:
        raise click.BadParameter(str(error).removeprefix("subject: ")) from error


@outbox.command()
@click.argument("url")
@_in_json
def status(*, url: str, in_json: bool) -> None:
    """Print the numbers of pending, delivered and dead entries."""
    with _opened(url) as store:
        numbers = attrs.asdict(store.stats())
    oldest = numbers["oldest_at"]
    numbers["oldest_at"] = None if oldest is None else _moment(oldest)
    if in_json:
        say(json.dumps(numbers))
        return
    for name, value in numbers.items():
        say(f"{name.replace('_', ' '):14} {'-' if value is None else value}")


@outbox.command("list")
@click.argument("url")
@click.option("--parked", is_flag=True, help="Print the parked entries only, with the reasons.")
@_limit
@_show_data
@_in_json
def list_(*, url: str, parked: bool, limit: int, show_data: bool, in_json: bool) -> None:
    """Print the first pending entries."""
    with _opened(url) as store:
        if parked:
            rows = [_parked_facts(each, show_data=show_data) for each in store.parked(limit)]
        else:
            rows = [_facts(entry, show_data=show_data) for entry in store.pending(limit)]
    _print(rows, in_json=in_json)


@outbox.command("dead-letters")
@click.argument("url")
@_limit
@_show_data
@_in_json
def dead_letters(*, url: str, limit: int, show_data: bool, in_json: bool) -> None:
    """Print the dead letters, and why they were not delivered."""
    with _opened(url) as store:
        letters = store.dead_letters(limit)
    _print([_letter_facts(letter, show_data=show_data) for letter in letters], in_json=in_json)


def _print(rows: list[dict[str, Any]], *, in_json: bool) -> None:
    for row in rows:
        pairs = (f"{name}={visible(str(value))}" for name, value in row.items())
        say(json.dumps(row) if in_json else "  ".join(pairs))


def _facts(entry: Entry, *, show_data: bool) -> dict[str, Any]:
    from lunogram.outbox.entries import fault_of

    facts = {
        "sequence": entry.sequence,
        "method": entry.shown_method,
        "path": entry.path if show_data else entry.shown_path,
        "bytes": entry.size,
        "queued_at": _moment(entry.queued_at),
        "attempts": entry.attempts,
        "crashes": entry.crashes,
        **({"fault": fault} if (fault := fault_of(entry)) else {}),
    }
    return {**facts, **_data(entry)} if show_data else facts


def _data(entry: Entry) -> dict[str, Any]:
    return {"subjects": list(entry.subjects), "query": entry.query, "body": _body(entry.body)}


def _body(body: bytes | None) -> Any:
    """The body as JSON, or as it is if it is malformed."""
    try:
        return json.loads(body or b"null")
    except ValueError:
        return repr(body)


def _letter_facts(letter: DeadLetter, *, show_data: bool) -> dict[str, Any]:
    why = {"status": letter.status, "problem": letter.problem, "died_at": _moment(letter.died_at)}
    return {**_facts(letter.entry, show_data=show_data), **why}


def _parked_facts(parked: ParkedEntry, *, show_data: bool) -> dict[str, Any]:
    why = {
        "status": parked.status,
        "problem": parked.problem or parked.shown_problem,
        "parked_at": _moment(parked.parked_at),
        "retry_at": _moment(parked.retry_at) if parked.retry_at else None,
    }
    return {**_facts(parked.entry, show_data=show_data), **why}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _seconds(_ctx: click.Context, _param: click.Parameter, age: str | None) -> float | None:
    """A length of time, such as 30d, 12h, 90m or 45s, as seconds."""
    if age is None:
        return None
    seconds = seconds_of(age)
    if seconds is None:
        raise click.BadParameter(f"{age!r} is not an age; write 30d, 12h, 90m or 45s")
    return seconds


_sequences = click.argument("sequences", metavar="[NUMBER]...", type=int, nargs=-1)
_subject = click.option(
    "--subject",
    metavar="SUBJECT",
    callback=_checked_subject,
    help="The parked entries about it: user:default:user_123.",
)


def _everything(verb: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option("--all", "everything", is_flag=True, help=f"{verb} all dead letters.")


@outbox.command()
@click.argument("url")
@_sequences
@_everything("Retry")
@_subject
@_in_json
def retry(
    *, url: str, sequences: Sequence[int], everything: bool, subject: str | None, in_json: bool
) -> None:
    """Put dead letters back at the end of the queue, or let a relay retry parked entries now."""
    from lunogram.outbox import maintenance

    _check_one_of(sequences, everything=everything, subject=subject)
    with _opened(url) as store:
        if subject:
            count = maintenance.retry_parked(store, subject)
        else:
            count = store.retry(None if everything else sequences)
        _report("retried", count, in_json=in_json)


@outbox.command()
@click.argument("url")
@_sequences
@_everything("Drop")
@click.option(
    "--older-than", callback=_seconds, metavar="AGE", help="Drop those older than 30d or 12h."
)
@_in_json
def drop(
    *,
    url: str,
    sequences: Sequence[int],
    everything: bool,
    older_than: float | None,
    in_json: bool,
) -> None:
    """Delete dead letters. They are counted as dropped."""
    from lunogram.outbox import maintenance

    if older_than is None or sequences:
        _check_one_of(sequences, everything=everything)
    chosen = sequences or None
    with _opened(url) as store:
        if older_than is None:
            count = store.drop(chosen)
        else:
            count = maintenance.drop_older(store, older_than, chosen)
        _report("dropped", count, in_json=in_json)


@outbox.command()
@click.argument("url")
@_sequences
@_subject
@_in_json
def bury(*, url: str, sequences: Sequence[int], subject: str | None, in_json: bool) -> None:
    """Move pending entries to the dead letters, such as a call that always fails with 500.

    A relay that has leased an entry drops it when it has no request in flight, at the latest when
    it is started again.
    """
    from lunogram.outbox import maintenance

    if bool(sequences) == bool(subject):
        raise click.UsageError("pass the numbers of entries, or --subject")
    with _opened(url) as store:
        if subject:
            count = maintenance.bury_parked(store, subject)
        else:
            count = maintenance.bury(store, sequences)
        _report("buried", count, in_json=in_json)


@outbox.command()
@click.argument("url")
@click.argument("subject", callback=_checked_subject)
@_in_json
def forget(*, url: str, subject: str, in_json: bool) -> None:
    """Delete everything about a person or an organization, pending or dead.

    SUBJECT is like user:default:user_123. What is deleted is counted as dropped.
    """
    from lunogram.outbox import maintenance

    with _opened(url) as store:
        _report("forgotten", maintenance.forget(store, subject), in_json=in_json)


def _check_one_of(
    sequences: Sequence[int], *, everything: bool, subject: str | None = None
) -> None:
    if [bool(sequences), everything, bool(subject)].count(True) != 1:
        raise click.UsageError("pass the numbers of dead letters, or --all")


def _report(what: str, count: int, *, in_json: bool) -> None:
    say(json.dumps({what: count}) if in_json else f"{what}: {count}")


@outbox.command()
@click.argument("url")
@click.option(
    "--dead-letters", "dead", is_flag=True, help="The dead letters instead of the pending entries."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write to a new file that only you can read; to standard output by default.",
)
@_show_data
@_in_json
def export(*, url: str, dead: bool, output: str | None, show_data: bool, in_json: bool) -> None:
    """Write all pending entries, or all dead letters, as JSON Lines.

    With --json, the summary is JSON too.
    """
    with _opened(url) as store, _writable(output) as file:
        count, rows = 0, _letters if dead else _entries
        for facts in rows(store, show_data=show_data):
            file.write(f"{json.dumps(facts)}\n")
            count += 1
    if output:
        _report("exported", count, in_json=in_json)


def _entries(store: Store, *, show_data: bool) -> Iterator[dict[str, Any]]:
    from lunogram.outbox.maintenance import entries_of

    for entry in entries_of(store):
        yield _facts(entry, show_data=show_data)


def _letters(store: Store, *, show_data: bool) -> Iterator[dict[str, Any]]:
    from lunogram.outbox.maintenance import dead_letters_of

    for letter in dead_letters_of(store):
        yield _letter_facts(letter, show_data=show_data)


@contextmanager
def _writable(output: str | None) -> Iterator[IO[str]]:
    """A new file, or standard output."""
    if output is None:
        yield sys.stdout
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yield file


@outbox.command()
@click.argument("url")
@_in_json
def verify(*, url: str, in_json: bool) -> None:
    """Check everything, and print the faults. With faults, the exit code is 1."""
    with _opened(url) as store:
        faults = list(store.verify())
    if in_json:
        say(json.dumps({"faults": faults}))
    else:
        say("\n".join(faults) or "nothing is wrong")
    sys.exit(1 if faults else 0)


@outbox.command()
@click.argument("url")
@_in_json
def repair(*, url: str, in_json: bool) -> None:
    """Save what can be read of a corrupt SQLite file, and correct its counters.

    Stop all programs that use it first. The original file is kept beside it. If anything could not
    be read, that is printed, and the exit code is 1.
    """
    from lunogram.outbox.sqlite.repair import repair as repaired
    from lunogram.outbox.sqlite.url import sqlite_path

    if not url.startswith("sqlite:"):
        raise click.UsageError("only an SQLite file can be repaired")
    with errors_shown():
        result = repaired(sqlite_path(url))
    as_json = json.dumps(attrs.asdict(result), default=str)
    say(as_json if in_json else "\n".join(_told(result)))
    sys.exit(1 if result.lost else 0)


def _told(result: RepairResult) -> Iterator[str]:
    yield f"waiting: {result.saved}"
    yield f"dead letters: {result.dead_letters}"
    yield from (f"lost: {sentence}" for sentence in result.lost)
    if result.broken_file:
        yield f"the file as it was: {result.broken_file}"


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    """The store at a URL, which must exist; an error ends the program."""
    from lunogram.outbox.stores import open_store

    with errors_shown(), closing(open_store(url, create=False)) as store:
        yield store
