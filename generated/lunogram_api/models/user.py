# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.known_external_id import KnownExternalID


T = TypeVar("T", bound="User")


@_attrs_define
class User:
    """A user as the platform keeps it. Fields that are not set are absent.

    Attributes:
        id (UUID): The platform's own id of the user. Example: 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d.
        project_id (UUID): The project the user belongs to. Example: 4c9d3163-7b64-4f9e-9068-d2e4b96be56b.
        identifier (list[KnownExternalID]): Every identifier the user is known by.
        data (dict[str, Any]): Everything else that was sent about the user. Example: {'plan': 'pro', 'first_name':
            'Ada'}.
        has_push_device (bool): Whether a push message can reach the user. Example: False.
        version (int): Counts the changes to the user. Example: 1.
        created_at (datetime.datetime): When the user was created. Example: 2026-01-15T09:00:00Z.
        updated_at (datetime.datetime): When the user last changed. Example: 2026-01-15T09:00:00Z.
        email (str | Unset): The address that emails go to. Example: ada@example.com.
        phone (str | Unset): The number that text messages go to, in E.164. Example: +31612345678.
        timezone (str | Unset): The time zone, by its IANA name. Example: Europe/London.
        locale (str | Unset): Language and region, as a BCP 47 tag. Example: en-GB.
    """

    id: UUID
    project_id: UUID
    identifier: list[KnownExternalID]
    data: dict[str, Any]
    has_push_device: bool
    version: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    email: str | Unset = UNSET
    phone: str | Unset = UNSET
    timezone: str | Unset = UNSET
    locale: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        project_id = str(self.project_id)

        identifier = []
        for identifier_item_data in self.identifier:
            identifier_item = identifier_item_data.to_dict()
            identifier.append(identifier_item)

        data = self.data

        has_push_device = self.has_push_device

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        email = self.email

        phone = self.phone

        timezone = self.timezone

        locale = self.locale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "project_id": project_id,
                "identifier": identifier,
                "data": data,
                "has_push_device": has_push_device,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if locale is not UNSET:
            field_dict["locale"] = locale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.known_external_id import KnownExternalID  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        project_id = UUID(d.pop("project_id"))

        identifier = []
        _identifier = d.pop("identifier")
        for identifier_item_data in _identifier:
            identifier_item = KnownExternalID.from_dict(identifier_item_data)

            identifier.append(identifier_item)

        data = d.pop("data")

        has_push_device = d.pop("has_push_device")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        email = d.pop("email", UNSET)

        phone = d.pop("phone", UNSET)

        timezone = d.pop("timezone", UNSET)

        locale = d.pop("locale", UNSET)

        user = cls(
            id=id,
            project_id=project_id,
            identifier=identifier,
            data=data,
            has_push_device=has_push_device,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            email=email,
            phone=phone,
            timezone=timezone,
            locale=locale,
        )

        user.additional_properties = d
        return user

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
