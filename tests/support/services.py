"""Servers that some tests need beside the code: skipped without them, unless they must be there."""

from __future__ import annotations

import os
from typing import NoReturn

import psycopg
import pytest

POSTGRES = "host=127.0.0.1 port=5432 user=postgres dbname=test connect_timeout=2"


def missing(service: str, reason: object) -> NoReturn:
    """Skip the test, or fail it where LUNOGRAM_REQUIRE_SERVICES=1 says that nothing is skipped."""
    message = f"{service} is not there: {reason}"
    if os.environ.get("LUNOGRAM_REQUIRE_SERVICES") == "1":
        pytest.fail(message)
    pytest.skip(message)


def postgres() -> psycopg.Connection:
    """Connect to PostgreSQL, or skip the test."""
    try:
        return psycopg.connect(POSTGRES, autocommit=True)
    except psycopg.OperationalError as error:
        missing("PostgreSQL at 127.0.0.1:5432", error)
