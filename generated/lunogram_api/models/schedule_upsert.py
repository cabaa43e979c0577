# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="ScheduleUpsert")


@_attrs_define
class ScheduleUpsert:
    """When to fire, once or again and again.

    Attributes:
        name (str): The schedule's name, one of its kind for each user or organization. Example: trial.end.
        identifier (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        scheduled_at (datetime.datetime | None | Unset): When it fires, or fires first. It is required where there is no
            interval. Example: 2026-12-24T09:00:00Z.
        start_at (datetime.datetime | None | Unset): From when a recurring schedule counts: it fires at `start_at` plus
            a multiple of the
            interval, also after a first time that `scheduled_at` sets. Default now.
             Example: 2026-12-01T09:00:00Z.
        interval (None | str | Unset): How often a recurring schedule fires, as PostgreSQL reads an interval: `24h`,
            `7 days`, `1 month`, `P7D`, `1 year 2 mons`.
             Example: 7 days.
        data (dict[str, Any] | None | Unset): What each emitted event carries. Example: {'plan': 'pro'}.
        id (None | Unset | UUID): The schedule to update, or to create with this id: a UUID of your own making.
             Example: a1b2c3d4-e5f6-4890-abcd-ef1234567890.
    """

    name: str
    identifier: list[ExternalID]
    scheduled_at: datetime.datetime | None | Unset = UNSET
    start_at: datetime.datetime | None | Unset = UNSET
    interval: None | str | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    id: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        identifier = []
        for componentsschemas_identifiers_item_data in self.identifier:
            componentsschemas_identifiers_item = componentsschemas_identifiers_item_data.to_dict()
            identifier.append(componentsschemas_identifiers_item)

        scheduled_at: None | str | Unset
        if isinstance(self.scheduled_at, Unset):
            scheduled_at = UNSET
        elif isinstance(self.scheduled_at, datetime.datetime):
            scheduled_at = self.scheduled_at.isoformat()
        else:
            scheduled_at = self.scheduled_at

        start_at: None | str | Unset
        if isinstance(self.start_at, Unset):
            start_at = UNSET
        elif isinstance(self.start_at, datetime.datetime):
            start_at = self.start_at.isoformat()
        else:
            start_at = self.start_at

        interval: None | str | Unset
        if isinstance(self.interval, Unset):
            interval = UNSET
        else:
            interval = self.interval

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "identifier": identifier,
            }
        )
        if scheduled_at is not UNSET:
            field_dict["scheduled_at"] = scheduled_at
        if start_at is not UNSET:
            field_dict["start_at"] = start_at
        if interval is not UNSET:
            field_dict["interval"] = interval
        if data is not UNSET:
            field_dict["data"] = data
        if id is not UNSET:
            field_dict["id"] = id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        identifier = []
        _identifier = d.pop("identifier")
        for componentsschemas_identifiers_item_data in _identifier:
            componentsschemas_identifiers_item = ExternalID.from_dict(
                componentsschemas_identifiers_item_data
            )

            identifier.append(componentsschemas_identifiers_item)

        def _parse_scheduled_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"scheduled_at can't be a {type(data).__name__}")
            scheduled_at_type_0 = datetime.datetime.fromisoformat(data)

            return scheduled_at_type_0

        scheduled_at = _parse_scheduled_at(d.pop("scheduled_at", UNSET))

        def _parse_start_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"start_at can't be a {type(data).__name__}")
            start_at_type_0 = datetime.datetime.fromisoformat(data)

            return start_at_type_0

        start_at = _parse_start_at(d.pop("start_at", UNSET))

        def _parse_interval(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        interval = _parse_interval(d.pop("interval", UNSET))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"id can't be a {type(data).__name__}")
            id_type_0 = UUID(data)

            return id_type_0

        id = _parse_id(d.pop("id", UNSET))

        schedule_upsert = cls(
            name=name,
            identifier=identifier,
            scheduled_at=scheduled_at,
            start_at=start_at,
            interval=interval,
            data=data,
            id=id,
        )

        schedule_upsert.additional_properties = d
        return schedule_upsert

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
