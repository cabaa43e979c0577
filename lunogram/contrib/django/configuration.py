"""The setting ``LUNOGRAM``: where calls are queued, and as whom a relay sends them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import attrs
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ...outbox.options import OutboxSettings, RelaySettings
from ...outbox.stores import shown_url

# Django's own options among those of libpq.
_DJANGOS = {"isolation_level", "assume_role", "server_side_binding", "pool"}


@attrs.frozen(kw_only=True)
class Configuration:
    """The values of ``LUNOGRAM`` in the settings, by their names in lower case.

    Attributes:
        database: The alias of the database in whose transactions calls are queued.
        outbox: The URL of an outbox elsewhere; None for the tables in the database.
        options: The options of the outbox, as `lunogram.outbox.OutboxOptions` describes them.
        relay: The options of ``manage.py lunogram_relay``, as `lunogram.outbox.RelayOptions`
            describes them.
        api_key: The API key; by default, ``LUNOGRAM_API_KEY`` in the environment.
        base_url: The URL of the API; by default, ``LUNOGRAM_BASE_URL`` in the environment.
        project_id: The id of the project; by default, ``LUNOGRAM_PROJECT_ID`` in the environment.
    """

    database: str = "default"
    outbox: str | None = None
    options: Mapping[str, Any] = attrs.field(factory=dict)
    relay: Mapping[str, Any] = attrs.field(factory=dict)
    api_key: str | None = attrs.field(default=None, repr=False)
    base_url: str | None = None
    project_id: str | None = None

    @property
    def is_in_database(self) -> bool:
        """Whether the outbox is in the database, and calls are rows of the transaction."""
        return self.outbox is None

    @property
    def url(self) -> str:
        """The URL of the outbox.

        Raises:
            ImproperlyConfigured: If it can be neither in the database nor elsewhere.
        """
        return self.outbox or _url_of(self.database)

    def check(self) -> None:
        """Check the options and the URL.

        Raises:
            ConfigurationError: If the value of an option is invalid.
            ImproperlyConfigured: If the outbox can be neither in the database nor elsewhere.
            TypeError: If the name of an option is unknown.
        """
        OutboxSettings(**self.options)
        RelaySettings(**self.relay)
        shown_url(self.url)


def configuration() -> Configuration:
    """The values of the setting ``LUNOGRAM``.

    Raises:
        ImproperlyConfigured: If a name in it is unknown.
    """
    given: Mapping[str, Any] = getattr(settings, "LUNOGRAM", {})
    known = {field.name.upper(): field.name for field in attrs.fields(Configuration)}
    for name in given:
        if name not in known:
            raise ImproperlyConfigured(
                f"LUNOGRAM[{name!r}] is unknown; the names are {', '.join(known)}"
            )
    return Configuration(**{known[name]: value for name, value in given.items()})


def _url_of(alias: str) -> str:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        raise ImproperlyConfigured(
            f"an outbox can't be in the database {alias!r}, which is not PostgreSQL: set"
            " LUNOGRAM['OUTBOX'] to a URL such as sqlite:////var/lib/shop/lunogram.db"
        )
    # As Django connects: to the database of the tests while they run.
    given = {name: value for name, value in connection.get_connection_params().items() if value}
    user, password, database = (given.pop(name, "") for name in ("user", "password", "dbname"))
    who = ":".join(quote(str(each), safe="") for each in (user, password) if each)
    options = {
        name: value
        for name, value in given.items()
        if name not in _DJANGOS and isinstance(value, str | int)
    }
    place = f"{who}@" if who else ""
    return f"postgresql://{place}/{quote(database, safe='')}?{urlencode(options, quote_via=quote)}"
