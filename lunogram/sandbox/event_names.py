"""The names of the events that an auth method, a key or a session method, may create."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lunogram.sandbox.options import InvalidOption

EventNames = Mapping[str, frozenset[str]]
"""The names for each key, or id of a session method; all others may create any event."""


def read_event_names(options: Sequence[str], known: Collection[str]) -> EventNames:
    """Read the options, `KEY=NAME,…` or `UUID=NAME,…`, for one of the known auth methods.

    Without any known ones, all keys are accepted.
    """
    names = dict(map(_pair, options))
    if known and not names.keys() <= set(known):
        raise InvalidOption("event names are for a given API key or session method")
    return names


def _pair(option: str) -> tuple[str, frozenset[str]]:
    auth_method, _, text = option.rpartition("=")
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if not auth_method or not names:
        raise InvalidOption("event names are given as KEY=NAME,… or UUID=NAME,…")
    return auth_method, names
