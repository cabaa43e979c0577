"""The imports of a module of variants, found in its sources."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Modules = Mapping[Path, ast.Module]


def imports_for(used: set[str], modules: Modules) -> Iterator[str]:
    """Yield an import for each used name that a source imports or defines."""
    for path, module in modules.items():
        yield from import_lines(module.body, path, used)
        for name in sorted(definitions(module) & used):
            yield f"from {'.'.join(path.with_suffix('').parts)} import {name}"
    yield from guarded_lines(used, modules)


def guarded_lines(used: set[str], modules: Modules) -> list[str]:
    """The block of imports for type checkers."""
    lines = [
        f"    {line}"
        for path, module in modules.items()
        for line in import_lines(type_checking_only(module), path, used)
    ]
    return ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", *lines] if lines else []


def import_lines(nodes: Iterable[ast.stmt], path: Path, used: set[str]) -> Iterator[str]:
    """Yield an import for each used name that the statements import."""
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name.partition(".")[0]) in used:
                    yield import_line(node, alias, path)


def import_line(node: ast.Import | ast.ImportFrom, alias: ast.alias, path: Path) -> str:
    """The absolute import of one name; the target may be in another package."""
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    package = path.parts[: -node.level] if node.level else ()
    name = ".".join([*package, *([node.module] if node.module else [])])
    return ast.unparse(ast.ImportFrom(name, [alias], 0))


def type_checking_only(module: ast.Module) -> list[ast.stmt]:
    """The statements below `if TYPE_CHECKING:`."""
    blocks = (node for node in module.body if isinstance(node, ast.If))
    guarded = (block.body for block in blocks if ast.unparse(block.test) == "TYPE_CHECKING")
    return [node for body in guarded for node in body]


def definitions(module: ast.Module) -> set[str]:
    """The names of the values, functions and classes that a module defines."""
    return {name for node in module.body for name in names_defined_by(node)}


def names_defined_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that one statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
