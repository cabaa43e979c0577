"""The sandbox held against openapi.yaml: valid requests are accepted, with valid responses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
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

OF_SESSIONS = ("/users", "/users/events")
"""The paths whose requests may omit the identifier in a session."""

UNCHECKED = ("format", "pattern", "minLength")
"""What a property says about its values, and the server does not check."""


def what_is_checked(part: Any) -> Any:
    """The document without the constraints that the server does not check by a 400.

    A value longer than `maxLength` is a 500 or is lost, and the description of a property says if
    its other constraints are not checked.
    """
    if isinstance(part, list):
        return [what_is_checked(each) for each in part]
    if not isinstance(part, dict):
        return part
    is_unchecked = "The server does not check it." in str(part.get("description"))
    unchecked = ("maxLength", *(UNCHECKED if is_unchecked else ()))
    return {key: what_is_checked(value) for key, value in part.items() if key not in unchecked}


def checked_document() -> Any:
    document = what_is_checked(yaml.safe_load(DOCUMENT.read_text()))
    schemas = document["components"]["schemas"]
    # Messages with another source, or with a wrong sender, are accepted and lost.
    del schemas["MessageSource"]["enum"]
    for condition in ("if", "then", "else"):
        del schemas["InboxMessageSend"][condition]
    return document


schema = schemathesis.openapi.from_dict(
    checked_document(),
    config=SchemathesisConfig(
        seed=20261120,
        projects=ProjectsConfig(
            default=ProjectConfig(
                # PostgreSQL, and so the API, stores no NUL character: the sandbox rejects it.
                generation=GenerationConfig(deterministic=True, allow_x00=False, database="none"),
                # A valid request may still have an unknown subject.
                checks=ChecksConfig(
                    positive_data_acceptance=PositiveDataAcceptanceConfig(
                        expected_statuses=["2xx", "404"]
                    )
                ),
            )
        ),
    ),
)


@pytest.fixture(scope="module")
def project_url() -> Iterator[str]:
    """The project of the only key that a sandbox accepts, so that others are rejected."""
    with SandboxProcess("--api-key", KEY) as sandbox:
        yield sandbox.project_url(KEY)


@schema.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_sandbox_is_what_the_document_says(
    case: schemathesis.Case[Any], project_url: str
) -> None:
    make_valid(case)
    headers = {"Authorization": f"Bearer {KEY}"}
    case.call_and_validate(base_url=project_url, headers=headers)


def make_valid(case: schemathesis.Case[Any]) -> None:
    """Give valid cases a valid interval, priorities without a point, and an identifier.

    A schema can't describe PostgreSQL's format; to a schema, 3.0 is as integral as 3; and only
    a session may omit the identifier, and this test sends a key.
    """
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    for item in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(item, dict) and isinstance(item.get("interval"), str):
            item["interval"] = "7 days"
        if isinstance(item, dict) and isinstance(priority := item.get("priority"), float):
            item["priority"] = int(priority)
        if isinstance(item, dict) and case.path in OF_SESSIONS and item.get("match") is None:
            item.setdefault("identifier", [{"external_id": "user_123"}])
