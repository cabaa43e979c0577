"""Checks of the attributes of a user that have a format: email, phone, locale, time zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import tzinfo
from functools import cache, lru_cache
from typing import Any

from .errors import ValidationError
from .values import LONGEST_TEXT, at_most, guarded, text

_LONGEST_EMAIL = 254  # RFC 5321; the server's column holds 255
_LONGEST_ZONE = 50


def _matching(pattern: str, fault: str) -> Callable[[Any, str], str]:
    """A check of a string against a pattern."""

    @cache  # compiled on first use: the pattern of locales takes as long as importing a module
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern)

    def check(value: Any, path: str) -> str:
        plain = text(value, path)
        if not compiled().fullmatch(plain):
            raise ValidationError.at(path, fault)
        return plain

    return check


_email = _matching(
    r"(?!\.)[^@\s<>,;\x00-\x1f]{1,64}(?<!\.)@[^@\s<>,;\x00-\x1f.]+(\.[^@\s<>,;\x00-\x1f.]+)*",
    "is not an email address, for example ada@example.com",
)
_phone = _matching(r"\+[1-9][0-9]{1,14}", "is not in E.164 format, for example +31612345678")
_locale = _matching(
    r"(?ai)"  # ASCII: else the long s would count as an s
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-([0-9a-wy-z])(?!(?:-[a-z0-9]{2,8})+(?:-(?!\1)[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*-\1-)"
    r"(?:-[a-z0-9]{2,8})+)*"  # extensions, each once
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE)"  # grandfathered tags
    r"|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)",
    "is not a BCP 47 language tag, for example en, nl-NL or zh-Hant-TW",
)


def email(value: Any, path: str) -> str:
    """An email address: a local part, one @ and a domain, at most 254 characters.

    Args:
        value: A string such as ``"ada@example.com"``.
        path: The path of the field, for errors, such as ``"email"``.

    Raises:
        ValidationError: If it is not an email address.
    """
    return at_most(_LONGEST_EMAIL, _email(value, path), path)


def phone(value: Any, path: str) -> str:
    """A phone number in E.164 format.

    Args:
        value: A string such as ``"+31612345678"``.
        path: The path of the field, for errors, such as ``"phone"``.

    Raises:
        ValidationError: If it is not in E.164 format.
    """
    return _phone(value, path)


def locale(value: Any, path: str) -> str:
    """A BCP 47 language tag, at most 255 characters.

    Args:
        value: A string such as ``"nl-NL"``.
        path: The path of the field, for errors, such as ``"locale"``.

    Raises:
        ValidationError: If it is not a BCP 47 language tag.
    """
    return at_most(LONGEST_TEXT, _locale(value, path), path)


@guarded
def timezone(value: Any, path: str) -> str:
    """The IANA name of a time zone.

    Args:
        value: A string such as ``"Europe/London"``, or a `zoneinfo.ZoneInfo` with a key.
        path: The path of the field, for errors, such as ``"timezone"``.

    Raises:
        ValidationError: If this machine's time zone database does not have it.
    """
    name = text(getattr(value, "key", value) if isinstance(value, tzinfo) else value, path)
    if not _is_zone(name):
        raise ValidationError.at(path, "is not an IANA time zone, for example Europe/London")
    return at_most(_LONGEST_ZONE, name, path)


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    # Some systems keep copies under other names, which mean something else on other systems.
    if name.startswith(("posix/", "right/")) or name in ("localtime", "posixrules"):
        return False
    if _zone_exists(name):
        return True
    # Some systems have no time zone database; there, the form of the name is all that is checked.
    return (
        not _zone_exists("UTC") and re.fullmatch(r"[A-Za-z0-9_+\-]+(/[\w+\-]+)*", name) is not None
    )


def _zone_exists(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
