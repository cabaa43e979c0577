# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="ScheduleDelete")


@_attrs_define
class ScheduleDelete:
    """The schedules to delete, by id or by name, and their subject.

    Attributes:
        identifier (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        name (None | str | Unset): The name of the schedules. Older servers require it. Example: trial.end.
        id (None | Unset | UUID): The id of one schedule. Older servers do not know it. Example:
            a1b2c3d4-e5f6-4890-abcd-ef1234567890.
    """

    identifier: list[ExternalID]
    name: None | str | Unset = UNSET
    id: None | Unset | UUID = UNSET
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

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "identifier": identifier,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if id is not UNSET:
            field_dict["id"] = id

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

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"id can't be a {type(data).__name__}")
            id_type_0 = UUID(data)

            return id_type_0

        id = _parse_id(d.pop("id", UNSET))

        schedule_delete = cls(
            identifier=identifier,
            name=name,
            id=id,
        )

        schedule_delete.additional_properties = d
        return schedule_delete

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
