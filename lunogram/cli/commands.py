"""The group of all commands."""

import click

from lunogram._version import __version__
from lunogram.cli.completion import completion
from lunogram.cli.conformance import conformance
from lunogram.cli.imports import import_
from lunogram.cli.migrate import migrate
from lunogram.cli.outbox import outbox
from lunogram.cli.output import VisibleGroup
from lunogram.cli.ping import ping
from lunogram.cli.relay import relay
from lunogram.cli.sandbox import sandbox
from lunogram.cli.schedule import schedule
from lunogram.cli.send import send
from lunogram.cli.sync import sync


@click.group(cls=VisibleGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lunogram")
def lunogram() -> None:
    """Lunogram at the command line."""


lunogram.add_command(completion)
lunogram.add_command(conformance)
lunogram.add_command(import_)
lunogram.add_command(migrate)
lunogram.add_command(outbox)
lunogram.add_command(ping)
lunogram.add_command(relay)
lunogram.add_command(sandbox)
lunogram.add_command(schedule)
lunogram.add_command(send)
lunogram.add_command(sync)
