"""Identifiers of users and organizations, in the forms that a caller may pass.

| form | meaning |
|---|---|
| ``"user_123"`` | the id in your own system, source ``default`` |
| ``("stripe", "cus_1")`` | an id in another system: source, then id |
| ``ExternalID("cus_1", source="stripe", metadata={…})`` | an id in another system, with metadata |
| ``{"external_id": "cus_1", "source": "stripe"}`` | an id with the field names of the API |
| a list of those | several identifiers of one user or organization |
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
    """An identifier of a user or an organization: an id and the system that it comes from.

    Attributes:
        external_id: The id, 1 to 255 characters. It may be personal, so the repr omits it.
        source: The system that the id comes from: ``"default"`` for your own,
            ``"anonymous"`` for visitors who are not known yet, or any other name, such as
            ``"stripe"``.
        metadata: A JSON object that is stored with the identifier and merged key by key, or None.
    """

    external_id: str = attrs.field(repr=False)
    source: str = DEFAULT_SOURCE
    metadata: Mapping[str, Any] | None = attrs.field(default=None, kw_only=True, repr=False)


Identifier: TypeAlias = str | UUID | tuple[str, str] | ExternalID | Mapping[str, Any]
"""One identifier, in any of its forms."""

Identifiers: TypeAlias = Identifier | Sequence[Identifier]
"""One identifier, or a list of identifiers of the same user or organization."""


@values.guarded
def external_ids(value: Identifiers, path: str = "identifier") -> list[ExternalID]:
    """Identifiers in any form, as the list that the API takes.

    Args:
        value: One identifier, or a list of identifiers, in any form.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If an identifier has none of the forms or an empty id, or the list is
            empty.
    """
    if not isinstance(value, list):
        return [_external_id(value, path)]
    if not value:
        raise ValidationError.at(path, "is an empty list; pass at least one identifier")
    return [_external_id(item, f"{path}[{index}]") for index, item in enumerate(value)]


@values.guarded
def external_id(value: Identifiers, path: str = "identifier") -> ExternalID:
    """The one identifier of an operation that takes exactly one.

    Args:
        value: One identifier in any form, or a list of one.
        path: The path of the field, for errors, such as ``"events[3].data"``.

    Raises:
        ValidationError: If `external_ids` rejects it, or there are several identifiers.
    """
    found = external_ids(value, path)
    if len(found) > 1:
        raise ValidationError.at(path, f"has {len(found)} identifiers; pass exactly one")
    return found[0]


@values.guarded
def _external_id(value: Any, path: str) -> ExternalID:
    if isinstance(value, ExternalID):
        return _create(value.external_id, value.source, value.metadata, path)
    if isinstance(value, str | UUID):
        return ExternalID(_id(value, path))
    if isinstance(value, tuple):
        return _from_pair(value, path)
    if isinstance(value, Mapping):
        return _from_mapping(value, path)
    raise ValidationError.at(
        path, f"must be an id, (source, id) or an ExternalID, not {type(value).__name__}"
    )


def _from_pair(value: tuple[Any, ...], path: str) -> ExternalID:
    if len(value) != 2:
        raise ValidationError.at(path, f"is a tuple of {len(value)} items; (source, id) has two")
    return _create(value[1], value[0], None, path)


def _from_mapping(value: Mapping[str, Any], path: str) -> ExternalID:
    unknown = value.keys() - {"external_id", "source", "metadata"}
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        raise ValidationError.at(
            path, f"has no field {names}; its fields are external_id, source and metadata"
        )
    return _create(value.get("external_id"), value.get("source"), value.get("metadata"), path)


def _create(identity: Any, source: Any, metadata: Any, path: str) -> ExternalID:
    return ExternalID(
        _id(identity, f"{path}.external_id"),
        DEFAULT_SOURCE if source in (None, "") else values.short_text(source, f"{path}.source"),
        metadata=None if metadata is None else values.json_object(metadata, f"{path}.metadata"),
    )


def _id(value: Any, path: str) -> str:
    return values.short_text(str(value) if isinstance(value, UUID) else value, path)
