"""Messages to one person: the requests of the App API.

A repr holds no personal data. A field that is None is omitted; fields are checked on sending.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import IO, Any

import attrs

from .. import values
from ..errors import ValidationError
from ..models import Data
from .models import Platform


def _hidden() -> Any:
    return attrs.field(default=None, repr=False)


@attrs.frozen
class Device:
    """A device to add or update with a push message.

    Attributes:
        token: The device's token.
        platform: ``"ios"`` or ``"android"``.
        last_used: The time of its last use: an aware datetime, or whole seconds since 1970.
        attributes: Other attributes of the device.
    """

    token: str = attrs.field(repr=False)
    platform: Platform
    last_used: datetime | int | None = attrs.field(default=None, kw_only=True)
    attributes: Data | None = attrs.field(default=None, kw_only=True, repr=False)


@attrs.define(kw_only=True)
class _Request:
    """The fields of every message."""

    transactional_message_id: str | int | None = None
    identifiers: Mapping[str, str] | None = _hidden()
    message_data: Data | None = _hidden()
    queue_draft: bool | None = None
    disable_message_retention: bool | None = None
    send_at: datetime | int | None = None
    language: str | None = None


@attrs.define(kw_only=True)
class SendInboxMessageRequest(_Request):
    """A message to a person's inbox.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
    """


@attrs.define(kw_only=True)
class SendInAppRequest(_Request):
    """A message that a person sees inside an app.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
    """


@attrs.define(kw_only=True)
class SendSMSRequest(_Request):
    """A text message to a person.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
        from_: The sender's number.
        to: The recipient's number; the person's own, if None.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
    """

    from_: str | None = _hidden()
    to: str | None = _hidden()
    send_to_unsubscribed: bool | None = None


@attrs.define(kw_only=True)
class SendWhatsAppRequest(_Request):
    """A WhatsApp message to a person.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
        to: The recipient's number; the person's own, if None.
        tracked: Whether clicks are tracked.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
    """

    to: str | None = _hidden()
    tracked: bool | None = None
    send_to_unsubscribed: bool | None = None


@attrs.define(kw_only=True)
class SendPushRequest(_Request):
    """A push message to a person.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
        to: A device's token, or ``"all"`` or ``"last_used"``.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        title: The title.
        message: The text.
        image_url: The URL of an image.
        link: The URL that a tap opens.
        sound: The sound that is played.
        custom_data: Data for the app.
        custom_payload: The payload in the format of the push services.
        custom_device: A device to add or update with it.
    """

    to: str | None = _hidden()
    send_to_unsubscribed: bool | None = None
    title: str | None = _hidden()
    message: str | None = _hidden()
    image_url: str | None = _hidden()
    link: str | None = _hidden()
    sound: str | None = None
    custom_data: Data | None = _hidden()
    custom_payload: Data | None = _hidden()
    custom_device: Device | None = _hidden()


@attrs.define(kw_only=True)
class SendEmailRequest(_Request):
    """An email to a person. Without a template it needs ``from_``, ``subject`` and ``body``.

    Attributes:
        transactional_message_id: The template: its number, or its trigger name.
        identifiers: The person: one of ``id``, ``email`` and ``cio_id``, with its value.
        message_data: The data that the template can refer to.
        queue_draft: Whether it is kept as a draft rather than sent.
        disable_message_retention: Whether its content is not kept.
        send_at: The time of sending: an aware datetime, or whole seconds since 1970. None: now.
        language: The language of the translation, such as ``"nl"``.
        to: The recipients.
        from_: The sender.
        reply_to: The address for replies.
        cc: The recipients of visible copies.
        bcc: The recipients of hidden copies.
        fake_bcc: Whether each copy is a separate message.
        subject: The subject.
        preheader: The text that previews show after the subject.
        body: The body in HTML.
        body_plain: The body as plain text.
        plaintext_body: The older name of ``body_plain``.
        body_amp: The body in AMP.
        amp_body: The older name of ``body_amp``.
        headers: Additional headers of the email.
        attachments: Files in base64, by their names; `attach` adds one.
        tracked: Whether opens and clicks are tracked.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        disable_css_preprocessing: Whether its style sheets are left as they are.
    """

    to: str | None = _hidden()
    from_: str | None = _hidden()
    reply_to: str | None = _hidden()
    cc: str | None = _hidden()
    bcc: str | None = _hidden()
    fake_bcc: bool | None = None
    subject: str | None = _hidden()
    preheader: str | None = _hidden()
    body: str | None = _hidden()
    body_plain: str | None = _hidden()
    plaintext_body: str | None = _hidden()
    body_amp: str | None = _hidden()
    amp_body: str | None = _hidden()
    headers: Mapping[str, str] | None = _hidden()
    attachments: dict[str, str] | None = _hidden()
    tracked: bool | None = None
    send_to_unsubscribed: bool | None = None
    disable_css_preprocessing: bool | None = None

    def attach(
        self, name: str, content: bytes | str | PathLike[str] | IO[bytes], *, encode: bool = True
    ) -> None:
        """Attach a file.

            request.attach("receipt.pdf", Path("receipts/456.pdf"))

        Args:
            name: The file name that the recipient sees.
            content: Bytes; a path; a file opened with ``"rb"``, which is read from its beginning if
                it is seekable; or text, which is encoded as UTF-8.
            encode: False if the content is already base64.

        Raises:
            ValidationError: If a file of that name is attached already, or the content has another
                type.
        """
        name = values.text(name, "name")
        if name in (self.attachments or {}):
            raise ValidationError.at("name", "is attached already")
        read = _bytes(content)
        attachment = b64encode(read).decode() if encode else _ascii(read)
        self.attachments = {**(self.attachments or {}), name: attachment}


def _bytes(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, PathLike):
        return Path(content).read_bytes()
    read = _read(content) if hasattr(content, "read") else content
    if not isinstance(read, bytes | bytearray | memoryview):
        raise ValidationError.at(
            "content", 'must be bytes, text, a path, or a file that is opened with "rb"'
        )
    return bytes(read)


def _read(file: Any) -> Any:
    """The complete content of a file, even if it was partly read before."""
    if hasattr(file, "seekable") and file.seekable():
        file.seek(0)
    return file.read()


def _ascii(content: bytes) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise ValidationError.at("content", "is not base64; omit encode=False") from None
