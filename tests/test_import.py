"""Importing lunogram: cheap, and every public name there, described, typed, in two worlds."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any, get_type_hints

import attrs
import lunogram_api.models as api
import pytest
from dateutil.relativedelta import relativedelta

import lunogram
from lunogram._async.raw import AsyncRawClient
from lunogram._async.visitor import AsyncVisitor
from lunogram._sync.raw import RawClient
from lunogram._sync.visitor import Visitor
from lunogram.outbox.options import RelayOptions

HEAVY = ["httpx", "httpcore", "attr", "attrs", "dateutil", "asyncio", "json", "logging", "ssl",
         "email", "zoneinfo", "decimal", "uuid", "lunogram_api", "starlette", "msgspec", "click",
         "uvicorn", "sqlite3", "dataclasses"]  # fmt: skip

PROBE = """
import sys
before = set(sys.modules)
import lunogram
for name in sorted(set(sys.modules) - before):
    print(name)
"""


def output(code: str, *options: str) -> list[str]:
    """What a fresh interpreter prints."""
    command = [sys.executable, *options, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def test_importing_the_package_imports_nothing_heavy() -> None:
    # Without site, whose .pth files import things of their own.
    added = output(f"import sys; sys.path[:] = {sys.path!r}\n{PROBE}", "-S")
    assert "lunogram" in added
    assert {name for name in added if name.startswith("lunogram")} <= {
        "lunogram",
        "lunogram._lazy",
        "lunogram._version",
    }
    assert not [name for name in added if name.split(".")[0] in HEAVY]


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("ValidationError", ["httpx", "dateutil", "lunogram_api", "lunogram.calls"]),
        ("ExternalID", ["httpx", "dateutil", "lunogram_api", "lunogram.calls"]),
        ("Event", ["httpx", "dateutil", "lunogram.calls"]),
    ],
)
def test_data_needs_no_http_library(name: str, absent: list[str]) -> None:
    loaded = output(f"import sys, lunogram; lunogram.{name}; print(*sys.modules)")
    assert not set(absent) & set(loaded)


def test_a_client_needs_no_extra() -> None:
    code = "import sys, lunogram; lunogram.Lunogram('sk_x').user; print(*sys.modules)"
    extras = {"click", "starlette", "uvicorn", "msgspec", "lunogram.sandbox", "lunogram.cli"}
    assert not extras & set(output(code))


def loaded_by_a_sync_client(transport: str) -> set[str]:
    set_up = f"import os; os.environ['LUNOGRAM_TRANSPORT'] = {transport!r}"
    code = f"{set_up}; import sys, lunogram; lunogram.Lunogram('sk_x').user; print(*sys.modules)"
    return set(output(code))


def test_a_direct_sync_client_needs_neither_httpx_nor_asyncio() -> None:
    unneeded = {"httpx", "httpcore", "asyncio", "dateutil", "random"}
    assert not unneeded & loaded_by_a_sync_client("direct")


def test_a_sync_client_of_httpx_needs_no_code_of_the_others() -> None:
    loaded = loaded_by_a_sync_client("httpx")
    assert "httpx" in loaded
    assert not {"httpx2", "httptools", "dateutil", "lunogram._http.async_engine"} & loaded


CPU = "import resource as r\n{}\nu = r.getrusage(r.RUSAGE_SELF)\nprint(u.ru_utime + u.ru_stime)"


def cpu_seconds(statement: str) -> float:
    """What a fresh interpreter uses, imports of others warmed up."""
    return float(output(CPU.format(statement))[0])


@pytest.mark.skipif(sys.platform == "win32", reason="no getrusage there")
@pytest.mark.measured
def test_importing_costs_a_fraction_of_an_http_library() -> None:
    # Least of several runs in turns, each less a bare interpreter: other work on the machine
    # can only add to them.
    statements = {"bare": "pass", "ours": "import lunogram", "httpx": "import httpx"}
    least = dict.fromkeys(statements, float("inf"))
    for _ in range(7):
        for name, statement in statements.items():
            least[name] = min(least[name], cpu_seconds(statement))
    assert least["ours"] - least["bare"] < (least["httpx"] - least["bare"]) / 4


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", lunogram.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(lunogram, name) is getattr(lunogram, name)
    assert name in dir(lunogram)


def test_the_list_of_names_is_complete_and_sorted() -> None:
    assert lunogram.__all__ == sorted(lunogram.__all__)
    assert set(lunogram.__all__) == {*lunogram._MODULE_OF, "__version__"}
    assert dir(lunogram) == lunogram.__all__


def test_everything_can_be_imported_at_once() -> None:
    names: dict[str, Any] = {}
    exec("from lunogram import *", names)
    assert set(lunogram.__all__) <= set(names)


@pytest.mark.parametrize("name", ["Nope", "api", "lunogram", "__path__x"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'lunogram' has no attribute '{name}'"):
        getattr(lunogram, name)


def test_submodules_can_still_be_imported() -> None:
    assert importlib.import_module("lunogram.errors").LunogramError is lunogram.LunogramError


# -- docstrings and annotations -------------------------------------------------------------------

RESOURCES = [
    ("client", "Lunogram"), ("client", "WithRawResponse"), ("user", "Users"), ("user", "Devices"),
    ("organization", "Organizations"), ("resources", "Events"), ("resources", "Schedule"),
    ("resources", "Inbox"), ("push", "Push"), ("sessions", "Sessions"), ("pages", "InboxPages"),
    ("visitor", "Visitor"), ("visitor", "VisitorUser"), ("visitor", "VisitorEvents"),
    ("visitor", "VisitorSchedule"), ("visitor", "VisitorDevices"),
    ("raw_response", "UsersWithRawResponse"), ("raw_response", "DevicesWithRawResponse"),
    ("raw_response", "OrganizationsWithRawResponse"), ("raw_response", "EventsWithRawResponse"),
    ("raw_response", "ScheduleWithRawResponse"), ("raw_response", "InboxWithRawResponse"),
    ("raw_response", "PushWithRawResponse"), ("raw_response", "SessionsWithRawResponse"),
]  # fmt: skip
TWINS = [
    (
        getattr(importlib.import_module(f"lunogram._sync.{module}"), name),
        getattr(importlib.import_module(f"lunogram._async.{module}"), f"Async{name}"),
    )
    for module, name in RESOURCES
]
PUBLIC = [getattr(lunogram, name) for name in lunogram.__all__ if name != "__version__"]
CLASSES = [
    *[each for each in PUBLIC if isinstance(each, type)],
    *[each for twin in TWINS for each in twin],
]


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class of ours has of its own."""
    for base in kind.__mro__:
        if base.__module__.startswith("lunogram."):
            for name, member in vars(base).items():
                if not name.startswith("_") and _is_code(member):
                    yield name, member


