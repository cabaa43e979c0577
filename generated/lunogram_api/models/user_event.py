# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="UserEvent")


@_attrs_define
class UserEvent:
    """Something a user did. With a key, it has an identifier or a match, never both; a session's
    own identifier takes the place of both.

        Attributes:
            name (str): What happened. Names that begin with `user.`, `organization.`, `list.`, `link.`,
                `scheduled.`, `inbox.`, `journey.` or `project.` are the platform's own.
                 Example: order.completed.
            data (dict[str, Any]): What there is to say about it. Example: {'total': 99.99, 'currency': 'EUR'}.
            identifier (list[ExternalID] | Unset): One or more names of the same subject. Any of them finds it. Example:
                [{'external_id': 'user_123'}].
            match (dict[str, Any] | None | Unset): The event goes to every user whose data contains these values, in the
                sense of
                PostgreSQL's `@>`.
                 Example: {'plan': 'pro'}.
    """

    name: str
    data: dict[str, Any]
    identifier: list[ExternalID] | Unset = UNSET
    match: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        data = self.data

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "data": data,
            }
        )
        if identifier is not UNSET:
            field_dict["identifier"] = identifier
        if match is not UNSET:
            field_dict["match"] = match

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        data = d.pop("data")

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

        user_event = cls(
            name=name,
            data=data,
            identifier=identifier,
            match=match,
        )

        user_event.additional_properties = d
        return user_event

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
