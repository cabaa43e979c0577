"""The sandbox held against openapi.yaml: whatever the document allows is taken, and answered so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from tests.support.sandbox_process import SandboxProcess

DOCUMENT = Path(__file__).parents[2] / "openapi.yaml"
KEY = "sk_schemathesis"

schema = schemathesis.openapi.from_path(
    DOCUMENT,
    config=SchemathesisConfig(
        seed=20261120,
        projects=ProjectsConfig(
            default=ProjectConfig(
                # PostgreSQL, and so the API, stores no NUL character: the sandbox refuses it.
                generation=GenerationConfig(deterministic=True, allow_x00=False, database="none"),
                # What the document allows may still be about nobody, or in conflict.
                checks=ChecksConfig(
                    positive_data_acceptance=PositiveDataAcceptanceConfig(
                        expected_statuses=["2xx", "404", "409"]
                    )
                ),
            )
        ),
    ),
)


@pytest.fixture(scope="module")
def strict() -> Iterator[SandboxProcess]:
    """A sandbox that lets one key in, so that others can be seen to be refused."""
    with SandboxProcess("--api-key", KEY) as sandbox:
        yield sandbox


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_sandbox_is_what_the_document_says(
    case: schemathesis.Case[Any], strict: SandboxProcess
) -> None:
    make_interval_readable(case)
    headers = {"Authorization": f"Bearer {KEY}"}
    case.call_and_validate(base_url=f"{strict.base_url}/client", headers=headers)


def make_interval_readable(case: schemathesis.Case[Any]) -> None:
    """Give right cases an interval that is one: a schema cannot say what PostgreSQL reads."""
    right = case.meta is None or case.meta.generation.mode.is_positive
    if right and isinstance(case.body, dict) and isinstance(case.body.get("interval"), str):
        case.body["interval"] = "7 days"
