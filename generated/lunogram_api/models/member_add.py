# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.subject_ref import SubjectRef


T = TypeVar("T", bound="MemberAdd")


@_attrs_define
class MemberAdd:
    """Makes a user a member of an organization.

    Attributes:
        organization (SubjectRef): A reference to a user or an organization, by its identifiers.
        user (SubjectRef): A reference to a user or an organization, by its identifiers.
        data (dict[str, Any] | None | Unset): What is true of the user in this organization, such as a role. Merged key
            by key. Example: {'role': 'admin'}.
    """

    organization: SubjectRef
    user: SubjectRef
    data: dict[str, Any] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        organization = self.organization.to_dict()

        user = self.user.to_dict()

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "organization": organization,
                "user": user,
            }
        )
        if data is not UNSET:
            field_dict["data"] = data

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.subject_ref import SubjectRef  # noqa: PLC0415

        d = dict(src_dict)
        organization = SubjectRef.from_dict(d.pop("organization"))

        user = SubjectRef.from_dict(d.pop("user"))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        member_add = cls(
            organization=organization,
            user=user,
            data=data,
        )

        member_add.additional_properties = d
        return member_add

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
