"""The relay: takes from a store, sends, and writes down what became of it. It knows no store."""

from .options import RelayOptions
from .progress import RelayStats
from .relay import Relay

__all__ = ["Relay", "RelayOptions", "RelayStats"]
