"""The options of commands for the API: URL, key and project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "base_url": {
        "envvar": "LUNOGRAM_BASE_URL",
        "metavar": "URL",
        "help": "The URL of the API, such as https://HOST/api. Default: the hosted platform.",
    },
    "api_key": {
        "envvar": "LUNOGRAM_API_KEY",
        "metavar": "KEY",
        "help": "The project's server key (sk_…). Prefer the environment variable: other users of "
        "the machine can see arguments.",
    },
    "project_id": {
        "envvar": "LUNOGRAM_PROJECT_ID",
        "metavar": "ID",
        "help": "The id of the project. Only older servers do without it.",
    },
}


def target_options(**changes: Mapping[str, Any]) -> Callable[[F], F]:
    """A decorator that adds ``--api-key``, ``--base-url`` and ``--project-id`` to a command.

    Args:
        changes: Settings of this command, by the names of the arguments: api_key, base_url,
            project_id.
    """

    def decorated(function: F) -> F:
        for name in reversed(list(_OPTIONS)):
            settings = {"show_envvar": True, **_OPTIONS[name], **changes.get(name, {})}
            function = click.option(f"--{name.replace('_', '-')}", **settings)(function)
        return function

    return decorated
