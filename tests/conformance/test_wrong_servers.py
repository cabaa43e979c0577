"""The suite can fail: it reports exactly the faults of a server, and cleans up all the same."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from lunogram.conformance.cases import CASES
from lunogram.conformance.runner import CaseResult, Run, Unusable
from lunogram.conformance.tested_server import Target
from tests.conformance.conftest import left_in, target_of
from tests.conformance.wrong_servers import (
    WRONG,
    Fault,
    Send,
    WrongServer,
    differing,
    honest,
    is_,
    json_response,
    one_too_many,
    stale_first,
)
from tests.support.sandbox_process import SandboxProcess


def results_with(
    fault: Fault, sandbox: SandboxProcess, *, time_limit: float = 0.1
) -> list[CaseResult]:
    """Run all cases against the sandbox with a fault."""
    with httpx.Client(transport=WrongServer(fault)) as http:
        with Run(target_of(http, sandbox), time_limit=time_limit) as run:
            run.connect()
            results = list(run.run_all(CASES))
        assert run.left_behind == []
    return results


@pytest.mark.parametrize("what", WRONG)
def test_it_names_what_is_wrong_and_leaves_nothing(strict: SandboxProcess, what: str) -> None:
    make, broken = WRONG[what]
    assert differing(results_with(make(), strict)) == broken
    assert left_in(strict) == 0


@pytest.mark.parametrize("make", [stale_first, one_too_many])
def test_late_effects_and_rate_limits_are_no_differences(
    strict: SandboxProcess, make: Callable[[], Fault]
) -> None:
    assert differing(results_with(make(), strict, time_limit=5)) == set()
    assert left_in(strict) == 0


def test_a_difference_is_shown_in_two_lines(strict: SandboxProcess) -> None:
    make, titles = WRONG["the depth of a merge"]
    (title,) = [each for each in titles if each.startswith("merging")]
    (result,) = [each for each in results_with(make(), strict) if each.case.title == title]
    assert result.difference
    data = '{"address": {"zip": 2}, "a": [2]}'
    assert result.difference.expected == f"POST /users returns 200 with data: exactly {data}"
    assert result.difference.seen == 'data: {"address": {"city": "Paris", "zip": 2}, "a": [2]}'


class Interrupting:
    """Interrupts at one request, once it was processed."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, request: httpx.Request, send: Send) -> httpx.Response:
        self.left -= 1
        response = send(request)
        if self.left == 0:
            raise KeyboardInterrupt
        return response


@pytest.mark.parametrize("at", [1, 2, 5, 50, 300])
def test_an_interruption_leaves_nothing(strict: SandboxProcess, at: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        results_with(Interrupting(at), strict)
    assert left_in(strict) == 0


def test_what_cannot_be_deleted_is_reported() -> None:
    def keeps_users(request: httpx.Request, send: Send) -> httpx.Response:
        rejected = json_response(500, {"title": "internal server error", "detail": "no"})
        return rejected if is_(request, "DELETE", "/users") else send(request)

    with (
        SandboxProcess() as sandbox,
        httpx.Client(transport=WrongServer(keeps_users)) as http,
    ):
        with Run(Target(http, sandbox.base_url, "sk_kept"), time_limit=0.1) as run:
            run.connect()
            list(run.run_all(CASES[:3]))
        left = left_in(sandbox, "sk_kept")
    assert left == 2
    assert run.left_behind == [
        f"user {run.prefix}-{name} of source default" for name in ("probe", "1-user", "3-user")
    ]


# -- what must be there at all ------------------------------------------------------------------


def without(family: str) -> Fault:
    """A server without one family of paths."""

    def fault(request: httpx.Request, send: Send) -> httpx.Response:
        named = "/client/projects/" in request.url.path
        if named is (family == "project"):
            return json_response(404, {"title": "resource not found", "detail": "path not found"})
        return send(request)

    return fault


@pytest.mark.parametrize(
    ("family", "reason", "count"),
    [
        ("project", "paths with the project's id", 26),
        ("key", "paths with the project from the key", 5),
    ],
)
def test_either_family_of_paths_is_enough(
    strict: SandboxProcess, target: Target, family: str, reason: str, count: int
) -> None:
    with Run(target) as run:
        run.connect()
    with httpx.Client(transport=WrongServer(without(family))) as http:
        limited = target_of(http, strict)
        limited.project_id = target.project_id
        limited.client_key = None  # In the sandbox, it belongs to another project.
        with Run(limited, time_limit=0.1) as run:
            run.connect()
            results = list(run.run_all(CASES))
    skipped = [each.note for each in results if each.status == "skipped"]
    assert differing(results) == set()
    assert skipped.count(reason) == count
    assert left_in(strict) == 0


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (httpx.Response(401), "rejects this key"),
        (httpx.Response(404, text="<html>"), "an upsert returned 404"),
        (httpx.Response(200, text="<html>"), "an upsert returned 200"),
        (httpx.Response(500), "an upsert returned 500"),
    ],
)
def test_what_is_no_lunogram_is_not_looked_at(response: httpx.Response, reason: str) -> None:
    transport = httpx.MockTransport(lambda _request: response)
    with httpx.Client(transport=transport) as http:
        run = Run(Target(http, "http://lunogram.invalid/api", "sk_x"))
        with pytest.raises(Unusable, match=reason):
            run.connect()


def test_every_id_begins_with_that_of_the_run(strict: SandboxProcess) -> None:
    ids: set[str] = set()

    def noting(request: httpx.Request, send: Send) -> httpx.Response:
        if is_(request, "GET", "/inbox"):
            ids.add(request.url.params.get("external_id", ""))
        ids.update(part.split('"')[0] for part in request.content.decode().split(ID)[1:])
        return honest(request, send)

    with (
        httpx.Client(transport=WrongServer(noting)) as http,
        Run(target_of(http, strict)) as run,
    ):
        run.connect()
        list(run.run_all(CASES))
    assert len(ids) > 500
    assert {each for each in ids if not each.startswith(run.prefix)} <= {"", "a"}


ID = '"external_id": "'


def test_runs_do_not_meet(target: Target) -> None:
    assert len({Run(target).prefix for _ in range(20)}) == 20


def test_a_key_is_not_shown(target: Target) -> None:
    assert "_conformance" not in repr(target)
