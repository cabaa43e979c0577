"""The store in NATS JetStream: a package of its own, imported when an outbox is there."""

from .store import NATSStore

__all__ = ["NATSStore"]
