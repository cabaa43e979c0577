"""Repairs of almost valid fields of users: a safe repair, or else the value is kept in data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import attrs

from .. import user_attributes
from ..calls import Call
from ..errors import ConfigurationError, ValidationError
from .record_types import Fields, RecordType

# As in the platform's own import; the zones of these names have no daylight saving time.
_ABBREVIATIONS = {
    "EST": "America/New_York", "EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
}  # fmt: skip
# Names of Rails for regions and for cities that are no IANA names.
_RAILS_NAMES = {
    "Hawaii": "Pacific/Honolulu", "Alaska": "America/Juneau", "Arizona": "America/Phoenix",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax", "Newfoundland": "America/St_Johns",
    "Indiana (East)": "America/Indiana/Indianapolis", "Edinburgh": "Europe/London",
    "Chennai": "Asia/Kolkata", "Mumbai": "Asia/Kolkata", "New Delhi": "Asia/Kolkata",
    "Adelaide": "Australia/Adelaide", "Brisbane": "Australia/Brisbane",
    "Darwin": "Australia/Darwin", "Hobart": "Australia/Hobart",
    "Melbourne": "Australia/Melbourne", "Perth": "Australia/Perth", "Sydney": "Australia/Sydney",
}  # fmt: skip
# Regions whose zones are named after cities; others have zones such as US/Eastern.
_CITY_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Europe", "Indian", "Pacific")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?00)?", re.IGNORECASE | re.ASCII).fullmatch
_WRITTEN_NUMBER = re.compile(r"\+[0-9 ().\-\u00a0]+", re.ASCII).fullmatch
_LARGEST_OFFSET = {"+": 14, "-": 12}


def phone(text: str) -> str:
    """A number with its country code, without separators between its digits.

    Args:
        text: The value.
    """
    if _WRITTEN_NUMBER(text) and "(0)" not in text:
        return "+" + re.sub("[^0-9]", "", text)
    return text


def locale(text: str) -> str:
    """A language tag with hyphens, and without the encoding of POSIX locales.

    Args:
        text: The value, such as ``en_US.UTF-8``.
    """
    return text.partition(".")[0].replace("_", "-")


def timezone(text: str) -> str:
    """The IANA name of a time zone: of an abbreviation, an offset, a name of Windows or Rails.

    Args:
        text: The value, such as ``EST``, ``GMT+2``, ``europe/london`` or ``Amsterdam``.
    """
    if found := _ABBREVIATIONS.get(text.upper()):
        return found
    offset = _OFFSET(text)
    if offset and int(offset[2]) <= _LARGEST_OFFSET[offset[1]]:
        hours = int(offset[2])
        sign = "-" if offset[1] == "+" else "+"  # POSIX counts the other way round
        return f"Etc/GMT{sign}{hours}" if hours else "UTC"
    return _zones().get(text.replace(" ", "_").casefold(), text)


@cache
def _zones() -> Mapping[str, str]:
    """The IANA names by the names of Windows, Rails, cities, and their own in any case."""
    from zoneinfo import available_timezones

    try:
        from tzlocal.windows_tz import win_tz
    except ModuleNotFoundError:
        raise ConfigurationError(
            "an import of time zones needs tzlocal: pip install 'lunogram[import]'"
        ) from None
    iana = available_timezones()
    others = {**_cities(iana), **win_tz, **_RAILS_NAMES, **{name: name for name in iana}}
    return {name.replace(" ", "_").casefold(): zone for name, zone in others.items()}


def _cities(names: Iterable[str]) -> dict[str, str]:
    """The cities that have one zone."""
    cities: dict[str, list[str]] = {}
    for name in names:
        region, _, city = name.partition("/")
        if region in _CITY_REGIONS:
            cities.setdefault(city, []).append(name)
    return {city: zones[0] for city, zones in cities.items() if len(zones) == 1}


_FIELDS: Mapping[str, tuple[Callable[[str], str], Callable[[Any, str], str]]] = {
    "phone": (phone, user_attributes.phone),
    "locale": (locale, user_attributes.locale),
    "timezone": (timezone, user_attributes.timezone),
}


@attrs.define
class UserFields:
    """The repairs of one import.

    Attributes:
        repaired: The number of repaired values of each field.
        kept: The number of invalid values of each field, which are kept in data.
    """

    repaired: Counter[str] = attrs.Factory(Counter)
    kept: Counter[str] = attrs.Factory(Counter)

    def repairing(self, kind: RecordType) -> RecordType:
        """The kind with a call function that repairs fields.

        Args:
            kind: A kind with the fields of users.
        """
        return attrs.evolve(kind, call=lambda fields: self._call(kind, fields))

    def _call(self, kind: RecordType, fields: Fields) -> Call[Any]:
        changed = dict(fields)
        for name, (repair, check) in _FIELDS.items():
            value = fields.get(name)
            if isinstance(value, str) and value:
                self._repair(changed, name, value, repair(value), check)
        return kind.call(changed)

    def _repair(
        self,
        fields: dict[str, Any],
        name: str,
        value: str,
        repaired: str,
        check: Callable[[Any, str], str],
    ) -> None:
        try:
            fields[name] = check(repaired, name)
            self.repaired[name] += repaired != value
        except ValidationError:
            data = fields.get("data", {})
            if not isinstance(data, Mapping):  # which is rejected later
                return
            del fields[name]
            fields["data"] = {**data, (name if name not in data else f"given_{name}"): value}
            self.kept[name] += 1

    @property
    def notes(self) -> list[str]:
        """The notes on repaired and kept values."""
        repaired = [
            f"values of {name} that were repaired: {count:,}"
            for name, count in self.repaired.items()
            if count
        ]
        kept = [
            f"values of {name} that are invalid: {count:,}; they are kept as data.{name} "
            "(--strict rejects their rows)"
            for name, count in self.kept.items()
        ]
        return repaired + kept
