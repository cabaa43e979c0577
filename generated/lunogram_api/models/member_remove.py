# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.subject_ref import SubjectRef


T = TypeVar("T", bound="MemberRemove")


@_attrs_define
class MemberRemove:
    """Ends a membership.

    Attributes:
        organization (SubjectRef): A reference to a user or an organization, by its identifiers.
        user (SubjectRef): A reference to a user or an organization, by its identifiers.
    """

    organization: SubjectRef
    user: SubjectRef
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        organization = self.organization.to_dict()

        user = self.user.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "organization": organization,
                "user": user,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.subject_ref import SubjectRef  # noqa: PLC0415

        d = dict(src_dict)
        organization = SubjectRef.from_dict(d.pop("organization"))

        user = SubjectRef.from_dict(d.pop("user"))

        member_remove = cls(
            organization=organization,
            user=user,
        )

        member_remove.additional_properties = d
        return member_remove

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
