"""Customer.io's identifiers of people and objects, as Lunogram's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ValidationError
from ..identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE, ExternalID
from ..models import Data
from . import request_bodies

_OWN_PREFIX = "cio_"

CUSTOMERIO_SOURCE = "customerio"
EMAIL_SOURCE = "email"
SOURCES = {
    "id": DEFAULT_SOURCE,
    "email": EMAIL_SOURCE,
    "cio_id": CUSTOMERIO_SOURCE,
    "anonymous_id": ANONYMOUS_SOURCE,
}
"""The source of each type of identifier that Customer.io has."""


def person(text: str) -> ExternalID:
    """The identifier of a person in a path; as at Customer.io, its form determines its type.

    Args:
        text: An id of the application's, an email address, or ``cio_`` and an id of Customer.io's.
    """
    if text.startswith(_OWN_PREFIX):
        return _named("cio_id", text)
    return _named("email" if "@" in text else "id", text)


def person_in(identifiers: Data, path: str) -> ExternalID:
    """The identifier of a person in a body.

    Args:
        identifiers: ``{"id": …}``, ``{"email": …}``, ``{"cio_id": …}`` or ``{"anonymous_id": …}``.
        path: The path of the mapping in the call, for errors.

    Raises:
        ValidationError: If it is none of these.
    """
    given = dict(identifiers) if isinstance(identifiers, Mapping) else {}
    if len(given) != 1 or not given.keys() <= SOURCES.keys():
        raise ValidationError.at(path, f"has to have exactly one of {', '.join(SOURCES)}")
    ((kind, value),) = given.items()
    return _named(kind, request_bodies.name(value, f"{path}.{kind}"))


def alias(kind: str, value: Any) -> ExternalID | None:
    """The identifier in an attribute such as ``anonymous_id``; None if the value is invalid.

    Args:
        kind: The name of the attribute.
        value: Its value.
    """
    try:
        return _named(kind, request_bodies.name(value, kind))
    except ValidationError:
        return None


def object_in(identifiers: Data, path: str) -> ExternalID:
    """The identifier of an object as that of an organization.

    Most workspaces have one type of objects, whose number is 1: they are in the source
    ``default``. Those of other types are in sources of their own, such as ``object_type_2``.

    Args:
        identifiers: ``{"object_type_id": …, "object_id": …}`` or ``{"cio_object_id": …}``.
        path: The path of the mapping in the call, for errors.

    Raises:
        ValidationError: If it is neither.
    """
    if not isinstance(identifiers, Mapping):
        raise ValidationError.at(path, "must be a mapping with object_type_id and object_id")
    if "cio_object_id" in identifiers:
        own = request_bodies.name(identifiers["cio_object_id"], f"{path}.cio_object_id")
        return ExternalID(own, CUSTOMERIO_SOURCE)
    own_id = request_bodies.name(identifiers.get("object_id"), f"{path}.object_id")
    kind = request_bodies.name(identifiers.get("object_type_id", "1"), f"{path}.object_type_id")
    return ExternalID(own_id, DEFAULT_SOURCE if kind == "1" else f"object_type_{kind}")


def _named(kind: str, text: str) -> ExternalID:
    # Customer.io finds an address in any case; Lunogram compares identifiers exactly.
    written = text.lower() if kind == "email" else text
    return ExternalID(
        written.removeprefix(_OWN_PREFIX) if kind == "cio_id" else written, SOURCES[kind]
    )
