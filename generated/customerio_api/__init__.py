# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
"""A client library for accessing Customer.io Track and App APIs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client
else:
    _MODULES = {
        "AuthenticatedClient": ".client",
        "Client": ".client",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return globals()[name]


__all__ = (
    "AuthenticatedClient",
    "Client",
)


def __dir__() -> list[str]:
    return list(__all__)
