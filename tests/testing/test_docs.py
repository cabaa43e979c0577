"""The test files in docs/how-to/testing.md pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "testing.md"
FILES = dict(
    re.findall(r"^```py\n# (\w+)\.py\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
)

# Django itself is not installed here. Its TestCase is unittest's, with a database.
DJANGO = "from unittest import TestCase as TestCase"


def test_every_fragment_is_a_file() -> None:
    assert len(FILES) == PAGE.read_text().count("```py\n")


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("test_")])
def test_a_file_passes(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    django = pytester.mkpydir("django")
    (django / "test.py").write_text(DJANGO)
    pytester.makepyfile(**{name: FILES[name]})
    options = ["-p", "lunogram.testing.plugin", "-p", "anyio.pytest_plugin"]

    done = pytester.runpytest_subprocess(*options, "-W", "error", "-W", "ignore::ResourceWarning")

    done.assert_outcomes(passed=1)


def test_the_conftest_is_taken(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(FILES["conftest"])
    pytester.makepyfile("""
        def test_where(lunogram_sandbox_server):
            assert lunogram_sandbox_server.base_url == "http://127.0.0.1:8025/api"
    """)

    pytester.runpytest_subprocess("-p", "lunogram.testing.plugin").assert_outcomes(passed=1)
