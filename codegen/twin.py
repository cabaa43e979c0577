"""Write a second set of resource classes from the first: the same methods, another way to send.

A resource class is little more than signatures, docstrings, and `return await self._send(call)`.
So its twin can be read off it: the same arguments, the same call, another type of answer.

Of a class come over: what it sets at class level, `__init__`, properties, private helpers that are
not async, and each public method whose last line is `return await self._send(...)`, or without the
`return`. Other public methods have no twin if they are plain (an iterator over pages sends nothing
itself), and are refused if they are async.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from twin_imports import imports_for

FUTURE = "from __future__ import annotations"
Method = ast.FunctionDef | ast.AsyncFunctionDef


def always(_method: Method) -> bool:
    """Keep every method."""
    return True


def decorated_with(name: str) -> Callable[[Method], bool]:
    """Keep the methods with this decorator."""
    return lambda method: name in map(ast.unparse, method.decorator_list)


@dataclass(frozen=True)
class Twin:
    """What one set of twins is made from, and how it differs from that."""

    sources: tuple[Path, ...]  # modules whose public classes are all resources
    target: Path  # the module to write; among async modules it gets a sync one, as they do
    summary: str  # the docstring of that module
    suffix: str  # AsyncUser becomes AsyncUser + suffix
    returns: str  # what a method returns, where {} is what it returned before
    note: (
        str  # what follows the first paragraph of a docstring, where {} is the name of the original
    )
    imports: str = ""  # what the target needs that its sources don't import
    renames: Mapping[str, str] = field(default_factory=dict)  # more names that change
    keeps: Callable[[Method], bool] = always  # which of the sending methods
    sync: bool = False  # whether the target is sync, though its sources are async


def write_twin(twin: Twin, root: Path) -> str:
    """Write the module of the twins. The result is right, but wants tidying."""
    modules = {path: ast.parse((root / path).read_text("utf-8")) for path in twin.sources}
    sources = [found for module in modules.values() for found in resource_classes(module)]
    own = {found.name: found.name + twin.suffix for found in sources}
    rename = Rename({**own, **twin.renames})
    classes = [rename.visit(twin_class(twin, found)) for found in sources]
    imports = [FUTURE, twin.imports, *imports_for(used_names(classes), modules)]
    return "\n".join([docstring(twin.summary), *imports, *map(ast.unparse, classes)])


def resource_classes(module: ast.Module) -> list[ast.ClassDef]:
    """List the classes of a module that are public."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return [found for found in classes if not is_private(found)]


class Rename(ast.NodeTransformer):
    """Renames names, wherever they are used."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename one use."""
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Rename a definition, and all inside."""
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def used_names(classes: Iterable[ast.ClassDef]) -> set[str]:
    """Collect every name that the classes use."""
    nodes = (node for made in classes for node in ast.walk(made))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def twin_class(twin: Twin, source: ast.ClassDef) -> ast.ClassDef:
    """Copy a class, with its methods turned into those of the twin."""
    refuse_unreadable(source)
    kept = {method.name for method in methods(source) if sends(method) and twin.keeps(method)}
    copy = deepcopy(source)
    members = (twin_member(twin, source.name, kept, node) for node in body_of(copy))
    note = documentation(source, twin.note.format(source.name))
    copy.body = [note, *(member for member in members if member is not None)]
    return copy


def methods(owner: ast.ClassDef) -> list[Method]:
    """List the methods of a class, their overloads too."""
    return [node for node in owner.body if isinstance(node, Method)]


def refuse_unreadable(owner: ast.ClassDef) -> None:
    """Refuse a class with an async method whose shape is unlike any other: it would be lost."""
    sending = {method.name for method in methods(owner) if sends(method)}
    for method in methods(owner):
        is_async = isinstance(method, ast.AsyncFunctionDef)
        if is_async and not is_private(method) and method.name not in sending:
            must = "must end in `return await self._send(...)`"
            raise ValueError(f"{owner.name}.{method.name} {must}, or its name begin with _")


def twin_member(twin: Twin, owner: str, kept: set[str], node: ast.stmt) -> ast.stmt | None:
    """Turn one statement of a class into that of the twin; None if it has none."""
    if not isinstance(node, Method) or is_furniture(node):
        return node
    return twin_method(twin, owner, node) if node.name in kept else None


def twin_method(twin: Twin, owner: str, method: Method) -> Method:
    """Have a method, or an overload of it, return what the twin returns."""
    if (sent := sending_line(method)) is not None:
        note = documentation(method, twin.note.format(f"{owner}.{method.name}"))
        last = ast.Expr(sent) if twin.returns == "None" else ast.Return(sent)
        method.body = [note, *body_of(method)[:-1], last]
    returned = ast.unparse(method.returns or ast.Constant(None))
    method.returns = ast.parse(twin.returns.format(returned), mode="eval").body
    return method


def sending_line(method: Method) -> ast.Await | None:
    """Find the `await self._send(...)` that a public method ends in, returned or not."""
    match method.body[-1]:
        case ast.Return(ast.Await(ast.Call(sender)) as line) | ast.Expr(
            ast.Await(ast.Call(sender)) as line
        ) if ast.unparse(sender) == "self._send" and not is_private(method):
            return line
    return None


def sends(method: Method) -> bool:
    """Tell whether a method is public and ends in sending."""
    return sending_line(method) is not None


def is_private(node: ast.ClassDef | Method) -> bool:
    """Tell whether a name has a leading underscore."""
    return node.name.startswith("_")


def is_furniture(method: Method) -> bool:
    """Tell whether a method that doesn't send is needed by those that do."""
    is_property = any("property" in ast.unparse(found) for found in method.decorator_list)
    return is_property or (isinstance(method, ast.FunctionDef) and is_private(method))


def documentation(source: ast.ClassDef | Method, note: str) -> ast.Expr:
    """Write a docstring: the first paragraph of the original, and the note."""
    first = (ast.get_docstring(source) or "").partition("\n\n")[0]
    return ast.Expr(ast.Constant(f"{first}\n\n{note}\n" if first else note))


def body_of(source: ast.ClassDef | Method) -> list[ast.stmt]:
    """List the statements of a class or method after its docstring."""
    return source.body[1:] if ast.get_docstring(source) is not None else source.body


def docstring(text: str) -> str:
    """Write the docstring of a module."""
    return ast.unparse(ast.Module([ast.Expr(ast.Constant(text))], []))
