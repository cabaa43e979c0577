"""The command line, run in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from lunogram.cli.commands import lunogram


def run(*arguments: object, **environ: str) -> Result:
    """Run `lunogram`.

    Args:
        arguments: What is behind it on the line.
        environ: What is in its environment besides.
    """
    return CliRunner().invoke(lunogram, [str(each) for each in arguments], env=environ)
