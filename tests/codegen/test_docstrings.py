"""Docstrings of variants say all that the originals say, and what differs."""

import ast

import derive
import pytest
from docstrings import entries_of, sections_of, serialize
from files import ROOT
from variants import Variant

ORIGINAL = """Find a thing.

    await client.thing.find("a")

Args:
    name: Its name,
        whole.

Returns:
    The thing.

Raises:
    ValidationError: If the name is empty,
        or blank.
    NotFoundError: If nobody has it.

Source: GET /things."""


def documented() -> list[str]:
    """The docstrings of all methods of resources."""
    modules = [ast.parse(path.read_text("utf-8")) for path in derive.RESOURCES]
    nodes = (node for module in modules for node in ast.walk(module))
    methods = (node for node in nodes if isinstance(node, ast.AsyncFunctionDef))
    return [text for method in methods if (text := ast.get_docstring(method))]


@pytest.mark.parametrize("text", [ORIGINAL, "One line.", *documented()])
def test_what_was_taken_apart_can_be_put_together(text: str) -> None:
    assert serialize(sections_of(text)) == text


def test_a_raw_response_says_what_its_parsed_is() -> None:
    changed = serialize(derive.of_raw_response(sections_of(ORIGINAL)))
    assert 'await client.with_raw_response.thing.find("a")' in changed
    assert "``parsed`` is the result of the client's method:\n    The thing.\n" in changed
    assert "        or blank.\n    NotFoundError: If nobody has it." in changed


def test_an_outbox_raises_what_it_can_raise() -> None:
    sections = derive.of_outbox(sections_of(ORIGINAL))
    assert 'outbox.thing.find("a")' in sections[""]
    assert "ValidationError: If the name is empty,\n        or blank.\n" in sections["Raises"]
    assert "OutboxError" in sections["Raises"]
    assert "NotFoundError" not in sections["Raises"]
    assert "Returns" not in sections


@pytest.mark.parametrize("variant", derive.VARIANTS, ids=lambda variant: variant.suffix)
def test_every_derived_method_documents_its_arguments(variant: Variant) -> None:
    module = ast.parse((ROOT / variant.target).read_text("utf-8"))
    methods = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_"
    ]
    assert methods
    for method in methods:
        arguments = [found.arg for found in (*method.args.args[1:], *method.args.kwonlyargs)]
        documented = entries_of(sections_of(ast.get_docstring(method) or "").get("Args", ""))
        assert list(documented) == arguments, method.name
