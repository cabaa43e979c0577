# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.device_keys import DeviceKeys


T = TypeVar("T", bound="DeviceConfig")


@_attrs_define
class DeviceConfig:
    """How to reach a device, by a token (iOS, Android) or by endpoint and keys (web).

    Attributes:
        token (str | Unset): The token that Firebase or Apple gave the app. Example: fcm-3f1c9a.
        endpoint (str | Unset): Where the browser's vendor takes messages for it. Example:
            https://push.example.com/send/abc.
        expiration_time (datetime.datetime | Unset): When the subscription ends, if it does. Example:
            2027-01-01T00:00:00Z.
        keys (DeviceKeys | Unset): The keys of a web push subscription, in base64url.
    """

    token: str | Unset = UNSET
    endpoint: str | Unset = UNSET
    expiration_time: datetime.datetime | Unset = UNSET
    keys: DeviceKeys | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        token = self.token

        endpoint = self.endpoint

        expiration_time: str | Unset = UNSET
        if not isinstance(self.expiration_time, Unset):
            expiration_time = self.expiration_time.isoformat()

        keys: dict[str, Any] | Unset = UNSET
        if not isinstance(self.keys, Unset):
            keys = self.keys.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if token is not UNSET:
            field_dict["token"] = token
        if endpoint is not UNSET:
            field_dict["endpoint"] = endpoint
        if expiration_time is not UNSET:
            field_dict["expiration_time"] = expiration_time
        if keys is not UNSET:
            field_dict["keys"] = keys

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.device_keys import DeviceKeys  # noqa: PLC0415

        d = dict(src_dict)
        token = d.pop("token", UNSET)

        endpoint = d.pop("endpoint", UNSET)

        _expiration_time = d.pop("expiration_time", UNSET)
        expiration_time: datetime.datetime | Unset
        if isinstance(_expiration_time, Unset):
            expiration_time = UNSET
        else:
            expiration_time = datetime.datetime.fromisoformat(_expiration_time)

        _keys = d.pop("keys", UNSET)
        keys: DeviceKeys | Unset
        if isinstance(_keys, Unset):
            keys = UNSET
        else:
            keys = DeviceKeys.from_dict(_keys)

        device_config = cls(
            token=token,
            endpoint=endpoint,
            expiration_time=expiration_time,
            keys=keys,
        )

        device_config.additional_properties = d
        return device_config

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
