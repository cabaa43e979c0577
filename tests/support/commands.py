"""The command line, run in this process."""

from __future__ import annotations

import signal
from signal import SIGINT, SIGTERM

from click.testing import CliRunner, Result

from lunogram.cli.commands import lunogram


def run(*arguments: object, **environ: str) -> Result:
    """Run `lunogram`.

    Args:
        arguments: What is behind it on the line.
        environ: What is in its environment besides.
    """
    handlers = {number: signal.getsignal(number) for number in (SIGINT, SIGTERM)}
    try:
        return CliRunner().invoke(lunogram, [str(each) for each in arguments], env=environ)
    finally:
        # The command would have ended its process.
        for number, handler in handlers.items():
            signal.signal(number, handler)
