"""Presets: the mappings of other platforms' exports, from data files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

import attrs

from ..errors import ConfigurationError
from .columns import FieldMapping, Mapped, map_columns
from .record_types import RecordType
from .rows import Source

PresetName: TypeAlias = Literal[
    "amplitude", "customerio", "hubspot", "klaviyo", "mailchimp", "mixpanel", "posthog",
    "segment", "shopify", "stripe",
]  # fmt: skip
"""A platform whose exports have a preset."""

PRESETS: tuple[PresetName, ...] = get_args(PresetName)


@attrs.frozen
class Preset:
    """The preset of a platform.

    Attributes:
        name: The platform.
        mappings: The fields of columns, by the names of kinds.
        source: The source of the identifiers, or None for the default.
        events_that_are_users: The values by which rows of events are users instead.
    """

    name: str
    mappings: Mapping[str, FieldMapping]
    source: str | None = None
    events_that_are_users: Mapping[str, str] = attrs.field(factory=dict)

    def mapping(self, kind: str, columns: Sequence[str]) -> FieldMapping:
        """The fields of those columns that an input has.

        Args:
            kind: The name of the kind of rows.
            columns: The columns of the input.

        Raises:
            ConfigurationError: If the preset has no rows of that kind.
        """
        if kind not in self.mappings:
            others = " and ".join(self.mappings)
            advice = (
                "; for people: lunogram migrate customerio" if self.name == "customerio" else ""
            )
            raise ConfigurationError(f"the preset {self.name} is for {others}, not {kind}{advice}")
        known = ((_present(key, columns), field) for key, field in self.mappings[kind].items())
        return {key: field for key, field in known if key}

    def users_in(self, rows: Source, users: RecordType) -> dict[tuple[str, str], Mapped]:
        """The columns of rows of events that are users, by the column and value that say so.

        Args:
            rows: The input.
            users: The kind of these rows.
        """
        return {
            when: map_columns(users, rows, self.mapping(users.name, rows.columns))
            for when in self.events_that_are_users.items()
            if when[0] in rows.columns
        }


def _present(key: str, columns: Sequence[str]) -> str:
    """The alternatives of a key that an input has; a path may lead into a column."""
    alternatives = key.split("|")
    return "|".join(
        each for each in alternatives if each in columns or each.partition(".")[0] in columns
    )


def find_preset(name: str) -> Preset:
    """The preset of a platform.

    Args:
        name: One of `PRESETS`.

    Raises:
        ConfigurationError: If there is none.
    """
    if name not in PRESETS:
        raise ConfigurationError(f"preset must be one of {', '.join(PRESETS)}")
    facts: dict[str, Any] = tomllib.loads(
        files("lunogram.importing").joinpath("presets", f"{name}.toml").read_text("utf-8")
    )
    source, users = facts.pop("source", None), facts.pop("events_that_are_users", {})
    return Preset(name, facts, source, users)
