# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="UserUpsert")


@_attrs_define
class UserUpsert:
    """A user, with the fields to set. The identifier is required with a key; a session's own
    takes its place.

        Attributes:
            identifier (list[ExternalID] | Unset): One or more names of the same subject. Any of them finds it. Example:
                [{'external_id': 'user_123'}].
            email (None | str | Unset): The address that emails go to. The server does not check it. Example:
                ada@example.com.
            phone (None | str | Unset): The number that text messages go to, in E.164. The server does not check it.
                Example: +31612345678.
            timezone (None | str | Unset): The time zone, by its IANA name. The server does not check it. An empty one is
                stored.
                 Example: Europe/London.
            locale (None | str | Unset): Language and region, as a BCP 47 tag. The server does not check it. An empty one is
                stored.
                 Example: en-GB.
            data (dict[str, Any] | None | Unset): Anything else about the user. Merged key by key at the top level. Example:
                {'plan': 'pro', 'first_name': 'Ada'}.
    """

    identifier: list[ExternalID] | Unset = UNSET
    email: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    timezone: None | str | Unset = UNSET
    locale: None | str | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifier: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.identifier, Unset):
            identifier = []
            for componentsschemas_identifiers_item_data in self.identifier:
                componentsschemas_identifiers_item = (
                    componentsschemas_identifiers_item_data.to_dict()
                )
                identifier.append(componentsschemas_identifiers_item)

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        timezone: None | str | Unset
        if isinstance(self.timezone, Unset):
            timezone = UNSET
        else:
            timezone = self.timezone

        locale: None | str | Unset
        if isinstance(self.locale, Unset):
            locale = UNSET
        else:
            locale = self.locale

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if identifier is not UNSET:
            field_dict["identifier"] = identifier
        if email is not UNSET:
            field_dict["email"] = email
        if phone is not UNSET:
            field_dict["phone"] = phone
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if locale is not UNSET:
            field_dict["locale"] = locale
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        _identifier = d.pop("identifier", UNSET)
        identifier: list[ExternalID] | Unset = UNSET
        if _identifier is not UNSET:
            identifier = []
            for componentsschemas_identifiers_item_data in _identifier:
                componentsschemas_identifiers_item = ExternalID.from_dict(
                    componentsschemas_identifiers_item_data
                )

                identifier.append(componentsschemas_identifiers_item)

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_timezone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        timezone = _parse_timezone(d.pop("timezone", UNSET))

        def _parse_locale(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        locale = _parse_locale(d.pop("locale", UNSET))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        user_upsert = cls(
            identifier=identifier,
            email=email,
            phone=phone,
            timezone=timezone,
            locale=locale,
            data=data,
        )

        user_upsert.additional_properties = d
        return user_upsert

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
