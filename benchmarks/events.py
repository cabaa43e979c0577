"""The event that all send: a name, whom it is about, and what most shops say of an order."""

from __future__ import annotations

from typing import Any

EVENT = "it.happened"
ARRAY = 500
"""How many events go out at once, where nothing else is said."""

_DATA: dict[str, Any] = {"total": 99.99, "currency": "EUR", "items": 3, "first": False}


def data(number: int) -> dict[str, Any]:
    """What is said of an event.

    Args:
        number: Of the event.
    """
    return {**_DATA, "number": number}


def user(number: int) -> str:
    """Whom an event is about: one of a thousand.

    Args:
        number: Of the event.
    """
    return f"user_{number % 1000}"


def plain(number: int) -> dict[str, Any]:
    """An event as the JSON that goes over the wire.

    Args:
        number: Of the event.
    """
    identifier = [{"external_id": user(number)}]
    return {"name": EVENT, "identifier": identifier, "data": data(number)}
