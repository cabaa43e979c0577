"""Moving a sandbox's time, and breaking it on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from lunogram import (
    Event,
    Lunogram,
    NetworkError,
    RateLimitError,
    RequestError,
    ServerError,
    ValidationError,
)
from lunogram.testing import Sandbox, SandboxError

SOON = timedelta(minutes=1)
"""Longer than any test takes."""


@pytest.mark.parametrize(
    ("given", "named", "passed"),
    [
        (None, {"days": 7}, timedelta(days=7)),
        (None, {"weeks": 1, "hours": 1.5}, timedelta(days=7, hours=1.5)),
        (timedelta(hours=36), {}, timedelta(hours=36)),
        (relativedelta(days=3), {}, timedelta(days=3)),
        ("7 days", {}, timedelta(days=7)),
        ("90 minutes", {}, timedelta(minutes=90)),
    ],
)
def test_time_passes_in_every_form_of_an_interval(
    project: Sandbox, given: Any, named: dict[str, float], passed: timedelta
) -> None:
    before = project.now()

    after = project.advance(given, **named)

    assert after.moved
    assert passed <= after.now - before < passed + SOON
    assert project.now() >= after.now


def test_months_are_those_of_the_calendar(project: Sandbox) -> None:
    project.set_time(datetime(2101, 1, 31, 12, tzinfo=UTC))

    after = project.advance(months=1)

    assert (after.now.month, after.now.day) == (2, 28)


@pytest.mark.parametrize("given", [{}, {"days": -1}, {"interval": "soon"}])
def test_time_that_cannot_pass_is_rejected(project: Sandbox, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="interval"):
        project.advance(**given)
    assert not project.resume().moved


def test_what_is_due_happens_on_the_way(project: Sandbox, client: Lunogram) -> None:
    client.user.upsert("user_123")
    client.user.schedule.upsert("trial.end", "user_123", interval="7 days", data={"plan": "pro"})
    project.advance(days=6)
    project.assert_not_sent("scheduled.trial.end")

    after = project.advance(days=8)

    assert after.fired == 2
    event = project.assert_sent("scheduled.trial.end", user="user_123", times=2)
    assert event.cause == "fired"
    assert event.data["plan"] == "pro"


def test_time_is_set_and_then_goes_on(project: Sandbox) -> None:
    moment = datetime(2101, 6, 1, tzinfo=UTC)

    assert project.set_time(moment).now - moment < SOON
    assert project.set_time("2101-07-01T00:00:00+02:00").now.month == 6
    with pytest.raises(SandboxError, match="does not go back"):
        project.set_time(moment)
    with pytest.raises(ValidationError, match="moment"):
        project.set_time(datetime(2102, 1, 1))  # noqa: DTZ001 - that is what is rejected
    resumed = project.resume()
    assert not resumed.moved
    assert abs(resumed.now - datetime.now(UTC)) < SOON


def test_another_project_has_another_time(project: Sandbox) -> None:
    project.advance(days=7)

    assert abs(project.new_project().now() - datetime.now(UTC)) < SOON


# -- faults ---------------------------------------------------------------------------------------


@pytest.fixture
def twice(project: Sandbox) -> Iterator[Lunogram]:
    """A client that tries twice."""
    with Lunogram(project.api_key, base_url=project.base_url, max_retries=1) as client:
        yield client


def test_a_fault_ends_after_so_many_hits(project: Sandbox, client: Lunogram) -> None:
    fault = project.fault("error", status=503, count=2)

    for _ in range(2):
        with pytest.raises(ServerError):
            client.user.upsert("user_123")
    client.user.upsert("user_123")
    assert fault.kind == "error"
    assert fault.extra["status"] == 503
    assert fault.hits == 0
    assert project.faults() == []


def test_faults_that_are_on_are_listed_and_cleared(project: Sandbox, client: Lunogram) -> None:
    project.fault("html")
    project.fault("latency", seconds=0.001, for_=60)
    with pytest.raises(ServerError):
        client.user.upsert("user_123")

    assert [(fault.kind, fault.hits) for fault in project.faults()] == [("html", 1), ("latency", 0)]
    project.clear_faults()
    client.user.upsert("user_123")
    assert project.faults() == []


def test_a_reset_ends_faults_and_gives_the_time_back(project: Sandbox, client: Lunogram) -> None:
    project.fault("error", status=500)
    project.advance(days=7)

    project.reset()

    client.user.upsert("user_123")
    assert abs(project.now() - datetime.now(UTC)) < SOON


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("error", {"status": 500}, ServerError),
        ("reset", {"when": "before"}, NetworkError),
        ("reset", {"when": "after"}, NetworkError),
        ("html", {}, ServerError),
        ("reject", {"event": "b"}, RequestError),
    ],
)
def test_a_fault_is_what_the_client_sees(
    project: Sandbox, client: Lunogram, kind: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    client.user.upsert("user_123")
    project.fault(kind, **options)

    with pytest.raises(error):
        client.user.events.post(Event("b", "user_123"))

    assert len(project.events("b")) == (1 if options.get("when") == "after" else 0)


def test_a_rate_limit_says_when_to_come_back(project: Sandbox, client: Lunogram) -> None:
    project.fault("rate_limit", limit=1, per=60)
    client.user.upsert("user_123")

    with pytest.raises(RateLimitError) as failure:
        client.user.upsert("user_123")

    assert failure.value.retry_after
    assert 0 < failure.value.retry_after <= 60


def test_latency_is_waited_for(project: Sandbox, client: Lunogram) -> None:
    project.fault("latency", seconds=0.05)

    client.user.upsert("user_123")

    assert project.faults()[0].hits == 1
    assert project.faults()[0].extra["seconds"] == 0.05


def test_the_same_seed_hits_the_same_calls(project: Sandbox, client: Lunogram) -> None:
    def hits() -> list[bool]:
        project.clear_faults()
        project.fault("error", status=500, share=0.5, seed=7)
        return [_fails(client) for _ in range(20)]

    once = hits()
    assert hits() == once
    assert set(once) == {True, False}


def _fails(client: Lunogram) -> bool:
    try:
        client.user.upsert("user_123")
    except ServerError:
        return True
    return False


def test_a_fault_may_hit_one_path_only(project: Sandbox, client: Lunogram) -> None:
    project.fault("error", status=500, path="/users/events")

    client.user.upsert("user_123")
    with pytest.raises(ServerError):
        client.user.events.post(Event("a", "user_123"))


def test_code_that_tries_again_gets_through(project: Sandbox, twice: Lunogram) -> None:
    project.fault("error", status=503, count=1)

    twice.user.upsert("user_123")

    assert [call.status for call in project.calls()] == [503, 200]


def test_options_that_do_not_go_together_are_rejected(project: Sandbox) -> None:
    with pytest.raises(SandboxError, match="returned 400"):
        project.fault("rate_limit", status=500)


def test_a_failed_assertion_after_a_cut_connection_says_what_failed(
    project: Sandbox, client: Lunogram
) -> None:
    project.fault("reset", when="before")
    with pytest.raises(NetworkError):
        client.with_options(max_retries=0).user.upsert("user_123")

    with pytest.raises(AssertionError, match=r"user\.created"):
        project.assert_sent("user.created", user="user_123")
    assert project.calls()[-1].status == "reset"
    assert not project.calls()[-1].rejected
