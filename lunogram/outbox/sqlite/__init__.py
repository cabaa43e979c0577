"""The store in an SQLite file, which needs nothing that Python does not bring."""

from .repair import RepairResult, repair
from .sqlite import SQLiteStore

__all__ = ["RepairResult", "SQLiteStore", "repair"]
