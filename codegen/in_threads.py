"""The async methods of an outbox: those of a sync class, each of which runs in a thread.

A method has the same signature and docstring, and `return await self._run(lambda queue: ...)` as
its body, which calls the original. Omitted are properties, private and special methods, and the
methods that the async class writes by itself.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from variant_imports import imports_for
from variants import FUTURE, docstring, docstring_of, methods


@dataclass(frozen=True)
class InThreads:
    """A class whose methods run in threads: its source, and the differences from it."""

    source: Path  # the module
    owner: str  # the class in it
    target: Path  # the module to write
    name: str  # the name of the class to write
    summary: str  # the docstrings of the module and of the class
    omitted: Collection[str]  # the methods that the async class writes by itself


HEAD = """
T = TypeVar("T")

class {name}(ShortTracebacks):
    async def _run(self, work: Callable[[{owner}], T]) -> T:
        raise NotImplementedError
"""


def write_in_threads(wanted: InThreads, root: Path) -> str:
    """Write the module. The code is valid, but not formatted."""
    module = ast.parse((root / wanted.source).read_text("utf-8"))
    [owner] = (
        node for node in module.body if isinstance(node, ast.ClassDef) and node.name == wanted.owner
    )
    made = ast.parse(HEAD.format(name=wanted.name, owner=wanted.owner))
    made_class = made.body[-1]
    assert isinstance(made_class, ast.ClassDef)
    made_class.body[:0] = [ast.Expr(ast.Constant(wanted.summary))]
    made_class.body += list(methods_in_threads(owner, wanted.omitted))
    used = {node.id for node in ast.walk(made) if isinstance(node, ast.Name)}
    imports = ["from typing import TypeVar", *imports_for(used, {wanted.source: module})]
    return "\n".join([docstring(wanted.summary), FUTURE, *imports, ast.unparse(made)])


def methods_in_threads(
    owner: ast.ClassDef, omitted: Collection[str]
) -> Iterator[ast.AsyncFunctionDef]:
    """Yield the method for each public sync method that is not omitted."""
    for method in methods(owner):
        is_public = not method.name.startswith("_") and not method.decorator_list
        if is_public and method.name not in omitted:
            call = ast.unparse(call_of(method))
            line = ast.parse(f"async def f():\n return await self._run(lambda queue: queue.{call})")
            [outer] = line.body
            assert isinstance(outer, ast.AsyncFunctionDef)
            yield ast.AsyncFunctionDef(
                method.name,
                method.args,
                [*docstring_of(method), *outer.body],
                [],
                method.returns,
                lineno=0,
            )


def call_of(method: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call:
    """The call of a method with its own arguments."""
    positional = [*method.args.posonlyargs, *method.args.args][1:]
    return ast.Call(
        ast.Name(method.name),
        [ast.Name(argument.arg) for argument in positional],
        [ast.keyword(argument.arg, ast.Name(argument.arg)) for argument in method.args.kwonlyargs],
    )
