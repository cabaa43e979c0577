# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="OrganizationUpsert")


@_attrs_define
class OrganizationUpsert:
    """An organization, with the fields to set.

    Attributes:
        identifier (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        name (None | str | Unset): What people call it. Example: Acme.
        data (dict[str, Any] | None | Unset): Anything else about the organization. Merged key by key at the top level.
            Example: {'plan': 'enterprise', 'seats': 100}.
    """

    identifier: list[ExternalID]
    name: None | str | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifier = []
        for componentsschemas_identifiers_item_data in self.identifier:
            componentsschemas_identifiers_item = componentsschemas_identifiers_item_data.to_dict()
            identifier.append(componentsschemas_identifiers_item)

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "identifier": identifier,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        identifier = []
        _identifier = d.pop("identifier")
        for componentsschemas_identifiers_item_data in _identifier:
            componentsschemas_identifiers_item = ExternalID.from_dict(
                componentsschemas_identifiers_item_data
            )

            identifier.append(componentsschemas_identifiers_item)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        organization_upsert = cls(
            identifier=identifier,
            name=name,
            data=data,
        )

        organization_upsert.additional_properties = d
        return organization_upsert

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
