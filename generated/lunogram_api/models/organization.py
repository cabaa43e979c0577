# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.known_external_id import KnownExternalID


T = TypeVar("T", bound="Organization")


@_attrs_define
class Organization:
    """An organization as the platform keeps it. A name that is not set is absent.

    Attributes:
        id (UUID): The platform's own id of the organization. Example: 7d9f2f0e-6c1b-4d7a-8f41-1e2d3c4b5a69.
        project_id (UUID): The project the organization belongs to. Example: 4c9d3163-7b64-4f9e-9068-d2e4b96be56b.
        identifier (list[KnownExternalID]): Every identifier the organization is known by.
        data (dict[str, Any]): Everything else that was sent about the organization. Example: {'plan': 'enterprise',
            'seats': 100}.
        version (int): Counts the changes to the organization. Example: 1.
        created_at (datetime.datetime): When the organization was created. Example: 2026-01-15T09:00:00Z.
        updated_at (datetime.datetime): When the organization last changed. Example: 2026-01-15T09:00:00Z.
        name (str | Unset): What people call it. Example: Acme.
    """

    id: UUID
    project_id: UUID
    identifier: list[KnownExternalID]
    data: dict[str, Any]
    version: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        project_id = str(self.project_id)

        identifier = []
        for identifier_item_data in self.identifier:
            identifier_item = identifier_item_data.to_dict()
            identifier.append(identifier_item)

        data = self.data

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "project_id": project_id,
                "identifier": identifier,
                "data": data,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.known_external_id import KnownExternalID  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        project_id = UUID(d.pop("project_id"))

        identifier = []
        _identifier = d.pop("identifier")
        for identifier_item_data in _identifier:
            identifier_item = KnownExternalID.from_dict(identifier_item_data)

            identifier.append(identifier_item)

        data = d.pop("data")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        name = d.pop("name", UNSET)

        organization = cls(
            id=id,
            project_id=project_id,
            identifier=identifier,
            data=data,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            name=name,
        )

        organization.additional_properties = d
        return organization

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
