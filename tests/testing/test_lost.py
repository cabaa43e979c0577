"""What a sandbox has lost: inspection and assertions."""

from __future__ import annotations

import pytest

from lunogram import Event, ExternalID, Lunogram, Message
from lunogram.testing import Sandbox, SandboxLoss

NOBODY = "nobody has the identifier user_123: upsert the user first"


def test_what_is_lost_is_there_with_the_reason(project: Sandbox, client: Lunogram) -> None:
    client.user.events.post(Event("order.completed", "user_123", data={"total": 1}))
    client.organization.events.post(Event("invoice.paid", "acme"))

    event, other = project.lost()

    assert isinstance(event, SandboxLoss)
    assert (event.what, event.kind, event.name) == ("event", "user", "order.completed")
    assert event.identifier == [ExternalID("user_123")]
    assert (event.data, event.reason, event.waits) == ({"total": 1}, NOBODY, True)
    assert event.created_at.tzinfo
    assert (other.kind, other.waits) == ("organization", False)
    assert project.lost("invoice.paid") == [other]
    assert project.count("lost") == 2
    assert project.calls()[0].notes == [NOBODY]


def test_nothing_is_lost_if_the_user_is_upserted_right_after(
    project: Sandbox, client: Lunogram
) -> None:
    client.user.events.post(Event("order.completed", "user_123"))
    client.user.upsert("user_123")

    project.assert_nothing_lost()
    project.assert_sent("order.completed", user="user_123")


def test_the_assertion_says_what_is_lost(project: Sandbox, client: Lunogram) -> None:
    client.user.inbox.send(Message("welcome", ("stripe", "cus_1"), content={}))
    client.user.events.post([Event("order.completed", "user_123")] * 6)

    with pytest.raises(AssertionError) as failure:
        project.assert_nothing_lost()

    assert str(failure.value).splitlines() == [
        "Accepted and lost:",
        f"  message welcome of user stripe:cus_1: {NOBODY.replace('user_123', 'stripe:cus_1')}",
        *[f"  event order.completed of user user_123: {NOBODY}"] * 4,
        "  … and 2 more",
    ]


def test_a_failed_assertion_names_what_is_lost_first(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_1")
    client.user.events.post([Event("other", "user_123"), Event("order.completed", "user_123")])

    with pytest.raises(AssertionError) as failure:
        project.assert_sent("order.completed", user="user_123")

    first, *lines = str(failure.value).splitlines()
    assert first == "event order.completed of user user_123 was not sent. Accepted and lost:"
    assert lines[:3] == [
        f"  event order.completed of user user_123: {NOBODY}",
        f"  event other of user user_123: {NOBODY}",
        "Events there are, nearest first:",
    ]


def test_a_project_knows_its_id(project: Sandbox, client: Lunogram) -> None:
    assert str(client.user.upsert("user_123").project_id) == project.project_id
    assert project.environ["LUNOGRAM_PROJECT_ID"] == project.project_id
    assert project.new_project().project_id != project.project_id
