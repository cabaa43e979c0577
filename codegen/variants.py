"""The variants of resource classes: the same methods with another sender.

A resource class consists of signatures, docstrings and `return await self._send(call)`. A variant
has the same arguments and calls, and another type of result.

A variant keeps the class attributes, `__init__`, properties, sync private helpers, and each public
method whose last line is `return await self._send(...)`, or the same without `return`. It omits
other sync public methods (an iterator over pages sends nothing itself). Any other async public
method stops the derivation.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import docstrings
from variant_imports import imports_for

FUTURE = "from __future__ import annotations"
Method = ast.FunctionDef | ast.AsyncFunctionDef
Document = Callable[[dict[str, str]], dict[str, str]]
"""A function that changes the sections of a docstring."""


def always(_method: Method) -> bool:
    """Whether to keep a method: True for every method."""
    return True


def decorated_with(name: str) -> Callable[[Method], bool]:
    """Keep the methods with this decorator."""
    return lambda method: name in map(ast.unparse, method.decorator_list)


@dataclass(frozen=True)
class Variant:
    """A set of variants: its sources, and the differences from them."""

    sources: tuple[Path, ...]  # the modules, whose public classes are all resources
    target: Path  # the module to write; in an async folder, a sync module is derived from it
    summary: str  # the docstring of the module
    suffix: str  # the suffix of class names
    returns: str  # the return type of a method, where {} is the type of the original
    document: Document  # the function that changes the docstring of a method
    imports: str = ""  # the imports that the sources lack
    renames: Mapping[str, str] = field(default_factory=dict)  # other renamed names
    keeps: Callable[[Method], bool] = always  # the test of a method to keep
    sync: bool = False  # whether the target is sync


def write_variant(variant: Variant, root: Path) -> str:
    """Write the module of the variants. The code is valid, but not formatted."""
    modules = {path: ast.parse((root / path).read_text("utf-8")) for path in variant.sources}
    sources = [found for module in modules.values() for found in resource_classes(module)]
    own = {found.name: found.name + variant.suffix for found in sources}
    rename = Rename({**own, **variant.renames})
    classes = [rename.visit(variant_class(variant, found)) for found in sources]
    imports = [FUTURE, variant.imports, *imports_for(used_names(classes), modules)]
    return "\n".join([docstring(variant.summary), *imports, *map(ast.unparse, classes)])


def resource_classes(module: ast.Module) -> list[ast.ClassDef]:
    """List the classes of a module that are public."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return [found for found in classes if not is_private(found)]


class Rename(ast.NodeTransformer):
    """The transformer that renames names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename one use."""
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Rename a definition, and the names inside."""
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node


def used_names(classes: Iterable[ast.ClassDef]) -> set[str]:
    """Collect every name that the classes use."""
    nodes = (node for made in classes for node in ast.walk(made))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def variant_class(variant: Variant, source: ast.ClassDef) -> ast.ClassDef:
    """The copy of a class with the methods of the variant."""
    reject_underivable(source)
    kept = {method.name for method in methods(source) if sends(method) and variant.keeps(method)}
    copy = deepcopy(source)
    members = (variant_member(variant, kept, node) for node in body_of(copy))
    copy.body = [*docstring_of(source), *(member for member in members if member is not None)]
    return copy


def methods(owner: ast.ClassDef) -> list[Method]:
    """List the methods of a class, including overloads."""
    return [node for node in owner.body if isinstance(node, Method)]


def reject_underivable(owner: ast.ClassDef) -> None:
    """Reject a class with a public async method that does not send: a variant would lack it."""
    sending = {method.name for method in methods(owner) if sends(method)}
    for method in methods(owner):
        is_async = isinstance(method, ast.AsyncFunctionDef)
        if is_async and not is_private(method) and method.name not in sending:
            must = "must end in `return await self._send(...)`"
            raise ValueError(f"{owner.name}.{method.name} {must}, or its name must begin with _")


def variant_member(variant: Variant, kept: set[str], node: ast.stmt) -> ast.stmt | None:
    """The statement of the variant for a statement of a class, or None to omit it."""
    if not isinstance(node, Method) or is_support(node):
        return node
    return variant_method(variant, node) if node.name in kept else None


def variant_method(variant: Variant, method: Method) -> Method:
    """The method of a variant, or its overload, with the return type of the variant."""
    if (sent := sending_line(method)) is not None:
        last = ast.Expr(sent) if variant.returns == "None" else ast.Return(sent)
        method.body = [*documentation(variant, method), *body_of(method)[:-1], last]
    returned = ast.unparse(method.returns or ast.Constant(None))
    method.returns = ast.parse(variant.returns.format(returned), mode="eval").body
    return method


def sending_line(method: Method) -> ast.Await | None:
    """The `await self._send(...)` in the last line of a public method, or None."""
    match method.body[-1]:
        case ast.Return(ast.Await(ast.Call(sender)) as line) | ast.Expr(
            ast.Await(ast.Call(sender)) as line
        ) if ast.unparse(sender) == "self._send" and not is_private(method):
            return line
    return None


def sends(method: Method) -> bool:
    """Whether a method is public and sends in its last line."""
    return sending_line(method) is not None


def is_private(node: ast.ClassDef | Method) -> bool:
    """Whether a name has a leading underscore."""
    return node.name.startswith("_")


def is_support(method: Method) -> bool:
    """Whether a method that does not send is used by those that do."""
    is_property = any("property" in ast.unparse(found) for found in method.decorator_list)
    return is_property or (isinstance(method, ast.FunctionDef) and is_private(method))


def docstring_of(source: ast.ClassDef | Method) -> list[ast.stmt]:
    """List the docstring of a class or method, if it has one."""
    return source.body[: len(source.body) - len(body_of(source))]


def documentation(variant: Variant, source: Method) -> list[ast.stmt]:
    """The docstring of a method, as the variant changes it."""
    original = ast.get_docstring(source)
    if original is None:
        return []
    changed = docstrings.serialize(variant.document(docstrings.sections_of(original)))
    return [ast.Expr(ast.Constant(changed + "\n" if "\n" in changed else changed))]


def body_of(source: ast.ClassDef | Method) -> list[ast.stmt]:
    """List the statements of a class or method after its docstring."""
    return source.body[1:] if ast.get_docstring(source) is not None else source.body


def docstring(text: str) -> str:
    """Write the docstring of a module."""
    return ast.unparse(ast.Module([ast.Expr(ast.Constant(text))], []))
