"""The public names: cheap to import, described, typed, in two worlds."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, get_type_hints

import attrs
import customerio_api.models as api
import pytest

import lunogram.customerio

PUBLIC = [getattr(lunogram.customerio, name) for name in lunogram.customerio.__all__]
MODULES = {"client": ("CustomerIO", "WithRawResponse"), "track": ("Track",), "app": ("App",)}
TWINS = [
    (
        getattr(importlib.import_module(f"lunogram.customerio._sync.{module}"), name),
        getattr(importlib.import_module(f"lunogram.customerio._async.{module}"), f"Async{name}"),
    )
    for module, names in MODULES.items()
    for name in names
]
each_twin = pytest.mark.parametrize(("sync", "other"), TWINS, ids=lambda kind: kind.__name__)


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class of ours has."""
    for base in kind.__mro__:
        if base.__module__.startswith("lunogram."):
            for name, member in vars(base).items():
                if not name.startswith("_") and (callable(member) or hasattr(member, "__doc__")):
                    yield name, member


def function_of(member: Any) -> Any:
    """The function behind a method or property."""
    return getattr(member, "fget", None) or getattr(member, "func", None) or member


METHODS = [
    pytest.param(function_of(member), id=f"{kind.__name__}.{name}")
    for twin in TWINS
    for kind in twin
    for name, member in members(kind)
]


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_lunogram_imports_nothing_of_it() -> None:
    loaded = loaded_by("import lunogram; lunogram.Lunogram('sk_x').user")
    assert not [name for name in loaded if "customerio" in name]


def test_requests_need_no_http_library() -> None:
    loaded = loaded_by("from lunogram.customerio import SendEmailRequest, Region, Delivery")
    assert "httpx" not in loaded
    assert "lunogram.customerio.calls" not in loaded


@pytest.mark.parametrize("name", lunogram.customerio.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(lunogram.customerio, name).__name__ == name
    assert name in dir(lunogram.customerio)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"'lunogram\.customerio' has no attribute 'Nope'"):
        _ = lunogram.customerio.Nope


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_every_public_class_is_described(kind: Any) -> None:
    assert kind.__doc__
    for field in attrs.fields(kind) if attrs.has(kind) else ():
        assert f"{field.name}: " in kind.__doc__, f"{field.name} is not described"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_described_and_typed(method: Any) -> None:
    assert method.__doc__.split("\n")[0].endswith((".", "?"))
    assert get_type_hints(method, localns={"api": api})
    is_twin = "raw_response" in method.__module__
    for name, parameter in inspect.signature(method).parameters.items():
        assert name == "self" or is_twin or f" {name}: " in method.__doc__, name
        assert name == "self" or parameter.annotation is not parameter.empty


@each_twin
def test_sync_and_async_are_the_same(sync: type, other: type) -> None:
    ours, theirs = dict(members(sync)), dict(members(other))
    assert set(ours) == {{"aclose": "close"}.get(name, name) for name in theirs}
    for name, member in theirs.items():
        mine = function_of(ours[{"aclose": "close"}.get(name, name)])
        assert plain_signature(mine) == plain_signature(function_of(member)), name


def plain_signature(function: Any) -> str:
    return str(inspect.signature(function)).replace("Async", "")


def test_a_raw_response_has_every_call() -> None:
    client, raw = TWINS[0][0], TWINS[1][0]
    own = {"with_options", "with_raw_response", "raw", "user_agent", "ping", "close"}
    assert {name for name, _ in members(raw)} == {name for name, _ in members(client)} - own
