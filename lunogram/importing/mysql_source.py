"""Queries in MySQL and MariaDB: rows are streamed in a read-only transaction."""

# ruff: noqa: S608 - a query of the user's own

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import ConfigurationError
from .errors import SourceError
from .table_source import RowsSource

if TYPE_CHECKING:
    import pymysql

SCHEMES = ("mysql://", "mariadb://")
"""The beginnings of URLs of MySQL and MariaDB."""

_PORT = 3306
_CONNECT_TIMEOUT = 10
_OPTIONS = ("unix_socket", "ssl_ca")
# The messages of these errors are about the query or the account: databases, columns, syntax,
# tables and rights. Those of others may hold personal data.
_ABOUT_THE_QUERY = (
    1044,
    1045,
    1046,
    1049,
    1054,
    1060,
    1064,
    1142,
    1143,
    1146,
    1305,
    1370,
    1698,
    1792,
)
_OF_THE_CLIENT = range(2000, 3000)


class MySQLSource(RowsSource):
    """The result of a query in MySQL or MariaDB.

    Attributes:
        form: The name of the server.
    """

    def __init__(self, url: str, query: str, what: str) -> None:
        """Connect, and find the columns.

        Args:
            url: The URL of the database, such as ``mysql://reader@host/shop``.
            query: A ``select``.
            what: Its name in errors.
        """
        self._query = query
        self._what = what
        self._connection = self._connect(url)
        try:
            self.form = self._find_form()
            self.columns = self._find_columns()
        except BaseException:
            self.close()
            raise

    def _connect(self, url: str) -> pymysql.Connection[Any]:
        try:
            import pymysql
            from pymysql.constants import FIELD_TYPE
            from pymysql.converters import conversions
            from pymysql.cursors import SSCursor
        except ImportError:
            raise ConfigurationError(
                "a query in MySQL needs PyMySQL: pip install 'lunogram[import-mysql]'"
            ) from None
        self._error = pymysql.MySQLError
        own: dict[Any, Any] = {
            FIELD_TYPE.TIME: str,
            FIELD_TYPE.JSON: json.loads,
            FIELD_TYPE.TIMESTAMP: _in_utc,
        }
        with self._our_errors():
            return pymysql.connect(
                **_target(url),
                charset="utf8mb4",
                conv=cast("None", conversions | own),  # as its types have it
                connect_timeout=_CONNECT_TIMEOUT,
                cursorclass=SSCursor,  # which keeps no rows
                init_command="set time_zone = '+00:00'",
                read_default_file="~/.my.cnf",
            )

    def _find_form(self) -> str:
        with self._our_errors(), self._connection.cursor() as cursor:
            cursor.execute("select version()")
            return "MariaDB" if "MariaDB" in str(cursor.fetchall()) else "MySQL"

    def _find_columns(self) -> list[str]:
        # As a subquery, for MariaDB's transactions allow statements that drop tables.
        with self._result(f"select * from ({self._query}\n) as t", 0) as cursor:
            return [name for name, *_ in cursor.description or ()]

    def _values(self, skip: int = 0, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
        most = None if limit is None else skip + limit
        with self._result(self._query, most) as cursor:  # whose order a subquery would lose
            yield from islice(cursor, skip, most)

    @contextmanager
    def _result(self, query: str, most: int | None) -> Iterator[Any]:
        with self._our_errors():
            cursor = self._connection.cursor()
            try:
                cursor.execute("start transaction with consistent snapshot, read only")
                cursor.execute(f"set sql_select_limit = {'default' if most is None else most}")
                cursor.execute(query)
                yield cursor
            finally:
                cursor.close()  # which reads what is left
                self._connection.rollback()

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            raise SourceError(f"{self._what}: {_fault(error)}") from None

    def close(self) -> None:
        self._connection.close()


def _target(url: str) -> dict[str, Any]:
    """The arguments of a connection, from a URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ConfigurationError("the URL of the database is invalid") from None
    if unknown := options.keys() - set(_OPTIONS):
        raise ConfigurationError(
            f"the URL of the database has the option {', '.join(sorted(unknown))}; known are "
            f"{', '.join(_OPTIONS)}"
        )
    ssl = {"ssl": {"ca": options.pop("ssl_ca")}} if "ssl_ca" in options else {}
    return {
        "host": parts.hostname or "localhost",
        "port": port,
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or os.environ.get("MYSQL_PWD", ""),
        "database": unquote(parts.path.removeprefix("/")) or None,
        **options,
        **ssl,
    }


def _in_utc(text: str) -> str:
    """A TIMESTAMP, which is a moment, and not a time of the day somewhere as a DATETIME is."""
    return f"{text.replace(' ', 'T')}+00:00"


def _fault(error: Exception) -> str:
    code, *rest = error.args or (0,)
    is_shown = code in _ABOUT_THE_QUERY or code in _OF_THE_CLIENT
    text = " ".join(str(rest[0]).split()) if rest else ""
    return text if is_shown and text else f"the server reports {type(error).__name__} ({code})"
