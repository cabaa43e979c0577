"""What the extra ``[fast]`` brings is used where it is, unless the environment says otherwise."""

from __future__ import annotations

import os
from importlib.util import find_spec

from .errors import ConfigurationError


def is_wanted(fast: str, variable: str, plain: str) -> bool:
    """Whether to use a module of ``[fast]``: if it is installed.

    Args:
        fast: Its name.
        variable: A variable of the environment, which decides otherwise by naming one of the two.
        plain: What takes its place.

    Raises:
        ConfigurationError: If the variable names another one, or one that is not installed.
    """
    name = os.environ.get(variable)
    if name not in (None, plain, fast):
        raise ConfigurationError(f"{variable} has to be {plain} or {fast}")
    is_here = name != plain and find_spec(fast) is not None
    if name == fast and not is_here:
        raise ConfigurationError(f"{fast} is not there: pip install 'lunogram[fast]'")
    return is_here
