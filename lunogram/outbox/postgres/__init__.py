"""The store in PostgreSQL: a package of its own, imported when an outbox is there."""

from .postgres import PostgresStore
from .tables import sql_of_tables

__all__ = ["PostgresStore", "sql_of_tables"]
