"""`lunogram sandbox`: a local Lunogram server."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from lunogram.cli import missing
from lunogram.cli.output import say

_HOST_NAME = re.compile(r"[\w.-]+|[0-9A-Fa-f:]+")
_PACKAGES = {"httptools", "msgspec", "starlette", "uvicorn"}


def _host_names(
    _context: click.Context, _option: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...]:
    for name in names:
        if not name or not _HOST_NAME.fullmatch(name):
            raise click.BadParameter("must be a host name or an address, without scheme and port")
    return names


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8025,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite database file. Without it, everything is kept in memory.",
)
@click.option(
    "--api-key",
    "keys",
    metavar="KEY[:ROLE]",
    multiple=True,
    help="Accept only this API key; may be repeated. With a role (client, support, editor or "
    "admin), it is one more key of the project of the last key without. Without the option, every "
    "key is accepted.",
)
@click.option(
    "--project",
    "projects",
    metavar="NAME=KEY",
    multiple=True,
    help="Name the project of this API key on the web page; may be repeated.",
)
@click.option(
    "--session-method",
    "session_methods",
    metavar="UUID[:LIFETIME]",
    multiple=True,
    help="Have this session auth method, whose sessions last so long, such as 15 minutes; may be "
    "repeated. Without it, there is one.",
)
@click.option(
    "--events",
    "event_names",
    metavar="KEY|UUID=NAME,…",
    multiple=True,
    help="Let this API key, or this session auth method, create the events of these names only; "
    "may be repeated.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Reject paths without a project and pk_ keys, as a Lunogram server of today does.",
)
@click.option(
    "--fault",
    "faults",
    metavar="KIND:NAME=VALUE,…",
    multiple=True,
    help="Inject a fault into every project, such as rate_limit:limit=10,per=1 or "
    "error:status=503,share=0.1,seed=7; may be repeated.",
)
@click.option(
    "--customerio",
    is_flag=True,
    help="Serve Customer.io's Track and App APIs too, under /customerio.",
)
@click.option(
    "--customerio-site-id",
    "site_id",
    metavar="ID",
    help="Accept only this site id for Customer.io's Track API.",
)
@click.option(
    "--customerio-track-api-key",
    "track_api_key",
    metavar="KEY",
    help="Accept only this key for Customer.io's Track API.",
)
@click.option(
    "--customerio-app-api-key",
    "app_api_key",
    metavar="KEY",
    help="Accept only this key for Customer.io's App API.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    callback=_host_names,
    help="Accept this host name too, such as that of a container; may be repeated. Without "
    "it, only --host and loopback names are accepted.",
)
@click.option("--quiet", is_flag=True, help="Print the base URL only.")
def sandbox(
    *,
    host: str,
    port: int,
    db: Path | None,
    keys: tuple[str, ...],
    projects: tuple[str, ...],
    session_methods: tuple[str, ...],
    event_names: tuple[str, ...],
    strict: bool,
    faults: tuple[str, ...],
    customerio: bool,
    site_id: str | None,
    track_api_key: str | None,
    app_api_key: str | None,
    allowed_hosts: tuple[str, ...],
    quiet: bool,
) -> None:
    """Run a local Lunogram server, for development and tests.

    Every API key is a project of its own, created when it is first used.
    """
    credentials = {
        "site_id": site_id,
        "track_api_key": track_api_key,
        "app_api_key": app_api_key,
    }
    given = {name: value for name, value in credentials.items() if value is not None}
    if given and not customerio:
        raise click.UsageError("the credentials of Customer.io need --customerio")
    try:
        from lunogram.sandbox.customerio.credentials import fixed_credentials
        from lunogram.sandbox.event_names import read_event_names
        from lunogram.sandbox.faults import parse_fault_option
        from lunogram.sandbox.keys import read_keys, read_projects
        from lunogram.sandbox.options import InvalidOption
        from lunogram.sandbox.server import ListenError, serve
        from lunogram.sandbox.session_tokens import read_methods
        from lunogram.sandbox.store import StoreError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        sys.exit(missing("sandbox"))
    try:
        parsed_faults = [parse_fault_option(text) for text in faults]
        given_keys = read_keys(keys)
        methods = read_methods(session_methods)
        known = [*(each.key for each in given_keys), *methods] if given_keys else []
        serve(
            host,
            port,
            db=db,
            keys=given_keys,
            projects=read_projects(projects, given_keys),
            session_methods=methods,
            event_names=read_event_names(event_names, known),
            strict=strict,
            faults=parsed_faults,
            customerio=fixed_credentials(given, given_keys) if given else customerio,
            allowed_hosts=allowed_hosts,
            quiet=quiet,
        )
    except (ListenError, StoreError, InvalidOption) as error:
        say(f"Error: {error}", err=True)
        sys.exit(2)
    except OSError as error:  # such as when no file handles are left
        say(f"Error: the sandbox cannot run: {error.strerror or error}", err=True)
        sys.exit(2)
