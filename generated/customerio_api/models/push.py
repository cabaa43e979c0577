# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_device import CustomDevice
    from ..models.person_identifier import PersonIdentifier


T = TypeVar("T", bound="Push")


@_attrs_define
class Push:
    """A push message to one person.

    Attributes:
        identifiers (PersonIdentifier): One name of a person.
        transactional_message_id (int | str | Unset): Names the template, by its number or its trigger name. Example: 3.
        message_data (dict[str, Any] | Unset): What the message can refer to. Example: {'name': 'Person'}.
        to (str | Unset): A device's token, or `all` or `last_used`. Example: last_used.
        title (str | Unset): The title. Example: Shipped.
        message (str | Unset): What it says. Example: Your order is on its way.
        image_url (str | Unset): A picture. Example: https://example.com/box.png.
        link (str | Unset): What a tap opens. Example: https://example.com/orders/456.
        sound (str | Unset): What is heard. Example: default.
        custom_data (dict[str, Any] | Unset): Anything for the app. Example: {'order_id': 456}.
        custom_payload (dict[str, Any] | Unset): The payload as the platforms take it. Example: {'ios': {'aps':
            {'badge': 1}}}.
        custom_device (CustomDevice | Unset): A device to add or update with a push message.
        queue_draft (bool | Unset): Whether it is kept as a draft rather than sent. Example: False.
        disable_message_retention (bool | Unset): Whether its content is not kept. Example: True.
        send_to_unsubscribed (bool | Unset): Whether it is sent to people who have unsubscribed. Example: True.
        send_at (int | Unset): The time to send it; default now. Example: 1767225600.
        language (str | Unset): Which translation to send. Example: nl.
    """

    identifiers: PersonIdentifier
    transactional_message_id: int | str | Unset = UNSET
    message_data: dict[str, Any] | Unset = UNSET
    to: str | Unset = UNSET
    title: str | Unset = UNSET
    message: str | Unset = UNSET
    image_url: str | Unset = UNSET
    link: str | Unset = UNSET
    sound: str | Unset = UNSET
    custom_data: dict[str, Any] | Unset = UNSET
    custom_payload: dict[str, Any] | Unset = UNSET
    custom_device: CustomDevice | Unset = UNSET
    queue_draft: bool | Unset = UNSET
    disable_message_retention: bool | Unset = UNSET
    send_to_unsubscribed: bool | Unset = UNSET
    send_at: int | Unset = UNSET
    language: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifiers = self.identifiers.to_dict()

        transactional_message_id: int | str | Unset
        if isinstance(self.transactional_message_id, Unset):
            transactional_message_id = UNSET
        else:
            transactional_message_id = self.transactional_message_id

        message_data = self.message_data

        to = self.to

        title = self.title

        message = self.message

        image_url = self.image_url

        link = self.link

        sound = self.sound

        custom_data = self.custom_data

        custom_payload = self.custom_payload

        custom_device: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_device, Unset):
            custom_device = self.custom_device.to_dict()

        queue_draft = self.queue_draft

        disable_message_retention = self.disable_message_retention

        send_to_unsubscribed = self.send_to_unsubscribed

        send_at = self.send_at

        language = self.language

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "identifiers": identifiers,
            }
        )
        if transactional_message_id is not UNSET:
            field_dict["transactional_message_id"] = transactional_message_id
        if message_data is not UNSET:
            field_dict["message_data"] = message_data
        if to is not UNSET:
            field_dict["to"] = to
        if title is not UNSET:
            field_dict["title"] = title
        if message is not UNSET:
            field_dict["message"] = message
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if link is not UNSET:
            field_dict["link"] = link
        if sound is not UNSET:
            field_dict["sound"] = sound
        if custom_data is not UNSET:
            field_dict["custom_data"] = custom_data
        if custom_payload is not UNSET:
            field_dict["custom_payload"] = custom_payload
        if custom_device is not UNSET:
            field_dict["custom_device"] = custom_device
        if queue_draft is not UNSET:
            field_dict["queue_draft"] = queue_draft
        if disable_message_retention is not UNSET:
            field_dict["disable_message_retention"] = disable_message_retention
        if send_to_unsubscribed is not UNSET:
            field_dict["send_to_unsubscribed"] = send_to_unsubscribed
        if send_at is not UNSET:
            field_dict["send_at"] = send_at
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.custom_device import CustomDevice  # noqa: PLC0415
        from ..models.person_identifier import PersonIdentifier  # noqa: PLC0415

        d = dict(src_dict)
        identifiers = PersonIdentifier.from_dict(d.pop("identifiers"))

        def _parse_transactional_message_id(data: object) -> int | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(int | str | Unset, data)

        transactional_message_id = _parse_transactional_message_id(
            d.pop("transactional_message_id", UNSET)
        )

        message_data = d.pop("message_data", UNSET)

        to = d.pop("to", UNSET)

        title = d.pop("title", UNSET)

        message = d.pop("message", UNSET)

        image_url = d.pop("image_url", UNSET)

        link = d.pop("link", UNSET)

        sound = d.pop("sound", UNSET)

        custom_data = d.pop("custom_data", UNSET)

        custom_payload = d.pop("custom_payload", UNSET)

        _custom_device = d.pop("custom_device", UNSET)
        custom_device: CustomDevice | Unset
        if isinstance(_custom_device, Unset):
            custom_device = UNSET
        else:
            custom_device = CustomDevice.from_dict(_custom_device)

        queue_draft = d.pop("queue_draft", UNSET)

        disable_message_retention = d.pop("disable_message_retention", UNSET)

        send_to_unsubscribed = d.pop("send_to_unsubscribed", UNSET)

        send_at = d.pop("send_at", UNSET)

        language = d.pop("language", UNSET)

        push = cls(
            identifiers=identifiers,
            transactional_message_id=transactional_message_id,
            message_data=message_data,
            to=to,
            title=title,
            message=message,
            image_url=image_url,
            link=link,
            sound=sound,
            custom_data=custom_data,
            custom_payload=custom_payload,
            custom_device=custom_device,
            queue_draft=queue_draft,
            disable_message_retention=disable_message_retention,
            send_to_unsubscribed=send_to_unsubscribed,
            send_at=send_at,
            language=language,
        )

        push.additional_properties = d
        return push

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
