"""The public API is what tests/public_api.txt says, so that no change of it goes unnoticed."""

from __future__ import annotations

import importlib

import public_api
import pytest
import reference
from attributes import AttributeDocstrings
from griffe import Class


@pytest.mark.slow
def test_a_change_of_the_public_api_is_committed() -> None:
    committed = public_api.FILE.read_text().splitlines()
    assert public_api.public_api().splitlines() == committed, "run `make public-api`"


@pytest.mark.slow
def test_the_reference_has_every_public_name_and_metric() -> None:
    pages = reference.pages()
    differing = [path.name for path, text in pages.items() if path.read_text() != text]
    assert differing == [], "run `make public-api`"


@pytest.mark.slow
def test_every_public_name_is_described() -> None:
    exported = dict(public_api.exports(public_api.package()))
    found = [*exported.values(), *public_api.reachable(exported).values()]
    classes = [each for each in found if isinstance(each, Class)]
    for each in classes:
        AttributeDocstrings().on_class(cls=each)
    wordless = {
        member.path
        for each in classes
        for name, member in public_api.members(each, set())
        if not (member.docstring or name == "code" or name.startswith("__"))
    }
    assert sorted(wordless) == []


@pytest.mark.parametrize("name", public_api.MODULES)
def test_every_exported_name_is_listed(name: str) -> None:
    module = importlib.import_module(f"lunogram.{name}" if name else "lunogram")
    names = getattr(module, "__all__", ["CustomerIO", "CustomerIOException", "Regions"])
    begins = tuple(f"{module.__name__}.{exported}" for exported in names)
    listed = public_api.FILE.read_text().splitlines()
    assert [begin for begin in begins if not any(line.startswith(begin) for line in listed)] == []


@pytest.mark.parametrize(
    "line",
    [
        "lunogram.Lunogram.close() -> None",
        "lunogram._sync.user.Users.delete(identifier: Identifiers) -> None",
        "lunogram._async.user.AsyncUsers.delete(identifier: Identifiers) -> None async",
        "lunogram._sync.user.Users.events: Events",
        "lunogram.ServerError.code = 'server'",
        "lunogram.Visitor.user: VisitorUser",
    ],
)
def test_members_have_lines(line: str) -> None:
    assert line in public_api.FILE.read_text().splitlines()
