# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.anonymous_event_type import AnonymousEventType, check_anonymous_event_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="AnonymousEvent")


@_attrs_define
class AnonymousEvent:
    """Something that somebody unknown did, or an invitation.

    Attributes:
        name (str): What happened. Example: invite.
        data (dict[str, Any]): What there is to say about it. An invitation has a `recipient`. Example: {'first_name':
            'Alex', 'recipient': 'alex.person@example.com'}.
        anonymous_id (str | Unset): Names the unknown person. An event without it is nobody's, or an invitation.
            Example: anon-abc.
        id (str | Unset): Makes the event one that is recorded once. Example: 01HB4HBDKTFWYZCK01DMRSWRFD.
        timestamp (int | Unset): The time at which it happened; default now. Example: 1767225600.
        type_ (AnonymousEventType | Unset): The type of the event; default `event`. Example: page.
    """

    name: str
    data: dict[str, Any]
    anonymous_id: str | Unset = UNSET
    id: str | Unset = UNSET
    timestamp: int | Unset = UNSET
    type_: AnonymousEventType | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        data = self.data

        anonymous_id = self.anonymous_id

        id = self.id

        timestamp = self.timestamp

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "data": data,
            }
        )
        if anonymous_id is not UNSET:
            field_dict["anonymous_id"] = anonymous_id
        if id is not UNSET:
            field_dict["id"] = id
        if timestamp is not UNSET:
            field_dict["timestamp"] = timestamp
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        data = d.pop("data")

        anonymous_id = d.pop("anonymous_id", UNSET)

        id = d.pop("id", UNSET)

        timestamp = d.pop("timestamp", UNSET)

        _type_ = d.pop("type", UNSET)
        type_: AnonymousEventType | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_anonymous_event_type(_type_)

        anonymous_event = cls(
            name=name,
            data=data,
            anonymous_id=anonymous_id,
            id=id,
            timestamp=timestamp,
            type_=type_,
        )

        anonymous_event.additional_properties = d
        return anonymous_event

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
