# Derived by `make generate` from lunogram/_async/organization.py; never edited by hand.
"""Organizations: companies or teams, and their members."""

from __future__ import annotations

from .. import calls
from .._tracebacks import ShortTracebacks
from ..identifiers import Identifiers
from ..models import Data, Organization
from .resources import Events, Inbox, Schedule
from .sender import Send


class Organizations(ShortTracebacks):
    """The organizations of a project: companies or teams, and their members.

    Attributes:
        events: The events of organizations.
        schedule: The schedules of organizations.
        inbox: The inboxes of organizations.
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

        A field that is omitted or None stays unchanged; ``data`` is merged key by key at its top
        level.

            client.organization.upsert("org_1", name="Acme", data={"plan": "enterprise"})

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.
            name: The display name.
            data: All other data of the organization, a JSON object.

        Returns:
            The organization as it is stored now.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            ConflictError: If the identifiers most likely belong to different organizations.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/organizations.
        """
        return self._send(calls.upsert_organization(identifier, name=name, data=data))

    def delete(self, identifier: Identifiers) -> None:
        """Delete an organization and its memberships, but not its members.

        Args:
            identifier: ``"org_1"``, ``("stripe", "cus_9")``, an `ExternalID`, or a list of
                several identifiers of the organization.

        Raises:
            ValidationError: If the identifier is invalid.
            NotFoundError: If there is no such organization.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/organizations.
        """
        return self._send(calls.delete(calls.ORGANIZATION, identifier))

    def add_user(
        self, organization: Identifiers, user: Identifiers, *, data: Data | None = None
    ) -> None:
        """Add a user to an organization, or update the membership.

            client.organization.add_user("org_1", "user_123", data={"role": "admin"})

        Args:
            organization: The identifier of an existing organization, or a list of several.
            user: The identifier of an existing user, or a list of several.
            data: The data of the membership, a JSON object, such as the role. It is merged key by
                key.

        Raises:
            ValidationError: If an argument is invalid; ``field`` is its path.
            NotFoundError: If the organization or the user does not exist.
            LunogramError: If there is no response, or another error response.

        Source: POST /client/organizations/users.
        """
        return self._send(calls.add_user(organization, user, data=data))

    def remove_user(self, organization: Identifiers, user: Identifiers) -> None:
        """Remove a user from an organization.

        Args:
            organization: The identifier of the organization, or a list of several.
            user: The identifier of the user, or a list of several.

        Raises:
            ValidationError: If an identifier is invalid.
            NotFoundError: If the organization, the user or the membership does not exist.
            LunogramError: If there is no response, or another error response.

        Source: DELETE /client/organizations/users.
        """
        return self._send(calls.remove_user(organization, user))
