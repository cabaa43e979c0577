"""The choice between a module of the extra ``[fast]`` and its slower alternative."""

from __future__ import annotations

import os
from importlib.util import find_spec

from .errors import ConfigurationError


def is_enabled(module: str, variable: str, alternative: str) -> bool:
    """Whether to use a module of ``[fast]``: by default, if the module is installed.

    Args:
        module: The name of the module.
        variable: The environment variable that overrides the default with one of the two names.
        alternative: The name of the alternative.

    Raises:
        ConfigurationError: If the variable has another value, or the module is not installed.
    """
    name = os.environ.get(variable)
    if name not in (None, alternative, module):
        raise ConfigurationError(f"{variable} must be {alternative} or {module}")
    is_used = name != alternative and find_spec(module) is not None
    if name == module and not is_used:
        raise ConfigurationError(f"{module} is not installed: pip install 'lunogram[fast]'")
    return is_used
