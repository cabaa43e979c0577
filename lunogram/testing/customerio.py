"""A sandbox's local Customer.io in tests: its URLs, its credentials, and what arrived."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import attrs

from .._response_model import extra_field
from ..errors import ConfigurationError
from .inspection import NotThereError
from .models import read, time_field
from .test_api import TestApi

DeliveryKind: TypeAlias = Literal["email", "push", "sms", "inbox_message", "in_app", "whatsapp"]
"""What a transactional message is."""

_KEY = "sk_"


def _seconds() -> Any:
    return attrs.field(converter=_from_epoch, repr=str)


def _from_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _optional_seconds() -> Any:
    return attrs.field(default=None, converter=attrs.converters.optional(_from_epoch), repr=str)


@attrs.frozen(kw_only=True)
class CustomerIOPerson:
    """A person in a sandbox's Customer.io.

    Attributes:
        cio_id: Customer.io's own id.
        id: The application's id, or None.
        email: The email address, or None.
        attributes: All other attributes, as sent.
        segments: The manual segments that the person is in.
        created_at: When the person came, aware.
        updated_at: When the person last changed, aware.
        extra: Fields that are unknown to this version.
    """

    cio_id: str
    id: str | None = None
    email: str | None = None
    attributes: dict[str, Any]
    segments: list[int]
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class CustomerIOEvent:
    """An event in a sandbox's Customer.io.

    Attributes:
        number: The sequence number, in order of arrival.
        id: What its sender called it, or None.
        type: ``"event"``, ``"page"`` or ``"screen"``.
        name: What happened, or which page or screen was seen.
        data: The event's data.
        person: The person: ``cio_id``, ``id`` and ``email``; or None.
        anonymous_id: The visitor who did it, or None.
        timestamp: When it happened, aware.
        created_at: When it came, aware.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    id: str | None = None
    type: str
    name: str
    data: dict[str, Any]
    person: dict[str, str | None] | None = None
    anonymous_id: str | None = None
    timestamp: datetime = _seconds()
    created_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class CustomerIODevice:
    """A device in a sandbox's Customer.io.

    Attributes:
        id: Its id, which is also its token.
        platform: ``"ios"`` or ``"android"``.
        last_used: When it was last used, aware, or None.
        attributes: Anything else about it.
        person: The person: ``cio_id``, ``id`` and ``email``.
        created_at: When it was added, aware.
        updated_at: When it last changed, aware.
        extra: Fields that are unknown to this version.
    """

    id: str
    platform: str
    last_used: datetime | None = _optional_seconds()
    attributes: dict[str, Any]
    person: dict[str, str | None]
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class CustomerIODelivery:
    """A transactional message that a sandbox was asked to send.

    Attributes:
        number: The sequence number, in order of arrival.
        delivery_id: The id in the response.
        kind: ``"email"``, ``"push"``, ``"sms"``, ``"inbox_message"``, ``"in_app"`` or
            ``"whatsapp"``.
        request: The request body, as sent.
        person: The recipient: ``cio_id``, ``id`` and ``email``; None if suppressed.
        queued_at: The time in the response, aware.
        created_at: When it came, aware.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    delivery_id: str
    kind: DeliveryKind
    request: dict[str, Any]
    person: dict[str, str | None] | None = None
    queued_at: datetime = _seconds()
    created_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()

    @property
    def attachments(self) -> dict[str, bytes]:
        """Its attachments by name, decoded."""
        encoded: dict[str, str] = self.request.get("attachments") or {}
        return {name: b64decode(content) for name, content in encoded.items()}


@attrs.frozen(kw_only=True)
class CustomerIOBroadcast:
    """A broadcast that a sandbox was asked to trigger.

    Attributes:
        number: The sequence number, in order of arrival.
        broadcast_id: Which broadcast.
        trigger_id: The id in the response.
        request: The request body, as sent.
        created_at: When it came, aware.
        extra: Fields that are unknown to this version.
    """

    number: int = attrs.field(repr=False)
    broadcast_id: int
    trigger_id: int
    request: dict[str, Any]
    created_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


@attrs.frozen(kw_only=True)
class CustomerIOCollection:
    """A collection in a sandbox's Customer.io.

    Attributes:
        id: The id in the response.
        name: Its name.
        data: Its items, or None if they are elsewhere.
        url: Where they are then, or None.
        created_at: When it was made, aware.
        updated_at: When it last changed, aware.
        extra: Fields that are unknown to this version.
    """

    id: int
    name: str
    data: list[dict[str, Any]] | None = None
    url: str | None = None
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    extra: dict[str, Any] = extra_field()


class CustomerIOSandbox:
    """The local Customer.io of a sandbox: one workspace, which is one project of it.

    Persons are named as in the Track API's paths: by an id, an email address, or Customer.io's
    own id with ``cio_`` before it.

    Attributes:
        track_url: Where the Track API is.
        app_url: Where the App API is.
        collections_url: Where the App API's collections are.
        site_id: The Track API's user.
        track_api_key: The Track API's password.
        app_api_key: The App API's key.
    """

    def __init__(self, root: str, api_key: str, remote: TestApi) -> None:
        """Nothing is sent.

        Args:
            root: The sandbox's URL, without ``/api``.
            api_key: The project's Lunogram key, which begins with ``sk_``.
            remote: The project's test API.

        Raises:
            ConfigurationError: If the key begins with anything else.
        """
        name = api_key.removeprefix(_KEY)
        if name == api_key:
            raise ConfigurationError(
                "a workspace of Customer.io's needs a key that begins with sk_"
            )
        self.track_url = f"{root}/customerio/track"
        self.app_url = f"{root}/customerio/app"
        self.collections_url = f"{root}/customerio/collections"
        self.site_id = f"site_{name}"
        self.track_api_key = f"track_{name}"
        self.app_api_key = f"app_{name}"
        self._remote = remote

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.track_url!r})"

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables with which clients find this workspace by themselves."""
        return {
            "CUSTOMERIO_TRACK_URL": self.track_url,
            "CUSTOMERIO_APP_URL": self.app_url,
            "CUSTOMERIO_COLLECTIONS_URL": self.collections_url,
            "CUSTOMERIO_SITE_ID": self.site_id,
            "CUSTOMERIO_TRACK_API_KEY": self.track_api_key,
            "CUSTOMERIO_APP_API_KEY": self.app_api_key,
        }

    def person(self, identifier: str) -> CustomerIOPerson:
        """A person as Customer.io keeps one.

        Args:
            identifier: Any identifier of the person.

        Raises:
            NotThereError: If there is none; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        found = [read(CustomerIOPerson, row) for row in self._all("people", person=identifier)]
        if not found:
            known = ", ".join(each.id or each.email or each.cio_id for each in self.people())
            raise NotThereError(f"no person {identifier}; there are: {known or 'none'}")
        return found[0]

    def people(self) -> list[CustomerIOPerson]:
        """All people, in the order in which they came."""
        return [read(CustomerIOPerson, row) for row in self._all("people")]

    def events(
        self, name: str | None = None, *, person: str | None = None
    ) -> list[CustomerIOEvent]:
        """Events in the order in which they came, those of unknown visitors too.

        Args:
            name: Only those with this name.
            person: Only this person's.
        """
        rows = self._all("events", name=name, person=person)
        return [read(CustomerIOEvent, row) for row in rows]

    def devices(self, person: str | None = None) -> list[CustomerIODevice]:
        """Devices in the order in which they were added.

        Args:
            person: Only this person's.
        """
        return [read(CustomerIODevice, row) for row in self._all("devices", person=person)]

    def deliveries(
        self, kind: DeliveryKind | None = None, *, person: str | None = None
    ) -> list[CustomerIODelivery]:
        """Transactional messages in the order in which they came. They went nowhere.

        Args:
            kind: Only those of this kind.
            person: Only those for this person.
        """
        rows = self._all("deliveries", name=kind, person=person)
        return [read(CustomerIODelivery, row) for row in rows]

    def broadcasts(self) -> list[CustomerIOBroadcast]:
        """Broadcasts in the order in which they were triggered. They went nowhere."""
        return [read(CustomerIOBroadcast, row) for row in self._all("broadcasts")]

    def collections(self, name: str | None = None) -> list[CustomerIOCollection]:
        """Collections in the order in which they were made.

        Args:
            name: Only those with this name.
        """
        return [read(CustomerIOCollection, row) for row in self._all("collections", name=name)]

    def suppressed(self) -> list[str]:
        """The ids and email addresses that are suppressed, the latter in lower case."""
        return [row["value"] for row in self._all("suppressed")]

    def _all(self, what: str, **query: str | None) -> list[dict[str, Any]]:
        return list(self._remote.all(f"customerio/{what}", **query))
