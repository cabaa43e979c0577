"""Users: who they are, what they do, what is planned for them, how to reach them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from .. import calls
from ..identifiers import Identifiers
from ..models import Data, DeviceOS, User
from .sender import AsyncSend
from .subjects import AsyncEvents, AsyncInbox, AsyncSchedule


class AsyncUsers:
    """Users.

    Attributes:
        events: What they do.
        schedule: What is planned for them.
        devices: Where push messages reach them.
        inbox: Messages to show them.
    """

    def __init__(self, send: AsyncSend) -> None:
        self._send = send
        self.events = AsyncEvents(send, calls.USER)
        self.schedule = AsyncSchedule(send, calls.USER)
        self.devices = AsyncDevices(send)
        self.inbox = AsyncInbox(send, calls.USER)

    async def upsert(
        self,
        identifier: Identifiers,
        *,
        email: str | None = None,
        phone: str | None = None,
        timezone: str | tzinfo | None = None,
        locale: str | None = None,
        data: Data | None = None,
    ) -> User:
        """Create or update a user.

        Any of the identifiers finds the user; those that are new are added. What is left out or
        None stays as it is; ``data`` is merged key by key at its top level.

            await client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several names of the same user.
            email: An address.
            phone: A number in E.164, such as ``"+31612345678"``.
            timezone: An IANA name, such as ``"Europe/London"``, or a ``ZoneInfo``.
            locale: A BCP 47 tag, such as ``"nl-NL"``.
            data: Anything else about the user.

        Returns:
            The user as stored now.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            ConflictError: If the identifiers belong to different users.
            LunogramError: As for every call.

        Source: POST /client/users.
        """
        return await self._send(
            calls.upsert_user(
                identifier, email=email, phone=phone, timezone=timezone, locale=locale, data=data
            )
        )

    async def delete(self, identifier: Identifiers) -> None:
        """Delete a user.

        Args:
            identifier: Any name of the user.

        Raises:
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.

        Source: DELETE /client/users.
        """
        return await self._send(calls.delete(calls.USER, identifier))


class AsyncDevices:
    """Devices: where push messages reach a user."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def register(
        self,
        identifier: Identifiers,
        device_id: str,
        *,
        os: DeviceOS | None = None,
        token: str | None = None,
        subscription: Mapping[str, Any] | None = None,
        os_version: str | None = None,
        model: str | None = None,
        app_version: str | None = None,
        data: Data | None = None,
    ) -> None:
        """Register a device, or update the one of the same id.

            await client.user.devices.register("user_123", "phone_1", os="ios", token="…")

        Args:
            identifier: Whose device it is. The user has to exist.
            device_id: Your own id for the device.
            os: ``"ios"``, ``"android"`` or ``"web"``.
            token: What Firebase or Apple gave the app. Either this or a subscription.
            subscription: What the browser's ``PushSubscription.toJSON()`` holds: ``endpoint``,
                ``keys`` with ``p256dh`` and ``auth``, and ``expirationTime`` in milliseconds.
            os_version: Such as ``"18.1"``.
            model: Such as ``"iPhone17,1"``.
            app_version: Such as ``"2.4.0"``.
            data: Anything else about the device.

        Raises:
            ValidationError: If there is not exactly one of token and subscription.
            NotFoundError: If nobody has the identifier.
            LunogramError: As for every call.

        Source: POST /client/users/devices.
        """
        return await self._send(
            calls.register_device(
                identifier,
                device_id,
                os=os,
                token=token,
                subscription=subscription,
                os_version=os_version,
                model=model,
                app_version=app_version,
                data=data,
            )
        )
