"""Lazy public names: imported on first use, so that importing a package is cheap."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module


def public_name(package: str, name: str, module_of: Mapping[str, str]) -> object:
    """The value of a public name, imported and set on the package.

    Args:
        package: The ``__name__`` of the package.
        name: The public name.
        module_of: The module of each public name, relative to the package.

    Raises:
        AttributeError: If it is not a public name.
    """
    if name not in module_of:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{module_of[name]}", package), name)
    setattr(sys.modules[package], name, value)
    return value
