"""A small shop that sends what shops send, for tests and screenshots, through the SDK itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import httpx

from lunogram import Event, ExternalID, Identifier, Lunogram, LunogramError, Message
from lunogram.sandbox.keys import project_of

_PEOPLE = (
    "Ada Lovelace",
    "Grace Hopper",
    "Katherine Johnson",
    "Alan Turing",
    "Barbara Liskov",
    "Edsger Dijkstra",
    "Hedy Lamarr",
    "Radia Perlman",
)
_EVENTS = (
    ("page.viewed", 9),
    ("product.viewed", 6),
    ("cart.updated", 4),
    ("order.completed", 2),
    ("email.opened", 3),
    ("support.requested", 1),
)


def open_shop(url: str, key: str) -> None:
    """Run each operation once."""
    project_id = project_of(key).id
    with Lunogram(key, base_url=f"{url}/api", project_id=project_id, max_retries=0) as client:
        _people(client)
        _companies(client)
        _days(client, url, key)
        _plans(client)
        _inbox(client)
        _broadcasts(client)
        _mistakes(client, url, key)
        _losses(client)
        client.user.upsert("user_123", data={"plan": "pro", "seats": 12})
        order = {"total": 99.99, "currency": "EUR", "items": [{"sku": "moon-lamp", "count": 2}]}
        client.user.events.post(Event("order.completed", "user_123", data=order))


def _people(client: Lunogram) -> None:
    random = Random(7)
    for place, name in enumerate(_PEOPLE):
        first = name.split(" ")[0].lower()
        client.user.upsert(
            [
                f"user_{123 + place}",
                ExternalID(f"cus_{random.randrange(16**8):x}", source="stripe"),
            ],
            email=f"{first}@example.com",
            timezone=random.choice(["Europe/Amsterdam", "America/New_York", "Asia/Tokyo"]),
            locale=random.choice(["en-GB", "nl-NL", "ja-JP"]),
            data={"name": name, "plan": random.choice(["free", "pro"]), "lamps": place},
        )
    client.user.devices.register(
        "user_123", "phone_1", os="ios", token="f00d", os_version="26.1", model="iPhone17,1"
    )


def _companies(client: Lunogram) -> None:
    for name, domain in (("Analytical Engines", "analytical.example"), ("Cobol & Co", "cobol.co")):
        client.organization.upsert(domain, name=name, data={"industry": "computing"})
    client.organization.add_user("analytical.example", "user_123", data={"role": "owner"})
    client.organization.add_user("analytical.example", "user_126", data={"role": "member"})
    client.organization.add_user("cobol.co", "user_124", data={"role": "owner"})
    client.organization.events.post(Event("invoice.paid", "cobol.co", data={"total": 480}))


def _days(client: Lunogram, url: str, key: str) -> None:
    """Simulate visitors for half a day."""
    random = Random(3)
    names = [name for name, weight in _EVENTS for _ in range(weight)]
    client.user.schedule.upsert("trial.end", "user_123", scheduled_at=_in(hours=8))
    client.user.schedule.upsert("digest", "user_124", interval="4 hours")
    for _ in range(26):
        _advance(url, key, f"{random.randrange(9, 41)} minutes")
        batch = [
            Event(random.choice(names), f"user_{random.randrange(123, 131)}", data={"visit": n})
            for n in range(random.randrange(2, 9))
        ]
        client.user.events.post(batch)


def _plans(client: Lunogram) -> None:
    client.user.schedule.upsert("newsletter", "user_123", interval="1 month", data={"issue": 7})
    client.user.schedule.upsert("trial.reminder", "user_123", scheduled_at=_in(days=9))


def _inbox(client: Lunogram) -> None:
    content = {"title": "Your moon lamp is on its way", "body": "It arrives on Tuesday."}
    client.user.inbox.send(
        [
            Message("order_456_shipped", "user_123", content=content, tags=["orders"], priority=2),
            Message("welcome", "user_123", content={"title": "Welcome to the shop"}),
        ]
    )
    with suppress(LunogramError):
        page = client.user.inbox.page("user_123", limit=1)
        client.user.inbox.mark_read("user_123", page.results[0].id)


def _broadcasts(client: Lunogram) -> None:
    client.user.events.post(Event("price.changed", match={"plan": "pro"}, data={"from": 12}))
    client.user.events.post(Event("price.changed", match={"plan": "enterprise"}))


def _mistakes(client: Lunogram, url: str, key: str) -> None:
    zone = {"identifier": [{"external_id": "user_130"}], "time_zone": "Asia/Tokyo"}
    user = [{"external_id": "user_125"}]
    events = [
        {"name": "cart.updated", "identifier": user, "data": {"total": 12.5}},
        {"name": "cart.emptied", "identifier": user, "data": None},
    ]
    path = f"/api/client/projects/{project_of(key).id}/users/events"
    key_of = {"Authorization": f"Bearer {key}"}
    httpx.post(f"{url}{path}", json=events, headers=key_of)
    httpx.post(f"{url}{path.removesuffix('/events')}", json=zone, headers=key_of)
    with suppress(LunogramError):
        client.organization.add_user("unknown.example", "user_123")
    with suppress(LunogramError):
        client.user.inbox.count("user_123")


def _losses(client: Lunogram) -> None:
    two_people: list[Identifier] = ["user_125", ("stripe", f"cus_{Random(7).randrange(16**8):x}")]
    client.user.events.post(Event("cart.updated", two_people, data={"total": 12.5}))
    client.user.schedule.upsert("trial.end", "user_404", interval="7 days")
    client.user.events.post(Event("order.completed", "user_404", data={"total": 45}))
    client.organization.events.post(Event("invoice.paid", "unknown.example", data={"total": 480}))


def _advance(url: str, key: str, interval: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    httpx.post(f"{url}/sandbox/clock", json={"advance": interval}, headers=headers)


def _in(**time: int) -> datetime:
    return datetime.now(UTC) + timedelta(**time)
