# Written by `make generate` from openapi.yaml; never edited by hand.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.channel import Channel, check_channel
from ..types import UNSET, Unset

T = TypeVar("T", bound="InboxMessage")


@_attrs_define
class InboxMessage:
    """A message in an inbox. Servers of today have all fields, null if they are not set.

    Attributes:
        id (UUID): The platform's own id of the message. Example: 3a4b5c6d-7e8f-4a9b-8c0d-1e2f3a4b5c6d.
        project_id (UUID): The project it belongs to. Example: 4c9d3163-7b64-4f9e-9068-d2e4b96be56b.
        channel (Channel): The way a message takes. Example: inbox.
        content (dict[str, Any]): What the message says. Example: {'title': 'Your order is on its way'}.
        data (dict[str, Any]): Anything for the program that shows it. Example: {'order_id': 'ord_456'}.
        tags (list[str]): Words to find it by. Example: ['orders'].
        priority (int): From 1, the most urgent, to 5. Example: 3.
        scheduled_at (datetime.datetime): When it was, or will be, shown. Example: 2026-12-24T09:00:00Z.
        created_at (datetime.datetime): When it was accepted. Example: 2026-12-20T09:00:00Z.
        updated_at (datetime.datetime): When it last changed. Example: 2026-12-24T10:00:00Z.
        user_id (None | Unset | UUID): The user it is for. Example: 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d.
        organization_id (None | Unset | UUID): The organization it is for. Example:
            7d9f2f0e-6c1b-4d7a-8f41-1e2d3c4b5a69.
        external_id (None | str | Unset): The id its sender gave it. Example: order_456_shipped.
        sender_identity_id (None | Unset | UUID): Who it comes from. Example: 5f0c9d8e-7b6a-4c5d-9e8f-0a1b2c3d4e5f.
        campaign_id (None | Unset | UUID): The campaign it belongs to. Example: 1f2e3d4c-5b6a-4978-8a9b-0c1d2e3f4a5b.
        broadcast_id (None | Unset | UUID): The broadcast it belongs to. Example: 2f3e4d5c-6b7a-4089-9bac-1d2e3f4a5b6c.
        source (None | str | Unset): The part of the platform that sent it. Example: inbox.
        expires_at (datetime.datetime | None | Unset): When it stops being shown. Example: 2026-12-31T00:00:00Z.
        read_at (datetime.datetime | None | Unset): When it was read. Example: 2026-12-24T10:00:00Z.
        archived_at (datetime.datetime | None | Unset): When it was archived. Example: 2026-12-25T10:00:00Z.
        sent_at (datetime.datetime | None | Unset): When it left on its channel. Never filled. Example:
            2026-12-24T09:00:01Z.
    """

    id: UUID
    project_id: UUID
    channel: Channel
    content: dict[str, Any]
    data: dict[str, Any]
    tags: list[str]
    priority: int
    scheduled_at: datetime.datetime
    created_at: datetime.datetime
    updated_at: datetime.datetime
    user_id: None | Unset | UUID = UNSET
    organization_id: None | Unset | UUID = UNSET
    external_id: None | str | Unset = UNSET
    sender_identity_id: None | Unset | UUID = UNSET
    campaign_id: None | Unset | UUID = UNSET
    broadcast_id: None | Unset | UUID = UNSET
    source: None | str | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    read_at: datetime.datetime | None | Unset = UNSET
    archived_at: datetime.datetime | None | Unset = UNSET
    sent_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        project_id = str(self.project_id)

        channel: str = self.channel

        content = self.content

        data = self.data

        tags = self.tags

        priority = self.priority

        scheduled_at = self.scheduled_at.isoformat()

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        user_id: None | str | Unset
        if isinstance(self.user_id, Unset):
            user_id = UNSET
        elif isinstance(self.user_id, UUID):
            user_id = str(self.user_id)
        else:
            user_id = self.user_id

        organization_id: None | str | Unset
        if isinstance(self.organization_id, Unset):
            organization_id = UNSET
        elif isinstance(self.organization_id, UUID):
            organization_id = str(self.organization_id)
        else:
            organization_id = self.organization_id

        external_id: None | str | Unset
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id

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

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        read_at: None | str | Unset
        if isinstance(self.read_at, Unset):
            read_at = UNSET
        elif isinstance(self.read_at, datetime.datetime):
            read_at = self.read_at.isoformat()
        else:
            read_at = self.read_at

        archived_at: None | str | Unset
        if isinstance(self.archived_at, Unset):
            archived_at = UNSET
        elif isinstance(self.archived_at, datetime.datetime):
            archived_at = self.archived_at.isoformat()
        else:
            archived_at = self.archived_at

        sent_at: None | str | Unset
        if isinstance(self.sent_at, Unset):
            sent_at = UNSET
        elif isinstance(self.sent_at, datetime.datetime):
            sent_at = self.sent_at.isoformat()
        else:
            sent_at = self.sent_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "project_id": project_id,
                "channel": channel,
                "content": content,
                "data": data,
                "tags": tags,
                "priority": priority,
                "scheduled_at": scheduled_at,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if organization_id is not UNSET:
            field_dict["organization_id"] = organization_id
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if sender_identity_id is not UNSET:
            field_dict["sender_identity_id"] = sender_identity_id
        if campaign_id is not UNSET:
            field_dict["campaign_id"] = campaign_id
        if broadcast_id is not UNSET:
            field_dict["broadcast_id"] = broadcast_id
        if source is not UNSET:
            field_dict["source"] = source
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if read_at is not UNSET:
            field_dict["read_at"] = read_at
        if archived_at is not UNSET:
            field_dict["archived_at"] = archived_at
        if sent_at is not UNSET:
            field_dict["sent_at"] = sent_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        project_id = UUID(d.pop("project_id"))

        channel = check_channel(d.pop("channel"))

        content = d.pop("content")

        data = d.pop("data")

        tags = cast(list[str], d.pop("tags"))

        priority = d.pop("priority")

        scheduled_at = datetime.datetime.fromisoformat(d.pop("scheduled_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_user_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"user_id can't be a {type(data).__name__}")
            user_id_type_0 = UUID(data)

            return user_id_type_0

        user_id = _parse_user_id(d.pop("user_id", UNSET))

        def _parse_organization_id(data: object) -> None | Unset | UUID:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"organization_id can't be a {type(data).__name__}")
            organization_id_type_0 = UUID(data)

            return organization_id_type_0

        organization_id = _parse_organization_id(d.pop("organization_id", UNSET))

        def _parse_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))

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

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"expires_at can't be a {type(data).__name__}")
            expires_at_type_0 = datetime.datetime.fromisoformat(data)

            return expires_at_type_0

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_read_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"read_at can't be a {type(data).__name__}")
            read_at_type_0 = datetime.datetime.fromisoformat(data)

            return read_at_type_0

        read_at = _parse_read_at(d.pop("read_at", UNSET))

        def _parse_archived_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"archived_at can't be a {type(data).__name__}")
            archived_at_type_0 = datetime.datetime.fromisoformat(data)

            return archived_at_type_0

        archived_at = _parse_archived_at(d.pop("archived_at", UNSET))

        def _parse_sent_at(data: object) -> datetime.datetime | None | Unset:
            if data is None or isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"sent_at can't be a {type(data).__name__}")
            sent_at_type_0 = datetime.datetime.fromisoformat(data)

            return sent_at_type_0

        sent_at = _parse_sent_at(d.pop("sent_at", UNSET))

        inbox_message = cls(
            id=id,
            project_id=project_id,
            channel=channel,
            content=content,
            data=data,
            tags=tags,
            priority=priority,
            scheduled_at=scheduled_at,
            created_at=created_at,
            updated_at=updated_at,
            user_id=user_id,
            organization_id=organization_id,
            external_id=external_id,
            sender_identity_id=sender_identity_id,
            campaign_id=campaign_id,
            broadcast_id=broadcast_id,
            source=source,
            expires_at=expires_at,
            read_at=read_at,
            archived_at=archived_at,
            sent_at=sent_at,
        )

        inbox_message.additional_properties = d
        return inbox_message

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
