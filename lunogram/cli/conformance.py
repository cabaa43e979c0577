"""`lunogram conformance`: is a server what the facts say a Lunogram is?"""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from lunogram.cli.target import target_options

if TYPE_CHECKING:
    from lunogram.conformance.case import Case
    from lunogram.conformance.runner import Outcome, Run

_KEY = re.compile(r"[!-~]+")
_INTERRUPTED = 130
_ANSWER_WITHIN = 30.0


def _checked_url(_context: click.Context, _option: click.Parameter, value: str) -> str:
    import httpx

    try:
        url = httpx.URL(value)
    except httpx.InvalidURL as error:
        raise click.BadParameter(f"is no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
        raise click.BadParameter("must be like https://HOST/api, with nothing else in it")
    return value.rstrip("/")


def _text(_context: click.Context, _option: click.Parameter, value: object) -> str | None:
    return None if value is None else str(value)


def _checked_key(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not _KEY.fullmatch(value):
        raise click.BadParameter("is no key")
    return value


def _chosen(_context: click.Context, _option: click.Parameter, names: Sequence[str]) -> list[Case]:
    from lunogram.conformance.cases import CASES

    for name in names:
        if not any(name.lower() in case.title.lower() for case in CASES):
            raise click.BadParameter(f"no case has {name!r} in its name")
    chosen = [name.lower() for name in names] or [""]
    return [case for case in CASES if any(name in case.title.lower() for name in chosen)]


@click.command()
@target_options(
    base_url={
        "required": True,
        "envvar": None,
        "callback": _checked_url,
        "help": "Where the API is, such as https://HOST/api.",
    },
    api_key={
        "required": True,
        "callback": _checked_key,
        "help": "A server key (sk_…) of a project that is for tests.",
    },
    project_id={
        "type": click.UUID,
        "envvar": None,
        "callback": _text,
        "help": "The project's id, if the server has no paths without it.",
    },
)
@click.option(
    "--client-key",
    metavar="KEY",
    callback=_checked_key,
    help="A client key (pk_…) of the same project, to see what it may not do.",
)
@click.option(
    "--auth-method-id",
    type=click.UUID,
    callback=_text,
    help="An auth method of the project, to mint sessions.",
)
@click.option(
    "--only",
    "cases",
    metavar="NAME",
    multiple=True,
    callback=_chosen,
    help="Run only cases with this in their topic or name; may be repeated.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for what was accepted to be carried out.",
)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object.")
def conformance(
    *,
    base_url: str,
    api_key: str,
    client_key: str | None,
    project_id: str | None,
    auth_method_id: str | None,
    cases: Sequence[Case],
    time_limit: float,
    in_json: bool,
) -> None:
    """Say in which behaviours a server differs from what is known of Lunogram.

    Creates users and organizations in the project, and deletes them afterwards. Exits with 1 if
    a behaviour differs.
    """
    import httpx

    from lunogram.conformance.report import as_json, as_text
    from lunogram.conformance.runner import Run
    from lunogram.conformance.target import Target

    with httpx.Client(timeout=_ANSWER_WITHIN) as http:
        target = Target(http, base_url, api_key, client_key, project_id, auth_method_id)
        run = Run(target, time_limit=time_limit)
        outcomes, code = _run(run, cases)
    if in_json:
        click.echo(as_json(base_url, outcomes, run.left_behind))
    else:
        click.echo(as_text(outcomes, run.left_behind))
    differs = run.left_behind or any(outcome.result == "differs" for outcome in outcomes)
    sys.exit(code or int(bool(differs)))


def _run(run: Run, cases: Sequence[Case]) -> tuple[list[Outcome], int]:
    """Run cases until they end or are interrupted; return what came of them, and an exit code."""
    from lunogram.conformance.runner import Unusable

    outcomes: list[Outcome] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Clean up then, too.
    try:
        with run:
            run.connect()
            for outcome in _counting(run.outcomes(cases), len(cases)):
                outcomes.append(outcome)  # noqa: PERF402 - those before an interruption count
    except Unusable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo(f"Interrupted after {len(outcomes)} of {len(cases)} cases.", err=True)
        return outcomes, _INTERRUPTED
    return outcomes, 0


def _counting(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """Say on a terminal how far it is."""
    terminal = sys.stderr.isatty()
    for number, outcome in enumerate(outcomes, 1):
        if terminal:
            click.echo(f"\r{number}/{total}", nl=number == total, err=True)
        yield outcome
