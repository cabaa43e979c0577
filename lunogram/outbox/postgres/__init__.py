"""The store in PostgreSQL: a package of its own, imported when an outbox is there."""

from .schema import sql_of_tables
from .store import PostgresStore

__all__ = ["PostgresStore", "sql_of_tables"]
