"""Every kind of rows, from every format, becomes the same calls as the client's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lunogram import importing
from lunogram.importing import ImportResult
from lunogram.outbox import Outbox
from tests.support.import_files import WRITERS, Rows, queued

USERS: Rows = [
    {
        "identifier": "007",
        "email": "ada@example.com",
        "phone": "+31612345678",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "plan": "pro",
        "total": 99.5,
        "data.address.city": "Paris",
    },
    {"identifier": "1e5", "plan": "free", "total": 3, "address.street": 'Rue; "A", 1'},
]
USER_BODIES = [
    {
        "identifier": [{"external_id": "007"}],
        "email": "ada@example.com",
        "phone": "+31612345678",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "data": {"plan": "pro", "total": 99.5, "address": {"city": "Paris"}},
    },
    {
        "identifier": [{"external_id": "1e5"}],
        "data": {"plan": "free", "total": 3, "address": {"street": 'Rue; "A", 1'}},
    },
]


@pytest.mark.parametrize("form", WRITERS)
def test_users(tmp_path: Path, outbox: Outbox, form: str) -> None:
    result = importing.import_users(WRITERS[form](tmp_path, USERS), outbox)

    assert queued(outbox) == [("/users", body) for body in USER_BODIES]
    assert (result.rows, result.queued, result.rejected, result.pending) == (2, 2, 0, 2)


EVENTS: Rows = [
    {"name": "order.completed", "identifier": "u1", "total": 9.99, "vip": True},
    {"name": "login", "identifier": "u2", "vip": False},
]
EVENT_BODIES = [
    {
        "name": "order.completed",
        "identifier": [{"external_id": "u1"}],
        "data": {"total": 9.99, "vip": True},
    },
    {"name": "login", "identifier": [{"external_id": "u2"}], "data": {"vip": False}},
]
SCHEDULES: Rows = [
    {
        "name": "a.trial",
        "identifier": "u1",
        "scheduled_at": "2127-01-05T10:00:00Z",
        "plan": "pro",
    },
    {"name": "renewal", "identifier": "u2", "interval": "1 month"},
]
SCHEDULE_BODIES = [
    {
        "name": "a.trial",
        "identifier": [{"external_id": "u1"}],
        "scheduled_at": "2127-01-05T10:00:00+00:00",
        "data": {"plan": "pro"},
    },
    {"name": "renewal", "identifier": [{"external_id": "u2"}], "interval": "1 month"},
]
ORGANIZATIONS: Rows = [
    {"identifier": "o1", "name": "Acme", "seats": 5},
    {"identifier": "o2", "seats": 7},
]
ORGANIZATION_BODIES = [
    {"identifier": [{"external_id": "o1"}], "name": "Acme", "data": {"seats": 5}},
    {"identifier": [{"external_id": "o2"}], "data": {"seats": 7}},
]
MEMBERS: Rows = [{"organization": "o1", "user": "u1", "role": "admin"}]
MEMBER_BODIES = [
    {
        "organization": {"identifier": [{"external_id": "o1"}]},
        "user": {"identifier": [{"external_id": "u1"}]},
        "data": {"role": "admin"},
    }
]


def organization_events(source: Any, outbox: Outbox) -> ImportResult:
    return importing.import_events(source, outbox, organizations=True)


def organization_schedules(source: Any, outbox: Outbox) -> ImportResult:
    return importing.import_schedules(source, outbox, organizations=True)


@pytest.mark.parametrize("form", ["csv", "jsonl", "query", "sqlite"])
@pytest.mark.parametrize(
    ("work", "rows", "path", "expected"),
    [
        (importing.import_events, EVENTS, "/users/events", EVENT_BODIES),
        (organization_events, EVENTS, "/organizations/events", EVENT_BODIES),
        (importing.import_organizations, ORGANIZATIONS, "/organizations", ORGANIZATION_BODIES),
        (importing.import_members, MEMBERS, "/organizations/users", MEMBER_BODIES),
        (importing.import_schedules, SCHEDULES, "/users/scheduled", SCHEDULE_BODIES),
        (organization_schedules, SCHEDULES, "/organizations/scheduled", SCHEDULE_BODIES),
    ],
)
def test_other_kinds(
    *,
    tmp_path: Path,
    outbox: Outbox,
    form: str,
    work: Callable[[Any, Outbox], ImportResult],
    rows: Rows,
    path: str,
    expected: list[Any],
) -> None:
    result = work(WRITERS[form](tmp_path, rows), outbox)

    assert result.rejected == 0
    assert queued(outbox) == [(path, body) for body in expected]


def test_the_format_can_be_named(tmp_path: Path, outbox: Outbox) -> None:
    path = tmp_path / "export.of.today"
    path.write_text('{"identifier": "u1"}\n')
    assert importing.import_users(path, outbox, format="jsonl").queued == 1


def test_an_event_may_address_all_who_match(tmp_path: Path, outbox: Outbox) -> None:
    path = tmp_path / "events.csv"
    path.write_text("name,match.plan,match.team.id,n\nreleased,pro,7,1\n")

    importing.import_events(path, outbox)

    assert queued(outbox) == [
        (
            "/users/events",
            {"name": "released", "match": {"plan": "pro", "team": {"id": 7}}, "data": {"n": 1}},
        )
    ]
