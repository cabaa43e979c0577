"""The requests of transactional messages, with the arguments of Customer.io's own client.

Their fields are checked when they are sent. Nothing is in a repr.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from ...errors import ValidationError
from .. import messages
from ..messages import Device
from .sanitizing import clean, moment

Text: TypeAlias = str | None
Flag: TypeAlias = bool | None
Json: TypeAlias = Mapping[str, Any] | None

# The names of arguments that have another name in Customer.io's API.
_API_NAMES = {"_from": "from", "device": "custom_device"}
# The fields of the API that have another name in our requests.
_OUR_NAMES = {"from": "from_"}


class _Request:
    """The base class of requests."""

    def _to_dict(self) -> dict[str, Any]:
        """The JSON of the request; fields that are None are omitted."""
        fields = attrs.asdict(self, recurse=False)  # type: ignore[arg-type]
        given = {name: value for name, value in fields.items() if value is not None}
        return {_API_NAMES.get(name, name): value for name, value in given.items()}


@attrs.define(repr=False)
class SendEmailRequest(_Request):
    """An email, as in ``customerio.SendEmailRequest``. `messages.SendEmailRequest` has the fields.

    Attributes:
        transactional_message_id: The template.
        to: The recipients.
        identifiers: The person.
        _from: The sender.
        headers: Additional headers.
        reply_to: The address for replies.
        cc: The recipients of visible copies.
        bcc: The recipients of hidden copies.
        subject: The subject.
        preheader: The text that previews show.
        body: The body in HTML.
        body_plain: The body as plain text.
        body_amp: The body in AMP.
        fake_bcc: Whether each copy is a separate message.
        disable_message_retention: Whether its content is not kept.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        tracked: Whether opens and clicks are tracked.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        attachments: Files in base64, by their names.
        disable_css_preprocessing: Whether its style sheets are left as they are.
        send_at: The time of sending.
        language: The language of the translation.
    """

    transactional_message_id: str | int | None = None
    to: Text = None
    identifiers: Json = None
    _from: Text = attrs.field(default=None, alias="_from")
    headers: Json = None
    reply_to: Text = None
    cc: Text = None
    bcc: Text = None
    subject: Text = None
    preheader: Text = None
    body: Text = None
    body_plain: Text = None
    body_amp: Text = None
    fake_bcc: Flag = None
    disable_message_retention: Flag = None
    send_to_unsubscribed: Flag = None
    tracked: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    attachments: dict[str, str] | None = None
    disable_css_preprocessing: Flag = None
    send_at: Any = None
    language: Text = None

    def attach(
        self,
        name: str,
        content: bytes | str,
        encode: bool = True,  # noqa: FBT001, FBT002 - the signature is Customer.io's
    ) -> None:
        """Attach a file.

        Args:
            name: The file name that the recipient sees.
            content: Bytes, or text, which is encoded as UTF-8.
            encode: False if the content is base64 already.

        Raises:
            ValidationError: If a file of that name is attached already, or the content is
                something else.
        """
        request = messages.SendEmailRequest(attachments=self.attachments)
        request.attach(name, content, encode=encode)
        self.attachments = request.attachments


@attrs.define(repr=False)
class SendPushRequest(_Request):
    """A push message, as in ``customerio.SendPushRequest``.

    Attributes:
        transactional_message_id: The template.
        to: A device's token, or ``"all"`` or ``"last_used"``.
        identifiers: The person.
        title: The title.
        message: The text.
        disable_message_retention: Whether its content is not kept.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        send_at: The time of sending.
        language: The language of the translation.
        image_url: The URL of an image.
        link: The URL that a tap opens.
        custom_data: Data for the app.
        custom_payload: The payload in the format of the push services.
        device: A device to add or update: a mapping with ``token``, ``platform`` and so on.
        sound: The sound that is played.
    """

    transactional_message_id: str | int | None = None
    to: Text = None
    identifiers: Json = None
    title: Text = None
    message: Text = None
    disable_message_retention: Flag = None
    send_to_unsubscribed: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    send_at: Any = None
    language: Text = None
    image_url: Text = None
    link: Text = None
    custom_data: Json = None
    custom_payload: Json = None
    device: Json = None
    sound: Text = None


@attrs.define(repr=False)
class SendSMSRequest(_Request):
    """A text message, as in ``customerio.SendSMSRequest``.

    Attributes:
        transactional_message_id: The template.
        to: The recipient's number.
        identifiers: The person.
        disable_message_retention: Whether its content is not kept.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        send_at: The time of sending.
        language: The language of the translation.
    """

    transactional_message_id: str | int | None = None
    to: Text = None
    identifiers: Json = None
    disable_message_retention: Flag = None
    send_to_unsubscribed: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    send_at: Any = None
    language: Text = None


@attrs.define(repr=False)
class SendInboxMessageRequest(_Request):
    """A message to an inbox, as in ``customerio.SendInboxMessageRequest``.

    Attributes:
        transactional_message_id: The template.
        identifiers: The person.
        disable_message_retention: Whether its content is not kept.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        send_at: The time of sending.
        language: The language of the translation.
    """

    transactional_message_id: str | int | None = None
    identifiers: Json = None
    disable_message_retention: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    send_at: Any = None
    language: Text = None


@attrs.define(repr=False)
class SendInAppRequest(_Request):
    """A message inside an app, as in ``customerio.SendInAppRequest``.

    Attributes:
        transactional_message_id: The template.
        identifiers: The person.
        disable_message_retention: Whether its content is not kept.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        send_at: The time of sending.
        language: The language of the translation.
    """

    transactional_message_id: str | int | None = None
    identifiers: Json = None
    disable_message_retention: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    send_at: Any = None
    language: Text = None


@attrs.define(repr=False)
class SendWhatsAppRequest(_Request):
    """A WhatsApp message, as in ``customerio.SendWhatsAppRequest``.

    Attributes:
        transactional_message_id: The template.
        to: The recipient's number.
        identifiers: The person.
        tracked: Whether clicks are tracked.
        disable_message_retention: Whether its content is not kept.
        send_to_unsubscribed: Whether it is sent to people who have unsubscribed.
        queue_draft: Whether it is kept as a draft.
        message_data: The data that the template can refer to.
        send_at: The time of sending.
        language: The language of the translation.
    """

    transactional_message_id: str | int | None = None
    to: Text = None
    identifiers: Json = None
    tracked: Flag = None
    disable_message_retention: Flag = None
    send_to_unsubscribed: Flag = None
    queue_draft: Flag = None
    message_data: Json = None
    send_at: Any = None
    language: Text = None


def our_request(request: object, kind: type[Any]) -> Any:
    """A request of `lunogram.customerio`, from one of this module or from its JSON.

    Args:
        request: The request, or a mapping with the fields of Customer.io's API.
        kind: Our class of the request.

    Raises:
        ValidationError: If it is neither, or has a field that such messages do not have.
    """
    fields: Any = request._to_dict() if isinstance(request, _Request) else request
    if not isinstance(fields, Mapping):
        raise ValidationError.at("request", f"must be {kind.__name__}(…) or a mapping")
    given = {str(name): clean(value) for name, value in fields.items()}
    named = {_OUR_NAMES.get(name, name): value for name, value in given.items()}
    for unknown in named.keys() - {field.name for field in attrs.fields(kind)}:
        raise ValidationError.at("request", f"has no field {unknown} in {kind.__name__}")
    if "send_at" in named:
        named["send_at"] = moment(named["send_at"])
    if "custom_device" in named:
        named["custom_device"] = _device(named["custom_device"])
    return kind(**named)


def _device(given: Any) -> Any:
    """A device from its mapping; attributes may stand beside the fields."""
    if not isinstance(given, Mapping):
        return given  # the check of the call raises the error
    flat: dict[str, Any] = dict(given)
    token, platform = flat.pop("token", flat.pop("id", None)), flat.pop("platform", None)
    last_used, nested = moment(flat.pop("last_used", None)), flat.pop("attributes", None)
    attributes = {**flat, **(nested or {})}
    return Device(token, platform, last_used=last_used, attributes=attributes or None)
