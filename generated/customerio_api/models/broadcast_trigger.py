# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="BroadcastTrigger")


@_attrs_define
class BroadcastTrigger:
    """The data of a broadcast, and its recipients.

    Attributes:
        data (dict[str, Any]): What the message can refer to. Example: {'headline': 'News'}.
        recipients (dict[str, Any] | Unset): Segments and conditions. Example: {'segment': {'id': 3}}.
        ids (list[str] | Unset): People, by their ids. Example: ['5', '6'].
        emails (list[str] | Unset): People, by their addresses. Example: ['lucy@example.com'].
        per_user_data (list[dict[str, Any]] | Unset): People, and what is different for each. Example: [{'id': '5',
            'data': {'voucher': 'ABC'}}].
        data_file_url (str | Unset): Where the same is, as a file. Example: https://example.com/people.json.
        id_ignore_missing (bool | Unset): Whether ids that nobody has are passed over. Example: True.
        email_ignore_missing (bool | Unset): Whether addresses that nobody has are passed over. Example: True.
        email_add_duplicates (bool | Unset): Whether several people with one address all get it. Example: True.
    """

    data: dict[str, Any]
    recipients: dict[str, Any] | Unset = UNSET
    ids: list[str] | Unset = UNSET
    emails: list[str] | Unset = UNSET
    per_user_data: list[dict[str, Any]] | Unset = UNSET
    data_file_url: str | Unset = UNSET
    id_ignore_missing: bool | Unset = UNSET
    email_ignore_missing: bool | Unset = UNSET
    email_add_duplicates: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data

        recipients = self.recipients

        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids

        emails: list[str] | Unset = UNSET
        if not isinstance(self.emails, Unset):
            emails = self.emails

        per_user_data: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.per_user_data, Unset):
            per_user_data = self.per_user_data

        data_file_url = self.data_file_url

        id_ignore_missing = self.id_ignore_missing

        email_ignore_missing = self.email_ignore_missing

        email_add_duplicates = self.email_add_duplicates

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
            }
        )
        if recipients is not UNSET:
            field_dict["recipients"] = recipients
        if ids is not UNSET:
            field_dict["ids"] = ids
        if emails is not UNSET:
            field_dict["emails"] = emails
        if per_user_data is not UNSET:
            field_dict["per_user_data"] = per_user_data
        if data_file_url is not UNSET:
            field_dict["data_file_url"] = data_file_url
        if id_ignore_missing is not UNSET:
            field_dict["id_ignore_missing"] = id_ignore_missing
        if email_ignore_missing is not UNSET:
            field_dict["email_ignore_missing"] = email_ignore_missing
        if email_add_duplicates is not UNSET:
            field_dict["email_add_duplicates"] = email_add_duplicates

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        data = d.pop("data")

        recipients = d.pop("recipients", UNSET)

        ids = cast(list[str], d.pop("ids", UNSET))

        emails = cast(list[str], d.pop("emails", UNSET))

        per_user_data = cast(list[dict[str, Any]], d.pop("per_user_data", UNSET))

        data_file_url = d.pop("data_file_url", UNSET)

        id_ignore_missing = d.pop("id_ignore_missing", UNSET)

        email_ignore_missing = d.pop("email_ignore_missing", UNSET)

        email_add_duplicates = d.pop("email_add_duplicates", UNSET)

        broadcast_trigger = cls(
            data=data,
            recipients=recipients,
            ids=ids,
            emails=emails,
            per_user_data=per_user_data,
            data_file_url=data_file_url,
            id_ignore_missing=id_ignore_missing,
            email_ignore_missing=email_ignore_missing,
            email_add_duplicates=email_add_duplicates,
        )

        broadcast_trigger.additional_properties = d
        return broadcast_trigger

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
