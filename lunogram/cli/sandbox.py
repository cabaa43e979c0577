"""`lunogram sandbox`: a Lunogram on your own machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lunogram.cli import missing

_PACKAGES = {"httptools", "msgspec", "starlette", "uvicorn"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8025,
    show_default=True,
    help="Port to listen at; 0 takes a free one.",
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file to keep everything in. Without it, everything is kept in memory.",
)
@click.option(
    "--api-key",
    "keys",
    metavar="KEY",
    multiple=True,
    help="Let only this key in; may be repeated. Without it, every key is let in.",
)
@click.option(
    "--mimic", is_flag=True, help="Answer 500 where Lunogram does so for a caller's mistake."
)
@click.option(
    "--fault",
    "faults",
    metavar="KIND:NAME=VALUE,…",
    multiple=True,
    help="Break every project on purpose, such as rate_limit:limit=10,per=1 or "
    "error:status=503,share=0.1,seed=7; may be repeated.",
)
@click.option(
    "--customerio",
    is_flag=True,
    help="Answer Customer.io's Track and App APIs too, under /customerio.",
)
@click.option(
    "--customerio-site-id",
    "site_id",
    metavar="ID",
    help="Let only this site id in to Customer.io's Track API.",
)
@click.option(
    "--customerio-track-api-key",
    "track_api_key",
    metavar="KEY",
    help="Let only this key in to Customer.io's Track API.",
)
@click.option(
    "--customerio-app-api-key",
    "app_api_key",
    metavar="KEY",
    help="Let only this key in to Customer.io's App API.",
)
@click.option("--quiet", is_flag=True, help="Print the base URL only.")
def sandbox(
    *,
    host: str,
    port: int,
    db: Path | None,
    keys: tuple[str, ...],
    mimic: bool,
    faults: tuple[str, ...],
    customerio: bool,
    site_id: str | None,
    track_api_key: str | None,
    app_api_key: str | None,
    quiet: bool,
) -> None:
    """Run a Lunogram on your own machine, for development and tests.

    Every API key is a project of its own, created when it is first used.
    """
    credentials = {
        "site_id": site_id,
        "track_api_key": track_api_key,
        "app_api_key": app_api_key,
    }
    given = {name: value for name, value in credentials.items() if value is not None}
    if given and not customerio:
        raise click.UsageError("Customer.io's credentials need --customerio")
    try:
        from lunogram.sandbox.customerio.credentials import only
        from lunogram.sandbox.faults import UnreadableFault, from_text
        from lunogram.sandbox.server import CannotListen, serve
        from lunogram.sandbox.store import StoreError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        sys.exit(missing("sandbox"))
    try:
        wrong = [from_text(text) for text in faults]
        serve(
            host,
            port,
            db=db,
            keys=keys,
            mimic=mimic,
            faults=wrong,
            customerio=only(given, keys) if given else customerio,
            quiet=quiet,
        )
    except (CannotListen, StoreError, UnreadableFault) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
