# Derived by `make generate` from lunogram/_async/organization.py; never edited by hand.
"""Organizations: companies or teams, and who belongs to them."""

from __future__ import annotations

from .. import calls
from ..identifiers import Identifiers
from ..models import Data, Organization
from .sender import Send
from .subjects import Events, Inbox, Schedule


class Organizations:
    """Organizations.

    Attributes:
        events: What happens to them.
        schedule: What is planned for them.
        inbox: Messages to show their members.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.events = Events(send, calls.ORGANIZATION)
        self.schedule = Schedule(send, calls.ORGANIZATION)
        self.inbox = Inbox(send, calls.ORGANIZATION)

    def upsert(
        self, identifier: Identifiers, *, name: str | None = None, data: Data | None = None
    ) -> Organization:
        """Create or update an organization.

        What is left out or None stays as it is; ``data`` is merged key by key at its top level.

            client.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several names of the same organization.
            name: What people call it.
            data: Anything else about it.

        Returns:
            The organization as stored now.

        Raises:
            ValidationError: If a value can't be right; nothing is sent.
            ConflictError: If the identifiers belong to different organizations.
            LunogramError: As for every call.

        Source: POST /client/organizations.
        """
        return self._send(calls.upsert_organization(identifier, name=name, data=data))

    def delete(self, identifier: Identifiers) -> None:
        """Delete an organization and its memberships. Its members stay.

        Args:
            identifier: Any name of the organization.

        Raises:
            NotFoundError: If no organization has the identifier.
            LunogramError: As for every call.

        Source: DELETE /client/organizations.
        """
        return self._send(calls.delete(calls.ORGANIZATION, identifier))

    def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> None:
        """Make a user a member, or update the membership.

            client.organization.add_user("org_1", "user_123", data={"role": "admin"})

        Args:
            organization: Any name of the organization. It has to exist.
            user: Any name of the user. They have to exist.
            data: What is true of the user in this organization. Merged key by key.

        Raises:
            NotFoundError: If one of the two does not exist.
            LunogramError: As for every call.

        Source: POST /client/organizations/users.
        """
        return self._send(calls.add_user(organization, user, data=data))

    def remove_user(self, organization: Identifiers, user: Identifiers) -> None:
        """End a membership.

        Args:
            organization: Any name of the organization.
            user: Any name of the user.

        Raises:
            NotFoundError: If one of the two does not exist.
            LunogramError: As for every call.

        Source: DELETE /client/organizations/users.
        """
        return self._send(calls.remove_user(organization, user))
