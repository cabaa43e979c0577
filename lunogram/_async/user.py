"""Users, with their events, schedules, devices and inboxes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from .. import calls
from .._tracebacks import ShortTracebacks
from ..identifiers import Identifiers
from ..models import Data, DeviceOS, User
from .resources import AsyncEvents, AsyncInbox, AsyncSchedule
from .sender import AsyncSend


class AsyncUsers(ShortTracebacks):
    """The users of a project.

    Attributes:
        events: The events of users.
        schedule: The schedules of users.
        devices: The devices of users, for push messages.
        inbox: The inboxes of users.
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

        Any of the identifiers finds the user, and new ones are added. A field that is omitted or
        None stays unchanged; ``data`` is merged key by key at its top level.

            await client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})

        Args:
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.
            email: The email address.
            phone: The phone number in E.164 format, such as ``"+31612345678"``.
            timezone: The IANA time zone, such as ``"Europe/London"``, or a ``ZoneInfo``.
            locale: The BCP 47 language tag, such as ``"nl-NL"``.
            data: All other data of the user, a JSON object.

        Returns:
            The user as it is stored now.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ConflictError: If the identifiers most likely belong to different users.
            LunogramError: If there is no response, or another error response.

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
            identifier: ``"user_123"``, ``("stripe", "cus_1")``, an `ExternalID`, or a list of
                several identifiers of the user.

        Raises:
            ValidationError: If the identifier is invalid.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/users.
        """
        return await self._send(calls.delete(calls.USER, identifier))


class AsyncDevices(ShortTracebacks):
    """The devices of users, for push messages."""

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
        """Register a device, or update the device with the same id.

            await client.user.devices.register("user_123", "phone_1", os="ios", token="…")

        Args:
            identifier: The identifier of an existing user, or a list of several.
            device_id: The id of the device in your system.
            os: The operating system: ``"ios"``, ``"android"`` or ``"web"``. Required with a
                token; default ``"web"`` with a subscription.
            token: The push token of Firebase or Apple. Pass either this or ``subscription``.
            subscription: The JSON of the browser's ``PushSubscription``: ``endpoint``, ``keys``
                with ``p256dh`` and ``auth``, and ``expirationTime`` in milliseconds since 1970.
            os_version: The version of the operating system, such as ``"18.1"``.
            model: The model of the device, such as ``"iPhone17,1"``.
            app_version: The version of your app, such as ``"2.4.0"``.
            data: All other data of the device, a JSON object.

        Raises:
            ValidationError: If an argument is invalid, or there is not exactly one of ``token``
                and ``subscription``.
            NotFoundError: If the user does not exist.
            LunogramError: If there is no response, or another error response.

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
