# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.device_os import DeviceOS, check_device_os
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.device_config import DeviceConfig
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="DeviceRegistration")


@_attrs_define
class DeviceRegistration:
    """A device of a user that takes push messages.

    Attributes:
        identifier (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        device_id (str): The application's own id for the device. Example: device_1.
        os (DeviceOS): What a device runs. Example: ios.
        config (DeviceConfig): How to reach a device, by a token (iOS, Android) or by endpoint and keys (web).
        os_version (str | Unset): The operating system's version. Example: 18.1.
        model (str | Unset): What the maker calls the device. Example: iPhone17,1.
        app_version (str | Unset): The version of the application on it. Example: 2.4.0.
        data (dict[str, Any] | None | Unset): Anything else about the device. Kept as sent, numbers too. Example:
            {'channel': 'beta'}.
    """

    identifier: list[ExternalID]
    device_id: str
    os: DeviceOS
    config: DeviceConfig
    os_version: str | Unset = UNSET
    model: str | Unset = UNSET
    app_version: str | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifier = []
        for componentsschemas_identifiers_item_data in self.identifier:
            componentsschemas_identifiers_item = componentsschemas_identifiers_item_data.to_dict()
            identifier.append(componentsschemas_identifiers_item)

        device_id = self.device_id

        os: str = self.os

        config = self.config.to_dict()

        os_version = self.os_version

        model = self.model

        app_version = self.app_version

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
                "device_id": device_id,
                "os": os,
                "config": config,
            }
        )
        if os_version is not UNSET:
            field_dict["os_version"] = os_version
        if model is not UNSET:
            field_dict["model"] = model
        if app_version is not UNSET:
            field_dict["app_version"] = app_version
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.device_config import DeviceConfig  # noqa: PLC0415
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        identifier = []
        _identifier = d.pop("identifier")
        for componentsschemas_identifiers_item_data in _identifier:
            componentsschemas_identifiers_item = ExternalID.from_dict(
                componentsschemas_identifiers_item_data
            )

            identifier.append(componentsschemas_identifiers_item)

        device_id = d.pop("device_id")

        os = check_device_os(d.pop("os"))

        config = DeviceConfig.from_dict(d.pop("config"))

        os_version = d.pop("os_version", UNSET)

        model = d.pop("model", UNSET)

        app_version = d.pop("app_version", UNSET)

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        device_registration = cls(
            identifier=identifier,
            device_id=device_id,
            os=os,
            config=config,
            os_version=os_version,
            model=model,
            app_version=app_version,
            data=data,
        )

        device_registration.additional_properties = d
        return device_registration

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
