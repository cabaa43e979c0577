"""The redirection of all clients to a sandbox, while a test runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from .._http import Engine, engine_state
from .._redirect import Redirect
from .._target import Host, Target

OWN_PROJECTS: set[tuple[str, str]] = set()
"""The base URLs and keys of the projects that this process has made, and has not closed."""


@contextmanager
def redirected(target: Target) -> Iterator[None]:
    """A context in which every client sends to a project of a sandbox, or not at all.

    Args:
        target: The project.
    """
    redirect = Redirect(target, lambda host: _permits(target, host))
    before, engine_state.redirect = engine_state.redirect, redirect
    try:
        yield
    finally:
        engine_state.redirect = before
        redirect.engine(Engine).close()


def _permits(target: Target, host: Host) -> bool:
    """Whether a host is a sandbox of this process, whose keys are not those of an earlier test."""
    if isinstance(host, Target):
        return host is target or (host.base_url, host.api_key) in OWN_PROJECTS
    own = {urlsplit(base_url).netloc for base_url, _ in OWN_PROJECTS}
    return urlsplit(host.base_url).netloc in own | {urlsplit(target.base_url).netloc}


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """A context in which environment variables have other values.

    Args:
        variables: The values by their names.
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
