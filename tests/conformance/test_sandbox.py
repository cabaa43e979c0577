"""The sandbox behaves as the facts say: one test for each case of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from lunogram.conformance.case import ROLES, Case, ExpectedResponse, case, post, subject
from lunogram.conformance.cases import CASES
from lunogram.conformance.runner import Run
from lunogram.conformance.tested_server import Target
from lunogram.sandbox.session_tokens import DEFAULT_METHOD
from tests.conformance.conftest import KEYS, left_in
from tests.support.sandbox_process import SandboxProcess

USER = subject("{user}")


@pytest.fixture(scope="module")
def run(target: Target, strict: SandboxProcess) -> Iterator[Run]:
    with Run(target, time_limit=5) as run:
        run.connect()
        yield run
    assert run.left_behind == []
    assert left_in(strict) == 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_sandbox_conforms(run: Run, case: Case) -> None:
    result = run.run_case(case)
    assert result.difference is None, f"{result.difference}; {case.why}"
    assert result.status == "passed", result.note


@pytest.mark.slow
def test_known_differences_say_which_response_was_seen(http: httpx.Client) -> None:
    responses = [ExpectedResponse(status, note=f"it is {status}") for status in (200, 201)]
    known = case("a user is upserted", "Two servers differ.", post("/users", USER, *responses))
    with SandboxProcess() as sandbox, Run(Target(http, sandbox.base_url, "sk_x")) as run:
        run.connect()
        result = run.run_case(known)
    assert (result.status, result.note) == ("known", "200: it is 200")


def test_a_known_difference_may_be_gone_later(run: Run) -> None:
    later = case(
        "an upsert is the fifth",
        "A new subject has version 0.",
        post("/users", USER),
        post("/users", subject("{user}", data={"n": 1})).keeping(version="version"),
        post(
            "/users",
            USER,
            ExpectedResponse(200, {"version": 4}),
            ExpectedResponse(200, note="it is not yet the fourth"),
        ).eventually(),
    )
    assert run.run_case(later).status == "passed"


@pytest.mark.slow
def test_a_server_of_today_passes_all_of_its_cases(http: httpx.Client) -> None:
    with SandboxProcess("--strict") as sandbox:
        target = Target(http, sandbox.base_url, "sk_x", auth_method_id=DEFAULT_METHOD)
        target.project_id = sandbox.project_id("sk_x")
        with Run(target) as run:
            run.connect()
            assert run.generation().startswith("today")
            results = list(run.run_all(CASES))
    assert {each.status for each in results} == {"passed", "skipped"}
    without_keys = [each for each in results if each.case.topic != "roles"]
    skipped = {each.case.generation for each in without_keys if each.status == "skipped"}
    assert skipped == {"older", "both"}


@pytest.mark.slow
def test_a_run_without_a_server_key_leaves_out_what_it_cannot_see(
    http: httpx.Client, strict: SandboxProcess
) -> None:
    with Run(Target(http, strict.base_url, KEYS[1]), time_limit=1) as run:
        run.connect()
        results = list(run.run_all(CASES))
    statuses = {result.status for result in results}
    assert statuses == {"passed", "skipped"}
    reasons = {result.note for result in results if result.status == "skipped"}
    assert "a server key" in reasons
    assert left_in(strict) == 0


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.slow
def test_an_auth_method_and_a_client_key_may_be_omitted(target: Target, *, given: bool) -> None:
    sparse = Target(
        target.http,
        target.base_url,
        target.api_key,
        client_key=target.client_key if given else None,
        auth_method_id=str(uuid4()) if given else None,
    )
    with Run(sparse) as run:
        run.connect()
        skipped = [each for each in run.run_all(CASES) if each.status == "skipped"]
    assert {each.note for each in skipped} == (
        set()
        if given
        else {"--client-key", "--auth-method-id", "--client-key and --auth-method-id"}
    ) | {"--limited-key", *(f"--role-key KEY:{role}" for role in ROLES)}
