"""The relay: leases entries, sends them, and settles the outcomes. It knows no store."""

from .relay import Relay
from .stats import RelayStats

__all__ = ["Relay", "RelayStats"]
