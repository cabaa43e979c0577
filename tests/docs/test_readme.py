"""The README is true, and reads well on a package index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lunogram.conformance.cases import CASES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROWS = re.findall(r"^\| .+ \| (.+) \| \[.+\]\((.+)\) \|$", README, re.MULTILINE)


def numbers(text: str) -> set[str]:
    """The numbers in a text, without the marks between thousands."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d)[,_](?=\d{3})", "", text)))


@pytest.mark.parametrize(("claim", "proof"), ROWS)
def test_each_number_is_where_the_table_links_to(claim: str, proof: str) -> None:
    assert numbers(claim)
    assert numbers(claim) <= numbers((ROOT / proof.partition("#")[0]).read_text())


def test_there_are_as_many_conformance_cases_as_the_docs_say() -> None:
    assert len(CASES) > 200


def on_the_index() -> str:
    """The README as the build writes it into the metadata."""
    hook = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    text = README
    for substitution in hook["substitutions"]:
        text = re.sub(substitution["pattern"], substitution["replacement"], text)
    return text


def test_links_on_the_index_are_absolute() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", on_the_index())
    assert targets
    sources = PYPROJECT["project"]["urls"]["Source"]
    assert [target for target in targets if not target.startswith("https://")] == []
    assert f"{sources}/blob/v$HFPR_VERSION/docs/how-to/outbox.md#the-relay" in targets
