# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="InboxMark")


@_attrs_define
class InboxMark:
    """One message in one inbox.

    Attributes:
        target (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        message_id (UUID): The message's id, as listed. Example: 3a4b5c6d-7e8f-4a9b-8c0d-1e2f3a4b5c6d.
    """

    target: list[ExternalID]
    message_id: UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        target = []
        for componentsschemas_identifiers_item_data in self.target:
            componentsschemas_identifiers_item = componentsschemas_identifiers_item_data.to_dict()
            target.append(componentsschemas_identifiers_item)

        message_id = str(self.message_id)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "target": target,
                "message_id": message_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        target = []
        _target = d.pop("target")
        for componentsschemas_identifiers_item_data in _target:
            componentsschemas_identifiers_item = ExternalID.from_dict(
                componentsschemas_identifiers_item_data
            )

            target.append(componentsschemas_identifiers_item)

        message_id = UUID(d.pop("message_id"))

        inbox_mark = cls(
            target=target,
            message_id=message_id,
        )

        inbox_mark.additional_properties = d
        return inbox_mark

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
