"""`lunogram ping`: a check of the URL, the API key and the project."""

from __future__ import annotations

import sys

import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.output import errors_shown, say


@click.command()
@target_options()
def ping(*, api_key: str | None, base_url: str | None, project_id: str | None) -> None:
    """Check that the server responds and accepts the API key.

    Nothing is changed. If it does not, the message says what to check, and the exit code is 1.
    """
    from lunogram import Lunogram

    with errors_shown(), Lunogram(api_key, base_url=base_url, project_id=project_id) as client:
        result = client.ping()
    say(str(result), err=not result)
    sys.exit(0 if result else 1)
