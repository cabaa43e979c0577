"""Public names that are imported when they are first used, so that importing a package is cheap."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module


def public_name(package: str, name: str, module_of: Mapping[str, str]) -> object:
    """The value of a public name, which the package has from now on.

    Args:
        package: The package's own ``__name__``.
        name: What is asked for.
        module_of: In which module below the package each public name is.

    Raises:
        AttributeError: If it is none of them.
    """
    if name not in module_of:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{module_of[name]}", package), name)
    setattr(sys.modules[package], name, value)
    return value
