# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="UserDelete")


@_attrs_define
class UserDelete:
    """The user to delete. The identifier is required with a key; a session's own takes its place.

    Attributes:
        identifier (list[ExternalID] | Unset): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
    """

    identifier: list[ExternalID] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifier: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.identifier, Unset):
            identifier = []
            for componentsschemas_identifiers_item_data in self.identifier:
                componentsschemas_identifiers_item = (
                    componentsschemas_identifiers_item_data.to_dict()
                )
                identifier.append(componentsschemas_identifiers_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if identifier is not UNSET:
            field_dict["identifier"] = identifier

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        _identifier = d.pop("identifier", UNSET)
        identifier: list[ExternalID] | Unset = UNSET
        if _identifier is not UNSET:
            identifier = []
            for componentsschemas_identifiers_item_data in _identifier:
                componentsschemas_identifiers_item = ExternalID.from_dict(
                    componentsschemas_identifiers_item_data
                )

                identifier.append(componentsschemas_identifiers_item)

        user_delete = cls(
            identifier=identifier,
        )

        user_delete.additional_properties = d
        return user_delete

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
