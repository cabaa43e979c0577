# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.channel import Channel, check_channel
from ..models.message_source import MessageSource, check_message_source
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.external_id import ExternalID


T = TypeVar("T", bound="InboxMessageSend")


@_attrs_define
class InboxMessageSend:
    """A message for a user or an organization.

    Attributes:
        target (list[ExternalID]): One or more names of the same subject. Any of them finds it. Example:
            [{'external_id': 'user_123'}].
        identifier (ExternalID): One name of a user, an organization or a message in some system.
        channel (Channel): The way a message takes. Example: inbox.
        sender_identity_id (None | Unset | UUID): Who it comes from. Emails and text messages need one, others have
            none.
        campaign_id (None | Unset | UUID): The campaign it belongs to. Example: 1f2e3d4c-5b6a-4978-8a9b-0c1d2e3f4a5b.
        broadcast_id (None | Unset | UUID): The broadcast it belongs to. Example: 2f3e4d5c-6b7a-4089-9bac-1d2e3f4a5b6c.
        content (dict[str, Any] | None | Unset): What the message says, in the form its channel asks for. Kept as sent,
            numbers too.
             Example: {'title': 'Your order is on its way'}.
        data (dict[str, Any] | None | Unset): Anything for the program that shows it. Example: {'order_id': 'ord_456'}.
        tags (list[str] | Unset): Words to find it by. Example: ['orders'].
        priority (int | Unset): From 1, the most urgent, to 5. Example: 3.
        source (MessageSource | None | Unset): The part of the platform that it is shown as coming from. Example: inbox.
        scheduled_at (datetime.datetime | None | Unset): The time to show it; default now. Example:
            2026-12-24T09:00:00Z.
        expires_at (datetime.datetime | None | Unset): When to stop showing it. Example: 2026-12-31T00:00:00Z.
    """

    target: list[ExternalID]
    identifier: ExternalID
    channel: Channel
    sender_identity_id: None | Unset | UUID = UNSET
    campaign_id: None | Unset | UUID = UNSET
    broadcast_id: None | Unset | UUID = UNSET
    content: dict[str, Any] | None | Unset = UNSET
    data: dict[str, Any] | None | Unset = UNSET
    tags: list[str] | Unset = UNSET
    priority: int | Unset = UNSET
    source: MessageSource | None | Unset = UNSET
    scheduled_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        target = []
        for componentsschemas_identifiers_item_data in self.target:
            componentsschemas_identifiers_item = componentsschemas_identifiers_item_data.to_dict()
            target.append(componentsschemas_identifiers_item)

        identifier = self.identifier.to_dict()

        channel: str = self.channel

        sender_identity_id: None | str | Unset
        if isinstance(self.sender_identity_id, Unset):
            sender_identity_id = UNSET
        elif isinstance(self.sender_identity_id, UUID):
            sender_identity_id = str(self.sender_identity_id)
        else:
            sender_identity_id = self.sender_identity_id

        campaign_id: None | str | Unset
        if isinstance(self.campaign_id, Unset):
            campaign_id = UNSET
        elif isinstance(self.campaign_id, UUID):
            campaign_id = str(self.campaign_id)
        else:
            campaign_id = self.campaign_id

        broadcast_id: None | str | Unset
        if isinstance(self.broadcast_id, Unset):
            broadcast_id = UNSET
        elif isinstance(self.broadcast_id, UUID):
            broadcast_id = str(self.broadcast_id)
        else:
            broadcast_id = self.broadcast_id

        content: dict[str, Any] | None | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        else:
            data = self.data

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        priority = self.priority

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, str):
            source = self.source
        else:
            source = self.source

        scheduled_at: None | str | Unset
        if isinstance(self.scheduled_at, Unset):
            scheduled_at = UNSET
        elif isinstance(self.scheduled_at, datetime.datetime):
            scheduled_at = self.scheduled_at.isoformat()
        else:
            scheduled_at = self.scheduled_at

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "target": target,
                "identifier": identifier,
                "channel": channel,
            }
        )
        if sender_identity_id is not UNSET:
            field_dict["sender_identity_id"] = sender_identity_id
        if campaign_id is not UNSET:
            field_dict["campaign_id"] = campaign_id
        if broadcast_id is not UNSET:
            field_dict["broadcast_id"] = broadcast_id
        if content is not UNSET:
            field_dict["content"] = content
        if data is not UNSET:
            field_dict["data"] = data
        if tags is not UNSET:
            field_dict["tags"] = tags
        if priority is not UNSET:
            field_dict["priority"] = priority
        if source is not UNSET:
            field_dict["source"] = source
        if scheduled_at is not UNSET:
            field_dict["scheduled_at"] = scheduled_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.external_id import ExternalID  # noqa: PLC0415

        d = dict(src_dict)
        target = []
        _target = d.pop("target")
        for componentsschemas_identifiers_item_data in _target:
            componentsschemas_identifiers_item = ExternalID.from_dict(
                componentsschemas_identifiers_item_data
            )

            target.append(componentsschemas_identifiers_item)

        identifier = ExternalID.from_dict(d.pop("identifier"))

        channel = check_channel(d.pop("channel"))

        def _parse_sender_identity_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"sender_identity_id can't be a {type(data).__name__}")
            sender_identity_id_type_0 = UUID(data)

            return sender_identity_id_type_0

        sender_identity_id = _parse_sender_identity_id(d.pop("sender_identity_id", UNSET))

        def _parse_campaign_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"campaign_id can't be a {type(data).__name__}")
            campaign_id_type_0 = UUID(data)

            return campaign_id_type_0

        campaign_id = _parse_campaign_id(d.pop("campaign_id", UNSET))

        def _parse_broadcast_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"broadcast_id can't be a {type(data).__name__}")
            broadcast_id_type_0 = UUID(data)

            return broadcast_id_type_0

        broadcast_id = _parse_broadcast_id(d.pop("broadcast_id", UNSET))

        def _parse_content(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        def _parse_data(data: object) -> dict[str, Any] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(dict[str, Any] | None | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        tags = cast(list[str], d.pop("tags", UNSET))

        priority = d.pop("priority", UNSET)

        def _parse_source(data: object) -> MessageSource | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"source can't be a {type(data).__name__}")
            source_type_0 = check_message_source(data)

            return source_type_0

        source = _parse_source(d.pop("source", UNSET))

        def _parse_scheduled_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"scheduled_at can't be a {type(data).__name__}")
            scheduled_at_type_0 = datetime.datetime.fromisoformat(data)

            return scheduled_at_type_0

        scheduled_at = _parse_scheduled_at(d.pop("scheduled_at", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"expires_at can't be a {type(data).__name__}")
            expires_at_type_0 = datetime.datetime.fromisoformat(data)

            return expires_at_type_0

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        inbox_message_send = cls(
            target=target,
            identifier=identifier,
            channel=channel,
            sender_identity_id=sender_identity_id,
            campaign_id=campaign_id,
            broadcast_id=broadcast_id,
            content=content,
            data=data,
            tags=tags,
            priority=priority,
            source=source,
            scheduled_at=scheduled_at,
            expires_at=expires_at,
        )

        inbox_message_send.additional_properties = d
        return inbox_message_send

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
