"""The test files in the docs pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "how-to" / "testing.md", DOCS / "tutorial" / "first-test.md"]


def files(page: Path) -> dict[str, str]:
    """The files on a page, by their names without the suffix."""
    return dict(
        re.findall(r"^```py\n# (\w+)\.py\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    )


TESTS = [
    pytest.param(page, name, id=name)
    for page in PAGES
    for name in files(page)
    if name.startswith("test_")
]

# Django itself is not installed here. Its TestCase is unittest's, with a database.
DJANGO = "from unittest import TestCase as TestCase"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_fragment_is_a_file(page: Path) -> None:
    assert len(files(page)) == page.read_text().count("```py\n")


@pytest.mark.parametrize(("page", "name"), TESTS)
def test_a_file_passes(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, page: Path, name: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    django = pytester.mkpydir("django")
    (django / "test.py").write_text(DJANGO)
    helpers = {other: text for other, text in files(page).items() if "test" not in other}
    pytester.makepyfile(**{**helpers, name: files(page)[name]})
    pytester.syspathinsert()
    options = ["-p", "lunogram.testing.plugin", "-p", "anyio.pytest_plugin", "-W", "error"]

    done = pytester.runpytest_subprocess(*options)

    done.assert_outcomes(passed=1)


def test_the_conftest_is_taken(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(files(PAGES[0])["conftest"])
    pytester.makepyfile("""
        def test_where(lunogram_sandbox_server):
            assert lunogram_sandbox_server.base_url == "http://127.0.0.1:8025/api"
    """)

    pytester.runpytest_subprocess("-p", "lunogram.testing.plugin").assert_outcomes(passed=1)
