"""The arguments and options of commands that make one call: recipient, JSON data, and target."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.output import errors_shown, say

if TYPE_CHECKING:
    from lunogram import Lunogram
    from lunogram.outbox import Outbox

    Target: TypeAlias = Lunogram | Outbox

F = TypeVar("F", bound=Callable[..., Any])

# The shortest name is taken, so that `note=a:=b` has the name "note".
_PAIR = re.compile(r"(.+?)(:?=)(.*)", re.DOTALL)


def identifier_options(function: F) -> F:
    """A decorator that adds the argument ID and the option ``--source`` to a command.

    Args:
        function: The function of the command, which gets them as ``external_id`` and ``source``.
    """
    source = click.option(
        "--source",
        metavar="NAME",
        default="default",
        show_default=True,
        help="The system that ID comes from, such as stripe.",
    )
    return click.argument("external_id", metavar="ID")(source(function))


def organization_option(function: F) -> F:
    """A decorator that adds ``--organization`` to a command.

    Args:
        function: The function of the command.
    """
    text = "ID is the id of an organization, not of a user."
    return click.option("--organization", is_flag=True, help=text)(function)


def json_options(name: str) -> Callable[[F], F]:
    """A decorator that adds an option for a JSON object, and the argument KEY=VALUE for its keys.

    Args:
        name: The name of the option without dashes. The function gets its object under this name,
            and that of the arguments as ``pairs``.
    """
    option = click.option(
        f"--{name}",
        metavar="JSON",
        callback=_json_object,
        help=f"The {name}, a JSON object; '-' reads it from standard input.",
    )
    argument = click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...", callback=_object_of)
    return lambda function: option(argument(function))


def delivery_options(function: F) -> F:
    """A decorator that adds the target of the call: a server, or an outbox.

    Args:
        function: The function of the command, which passes them to `sending`.
    """
    outbox = click.option(
        "--outbox",
        metavar="URL",
        help="Queue the call in this outbox, as in 'lunogram relay URL', instead of sending it.",
    )
    return outbox(target_options()(function))


ensure_users_option = click.option(
    "--ensure-users/--no-ensure-users",
    default=True,
    show_default=True,
    help="Upsert the user first, with ID only, because the server drops calls about unknown users.",
)
"""A decorator that adds ``--ensure-users`` to a command."""


@contextmanager
def sending(*, outbox: str | None, ensure_users: bool = False, **target: Any) -> Iterator[Target]:
    """A client or an outbox, which have the same resources. After the block, it prints the target.

    Args:
        outbox: The URL of an outbox, or None to send.
        ensure_users: Whether to upsert the user first.
        target: The API key, the URL and the project, as `Lunogram` takes them.
    """
    with errors_shown():
        if outbox is not None:
            from lunogram.outbox import Outbox

            with Outbox(outbox, ensure_users=ensure_users) as queue:
                yield queue
                say(f"Queued in {queue.url}")
            return
        from lunogram import Lunogram
        from lunogram._target import find_target

        with Lunogram(**target, ensure_users=ensure_users) as client:
            yield client
            say(f"Sent to {find_target(**target).base_url}")


def _json_object(_context: click.Context, _option: object, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    found = _json(sys.stdin.read() if text == "-" else text)
    if not isinstance(found, dict):
        raise click.BadParameter("is not a JSON object")
    return found


def _object_of(_context: object, _argument: object, pairs: Sequence[str]) -> dict[str, Any]:
    return dict(map(_pair, pairs))


def _pair(text: str) -> tuple[str, Any]:
    match = _PAIR.fullmatch(text)
    if not match:
        raise click.BadParameter(f"{text!r} has neither the form KEY=TEXT nor KEY:=JSON")
    key, sign, value = match.groups()
    return key, _json(value) if sign == ":=" else value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"is not JSON: {error}") from error
