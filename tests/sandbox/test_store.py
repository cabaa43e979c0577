"""The queries and the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lunogram.sandbox
from lunogram.sandbox.store import Store

ROOM = Path(lunogram.sandbox.__file__).parent
QUERIES = "\n".join(file.read_text() for file in ROOM.glob("**/sql/*.sql"))
NAMES = re.findall(r"^-- name: (\w+)$", QUERIES, re.MULTILINE)


def test_every_query_has_a_name_of_its_own_and_is_described() -> None:
    assert len(set(NAMES)) == len(NAMES) > 25
    assert len(re.findall(r"^-- name: \w+\n-- \S", QUERIES, re.MULTILINE)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_used(name: str) -> None:
    code = "".join(file.read_text() for file in ROOM.rglob("*.py"))
    assert f'"{name}"' in code


def test_writes_are_done_together_or_not_at_all() -> None:
    store = Store()
    project = {"id": "p", "key": "k", "now": "2026-11-20T00:00:00.000000Z"}

    def write_and_fail() -> None:
        with store.writing():
            store.run("add_project", project)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with store.writing():
        assert store.run("delete_project", project) == 0
    store.close()
