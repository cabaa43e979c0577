"""The URL of an outbox in PostgreSQL: one of libpq, with one more option."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import attrs

from ...errors import ConfigurationError

DEFAULT_SCHEMA = "lunogram_outbox"

_OPTION = "outbox_schema="
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@attrs.frozen
class Place:
    """The place of an outbox in PostgreSQL.

    Attributes:
        settings: The settings of libpq, with the password.
        schema: The name of the schema of its tables.
    """

    settings: dict[str, Any] = attrs.field(repr=False)
    schema: str

    @property
    def url(self) -> str:
        """The URL without the password and without options of the connection: safe to print."""
        found = self.settings
        user = f"{found['user']}@" if found.get("user") else ""
        port = f":{found['port']}" if found.get("port") else ""
        option = "" if self.schema == DEFAULT_SCHEMA else f"?{_OPTION}{self.schema}"
        return f"postgresql://{user}{found.get('host', '')}{port}/{found.get('dbname', '')}{option}"


def place_of(url: str) -> Place:
    """The place in the URL of an outbox.

    Args:
        url: ``"postgresql://USER@HOST/DATABASE"``, or whatever else libpq takes as a URL, and
            ``outbox_schema=NAME`` among the options behind the question mark.

    Raises:
        ConfigurationError: If the URL is invalid.
    """
    base, mark, query = url.partition("?")
    options = query.split("&") if mark else []
    theirs = [option for option in options if not option.startswith(_OPTION)]
    ours = [option for option in options if option.startswith(_OPTION)]
    schema = unquote(ours[-1].removeprefix(_OPTION)) if ours else DEFAULT_SCHEMA
    settings = _read(base + "?" * bool(theirs) + "&".join(theirs))
    return Place(settings, checked_schema(schema))


def checked_schema(name: str) -> str:
    """The name of a schema, if it needs no quotes.

    Args:
        name: The name.

    Raises:
        ConfigurationError: If it does.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError("outbox_schema is not of lower-case letters, digits and _")
    return name


def _read(url: str) -> dict[str, Any]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        settings = dict(conninfo_to_dict(url))
    except psycopg.Error:  # whose message may hold the password
        settings = {"port": "unreadable"}
    if _is_ambiguous(url) or not re.fullmatch(r"[0-9,]*", str(settings.get("port", ""))):
        raise ConfigurationError(
            "the URL of the outbox is invalid; it is postgresql://USER@HOST/DATABASE, "
            "with special characters of the password as %XX"
        )
    return settings


def _is_ambiguous(url: str) -> bool:
    """Whether libpq could take a part of the password for the host, and look it up."""
    authority, _, path = url.partition("://")[2].partition("/")
    # Only newer versions of libpq reject blanks.
    return authority.count("@") > 1 or " " in authority or "@" in path.partition("?")[0]
