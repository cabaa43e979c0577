"""Looking into a sandbox: everything it holds, typed."""

from __future__ import annotations

from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Literal, TypeAlias

import lunogram_api.models as api

from ..identifiers import ExternalID, Identifier, external_id
from ..models import Organization, User
from .asserting import owner
from .models import (
    Kind,
    SandboxCall,
    SandboxDevice,
    SandboxEvent,
    SandboxMember,
    SandboxMessage,
    SandboxSchedule,
    named,
    names,
    read,
)
from .remote import Remote, SandboxError

Countable: TypeAlias = Literal[
    "users", "organizations", "members", "events", "schedules", "inbox", "devices", "calls"
]
"""What there can be many of."""

_MOST_OTHERS = 5


class NotThereError(AssertionError, LookupError):
    """A user or an organization that is not in the sandbox; the message says who is."""


class Looking:
    """What one can see of one project of a sandbox."""

    _remote: Remote

    def user(self, identifier: Identifier) -> User:
        """A user as the platform keeps it.

        Args:
            identifier: Any name of the user: ``"user_123"``, ``("stripe", "cus_1")`` or an
                `ExternalID`.

        Raises:
            NotThereError: If nobody has the identifier; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        return User.from_api(api.User.from_dict(self._one("user", identifier)))

    def organization(self, identifier: Identifier) -> Organization:
        """An organization as the platform keeps it.

        Args:
            identifier: Any name of the organization.

        Raises:
            NotThereError: If there is none; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        return Organization.from_api(
            api.Organization.from_dict(self._one("organization", identifier))
        )

    def users(self, search: str | None = None) -> list[User]:
        """All users, in the order in which they were created.

        Args:
            search: Only those with this text somewhere in their identifiers, email, phone or data.
        """
        rows = self._remote.all("users", search=search)
        return [User.from_api(api.User.from_dict(row)) for row in rows]

    def organizations(self, search: str | None = None) -> list[Organization]:
        """All organizations, in the order in which they were created.

        Args:
            search: Only those with this text somewhere in their identifiers, name or data.
        """
        rows = self._remote.all("organizations", search=search)
        return [Organization.from_api(api.Organization.from_dict(row)) for row in rows]

    def members(
        self, organization: Identifier | None = None, *, user: Identifier | None = None
    ) -> list[SandboxMember]:
        """Memberships, oldest first.

        Args:
            organization: Only of this organization.
            user: Only of this user, instead.
        """
        rows = self._remote.all("members", **_filter(user, organization))
        return [read(SandboxMember, row) for row in rows]

    def events(
        self,
        name: str | None = None,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
    ) -> list[SandboxEvent]:
        """Events in the order in which they came, whatever caused them.

        Args:
            name: Only those of this name.
            user: Only this user's.
            organization: Only this organization's, instead.
        """
        rows = self._remote.all("events", name=name, **_filter(user, organization))
        return [read(SandboxEvent, row) for row in rows]

    def schedules(
        self,
        name: str | None = None,
        *,
        user: Identifier | None = None,
        organization: Identifier | None = None,
    ) -> list[SandboxSchedule]:
        """Schedules with their next times, in the order in which they were made.

        Args:
            name: Only those of this name.
            user: Only this user's.
            organization: Only this organization's, instead.
        """
        rows = self._remote.all("schedules", name=name, **_filter(user, organization))
        return [read(SandboxSchedule, row) for row in rows]

    def inbox(
        self, user: Identifier | None = None, *, organization: Identifier | None = None
    ) -> list[SandboxMessage]:
        """Messages in the order in which they came, shown or not.

        Args:
            user: Only those for this user.
            organization: Only those for this organization, instead.
        """
        rows = self._remote.all("inbox", **_filter(user, organization))
        return [read(SandboxMessage, row) for row in rows]

    def devices(self, user: Identifier | None = None) -> list[SandboxDevice]:
        """Devices in the order in which they were registered.

        Args:
            user: Only this user's.
        """
        return [read(SandboxDevice, row) for row in self._remote.all("devices", **_filter(user))]

    def calls(self) -> list[SandboxCall]:
        """The last requests and their answers, oldest first. The sandbox keeps a thousand."""
        return [read(SandboxCall, row) for row in self._remote.all("calls")]

    def count(self, what: Countable) -> int:
        """How many there are.

        Args:
            what: ``"users"``, ``"organizations"``, ``"members"``, ``"events"``, ``"schedules"``,
                ``"inbox"``, ``"devices"`` or ``"calls"``.
        """
        total: int = self._remote.get(what, limit=1)["total"]
        return total

    def _one(self, kind: Kind, identifier: Identifier) -> dict[str, Any]:
        __tracebackhide__ = True
        name = external_id(identifier)
        try:
            row: dict[str, Any] = self._remote.get(
                kind, external_id=name.external_id, source=name.source
            )
        except SandboxError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            raise NotThereError(f"no {kind} {named(name)}; {self._others(kind, name)}") from None
        return row

    def _others(self, kind: Kind, missed: ExternalID) -> str:
        """Who is there instead of somebody, nearest first."""
        rows = self._remote.all(f"{kind}s")
        known = [named(name) for row in rows for name in names(row["identifier"])]
        nearest = get_close_matches(named(missed), known, _MOST_OTHERS, cutoff=0)
        return f"nearest of {len(known)} names: {', '.join(nearest)}" if known else "there are none"


def _filter(user: Identifier | None, organization: Identifier | None = None) -> dict[str, str]:
    """Whose, as the test API is asked for it."""
    whose = owner(user, organization)
    if whose is None:
        return {}
    return {whose.kind: whose.name.external_id, "source": whose.name.source}
