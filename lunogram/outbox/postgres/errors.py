"""The reasons of errors in PostgreSQL, in sentences without data and passwords."""

from __future__ import annotations

EMPTIED = (
    "its tables were emptied, and what waited there is lost; "
    "save what is left with `lunogram outbox export`, drop its schema, and open the outbox again"
)
"""The reason of an error about tables without the rows that they are created with."""

_TABLES = "its tables are not in the database of this connection"
_RIGHTS = "the role lacks rights that docs/how-to/outbox-postgres.md names"
_ENDING = "the server is shutting down, or starting"

_REASONS = {
    "25006": "it can only be read; is it a standby?",
    "25P02": "the transaction has failed before",
    "3D000": "there is no such database",
    "3F000": _TABLES,
    "40P01": "two transactions waited for each other, and this one was rolled back",
    "42501": _RIGHTS,
    "42P01": _TABLES,
    "53100": "the disk of the server is full",
    "53200": "the server has no memory left",
    "53300": "the server has no room for another connection",
    "55P03": "other transactions kept it locked",
    "57014": "it took longer than it may",
    "57P01": "the server has ended the connection",
    "57P02": _ENDING,
    "57P03": _ENDING,
}


def reason_of(error: BaseException) -> str:
    """The reason of an error.

    Args:
        error: An error of psycopg, or of a library that wraps it.
    """
    found = _own_error(error)
    code = getattr(found, "sqlstate", None)
    if code is not None:
        return _REASONS.get(code, f"the server rejected it ({type(found).__name__}, {code})")
    # Messages without a code are libpq's: about the connection, and not about data.
    return str(found).partition("\n")[0].strip() if _is_of_driver(found) else type(found).__name__


def _own_error(error: BaseException) -> BaseException:
    """The driver's error: SQLAlchemy keeps it as ``orig``, Django as the cause."""
    inner = getattr(error, "orig", None) or error.__cause__
    return inner if isinstance(inner, BaseException) else error


def _is_of_driver(error: BaseException) -> bool:
    return type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
