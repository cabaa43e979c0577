"""`lunogram conformance`: conformance tests of a Lunogram server."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from lunogram.cli.connection_options import target_options
from lunogram.cli.output import draw, say

if TYPE_CHECKING:
    from lunogram.conformance.case import Case, Key
    from lunogram.conformance.runner import CaseResult, Run

_KEY = re.compile(r"[!-~]+")
_INTERRUPTED = 130
_RESPONSE_TIMEOUT = 30.0


def _checked_url(_context: click.Context, _option: click.Parameter, value: str) -> str:
    import httpx

    try:
        url = httpx.URL(value)
    except httpx.InvalidURL as error:
        raise click.BadParameter(f"is not a URL: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
        raise click.BadParameter("must have the form https://HOST/api, without user and query")
    return value.rstrip("/")


def _text(_context: click.Context, _option: click.Parameter, value: object) -> str | None:
    return None if value is None else str(value)


def _checked_key(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not _KEY.fullmatch(value):
        raise click.BadParameter("is not an API key: it must be printable ASCII without spaces")
    return value


def _checked_role_keys(
    context: click.Context, option: click.Parameter, values: Sequence[str]
) -> Mapping[Key, str]:
    from lunogram.conformance.case import ROLES

    pairs = [value.rpartition(":") for value in values]
    if not {role for _, _, role in pairs} <= set(ROLES):
        raise click.BadParameter(f"must have the form KEY:ROLE, with a role of {', '.join(ROLES)}")
    keys = {role: _checked_key(context, option, key) for key, _, role in pairs}
    return {role: key for role in ROLES if (key := keys.get(role))}


def _chosen(_context: click.Context, _option: click.Parameter, names: Sequence[str]) -> list[Case]:
    from lunogram.conformance.cases import CASES

    for name in names:
        if not any(name.lower() in case.title.lower() for case in CASES):
            raise click.BadParameter(f"no case name or topic contains {name!r}")
    chosen = [name.lower() for name in names] or [""]
    return [case for case in CASES if any(name in case.title.lower() for name in chosen)]


@click.command()
@target_options(
    base_url={
        "required": True,
        "envvar": None,
        "callback": _checked_url,
        "help": "The API's URL, such as https://HOST/api.",
    },
    api_key={
        "required": True,
        "callback": _checked_key,
        "help": "A server key (sk_…) of a project for tests.",
    },
    project_id={
        "type": click.UUID,
        "callback": _text,
        "help": "The project's id, which servers of today need.",
    },
)
@click.option(
    "--client-key",
    metavar="KEY",
    callback=_checked_key,
    help="A client key (pk_…) of the same project on an older server, to test its permissions.",
)
@click.option(
    "--role-key",
    "role_keys",
    metavar="KEY:ROLE",
    multiple=True,
    callback=_checked_role_keys,
    help="A key of the same project with the role client, support or editor, to test its "
    "permissions; may be repeated.",
)
@click.option(
    "--limited-key",
    metavar="KEY",
    callback=_checked_key,
    help="A key of the same project that may create events of some names only.",
)
@click.option(
    "--auth-method-id",
    type=click.UUID,
    callback=_text,
    help="An auth method of the project, to create sessions.",
)
@click.option(
    "--only",
    "cases",
    metavar="NAME",
    multiple=True,
    callback=_chosen,
    help="Run only cases whose topic or name contains this; may be repeated.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for accepted requests to be processed.",
)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object.")
def conformance(
    *,
    base_url: str,
    api_key: str,
    client_key: str | None,
    role_keys: Mapping[Key, str],
    limited_key: str | None,
    project_id: str | None,
    auth_method_id: str | None,
    cases: Sequence[Case],
    time_limit: float,
    in_json: bool,
) -> None:
    """Compare a server's behaviour with what is known of Lunogram.

    Creates users and organizations in the project, and deletes them afterwards. Exits with 1 if
    a behaviour differs.
    """
    import httpx

    from lunogram.conformance.report import ServerFacts, as_json, as_text
    from lunogram.conformance.runner import Run
    from lunogram.conformance.server_document import compared
    from lunogram.conformance.tested_server import Target

    with httpx.Client(timeout=_RESPONSE_TIMEOUT, mounts=_no_proxy(base_url)) as http:
        target = Target(http, base_url, api_key, client_key, project_id, auth_method_id)
        limited: dict[Key, str] = {"limited": limited_key} if limited_key else {}
        target.role_keys = {**role_keys, **limited}
        run = Run(target, time_limit=time_limit)
        results, code = _run(run, cases)
        document = [] if code else compared(http, base_url)
        facts = ServerFacts(run.generation(), document)
    if in_json:
        say(as_json(base_url, results, run.left_behind, facts))
    else:
        say(as_text(results, run.left_behind, facts))
    differs = run.left_behind or any(result.status == "differs" for result in results)
    sys.exit(code or int(bool(differs)))


def _no_proxy(base_url: str) -> dict[str, None]:
    """Settings of httpx that bypass the environment's proxies for this machine."""
    host = urlsplit(base_url).hostname or ""
    if not _is_loopback(host):
        return {}
    return {f"all://[{host}]" if ":" in host else f"all://{host}": None}


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _run(run: Run, cases: Sequence[Case]) -> tuple[list[CaseResult], int]:
    """Run cases until they end or are interrupted; return their results and an exit code."""
    from lunogram.conformance.runner import Unusable

    results: list[CaseResult] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Clean up on SIGTERM too.
    try:
        with run:
            run.connect()
            for result in _counting(run.run_all(cases), len(cases)):
                results.append(result)  # noqa: PERF402 - those before an interruption count
    except Unusable as error:
        say(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        say(f"Interrupted after {len(results)} of {len(cases)} cases.", err=True)
        return results, _INTERRUPTED
    return results, 0


def _counting(results: Iterator[CaseResult], total: int) -> Iterator[CaseResult]:
    """Show the progress on a terminal."""
    terminal = sys.stderr.isatty()
    for number, result in enumerate(results, 1):
        if terminal:
            draw(f"{number}/{total}", before="\r", end="\n" if number == total else "")
        yield result
