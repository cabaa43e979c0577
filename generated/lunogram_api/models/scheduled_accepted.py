# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ScheduledAccepted")


@_attrs_define
class ScheduledAccepted:
    """A schedule that was accepted.

    Attributes:
        id (UUID): The schedule's id. Example: a1b2c3d4-e5f6-4890-abcd-ef1234567890.
        name (str): The schedule's name. Example: trial.end.
        scheduled_at (datetime.datetime): When it fires, or fires first, with the offset that was given. Example:
            2026-12-24T09:00:00Z.
        data (dict[str, Any] | None | Unset): What each emitted event carries. Example: {'plan': 'pro'}.
    """

    id: UUID
    name: str
    scheduled_at: datetime.datetime
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        scheduled_at = self.scheduled_at.isoformat()

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "scheduled_at": scheduled_at,
            }
        )
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        scheduled_at = datetime.datetime.fromisoformat(d.pop("scheduled_at"))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        scheduled_accepted = cls(
            id=id,
            name=name,
            scheduled_at=scheduled_at,
            data=data,
        )

        scheduled_accepted.additional_properties = d
        return scheduled_accepted

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
