"""The output of all commands: the only module that writes to the terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from lunogram._terminal import VisibleFormatter, visible


def say(text: str = "", *, err: bool = False) -> None:
    """Print a text whose control characters are escaped; its line breaks stay.

    Args:
        text: One line, or several.
        err: Print to standard error.
    """
    click.echo(visible(text, lines=True), err=err)


def draw(text: str, *, before: str = "", end: str = "") -> None:
    """Print a line to standard error, between control characters of our own.

    Args:
        text: One line, whose control characters are escaped.
        before: The text before it, which is not escaped.
        end: The text after it, which is not escaped.
    """
    click.echo(f"{before}{visible(text)}{end}", nl=False, err=True)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Print an error of the library in the block, and exit with 2."""
    from lunogram import LunogramError

    try:
        yield
    except LunogramError as error:
        say(f"Error: {error}", err=True)
        sys.exit(2)


class VisibleGroup(click.Group):
    """A group of commands whose usage errors, and log lines, are escaped too."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """The context, as `click.Group` makes it.

        Args:
            arguments: As of `click.Group`.
            options: As of `click.Group`.
        """
        with _visible_errors():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Args:
            ctx: The context.
        """
        if logging.lastResort:
            logging.lastResort.setFormatter(VisibleFormatter())
        with _visible_errors():
            return super().invoke(ctx)


@contextmanager
def _visible_errors() -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = visible(error.message or "", lines=True)
        raise
