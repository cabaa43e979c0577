"""Objects and relationships: organizations and their members.

Nothing here does any I/O.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ... import calls
from ...calls import Call
from ...identifiers import ExternalID
from ...values import Json
from .. import request_bodies
from ..identifiers import object_in
from .users import ensure_user

RELATIONSHIPS = "cio_relationships"
"""The attribute of a person that adds or deletes relationships."""


def identify(organization: ExternalID, attributes: Json) -> Iterator[Call[Any]]:
    """The call that creates or updates an organization.

    Args:
        organization: The object.
        attributes: Its attributes. A name that is text is the organization's name.
    """
    data = dict(attributes)
    is_named = isinstance(data.get("name"), str) and data["name"]
    name = data.pop("name") if is_named else None
    yield calls.upsert_organization(organization, name=name, data=data or None)


def delete(organization: ExternalID) -> Iterator[Call[Any]]:
    """The call that deletes an organization.

    Args:
        organization: The object.
    """
    yield calls.delete(calls.ORGANIZATION, organization)


def add_member(
    organization: ExternalID, user: ExternalID, attributes: Json | None
) -> Iterator[Call[Any]]:
    """The calls of a relationship. As at Customer.io, both sides are created if they are missing.

    Args:
        organization: The object.
        user: The person.
        attributes: Attributes of the relationship.
    """
    yield calls.upsert_organization(organization, name=None, data=None)
    yield ensure_user(user)
    yield calls.add_user(organization, user, data=attributes or None)


def remove_member(organization: ExternalID, user: ExternalID) -> Iterator[Call[Any]]:
    """The call that ends a relationship.

    Args:
        organization: The object.
        user: The person.
    """
    yield calls.remove_user(organization, user)


def change_relationships(user: ExternalID, change: Any) -> Iterator[Call[Any]]:
    """The calls of the attribute ``cio_relationships``: an action, and a list of relationships.

    Args:
        user: The person.
        change: The value of the attribute.

    Raises:
        ValidationError: If it is invalid.
    """
    asked = request_bodies.json_object(change, RELATIONSHIPS)
    action = request_bodies.choice("add_relationships", "delete_relationships")(
        asked.get("action", "add_relationships"), f"{RELATIONSHIPS}.action"
    )
    path = f"{RELATIONSHIPS}.relationships"
    for each in request_bodies.objects(asked.get("relationships"), path):
        organization = object_in(each.get("identifiers"), path)
        if action == "add_relationships":
            yield from add_member(organization, user, each.get("relationship_attributes"))
        else:
            yield from remove_member(organization, user)
