"""The keys and fingerprints of rows: which row it is, and whether its values have changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias
from zlib import crc32

from .. import calls
from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ANONYMOUS_SOURCE, DEFAULT_SOURCE, Identifiers, external_ids
from .columns import Mapped
from .record_types import ANONYMOUS_ID
from .rows import Row
from .sync_state import Key

SourceAndId: TypeAlias = tuple[str, str]
"""The source and the id of a user or an organization."""

_SUBJECTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "users": (("identifier", ANONYMOUS_ID),),
    "organizations": (("identifier",),),
    "members": (("organization",), ("user",)),
}
_DELETES: Mapping[str, Callable[..., Call[Any]]] = {
    "users": lambda user: calls.delete(calls.USER, user),
    "organizations": lambda organization: calls.delete(calls.ORGANIZATION, organization),
    "members": calls.remove_user,
}


class RowKeys:
    """The keys and fingerprints of the rows of one sync.

    The key of a user, an organization or a member is its first identifier, because a deletion needs
    it. The key of an event is a hash: of its id if there is a column for it, or of the whole row.

    Attributes:
        can_delete: Whether what a row describes can be deleted.
    """

    def __init__(
        self, mapped: Mapped, columns: Sequence[str], salt: bytes, key: str | None = None
    ) -> None:
        """Prepare the keys.

        Args:
            mapped: The columns, with their fields.
            columns: All columns.
            salt: The key of the hashes.
            key: The column of the id of an event, or None.
        """
        self._kind = mapped.kind.name
        self._identifying = mapped.identifying
        self._identifiers = self._identifying.columns
        self._subjects = _SUBJECTS.get(self._kind, ())
        self.can_delete = self._kind in _DELETES
        self._salt = salt
        self._columns = [name for name in columns if name in mapped.columns]
        self._omits = len(self._columns) < len(columns)
        self._id = key

    def key(self, row: Row) -> Key:
        """The key of a row.

        Args:
            row: The row.

        Raises:
            ValidationError: If it has no valid identifier.
        """
        try:
            return self._key(row)
        except ValidationError:
            if row.fault:  # which is why its values are missing
                raise ValidationError(row.fault) from None
            raise

    def _key(self, row: Row) -> Key:
        if not self._subjects:
            return self._event(row)
        own = {name: row.values[name] for name in self._identifiers if name in row.values}
        fields, _ = self._identifying.fields(own)
        return json.dumps([_subject(fields, names) for names in self._subjects])

    def _event(self, row: Row) -> bytes:
        if self._id is None:
            return self._hash(self._values(row), 16)
        if row.values.get(self._id) is None:
            raise ValidationError.at(self._id, "is missing")
        return self._hash(str(row.values[self._id]), 16)

    def fingerprint(self, row: Row) -> int:
        """The hash of the values of a row that are sent.

        Args:
            row: The row.
        """
        return int.from_bytes(self._hash(self._values(row), 8), "big", signed=True)

    def cells(self, row: Row) -> bytes:
        """A byte of the hash of each value, in the order of the columns.

        Args:
            row: The row.
        """
        get = row.values.get
        return bytes(crc32(_encoded(get(name)), self._salt[0]) & 0xFF for name in self._columns)

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are sent, in the order of `cells`."""
        return self._columns

    def delete(self, key: Key) -> Call[Any]:
        """The call that deletes what a row described.

        Args:
            key: The key of the row.
        """
        subjects: list[Identifiers] = [tuple(each) for each in json.loads(key)]
        return _DELETES[self._kind](*subjects)

    def _values(self, row: Row) -> Mapping[str, Any]:
        if not self._omits:
            return row.values
        return {name: value for name, value in row.values.items() if name in self._columns}

    def _hash(self, value: object, size: int) -> bytes:
        return blake2b(_encoded(value), digest_size=size, key=self._salt).digest()


def _encoded(value: object) -> bytes:
    return repr(value).encode(errors="surrogatepass")


def _subject(fields: Mapping[str, Any], names: Sequence[str]) -> SourceAndId:
    """The source and the id of the first of some fields that a row has."""
    for name in names:
        if (value := fields.get(name)) is not None:
            return _pair(value, name)
    raise ValidationError.at(names[0], "is missing")


def _pair(value: Any, name: str) -> SourceAndId:
    if name == ANONYMOUS_ID:
        value = (ANONYMOUS_SOURCE, value)
    if isinstance(value, str) and value:  # as most are
        return DEFAULT_SOURCE, value
    first = external_ids(value, name)[0]
    return first.source, first.external_id
