"""Options of commands that need to know where the API is, and with which key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "base_url": {
        "envvar": "LUNOGRAM_BASE_URL",
        "metavar": "URL",
        "help": "Where the API is, such as https://HOST/api. The hosted platform, if left out.",
    },
    "api_key": {
        "envvar": "LUNOGRAM_API_KEY",
        "metavar": "KEY",
        "help": "The project's server key (sk_…); better in the environment than here, where "
        "others may see it.",
    },
    "project_id": {
        "envvar": "LUNOGRAM_PROJECT_ID",
        "metavar": "ID",
        "help": "The project's id, for newer servers.",
    },
}


def target_options(**changes: Mapping[str, Any]) -> Callable[[F], F]:
    """Give a command ``--api-key``, ``--base-url`` and ``--project-id``.

    Args:
        changes: What is different for this command, by the names of its arguments: api_key,
            base_url, project_id.
    """

    def decorated(function: F) -> F:
        """The command with the options."""
        for name in reversed(list(_OPTIONS)):
            settings = {"show_envvar": True, **_OPTIONS[name], **changes.get(name, {})}
            function = click.option(f"--{name.replace('_', '-')}", **settings)(function)
        return function

    return decorated
