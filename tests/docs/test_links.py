"""Links between the pages of the docs lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.test_snippets import PAGES, name


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https:)([^)#]+)[^)]*\)", page.read_text()):
            assert (page.parent / target).exists(), f"{name(page)} links to {target}"


def test_anchors_of_links_are_headings() -> None:
    links = [
        (page, target, anchor)
        for page in PAGES
        for target, anchor in re.findall(r"\]\((?!https:)([^)#]*\.md|)#([^)]+)\)", page.read_text())
    ]
    assert links
    for page, target, anchor in links:
        headings = anchors(page.parent / target if target else page)
        assert anchor in headings, f"{name(page)}: {anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
