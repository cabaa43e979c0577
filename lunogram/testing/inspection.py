"""Inspection of a sandbox: everything it holds, as typed models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, Literal, TypeAlias

from .._terminal import visible
from ..identifiers import ExternalID, Identifier, external_id
from ..models import Organization, User
from .assertions import subject_of
from .models import (
    SandboxCall,
    SandboxDevice,
    SandboxEvent,
    SandboxLoss,
    SandboxMember,
    SandboxMessage,
    SandboxSchedule,
    SubjectKind,
    display_name,
    names,
    read,
)
from .test_api import SandboxError, TestApi

Countable: TypeAlias = Literal[
    "users", "organizations", "members", "events", "schedules", "inbox", "devices", "lost", "calls"
]
"""The kinds of rows that can be counted."""

_MOST_OTHERS = 5


class NotThereError(AssertionError, LookupError):
    """A user or an organization that is not in the sandbox; the message lists the nearest ones."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message, lines=True))


class Inspection:
    """The inspection of one project of a sandbox."""

    _remote: TestApi

    def user(self, identifier: Identifier) -> User:
        """A user as the sandbox stores it.

        Args:
            identifier: Any identifier of the user: ``"user_123"``, ``("stripe", "cus_1")`` or an
                `ExternalID`.

        Raises:
            NotThereError: If there is none; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        return User.from_json(self._one("user", identifier))

    def organization(self, identifier: Identifier) -> Organization:
        """An organization as the sandbox stores it.

        Args:
            identifier: Any identifier of the organization.

        Raises:
            NotThereError: If there is none; also an AssertionError and a LookupError.
        """
        __tracebackhide__ = True
        return Organization.from_json(self._one("organization", identifier))

    def users(self, search: str | None = None) -> list[User]:
        """All users, in the order in which they were created.

        Args:
            search: Only those with this text somewhere in their identifiers, email, phone or data.
        """
        rows = self._remote.all("users", search=search)
        return [User.from_json(row) for row in rows]

    def organizations(self, search: str | None = None) -> list[Organization]:
        """All organizations, in the order in which they were created.

        Args:
            search: Only those with this text somewhere in their identifiers, name or data.
        """
        rows = self._remote.all("organizations", search=search)
        return [Organization.from_json(row) for row in rows]

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
        """Events in the order of arrival, whatever their cause.

        Args:
            name: Only those with this name.
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
        """Schedules with their next times, in the order of creation.

        Args:
            name: Only those with this name.
            user: Only this user's.
            organization: Only this organization's, instead.
        """
        rows = self._remote.all("schedules", name=name, **_filter(user, organization))
        return [read(SandboxSchedule, row) for row in rows]

    def inbox(
        self, user: Identifier | None = None, *, organization: Identifier | None = None
    ) -> list[SandboxMessage]:
        """Messages in the order of arrival, shown or not.

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

    def lost(self, name: str | None = None) -> list[SandboxLoss]:
        """What Lunogram would accept and lose, in the order of arrival, with the reasons.

        Args:
            name: Only what has this name.
        """
        return [read(SandboxLoss, row) for row in self._remote.all("lost", name=name)]

    def calls(self) -> list[SandboxCall]:
        """The last 1000 requests and their responses, oldest first."""
        return [read(SandboxCall, row) for row in self._remote.all("calls")]

    def count(self, what: Countable) -> int:
        """The number of rows of a kind.

        Args:
            what: ``"users"``, ``"organizations"``, ``"members"``, ``"events"``, ``"schedules"``,
                ``"inbox"``, ``"devices"``, ``"lost"`` or ``"calls"``.
        """
        total: int = self._remote.get(what, limit=1)["total"]
        return total

    def _one(self, kind: SubjectKind, identifier: Identifier) -> dict[str, Any]:
        __tracebackhide__ = True
        name = external_id(identifier)
        try:
            row: dict[str, Any] = self._remote.get(
                kind, external_id=name.external_id, source=name.source
            )
        except SandboxError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            raise missing(kind, name, self._remote.all(f"{kind}s")) from None
        return row


def missing(
    kind: SubjectKind, missed: ExternalID, rows: Iterable[Mapping[str, Any]]
) -> NotThereError:
    """The error for a subject that does not exist, with the nearest ones that do.

    Args:
        kind: The kind of the subject.
        missed: The identifier that nobody has.
        rows: All subjects of this kind, as JSON.
    """
    known = [display_name(name) for row in rows for name in names(row["identifier"])]
    nearest = get_close_matches(display_name(missed), known, _MOST_OTHERS, cutoff=0)
    others = f"nearest of {len(known)} identifiers: {', '.join(nearest)}"
    return NotThereError(
        f"no {kind} {display_name(missed)}; {others if known else 'there are none'}"
    )


def _filter(user: Identifier | None, organization: Identifier | None = None) -> dict[str, str]:
    """The subject, as filters of the test API."""
    subject = subject_of(user, organization)
    if subject is None:
        return {}
    return {subject.kind: subject.name.external_id, "source": subject.name.source}
