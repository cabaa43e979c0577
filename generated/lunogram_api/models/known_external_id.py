# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="KnownExternalID")


@_attrs_define
class KnownExternalID:
    """An identifier as the platform keeps it.

    Attributes:
        id (UUID): The identifier's own id. Example: a1b2c3d4-e5f6-4890-abcd-ef1234567890.
        source (str): Which system the external id comes from. Example: default.
        external_id (str): The id in that system. Example: user_123.
        created_at (datetime.datetime): When it was first seen. Example: 2026-01-15T09:00:00Z.
        updated_at (datetime.datetime): When it last changed. Example: 2026-01-15T09:00:00Z.
        metadata (dict[str, Any] | None | Unset): What is kept with the identifier. Example: {'region': 'eu'}.
    """

    id: UUID
    source: str
    external_id: str
    created_at: datetime.datetime
    updated_at: datetime.datetime
    metadata: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        source = self.source

        external_id = self.external_id

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        else:
            metadata = self.metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
                "external_id": external_id,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        source = d.pop("source")

        external_id = d.pop("external_id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_metadata(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        known_external_id = cls(
            id=id,
            source=source,
            external_id=external_id,
            created_at=created_at,
            updated_at=updated_at,
            metadata=metadata,
        )

        known_external_id.additional_properties = d
        return known_external_id

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
