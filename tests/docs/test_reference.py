"""The reference has what can only be found in the sources; other parts of it are generated."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

from lunogram.customerio import CustomerIO

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"(?:LUNOGRAM|CUSTOMERIO|SSL_CERT|REQUESTS|CURL)_[A-Z_]+[A-Z]|[A-Z]+_PROXY")
ARGUMENTS = {"site_id", "region"}


def variables() -> Iterator[str]:
    """The environment variables that are named in strings of the sources."""
    for source in (ROOT / "lunogram").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from VARIABLE.findall(node.value)
    for name in signature(CustomerIO).parameters:
        if name in ARGUMENTS or name.endswith(("_api_key", "_url")):
            yield f"CUSTOMERIO_{name.upper()}"


def test_every_environment_variable_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "environment.md").read_text()
    found = set(variables())
    assert {"LUNOGRAM_API_KEY", "LUNOGRAM_TRANSPORT", "CUSTOMERIO_APP_URL"} <= found
    assert sorted(name for name in found if f"`{name}`" not in page) == []


def test_every_extra_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "environment.md").read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [name for name in extras["optional-dependencies"] if f"| `{name}` |" not in page] == []
