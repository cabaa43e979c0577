# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.person_identifier import PersonIdentifier


T = TypeVar("T", bound="Email")


@_attrs_define
class Email:
    """An email to one person. Without a template it needs `from`, `subject` and `body`.

    Attributes:
        to (str): Whom it goes to. Example: person@example.com.
        identifiers (PersonIdentifier): One name of a person.
        transactional_message_id (int | str | Unset): Names the template, by its number or its trigger name. Example: 3.
        message_data (dict[str, Any] | Unset): What the message can refer to. Example: {'name': 'Person'}.
        from_ (str | Unset): Whom it comes from. Example: business@example.com.
        reply_to (str | Unset): The address for replies. Example: help@example.com.
        cc (str | Unset): Who gets a copy, and is seen to. Example: team@example.com.
        bcc (str | Unset): Who gets a copy. Example: archive@example.com.
        fake_bcc (bool | Unset): Whether copies are messages of their own. Example: True.
        subject (str | Unset): The subject. Example: Hello.
        preheader (str | Unset): What previews show after the subject. Example: A word before.
        body (str | Unset): The body in HTML. Example: <p>Hello</p>.
        body_plain (str | Unset): The body as plain text. Example: Hello.
        plaintext_body (str | Unset): The older name of `body_plain`. Example: Hello.
        body_amp (str | Unset): The body in AMP. Example: <html amp4email></html>.
        amp_body (str | Unset): The older name of `body_amp`. Example: <html amp4email></html>.
        headers (dict[str, Any] | Unset): More headers of the email. Example: {'X-Order': '456'}.
        attachments (dict[str, Any] | Unset): Files in base64, by their names. Example: {'receipt.txt': 'SGVsbG8='}.
        tracked (bool | Unset): Whether opens and clicks are tracked. Example: True.
        queue_draft (bool | Unset): Whether it is kept as a draft rather than sent. Example: False.
        disable_message_retention (bool | Unset): Whether its content is not kept. Example: True.
        send_to_unsubscribed (bool | Unset): Whether it is sent to people who have unsubscribed. Example: True.
        disable_css_preprocessing (bool | Unset): Whether its style sheets are left as they are. Example: False.
        send_at (int | Unset): The time to send it; default now. Example: 1767225600.
        language (str | Unset): Which translation to send. Example: nl.
    """

    to: str
    identifiers: PersonIdentifier
    transactional_message_id: int | str | Unset = UNSET
    message_data: dict[str, Any] | Unset = UNSET
    from_: str | Unset = UNSET
    reply_to: str | Unset = UNSET
    cc: str | Unset = UNSET
    bcc: str | Unset = UNSET
    fake_bcc: bool | Unset = UNSET
    subject: str | Unset = UNSET
    preheader: str | Unset = UNSET
    body: str | Unset = UNSET
    body_plain: str | Unset = UNSET
    plaintext_body: str | Unset = UNSET
    body_amp: str | Unset = UNSET
    amp_body: str | Unset = UNSET
    headers: dict[str, Any] | Unset = UNSET
    attachments: dict[str, Any] | Unset = UNSET
    tracked: bool | Unset = UNSET
    queue_draft: bool | Unset = UNSET
    disable_message_retention: bool | Unset = UNSET
    send_to_unsubscribed: bool | Unset = UNSET
    disable_css_preprocessing: bool | Unset = UNSET
    send_at: int | Unset = UNSET
    language: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        to = self.to

        identifiers = self.identifiers.to_dict()

        transactional_message_id: int | str | Unset
        if isinstance(self.transactional_message_id, Unset):
            transactional_message_id = UNSET
        else:
            transactional_message_id = self.transactional_message_id

        message_data = self.message_data

        from_ = self.from_

        reply_to = self.reply_to

        cc = self.cc

        bcc = self.bcc

        fake_bcc = self.fake_bcc

        subject = self.subject

        preheader = self.preheader

        body = self.body

        body_plain = self.body_plain

        plaintext_body = self.plaintext_body

        body_amp = self.body_amp

        amp_body = self.amp_body

        headers = self.headers

        attachments = self.attachments

        tracked = self.tracked

        queue_draft = self.queue_draft

        disable_message_retention = self.disable_message_retention

        send_to_unsubscribed = self.send_to_unsubscribed

        disable_css_preprocessing = self.disable_css_preprocessing

        send_at = self.send_at

        language = self.language

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "to": to,
                "identifiers": identifiers,
            }
        )
        if transactional_message_id is not UNSET:
            field_dict["transactional_message_id"] = transactional_message_id
        if message_data is not UNSET:
            field_dict["message_data"] = message_data
        if from_ is not UNSET:
            field_dict["from"] = from_
        if reply_to is not UNSET:
            field_dict["reply_to"] = reply_to
        if cc is not UNSET:
            field_dict["cc"] = cc
        if bcc is not UNSET:
            field_dict["bcc"] = bcc
        if fake_bcc is not UNSET:
            field_dict["fake_bcc"] = fake_bcc
        if subject is not UNSET:
            field_dict["subject"] = subject
        if preheader is not UNSET:
            field_dict["preheader"] = preheader
        if body is not UNSET:
            field_dict["body"] = body
        if body_plain is not UNSET:
            field_dict["body_plain"] = body_plain
        if plaintext_body is not UNSET:
            field_dict["plaintext_body"] = plaintext_body
        if body_amp is not UNSET:
            field_dict["body_amp"] = body_amp
        if amp_body is not UNSET:
            field_dict["amp_body"] = amp_body
        if headers is not UNSET:
            field_dict["headers"] = headers
        if attachments is not UNSET:
            field_dict["attachments"] = attachments
        if tracked is not UNSET:
            field_dict["tracked"] = tracked
        if queue_draft is not UNSET:
            field_dict["queue_draft"] = queue_draft
        if disable_message_retention is not UNSET:
            field_dict["disable_message_retention"] = disable_message_retention
        if send_to_unsubscribed is not UNSET:
            field_dict["send_to_unsubscribed"] = send_to_unsubscribed
        if disable_css_preprocessing is not UNSET:
            field_dict["disable_css_preprocessing"] = disable_css_preprocessing
        if send_at is not UNSET:
            field_dict["send_at"] = send_at
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.person_identifier import PersonIdentifier  # noqa: PLC0415

        d = dict(src_dict)
        to = d.pop("to")

        identifiers = PersonIdentifier.from_dict(d.pop("identifiers"))

        def _parse_transactional_message_id(data: object) -> int | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast(int | str | Unset, data)

        transactional_message_id = _parse_transactional_message_id(
            d.pop("transactional_message_id", UNSET)
        )

        message_data = d.pop("message_data", UNSET)

        from_ = d.pop("from", UNSET)

        reply_to = d.pop("reply_to", UNSET)

        cc = d.pop("cc", UNSET)

        bcc = d.pop("bcc", UNSET)

        fake_bcc = d.pop("fake_bcc", UNSET)

        subject = d.pop("subject", UNSET)

        preheader = d.pop("preheader", UNSET)

        body = d.pop("body", UNSET)

        body_plain = d.pop("body_plain", UNSET)

        plaintext_body = d.pop("plaintext_body", UNSET)

        body_amp = d.pop("body_amp", UNSET)

        amp_body = d.pop("amp_body", UNSET)

        headers = d.pop("headers", UNSET)

        attachments = d.pop("attachments", UNSET)

        tracked = d.pop("tracked", UNSET)

        queue_draft = d.pop("queue_draft", UNSET)

        disable_message_retention = d.pop("disable_message_retention", UNSET)

        send_to_unsubscribed = d.pop("send_to_unsubscribed", UNSET)

        disable_css_preprocessing = d.pop("disable_css_preprocessing", UNSET)

        send_at = d.pop("send_at", UNSET)

        language = d.pop("language", UNSET)

        email = cls(
            to=to,
            identifiers=identifiers,
            transactional_message_id=transactional_message_id,
            message_data=message_data,
            from_=from_,
            reply_to=reply_to,
            cc=cc,
            bcc=bcc,
            fake_bcc=fake_bcc,
            subject=subject,
            preheader=preheader,
            body=body,
            body_plain=body_plain,
            plaintext_body=plaintext_body,
            body_amp=body_amp,
            amp_body=amp_body,
            headers=headers,
            attachments=attachments,
            tracked=tracked,
            queue_draft=queue_draft,
            disable_message_retention=disable_message_retention,
            send_to_unsubscribed=send_to_unsubscribed,
            disable_css_preprocessing=disable_css_preprocessing,
            send_at=send_at,
            language=language,
        )

        email.additional_properties = d
        return email

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
