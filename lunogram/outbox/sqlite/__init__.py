"""The store in an SQLite file, which needs no other package."""

from .repair import RepairResult, repair
from .store import SQLiteStore

__all__ = ["RepairResult", "SQLiteStore", "repair"]
