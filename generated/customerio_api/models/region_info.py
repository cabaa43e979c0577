# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RegionInfo")


@_attrs_define
class RegionInfo:
    """Where an account lives.

    Attributes:
        url (str): The host of its Track API. Example: track.customer.io.
        data_center (str): The region's name. Example: us.
        environment_id (int): The workspace's id. Example: 90210.
    """

    url: str
    data_center: str
    environment_id: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        data_center = self.data_center

        environment_id = self.environment_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "url": url,
                "data_center": data_center,
                "environment_id": environment_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        data_center = d.pop("data_center")

        environment_id = d.pop("environment_id")

        region_info = cls(
            url=url,
            data_center=data_center,
            environment_id=environment_id,
        )

        region_info.additional_properties = d
        return region_info

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
