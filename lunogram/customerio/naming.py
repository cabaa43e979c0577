"""Whom Customer.io means, as Lunogram's identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ValidationError
from ..identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE, ExternalID
from ..models import Data
from . import wire

_OWN_PREFIX = "cio_"

CUSTOMERIO_SOURCE = "customerio"
EMAIL_SOURCE = "email"
SOURCES = {
    "id": DEFAULT_SOURCE,
    "email": EMAIL_SOURCE,
    "cio_id": CUSTOMERIO_SOURCE,
    "anonymous_id": ANONYMOUS_SOURCE,
}
"""The source of each kind of name that Customer.io knows."""


def person(text: str) -> ExternalID:
    """Whom a name in a path means; as at Customer.io, its form says what kind of name it is.

    Args:
        text: An id of the application's, an email address, or ``cio_`` and an id of Customer.io's.
    """
    if text.startswith(_OWN_PREFIX):
        return _named("cio_id", text)
    return _named("email" if "@" in text else "id", text)


def person_in(identifiers: Data, place: str) -> ExternalID:
    """Whom ``{"id": …}``, ``{"email": …}``, ``{"cio_id": …}`` or ``{"anonymous_id": …}`` means.

    Args:
        identifiers: As a batch has them.
        place: Where they stand.

    Raises:
        ValidationError: If that is not one of these.
    """
    named = dict(identifiers) if isinstance(identifiers, Mapping) else {}
    if len(named) != 1 or not named.keys() <= SOURCES.keys():
        raise ValidationError.at(place, f"has to have exactly one of {', '.join(SOURCES)}")
    ((kind, value),) = named.items()
    return _named(kind, wire.name(value, f"{place}.{kind}"))


def alias(kind: str, value: Any) -> ExternalID | None:
    """Whom an attribute such as ``anonymous_id`` means; None, if it can be nobody's name.

    Args:
        kind: The name of the attribute.
        value: Its value.
    """
    try:
        return _named(kind, wire.name(value, kind))
    except ValidationError:
        return None


def thing_in(identifiers: Data, place: str) -> ExternalID:
    """Which organization an object is.

    Most workspaces have one type of objects, whose number is 1: they are in the source
    ``default``. Those of other types are in sources of their own, such as ``object_type_2``.

    Args:
        identifiers: ``{"object_type_id": …, "object_id": …}`` or ``{"cio_object_id": …}``.
        place: Where they stand.

    Raises:
        ValidationError: If that is neither.
    """
    if not isinstance(identifiers, Mapping):
        raise ValidationError.at(place, "has to be a mapping with object_type_id and object_id")
    if "cio_object_id" in identifiers:
        own = wire.name(identifiers["cio_object_id"], f"{place}.cio_object_id")
        return ExternalID(own, CUSTOMERIO_SOURCE)
    name = wire.name(identifiers.get("object_id"), f"{place}.object_id")
    kind = wire.name(identifiers.get("object_type_id", "1"), f"{place}.object_type_id")
    return ExternalID(name, DEFAULT_SOURCE if kind == "1" else f"object_type_{kind}")


def _named(kind: str, text: str) -> ExternalID:
    # Customer.io finds an address in whatever case; Lunogram compares identifiers as they are.
    written = text.lower() if kind == "email" else text
    return ExternalID(
        written.removeprefix(_OWN_PREFIX) if kind == "cio_id" else written, SOURCES[kind]
    )
