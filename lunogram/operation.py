"""Operations of the APIs, with their properties from the OpenAPI documents.

The operations themselves are generated, in `lunogram.operations`. Code that depends on the meaning
of a call reads its operation, never its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Literal, TypeAlias

import attrs

SubjectKind: TypeAlias = Literal["user", "organization", "member", "none"]
"""The kind of subject that an operation is about."""

API: TypeAlias = Literal["client", "track", "app", "collections"]
"""An API: Lunogram's Client API, or one of Customer.io's."""


class Repeat(Enum):
    """The retry semantics of a request: whether it may be sent again after a lost response.

    Attributes:
        SAFE: The request is idempotent: a repetition changes nothing.
        AT_LEAST_ONCE: A repetition may record events twice, which the API's at-least-once
            guarantee allows.
        NEVER: A repetition has a new effect.
    """

    SAFE = "safe"
    AT_LEAST_ONCE = "at-least-once"
    NEVER = "never"


# The number of required fields that tell a response of the API from one of another server.
_DISTINCTIVE = 3


@attrs.frozen
class Operation:
    """One operation of an API.

    Attributes:
        name: The name of the operation, such as ``"post_user_events"``.
        method: The HTTP method.
        path: The path template below the base path, such as
            ``"/auth-methods/{auth_method_id}/sessions"``.
        repeat: Whether a request may be sent again after a lost response.
        subject: The kind of subject that the operation is about.
        api: The API that the operation belongs to.
        personal: The parameters of path and query that identify a person.
        statuses: The HTTP statuses of a success.
        result: The required fields of the JSON of a success; none if the body may be empty.
        may_return: The fields of the JSON object that a success may have instead of an empty body.
        can_be_missing: Whether a 404 may be about an object that the request names. For any other
            operation, a 404 is about the path, so the base URL is wrong.
        is_batch: Whether the body is a list whose items may be sent apart or together.
    """

    name: str
    method: str
    path: str
    repeat: Repeat
    subject: SubjectKind
    api: API
    personal: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    result: tuple[str, ...] = ()
    may_return: tuple[str, ...] = ()
    can_be_missing: bool = False
    is_batch: bool = False

    @property
    def is_known(self) -> bool:
        """Whether a document describes the operation."""
        return bool(self.name)

    @property
    def is_read(self) -> bool:
        """Whether the operation changes nothing on the server."""
        return self.method == "GET"

    @property
    def can_be_queued(self) -> bool:
        """Whether an outbox takes its calls: writes that may be delivered more than once."""
        return self.is_known and not self.is_read and self.repeat is not Repeat.NEVER

    def recognizes(self, value: object) -> bool:
        """Whether the JSON of a success has the form that the document describes.

        Args:
            value: The JSON value; None for an empty body.
        """
        if value is None or value == {}:
            return not self.result
        fields = self.result[:_DISTINCTIVE] or self.may_return
        return isinstance(value, dict) and bool(fields) and value.keys() >= set(fields)

    def matches(self, method: str, path: str) -> bool:
        """Whether a request belongs to this operation.

        Args:
            method: The HTTP method.
            path: The encoded path of the request below the base path, without the query.
        """
        return method == self.method and _pattern(self.path).fullmatch(path) is not None

    def shown(self, path: str) -> str:
        """The path of a request, with an ellipsis for each parameter that identifies a person.

        Args:
            path: The encoded path of a request of this operation, below the base path.
        """
        if self.is_known and not self.personal:
            return path
        values = {**self.parameters(path), **dict.fromkeys(self.personal, "…")}
        return self.path.format_map(values)

    def parameters(self, path: str) -> dict[str, str]:
        """The parameters in the path of a request, by name, still encoded.

        Args:
            path: The encoded path of a request of this operation, below the base path.
        """
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else {}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """A pattern with a named group for each parameter of a path template."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))


class Operations:
    """The table of operations."""

    def __init__(self, rows: Iterable[Operation]) -> None:
        self._by_name = {row.name: row for row in rows}
        self._by_request = {(row.method, row.path): row for row in self}
        self._templates = [row for row in self if "{" in row.path]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._by_name.values())

    def named(self, name: str) -> Operation | None:
        """The operation with a name, or None.

        Args:
            name: The name of the operation, such as ``"post_user_events"``.
        """
        return self._by_name.get(name)

    def matching(self, method: str, path: str) -> Operation | None:
        """The operation of a request, or None.

        Args:
            method: The HTTP method.
            path: The encoded path of the request below the base path, without the query.
        """
        fixed = self._by_request.get((method, path))
        return fixed or next((row for row in self._templates if row.matches(method, path)), None)

    def of(self, method: str, path: str) -> Operation:
        """The operation of a request; one that no document describes is never retried.

        Args:
            method: The HTTP method.
            path: The encoded path of the request below the base path, without the query.
        """
        return self.matching(method, path) or attrs.evolve(_UNKNOWN, method=method)


def names_of(*operations: Operation) -> frozenset[str]:
    """The names of some operations: a set of names is quicker to search than one of operations.

    Args:
        operations: The operations.
    """
    return frozenset(operation.name for operation in operations)


@attrs.frozen
class _Unknown(Operation):
    """An operation that no document describes."""

    def recognizes(self, value: object) -> bool:
        return value is None or isinstance(value, dict)


_UNKNOWN = _Unknown("", "", "/…", Repeat.NEVER, "none", "client", can_be_missing=True)
