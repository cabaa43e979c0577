"""Who is meant: the forms in which a user or an organization can be named.

| form | means |
|---|---|
| ``"user_123"`` | the id in the application's own system, source ``default`` |
| ``("stripe", "cus_1")`` | an id in another system: source, then id |
| ``ExternalID("cus_1", source="stripe", metadata={…})`` | the same, with metadata |
| ``{"external_id": "cus_1", "source": "stripe"}`` | the same, with the wire's names |
| a list of those | several names of one and the same subject |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import attrs

from . import values
from .errors import ValidationError

DEFAULT_SOURCE = "default"
ANONYMOUS_SOURCE = "anonymous"


@attrs.frozen
class ExternalID:
    """One name of a user or an organization in some system.

    Attributes:
        external_id: The id in that system, one character or more. It may be personal, so that
            the repr leaves it out.
        source: Which system: ``"default"`` for the application's own, ``"anonymous"`` for
            visitors who are not known yet, or any name, such as ``"stripe"``.
        metadata: Anything to keep with the identifier. Merged key by key.
    """

    external_id: str = attrs.field(repr=False)
    source: str = DEFAULT_SOURCE
    metadata: Mapping[str, Any] | None = attrs.field(default=None, kw_only=True, repr=False)


Identifier: TypeAlias = str | UUID | tuple[str, str] | ExternalID | Mapping[str, Any]
"""One name, in any of the short forms."""

Identifiers: TypeAlias = Identifier | Sequence[Identifier]
"""One name, or a list of several names of the same subject."""


def external_ids(value: Identifiers, place: str = "identifier") -> list[ExternalID]:
    """Whatever form was given, as the list that the API takes.

    Args:
        value: One of the forms.
        place: Where it stands, for the error.

    Raises:
        ValidationError: If it is none of the forms, is empty, or has an empty id.
    """
    if not isinstance(value, list):
        return [_external_id(value, place)]
    if not value:
        raise ValidationError.at(place, "is an empty list; nobody is named")
    return [_external_id(item, f"{place}[{index}]") for index, item in enumerate(value)]


def external_id(value: Identifiers, place: str = "identifier") -> ExternalID:
    """The same where the API takes one name only.

    Args:
        value: One of the forms, with one name in it.
        place: Where it stands, for the error.

    Raises:
        ValidationError: As `external_ids`, and for more than one name.
    """
    names = external_ids(value, place)
    if len(names) > 1:
        raise ValidationError.at(place, f"has {len(names)} names; here it takes exactly one")
    return names[0]


def _external_id(value: Any, place: str) -> ExternalID:
    if isinstance(value, ExternalID):
        return _checked(value.external_id, value.source, value.metadata, place)
    if isinstance(value, str | UUID):
        return ExternalID(_id(value, place))
    if isinstance(value, tuple):
        return _from_pair(value, place)
    if isinstance(value, Mapping):
        return _from_mapping(value, place)
    raise ValidationError.at(
        place, f"has to be an id, (source, id) or an ExternalID, not {type(value).__name__}"
    )


def _from_pair(value: tuple[Any, ...], place: str) -> ExternalID:
    if len(value) != 2:
        raise ValidationError.at(place, f"is a tuple of {len(value)}, where (source, id) has two")
    return _checked(value[1], value[0], None, place)


def _from_mapping(value: Mapping[str, Any], place: str) -> ExternalID:
    unknown = value.keys() - {"external_id", "source", "metadata"}
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise ValidationError.at(
            place, f"has no field {names}; it takes external_id, source and metadata"
        )
    return _checked(value.get("external_id"), value.get("source"), value.get("metadata"), place)


def _checked(identity: Any, source: Any, metadata: Any, place: str) -> ExternalID:
    return ExternalID(
        _id(identity, f"{place}.external_id"),
        DEFAULT_SOURCE if source in (None, "") else values.text(source, f"{place}.source"),
        metadata=None if metadata is None else values.json_object(metadata, f"{place}.metadata"),
    )


def _id(value: Any, place: str) -> str:
    return values.text(str(value) if isinstance(value, UUID) else value, place)
