# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.person_identifier import PersonIdentifier


T = TypeVar("T", bound="WhatsApp")


@_attrs_define
class WhatsApp:
    """A WhatsApp message to one person.

    Attributes:
        identifiers (PersonIdentifier): One name of a person.
        transactional_message_id (int | str | Unset): Names the template, by its number or its trigger name. Example: 3.
        message_data (dict[str, Any] | Unset): What the message can refer to. Example: {'name': 'Person'}.
        queue_draft (bool | Unset): Whether it is kept as a draft rather than sent. Example: False.
        disable_message_retention (bool | Unset): Whether its content is not kept. Example: True.
        send_at (int | Unset): The time to send it; default now. Example: 1767225600.
        language (str | Unset): Which translation to send. Example: nl.
        to (str | Unset): Whom it goes to. Example: person@example.com.
        tracked (bool | Unset): Whether clicks are tracked. Example: True.
        send_to_unsubscribed (bool | Unset): Whether it is sent to people who have unsubscribed. Example: True.
    """

    identifiers: PersonIdentifier
    transactional_message_id: int | str | Unset = UNSET
    message_data: dict[str, Any] | Unset = UNSET
    queue_draft: bool | Unset = UNSET
    disable_message_retention: bool | Unset = UNSET
    send_at: int | Unset = UNSET
    language: str | Unset = UNSET
    to: str | Unset = UNSET
    tracked: bool | Unset = UNSET
    send_to_unsubscribed: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        identifiers = self.identifiers.to_dict()

        transactional_message_id: int | str | Unset
        if isinstance(self.transactional_message_id, Unset):
            transactional_message_id = UNSET
        else:
            transactional_message_id = self.transactional_message_id

        message_data = self.message_data

        queue_draft = self.queue_draft

        disable_message_retention = self.disable_message_retention

        send_at = self.send_at

        language = self.language

        to = self.to

        tracked = self.tracked

        send_to_unsubscribed = self.send_to_unsubscribed

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
        if queue_draft is not UNSET:
            field_dict["queue_draft"] = queue_draft
        if disable_message_retention is not UNSET:
            field_dict["disable_message_retention"] = disable_message_retention
        if send_at is not UNSET:
            field_dict["send_at"] = send_at
        if language is not UNSET:
            field_dict["language"] = language
        if to is not UNSET:
            field_dict["to"] = to
        if tracked is not UNSET:
            field_dict["tracked"] = tracked
        if send_to_unsubscribed is not UNSET:
            field_dict["send_to_unsubscribed"] = send_to_unsubscribed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
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

        queue_draft = d.pop("queue_draft", UNSET)

        disable_message_retention = d.pop("disable_message_retention", UNSET)

        send_at = d.pop("send_at", UNSET)

        language = d.pop("language", UNSET)

        to = d.pop("to", UNSET)

        tracked = d.pop("tracked", UNSET)

        send_to_unsubscribed = d.pop("send_to_unsubscribed", UNSET)

        whats_app = cls(
            identifiers=identifiers,
            transactional_message_id=transactional_message_id,
            message_data=message_data,
            queue_draft=queue_draft,
            disable_message_retention=disable_message_retention,
            send_at=send_at,
            language=language,
            to=to,
            tracked=tracked,
            send_to_unsubscribed=send_to_unsubscribed,
        )

        whats_app.additional_properties = d
        return whats_app

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
