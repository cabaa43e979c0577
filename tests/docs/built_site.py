"""The built site is complete, and needs nothing from other servers; `make docs` runs this.

The name of the file keeps it out of the other tests, whose environment can't build the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocstrings import Inventory

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = sorted(SITE.rglob("*.html"))


def public_names() -> Iterator[str]:
    """The public names, without the special methods."""
    for line in (ROOT / "tests" / "public_api.txt").read_text().splitlines():
        name = re.split(r"[(: ]", line)[0]
        if not re.search(r"\.__\w+__$", name):
            yield name


def test_every_public_name_is_in_the_reference() -> None:
    with (SITE / "objects.inv").open("rb") as file:
        listed = Inventory.parse_sphinx(file)
    assert [name for name in public_names() if name not in listed] == []


@pytest.mark.parametrize("words", ["retry", "idempotent", "backoff", "in flight", "webhook"])
def test_search_finds(words: str) -> None:
    index = (SITE / "search" / "search_index.js").read_text(encoding="utf-8")
    entries = json.loads(index[index.index("{") : index.rindex("}") + 1])["docs"]
    found = {entry["location"].partition("#")[0] for entry in entries if words in entry["text"]}
    assert found - {"reference/glossary.html"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(SITE).as_posix())
def test_a_page_loads_nothing_from_other_servers(page: Path) -> None:
    loading = r'<(?:script|img|link rel="stylesheet")[^>]*(?:src|href)="https?:[^"]*'
    assert re.findall(loading, page.read_text(encoding="utf-8")) == []
    assert 'data-md-component="source"' not in page.read_text(encoding="utf-8")  # asks GitHub


def test_diagrams_are_drawn() -> None:
    html = (SITE / "explanation" / "outbox.html").read_text(encoding="utf-8")
    assert "mermaid" not in html
    assert html.count("data:image/svg+xml") == 6
