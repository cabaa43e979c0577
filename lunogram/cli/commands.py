"""All commands together."""

import click

from lunogram._version import __version__
from lunogram.cli.conformance import conformance
from lunogram.cli.sandbox import sandbox


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lunogram")
def lunogram() -> None:
    """Lunogram at the command line."""


lunogram.add_command(conformance)
lunogram.add_command(sandbox)
