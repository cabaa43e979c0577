"""Users and organizations behave alike in much; these are the words in which they differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """Users, or organizations.

    one: With its article.
    path: Where they are.
    id: The placeholder of one; `other` is that of another.
    """

    word: str
    one: str
    path: str
    id: str
    other: str


USER = Kind("user", "a user", "/users", "{user}", "{other}")
ORGANIZATION = Kind("organization", "an organization", "/organizations", "{org}", "{other_org}")
KINDS = (USER, ORGANIZATION)
