"""The sandbox behaves as the facts say: one test for each case of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from lunogram.conformance.case import Case
from lunogram.conformance.cases import CASES
from lunogram.conformance.runner import Run
from lunogram.conformance.target import Target
from tests.conformance.conftest import KEYS, left_in
from tests.support.sandbox_process import SandboxProcess


@pytest.fixture(scope="module")
def run(target: Target, strict: SandboxProcess) -> Iterator[Run]:
    with Run(target, time_limit=5) as run:
        run.connect()
        yield run
    assert run.left_behind == []
    assert left_in(strict) == 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_sandbox_conforms(run: Run, case: Case) -> None:
    outcome = run.outcome(case)
    assert outcome.difference is None, f"{outcome.difference}; {case.why}"
    assert outcome.result in ("passed", "known"), outcome.note


def test_known_differences_say_which_answer_was_seen(http: httpx.Client) -> None:
    conflicts = [case for case in CASES if "the identifiers of two" in case.name]
    notes = []
    for options in ([], ["--mimic"]):
        with (
            SandboxProcess(*options) as sandbox,
            Run(Target(http, sandbox.base_url, "sk_x")) as run,
        ):
            run.connect()
            notes += [(each.result, each.note) for each in run.outcomes(conflicts)]
    imitation = ("known", "409: a conflict is answered as one, as a good imitation does")
    today = ("known", "500: a conflict is answered as the server of today does")
    assert notes == [imitation, imitation, today, today]


def test_a_run_without_a_server_key_leaves_out_what_it_cannot_see(
    http: httpx.Client, strict: SandboxProcess
) -> None:
    with Run(Target(http, strict.base_url, KEYS[1]), time_limit=1) as run:
        run.connect()
        outcomes = list(run.outcomes(CASES))
    results = {outcome.result for outcome in outcomes}
    assert results == {"passed", "known", "skipped"}
    reasons = {outcome.note for outcome in outcomes if outcome.result == "skipped"}
    assert "a server key" in reasons
    assert left_in(strict) == 0


@pytest.mark.parametrize("given", [True, False])
def test_an_auth_method_and_a_client_key_may_be_left_out(target: Target, *, given: bool) -> None:
    sparse = Target(
        target.http,
        target.base_url,
        target.api_key,
        client_key=target.client_key if given else None,
        auth_method_id=str(uuid4()) if given else None,
    )
    with Run(sparse) as run:
        run.connect()
        skipped = [each for each in run.outcomes(CASES) if each.result == "skipped"]
    assert {each.note for each in skipped} == (
        set()
        if given
        else {"--client-key", "--auth-method-id", "--client-key and --auth-method-id"}
    )
