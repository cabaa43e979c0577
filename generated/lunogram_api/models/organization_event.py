# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="OrganizationEvent")


@_attrs_define
class OrganizationEvent:
    """Something that happened to an organization. It has an identifier or a match, never both.

    Attributes:
        name (str): What happened. Some names are the platform's own, as for users. Example: subscription.upgraded.
        identifier (list[ExternalID] | Unset): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        match (dict[str, Any] | None | Unset): The event goes to every organization whose data contains these values.
            Example: {'plan': 'enterprise'}.
        data (dict[str, Any] | None | Unset): What there is to say about it. Example: {'from': 'starter', 'to':
            'enterprise'}.
    """

    name: str
    identifier: list[ExternalID] | Unset = UNSET
    match: dict[str, Any] | None | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        identifier: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.identifier, Unset):
            identifier = []
            for componentsschemas_identifiers_item_data in self.identifier:
                componentsschemas_identifiers_item = (
                    componentsschemas_identifiers_item_data.to_dict()
                )
                identifier.append(componentsschemas_identifiers_item)

        match: dict[str, Any] | None | Unset
        if isinstance(self.match, Unset):
            match = UNSET
        else:
            match = self.match

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if identifier is not UNSET:
            field_dict["identifier"] = identifier
        if match is not UNSET:
            field_dict["match"] = match
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        _identifier = d.pop("identifier", UNSET)
        identifier: list[ExternalID] | Unset = UNSET
        if _identifier is not UNSET:
            identifier = []
            for componentsschemas_identifiers_item_data in _identifier:
                componentsschemas_identifiers_item = ExternalID.from_dict(
                    componentsschemas_identifiers_item_data
                )

                identifier.append(componentsschemas_identifiers_item)

        def _parse_match(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        match = _parse_match(d.pop("match", UNSET))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        organization_event = cls(
            name=name,
            identifier=identifier,
            match=match,
            data=data,
        )

        organization_event.additional_properties = d
        return organization_event

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
