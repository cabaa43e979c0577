"""`ensure_users` of an outbox: the upsert is queued before the event, about the same subject."""

from __future__ import annotations

import pytest

from lunogram import ConfigurationError, Event, Lunogram, ValidationError, calls
from lunogram.outbox import Outbox, OutboxFullError


def queued(outbox: Outbox) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.name, entry.subjects) for entry in outbox.pending()]


USER_1 = ("user:default:u1",)
USER_2 = ("user:default:u2",)


def test_the_upsert_comes_first(url: str) -> None:
    with Outbox(url, ensure_users=True) as outbox:
        outbox.user.events.post([Event("a", "u1"), Event("b", "u2"), Event("c", "u1")])
        outbox.user.schedule.upsert("trial", "u2", interval="1 day")
        assert queued(outbox) == [
            ("upsert_user", USER_1),
            ("upsert_user", USER_2),
            ("post_user_events", USER_1),
            ("post_user_events", USER_2),
            ("post_user_events", USER_1),
            ("upsert_user_schedule", USER_2),
        ]


def test_it_is_off_by_default_or_as_the_clients(url: str, client: Lunogram) -> None:
    with Outbox(url) as outbox:
        outbox.user.events.post(Event("a", "u1"))
        assert queued(outbox) == [("post_user_events", USER_1)]
    with Outbox(url, client=client.with_options(ensure_users=True)) as outbox:
        outbox.user.events.post(Event("a", "u2"))
        assert outbox.flush(20).pending == 0
        assert outbox.stats().queued == 3


def test_what_was_not_queued_is_not_known(url: str) -> None:
    with Outbox(url, ensure_users=True, limit=1) as outbox:
        with pytest.raises(OutboxFullError):
            outbox.user.events.post(Event("a", "u1"))
        outbox.user.upsert("u2")
        assert queued(outbox) == [("upsert_user", USER_2)]
    with Outbox(url, ensure_users=True) as outbox:
        outbox.user.events.post(Event("a", "u1"))
        assert queued(outbox)[1:] == [("upsert_user", USER_1), ("post_user_events", USER_1)]


def test_what_is_dropped_is_not_known(url: str) -> None:
    with Outbox(url, ensure_users=True, limit=2, when_full="drop") as outbox:
        outbox.organization.upsert("o")
        outbox.user.events.post(Event("a", "u1"))
        assert [name for name, _ in queued(outbox)] == ["upsert_organization"]
        outbox.bury(entry.sequence for entry in outbox.pending())
        outbox.user.events.post(Event("a", "u1"))
        assert [name for name, _ in queued(outbox)] == ["upsert_user", "post_user_events"]


@pytest.mark.parametrize("is_known", [False, True])
def test_whoever_a_batch_deletes_is_upserted_again(url: str, *, is_known: bool) -> None:
    event = calls.post_events(calls.USER, Event("a", "u1"))
    deleted = calls.delete(calls.USER, "u1")
    with Outbox(url, ensure_users=True) as outbox:
        if is_known:
            outbox.user.upsert("u1")
        outbox.queue_calls([event, deleted, event, event])
        names = [name for name, _ in queued(outbox)]
        upserted, posted = "upsert_user", "post_user_events"
        assert names == [upserted, posted, "delete_user", upserted, posted, posted]


def test_unknown_users_are_warned_of_before_anything_is_queued(url: str) -> None:
    with Outbox(url, ensure_users="warn", strict=True) as outbox:
        with pytest.raises(ValidationError, match="was not upserted here"):
            outbox.user.events.post(Event("a", "u1"))
        assert outbox.pending() == []
        outbox.user.upsert("u1")
        outbox.user.events.post(Event("a", "u1"))
        assert queued(outbox) == [("upsert_user", USER_1), ("post_user_events", USER_1)]
    with pytest.raises(ConfigurationError, match="ensure_users must be"):
        Outbox(url, ensure_users="yes")  # type: ignore[arg-type]
