"""`lunogram outbox`: look into an outbox, and care for its dead letters."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import click

if TYPE_CHECKING:
    from lunogram.outbox import DeadLetter, Entry
    from lunogram.outbox.sqlite import SQLiteStore

_in_json = click.option("--json", "in_json", is_flag=True, help="Print JSON.")
_show_data = click.option(
    "--show-data", is_flag=True, help="Show queries, bodies and whom they are about: personal data."
)
_limit = click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="How many to print, at the most.",
)


@click.group()
def outbox() -> None:
    """Look into an outbox, and care for its dead letters.

    URL is like sqlite:///lunogram.db. Nothing is sent: that is what `lunogram relay` does.
    """


@outbox.command()
@click.argument("url")
@_in_json
def status(*, url: str, in_json: bool) -> None:
    """Print how much waits, was delivered, and was given up."""
    with _opened(url) as store:
        numbers = attrs.asdict(store.stats())
    oldest = numbers["oldest_at"]
    numbers["oldest_at"] = None if oldest is None else _moment(oldest)
    if in_json:
        click.echo(json.dumps(numbers))
        return
    for name, value in numbers.items():
        click.echo(f"{name.replace('_', ' '):14} {'-' if value is None else value}")


@outbox.command("list")
@click.argument("url")
@_limit
@_show_data
@_in_json
def list_(*, url: str, limit: int, show_data: bool, in_json: bool) -> None:
    """Print the first entries that wait."""
    with _opened(url) as store:
        entries = store.pending(limit)
    _print([_facts(entry, show_data=show_data) for entry in entries], in_json=in_json)


@outbox.command("dead-letters")
@click.argument("url")
@_limit
@_show_data
@_in_json
def dead_letters(*, url: str, limit: int, show_data: bool, in_json: bool) -> None:
    """Print what was given up, and why."""
    with _opened(url) as store:
        letters = store.dead_letters(limit)
    _print([_letter_facts(letter, show_data=show_data) for letter in letters], in_json=in_json)


def _print(rows: list[dict[str, Any]], *, in_json: bool) -> None:
    for row in rows:
        click.echo(json.dumps(row) if in_json else "  ".join(f"{k}={v}" for k, v in row.items()))


def _facts(entry: Entry, *, show_data: bool) -> dict[str, Any]:
    facts = {
        "sequence": entry.sequence,
        "method": entry.method,
        "path": entry.path,
        "bytes": entry.size,
        "queued_at": _moment(entry.queued_at),
        "attempts": entry.attempts,
        "deaths": entry.deaths,
    }
    return {**facts, **_data(entry)} if show_data else facts


def _data(entry: Entry) -> dict[str, Any]:
    body = None if entry.body is None else json.loads(entry.body)
    return {"subjects": list(entry.subjects), "query": entry.query, "body": body}


def _letter_facts(letter: DeadLetter, *, show_data: bool) -> dict[str, Any]:
    why = {"status": letter.status, "problem": letter.problem, "died_at": _moment(letter.died_at)}
    return {**_facts(letter.entry, show_data=show_data), **why}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _choice(verb: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command that does something to some dead letters, or to all."""

    def made(function: Callable[..., None]) -> click.Command:
        flag = click.option("--all", "everything", is_flag=True, help=f"{verb} all of them.")
        numbers = click.argument("sequences", metavar="[NUMBER]...", type=int, nargs=-1)
        return outbox.command()(click.argument("url")(numbers(flag(_in_json(function)))))

    return made


@_choice("Retry")
def retry(*, url: str, sequences: Sequence[int], everything: bool, in_json: bool) -> None:
    """Put dead letters back at the end of the queue."""
    with _opened(url) as store:
        _report("retried", store.retry(_chosen(sequences, everything=everything)), in_json=in_json)


@_choice("Drop")
def drop(*, url: str, sequences: Sequence[int], everything: bool, in_json: bool) -> None:
    """Drop dead letters. They are gone, and counted."""
    with _opened(url) as store:
        _report("dropped", store.drop(_chosen(sequences, everything=everything)), in_json=in_json)


def _chosen(sequences: Sequence[int], *, everything: bool) -> Sequence[int] | None:
    if everything == bool(sequences):
        raise click.UsageError("name dead letters by their numbers, or take --all")
    return None if everything else sequences


def _report(what: str, count: int, *, in_json: bool) -> None:
    click.echo(json.dumps({what: count}) if in_json else f"{what}: {count}")


@contextmanager
def _opened(url: str) -> Iterator[SQLiteStore]:
    """The store at a URL, which has to be there; what is wrong with it ends the program."""
    from lunogram import LunogramError
    from lunogram.outbox.outbox import sqlite_path
    from lunogram.outbox.sqlite import SQLiteStore

    try:
        store = SQLiteStore(sqlite_path(url), create=False)
        yield store
        store.close()
    except LunogramError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
