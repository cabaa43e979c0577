"""Write tests/public_api.txt: the public API, one name a line, so that changes are seen in a diff.

It is read from the sources, so that it is the same with every Python.
"""

from collections.abc import Iterator
from functools import cache

from files import ROOT
from griffe import Alias, Attribute, Class, Expr, ExprCall, Function, Module, Object, Parameter
from griffe import ParameterKind as Kind
from griffe import load as load_package

FILE = ROOT / "tests" / "public_api.txt"
MODULES = (
    "", "outbox", "importing", "testing", "customerio", "customerio.compat", "contrib.django",
    "contrib.django.test",
)  # fmt: skip

# Special methods that nobody calls by name, or whose signature is always the same.
UNLISTED = {"__init_subclass__", "__reduce_ex__", "__repr__", "__slots__", "__str__"}
STARS = {Kind.var_positional: "*", Kind.var_keyword: "**"}


def main() -> None:
    """Write the file."""
    FILE.write_text(public_api())


def public_api() -> str:
    """The lines of the file: what is exported, and the classes of what that returns."""
    exported = dict(exports(package()))
    reached = reachable(exported)
    listed = {found.path for found in exported.values()} | set(reached)
    lines = [line for name, found in exported.items() for line in describe(name, found, listed)]
    for name, found in reached.items():
        lines += [line for line in describe(name, found, listed) if ".__init__(" not in line]
    return "".join(f"{line}\n" for line in sorted(lines))


@cache
def package() -> Module:
    """The package, as its sources say."""
    found = load_package("lunogram", search_paths=[ROOT], resolve_aliases=True)
    assert isinstance(found, Module)
    return found


def exports(package: Module) -> Iterator[tuple[str, Object]]:
    """What the public modules export, by the names that programs import."""
    for name in MODULES:
        module = package[name] if name else package
        for member in module.exports or own_names(module):
            yield f"{module.path}.{member}", target(module[str(member)])


def own_names(module: Module) -> list[str]:
    """The public names of a module that has no ``__all__``."""
    return [
        name for name, found in module.members.items() if is_listed(name) and not found.is_alias
    ]


def is_listed(name: str) -> bool:
    """Whether a name is public, or a special method that says something."""
    return not name.startswith("_") or (name.endswith("__") and name not in UNLISTED)


def target(found: Object | Alias) -> Object:
    """The object itself, wherever it was imported from."""
    return found.final_target if isinstance(found, Alias) else found


def reachable(exported: dict[str, Object]) -> dict[str, Class]:
    """Classes that are not exported, but are those of attributes and results, as `client.user`."""
    seen = {found.path for found in exported.values()}
    pending = list(exported.values())
    result = {}
    while pending:
        for found in mentioned(pending.pop()):
            if found.path not in seen:
                seen.add(found.path)
                pending.append(found)
                result[found.path] = found
    return result


def mentioned(found: Object) -> Iterator[Class]:
    """The package's own classes in the annotations of an object and its members."""
    for annotation in annotations(found):
        for name in annotation.iterate(flat=True):
            other = class_at(getattr(name, "canonical_path", ""), found.package)
            if other is not None:
                yield other


def class_at(path: str, package: Module) -> Class | None:
    """The class of this package at a path, or None if there is none, as for a parameter."""
    module, _, name = path.partition(".")
    try:
        found = target(package[name]) if module == package.name and name else None
    except KeyError:
        return None
    return found if isinstance(found, Class) else None


def annotations(found: Object) -> Iterator[Expr]:
    """The types of what an object and its members hold or return."""
    if isinstance(found, Class):
        for _, member in members(found, set()):
            yield from annotations(member)
    elif isinstance(held := type_of(found), Expr):
        yield held


def type_of(found: Object) -> Expr | str | None:
    """The type of an attribute, or of what a function returns."""
    if isinstance(found, Attribute) and not found.annotation and isinstance(found.value, ExprCall):
        return found.value.function  # self.events = UserEvents(send)
    return found.annotation if isinstance(found, Attribute | Function) else None


def members(found: Class, listed: set[str]) -> Iterator[tuple[str, Object]]:
    """The public members, also those that are inherited from classes that are not listed."""
    for name, member in found.all_members.items():
        it = target(member)
        inherited = it.parent is not found and it.parent is not None and it.parent.path in listed
        if is_listed(name) and not inherited:
            yield name, it


def describe(name: str, found: Object, listed: set[str]) -> Iterator[str]:
    """A line for an object, and one for each of its members."""
    yield f"{name}{shape(found)}"
    if isinstance(found, Class):
        for member_name, member in members(found, listed):
            yield f"{name}.{member_name}{shape(member)}"


def shape(found: Object) -> str:
    """What a line says after the name."""
    if isinstance(found, Class):
        return f" class({', '.join(str(base) for base in found.bases)})"
    if isinstance(found, Function):
        mark = " async" if "async" in found.labels else ""
        return f"({', '.join(parameters(found))}) -> {found.returns}{mark}"
    assert isinstance(found, Attribute)
    held = f": {type_of(found)}" if type_of(found) else ""
    return held + (f" = {found.value}" if has_constant(found) else "")


def has_constant(found: Attribute) -> bool:
    """Whether a class or module has the value, rather than each object its own."""
    return found.value is not None and bool(found.labels & {"class-attribute", "module-attribute"})


def parameters(function: Function) -> Iterator[str]:
    """The parameters as they are written, with the marks between their kinds."""
    given = [found for found in function.parameters if found.name not in {"self", "cls"}]
    last: Kind | None = None
    for found in given:
        if last is Kind.positional_only is not found.kind:
            yield "/"
        if found.kind is Kind.keyword_only and last not in {Kind.var_positional, found.kind}:
            yield "*"
        last = found.kind
        yield parameter(found)
    if last is Kind.positional_only:
        yield "/"


def parameter(found: Parameter) -> str:
    """One parameter as it is written."""
    stars = STARS.get(found.kind, "") if found.kind else ""
    annotation = f": {found.annotation}" if found.annotation else ""
    default = f" = {found.default}" if found.default is not None and not stars else ""
    return f"{stars}{found.name}{annotation}{default}"


if __name__ == "__main__":
    main()
