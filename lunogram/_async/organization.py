"""Organizations: companies or teams, and who belongs to them."""

from __future__ import annotations

from .. import calls
from ..identifiers import Identifiers
from ..models import Data, Organization
from .sender import AsyncSend
from .subjects import AsyncEvents, AsyncInbox, AsyncSchedule


class AsyncOrganizations:
    """Organizations.

    Attributes:
        events: What happens to them.
        schedule: What is planned for them.
        inbox: Messages to show their members.
    """

    def __init__(self, send: AsyncSend) -> None:
        self._send = send
        self.events = AsyncEvents(send, calls.ORGANIZATION)
        self.schedule = AsyncSchedule(send, calls.ORGANIZATION)
        self.inbox = AsyncInbox(send, calls.ORGANIZATION)

    async def upsert(
        self, identifier: Identifiers, *, name: str | None = None, data: Data | None = None
    ) -> Organization:
        """Create or update an organization.

        What is left out or None stays as it is; ``data`` is merged key by key at its top level.

            await client.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})

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
        return await self._send(calls.upsert_organization(identifier, name=name, data=data))

    async def delete(self, identifier: Identifiers) -> None:
        """Delete an organization and its memberships. Its members stay.

        Args:
            identifier: Any name of the organization.

        Raises:
            NotFoundError: If no organization has the identifier.
            LunogramError: As for every call.

        Source: DELETE /client/organizations.
        """
        return await self._send(calls.delete(calls.ORGANIZATION, identifier))

    async def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> None:
        """Make a user a member, or update the membership.

            await client.organization.add_user("org_1", "user_123", data={"role": "admin"})

        Args:
            organization: Any name of the organization. It has to exist.
            user: Any name of the user. They have to exist.
            data: What is true of the user in this organization. Merged key by key.

        Raises:
            NotFoundError: If one of the two does not exist.
            LunogramError: As for every call.

        Source: POST /client/organizations/users.
        """
        return await self._send(calls.add_user(organization, user, data=data))

    async def remove_user(self, organization: Identifiers, user: Identifiers) -> None:
        """End a membership.

        Args:
            organization: Any name of the organization.
            user: Any name of the user.

        Raises:
            NotFoundError: If one of the two does not exist.
            LunogramError: As for every call.

        Source: DELETE /client/organizations/users.
        """
        return await self._send(calls.remove_user(organization, user))
