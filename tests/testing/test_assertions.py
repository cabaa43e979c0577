"""Which events match an assertion, and its message if none does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest

from lunogram import ExternalID, Lunogram
from lunogram.testing import Recording, recording


@pytest.fixture
def recorded() -> Iterator[Recording]:
    with recording() as recorded:
        yield recorded


def post(*events: tuple[str, object] | tuple[str, object, dict[str, Any]]) -> None:
    with Lunogram() as client:
        for name, user, *data in events:
            event = {"name": name, "identifier": user, "data": data[0] if data else None}
            client.user.events.post(event)


def post_for_organization(name: str, organization: str) -> None:
    with Lunogram() as client:
        client.organization.events.post({"name": name, "identifier": organization})


def message(recorded: Recording, name: str, **arguments: Any) -> list[str]:
    """The message of a failed `assert_sent`."""
    with pytest.raises(AssertionError) as failure:
        recorded.assert_sent(name, **arguments)
    return str(failure.value).splitlines()


@pytest.mark.parametrize(
    "user",
    [
        "user_123",
        ("default", "user_123"),
        ExternalID("user_123"),
        {"external_id": "user_123"},
        ("stripe", "cus_1"),
        ExternalID("cus_1", source="stripe"),
        ["user_123"],
    ],
)
def test_every_name_and_every_form_of_it_finds_the_event(recorded: Recording, user: Any) -> None:
    post(("a", ["user_123", ("stripe", "cus_1")]))

    recorded.assert_sent("a", user=user)
    with pytest.raises(AssertionError):
        recorded.assert_not_sent("a", user=user)


@pytest.mark.parametrize(
    "whose",
    [
        {"user": "cus_1"},
        {"user": ("stripe", "user_123")},
        {"organization": "user_123"},
    ],
)
def test_others_are_others(recorded: Recording, whose: dict[str, Any]) -> None:
    post(("a", ["user_123", ("stripe", "cus_1")]))

    recorded.assert_not_sent("a", **whose)
    with pytest.raises(AssertionError):
        recorded.assert_sent("a", **whose)


def test_a_user_and_an_organization_exclude_each_other(recorded: Recording) -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        recorded.assert_sent("a", user="user_123", organization="org_1")


class Plan(Enum):
    PRO = "pro"


@dataclass
class Order:
    total: Decimal
    plan: Plan


SENT = {
    "total": 99.99,
    "plan": "pro",
    "on": "2026-11-20",
    "at": "2026-11-20T10:00:00Z",
    "id": "3f1ba1b5-7d3c-4b8c-8a43-a4bd09a1de5b",
    "items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}],
    "address": {"city": "Delft", "lines": {"1": "x", "2": None}},
    "gift": True,
    "note": None,
}


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"total": 99.99},
        {"total": Decimal("99.99")},
        {"total": pytest.approx(100, abs=1)},
        {"total": ANY, "plan": Plan.PRO},
        {"on": date(2026, 11, 20), "at": datetime(2026, 11, 20, 10, tzinfo=UTC)},
        {"id": UUID("3f1ba1b5-7d3c-4b8c-8a43-a4bd09a1de5b")},
        {"items": [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]},
        {"items": ({"sku": "a", "n": 1}, {"sku": "b", "n": 2})},
        {"items": [ANY, {"sku": "b", "n": 2}]},
        {"address": {"city": "Delft"}},
        {"address": {"lines": {"2": None}}},
        {"gift": True, "note": None},
        Order(Decimal("99.99"), Plan.PRO),
        SENT,
    ],
)
def test_data_contains_what_is_asked_for(recorded: Recording, data: Any) -> None:
    post(("a", "user_123", SENT))

    recorded.assert_sent("a", data=data)


@pytest.mark.parametrize(
    ("data", "difference"),
    [
        ({"total": 100}, "total is 99.99, not 100"),
        ({"totals": None}, "totals is missing"),
        ({"gift": 1}, "gift is true, not 1"),
        ({"note": False}, "note is null, not false"),
        ({"note": {}}, "note is null, not {}"),
        ({"plan": {"name": "pro"}}, 'plan is "pro", not {"name": "pro"}'),
        ({"address": {"city": "Breda"}}, 'address.city is "Delft", not "Breda"'),
        ({"address": {"lines": {"3": 1}}}, "address.lines.3 is missing"),
        ({"items": []}, 'items is [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}], not []'),
        ({"total": 1, "plan": "x"}, 'total is 99.99, not 1, plan is "pro", not "x"'),
        ({"id": object}, 'id is "3f1ba1b5-7d3c-4b8c-8a43-a4bd09a1de5b", not "<class \'object\'>"'),
    ],
)
def test_a_difference_is_named(recorded: Recording, data: Any, difference: str) -> None:
    post(("a", "user_123", SENT))

    assert message(recorded, "a", data=data)[1:] == [f"  a of user user_123: {difference}"]


def test_the_nearest_comes_first(recorded: Recording) -> None:
    post(
        ("logged_in", "user_123", {"total": 99.99}),
        ("order.complete", "user_123", {"total": 99.99}),
        ("order.completed", "user_456", {"total": 99.99}),
        ("order.completed", "user_123", {"total": 1, "currency": "EUR"}),
        ("order.completed", "user_123", {"currency": "USD", "total": 99.99}),
    )
    post_for_organization("order.completed", "user_123")

    said = message(
        recorded, "order.completed", user="user_123", data={"total": 99.99, "currency": "EUR"}
    )

    assert said == [
        (
            'event order.completed of user user_123 with {"total": 99.99, "currency": "EUR"} '
            "was not sent. Events there are, nearest first:"
        ),
        "  order.completed of user user_123: total is 1, not 99.99",
        '  order.completed of user user_123: currency is "USD", not "EUR"',
        "  order.completed of user user_456: currency is missing",
        "  order.completed of organization user_123: total is missing, currency is missing",
        '  order.complete of user user_123 with {"total": 99.99}',
        "  … and 1 more",
    ]


def test_what_looks_the_same_shares_a_line(recorded: Recording) -> None:
    post(*[("order.complete", "user_123")] * 3, ("order.complete", ("stripe", "cus_1")))

    assert message(recorded, "order.completed")[1:] == [
        "  order.complete of user user_123 (3 times)",
        "  order.complete of user stripe:cus_1",
    ]


def test_a_long_value_is_cut(recorded: Recording) -> None:
    post(("a", "user_123", {"text": "x" * 1000}))

    (line,) = message(recorded, "b")[1:]
    assert line.startswith('  a of user user_123 with {"text": "xxx')
    assert line.endswith("xxx…")
    assert len(line) < 150


def test_the_name_asked_for_is_the_one_shown(recorded: Recording) -> None:
    post(("order.complete", ["user_123", ("stripe", "cus_1")]))

    assert message(recorded, "order.completed", user=("stripe", "cus_1"))[1:] == [
        "  order.complete of user stripe:cus_1"
    ]


def test_nothing_at_all_is_said_so(recorded: Recording) -> None:
    assert message(recorded, "a") == ["event a was not sent. There are no events at all."]


def test_how_many_times(recorded: Recording) -> None:
    post(("a", "user_123", {"n": 1}), ("a", "user_123", {"n": 1}), ("a", "user_123", {"n": 2}))

    assert recorded.assert_sent("a", times=3).data == {"n": 1}
    recorded.assert_sent("a", data={"n": 2}, times=1)
    assert message(recorded, "a", times=1) == [
        "event a was sent 3 times, not once:",
        '  a of user user_123 with {"n": 1} (2 times)',
        '  a of user user_123 with {"n": 2}',
    ]


def test_what_should_not_be_there_is_shown(recorded: Recording) -> None:
    post(("a", "user_123", {"n": 1}), ("a", "user_456"))

    with pytest.raises(AssertionError) as failure:
        recorded.assert_not_sent("a", user="user_123")

    assert str(failure.value).splitlines() == [
        "event a of user user_123 was sent once:",
        '  a of user user_123 with {"n": 1}',
    ]


def test_never_is_not_a_number_of_times(recorded: Recording) -> None:
    with pytest.raises(ValueError, match="assert_not_sent"):
        recorded.assert_sent("a", times=0)