def _is_code(member: Any) -> bool:
    descriptors = (types.FunctionType, property, classmethod, staticmethod)
    return isinstance(member, descriptors) or type(member).__name__ == "cached_property"


def function_of(member: Any) -> Any:
    """The function behind a method or property."""
    for name in ("fget", "func", "__func__"):
        member = getattr(member, name, None) or member
    return member


METHODS = [
    pytest.param(function_of(member), id=f"{kind.__module__}.{kind.__name__}.{name}")
    for kind in dict.fromkeys(CLASSES)
    for name, member in members(kind)
]


def test_there_are_methods_enough() -> None:
    assert len(METHODS) > 100


@pytest.mark.parametrize("kind", dict.fromkeys(CLASSES), ids=lambda kind: kind.__name__)
def test_every_public_class_is_described(kind: type) -> None:
    assert "__doc__" in vars(kind)
    assert kind.__doc__
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        if not field.name.startswith("_"):
            assert f"{field.name}: " in kind.__doc__, f"{field.name} is not described"


@pytest.mark.parametrize("method", METHODS)
def test_every_public_method_is_described(method: Any) -> None:
    assert method.__doc__
    assert method.__doc__.split("\n")[0].endswith((".", "?"))


@pytest.mark.parametrize("method", METHODS)
def test_every_public_method_is_annotated(method: Any) -> None:
    signature = inspect.signature(method)
    assert signature.return_annotation is not signature.empty
    for name, parameter in signature.parameters.items():
        assert name in ("self", "cls") or parameter.annotation is not parameter.empty, name


IMPORTED_LATER = [
    RelayOptions, AsyncRawClient, RawClient, AsyncVisitor, Visitor
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_every_annotation_means_something(method: Any) -> None:
    names = {"relativedelta": relativedelta, "api": api}
    ours = {kind.__name__: kind for kind in IMPORTED_LATER}
    assert get_type_hints(method, localns={**names, **ours})


@pytest.mark.parametrize("method", [each for each in METHODS if "raw_response" not in str(each.id)])
def test_every_argument_is_described(method: Any) -> None:
    if "._async." not in method.__module__ + "." and "._sync." not in method.__module__ + ".":
        return
    for name in inspect.signature(method).parameters:
        assert name == "self" or f" {name}: " in method.__doc__, name


# -- sync and async -------------------------------------------------------------------------------


def plain(annotation: Any) -> str:
    """An annotation with the words of the sync world."""
    text = str(annotation).replace("Async", "").replace("Awaitable", "")
    return text


@pytest.mark.parametrize(("sync", "other"), TWINS, ids=[name for _, name in RESOURCES])
def test_sync_and_async_are_the_same(sync: type, other: type) -> None:
    ours, theirs = dict(members(sync)), dict(members(other))
    assert set(ours) == {{"aclose": "close"}.get(name, name) for name in theirs}
    for name, member in theirs.items():
        mine = function_of(ours[{"aclose": "close"}.get(name, name)])
        assert signature_of(mine) == signature_of(function_of(member)), name


def signature_of(function: Any) -> list[tuple[str, Any, Any, str]]:
    signature = inspect.signature(function)
    return [
        *((p.name, p.kind, p.default, plain(p.annotation)) for p in signature.parameters.values()),
        ("return", None, None, plain(signature.return_annotation)),
    ]


@pytest.mark.parametrize(("sync", "other"), TWINS, ids=[name for _, name in RESOURCES])
def test_sync_and_async_are_made_the_same_way(sync: type, other: type) -> None:
    assert signature_of(sync.__init__) == signature_of(other.__init__)  # type: ignore[misc]
