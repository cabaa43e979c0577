"""`lunogram send`: one user, organization, event or message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import click

from lunogram.cli.call_options import (
    delivery_options,
    ensure_users_option,
    identifier_options,
    json_options,
    organization_option,
    sending,
)


@click.group()
def send() -> None:
    """Send a user, an organization, an event or a message.

    \b
    lunogram send user user_123 --email ada@example.com plan=pro
    lunogram send event order.completed user_123 currency=EUR total:=99.99

    KEY=TEXT adds a text to the data, KEY:=JSON any other value. For many rows, see
    'lunogram import'.
    """  # noqa: D301 - \b is the character with which click keeps lines


@send.command()
@identifier_options
@json_options("data")
@click.option("--email", metavar="ADDRESS", help="The email address.")
@click.option("--phone", metavar="NUMBER", help="The phone number in E.164 format: +31612345678.")
@click.option("--timezone", metavar="NAME", help="The IANA time zone, such as Europe/London.")
@click.option("--locale", metavar="TAG", help="The BCP 47 language tag, such as nl-NL.")
@delivery_options
def user(
    *,
    external_id: str,
    source: str,
    data: dict[str, Any],
    pairs: dict[str, Any],
    email: str | None,
    phone: str | None,
    timezone: str | None,
    locale: str | None,
    **target: Any,
) -> None:
    """Create or update the user with the identifier ID."""
    with sending(**target) as api:
        api.user.upsert(
            (source, external_id),
            email=email, phone=phone, timezone=timezone, locale=locale, data=data | pairs or None,
        )  # fmt: skip


@send.command()
@identifier_options
@json_options("data")
@click.option("--name", metavar="NAME", help="The name.")
@delivery_options
def organization(
    *,
    external_id: str,
    source: str,
    data: dict[str, Any],
    pairs: dict[str, Any],
    name: str | None,
    **target: Any,
) -> None:
    """Create or update the organization with the identifier ID."""
    with sending(**target) as api:
        api.organization.upsert((source, external_id), name=name, data=data | pairs or None)


@send.command()
@click.argument("name")
@identifier_options
@json_options("data")
@organization_option
@ensure_users_option
@delivery_options
def event(
    *,
    name: str,
    external_id: str,
    source: str,
    data: dict[str, Any],
    pairs: dict[str, Any],
    organization: bool,
    **target: Any,
) -> None:
    """Record the event NAME of the user with the identifier ID."""
    from lunogram import Event

    with sending(**target) as api:
        resource = api.organization if organization else api.user
        resource.events.post(Event(name, (source, external_id), data=data | pairs))


@send.command()
@identifier_options
@json_options("content")
@click.option(
    "--channel",
    type=click.Choice(["inbox", "email", "sms", "push"]),
    default="inbox",
    show_default=True,
    help="The channel.",
)
@click.option(
    "--message-id",
    metavar="ID",
    help="The id of the message in your system: a second message with the same is not shown. "
    "Default: a random one.",
)
@click.option(
    "--sender-identity-id", metavar="UUID", help="The sender identity, for email and sms."
)
@click.option("--at", "scheduled_at", metavar="TIME", help="When to show it, in ISO 8601.")
@organization_option
@delivery_options
def message(
    *,
    external_id: str,
    source: str,
    content: dict[str, Any],
    pairs: dict[str, Any],
    channel: Any,
    message_id: str | None,
    sender_identity_id: str | None,
    scheduled_at: str | None,
    organization: bool,
    **target: Any,
) -> None:
    """Send a message to the user with the identifier ID, who has to exist."""
    from lunogram import Message

    with sending(**target) as api:
        resource = api.organization if organization else api.user
        resource.inbox.send(
            Message(
                message_id or str(uuid4()),
                (source, external_id),
                channel=channel,
                content=content | pairs,
                sender_identity_id=sender_identity_id,
                scheduled_at=scheduled_at,
            )
        )
