"""Migration of Customer.io's exports of people and events, and a survey of them.

from lunogram.customerio.migration import migrate_people, survey_people

print(survey_people("people.csv"))
with outbox.relay(client):
    result = migrate_people("people.csv", outbox, wait=True)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Unpack

import attrs

from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ExternalID
from ..importing import ImportOptions, ImportResult
from ..importing.api import read_options, run
from ..importing.columns import Path, map_columns
from ..importing.formats import Input, open_source, resolve_input
from ..importing.record_types import Fields, RecordType
from ..outbox import Outbox
from . import identifiers, request_bodies
from .to_lunogram import events, users

_IDENTIFIERS: Mapping[str, Callable[[str], ExternalID | None]] = {
    "id": identifiers.person,
    "customer_id": identifiers.person,
    "email": lambda text: identifiers.alias("email", text),
    "cio_id": lambda text: identifiers.alias("cio_id", text),
    "anonymous_id": lambda text: identifiers.alias("anonymous_id", text),
}
_UNSUBSCRIBED = "unsubscribed"
_PREFERENCES = "cio_subscription_preferences"
_SECONDS = re.compile(r"[1-9][0-9]{0,14}")
_ATTRIBUTES = ("email", "phone", "timezone", "locale", "language")


def _person(fields: Fields) -> Call[Any]:
    """The upsert of a row of people. An email address is an identifier only if there is no id."""
    first = _first(fields, "id", "email", "cio_id")
    more = [_first({kind: fields.get(kind)}, kind) for kind in ("cio_id", "anonymous_id")]
    user = list(dict.fromkeys(each for each in (first, *more) if each))
    if not user:
        raise ValidationError.at("id", "is missing, and so are email and cio_id")
    known = {name: fields[name] for name in _ATTRIBUTES if name in fields}
    data = request_bodies.json_object(fields.get("data", {}), "data")
    attributes = {**users.email_of(user[0]), **known, **data}
    if has_unsubscribed(data):  # keep their consent: remove the addresses for messages
        for name in ("email", "phone"):
            if name in attributes:
                attributes[f"{_UNSUBSCRIBED}_{name}"] = attributes.pop(name)
    return users.upsert(user, attributes)


def has_unsubscribed(data: Mapping[str, Any]) -> bool:
    """Whether a person has unsubscribed from all messages at Customer.io.

    Args:
        data: The person's attributes.
    """
    value = data.get(_UNSUBSCRIBED)
    return value in (True, 1) or (isinstance(value, str) and value.lower() in ("true", "1"))


def _event(fields: Fields) -> Call[Any]:
    user = _first(fields, "customer_id", "email", "cio_id", "anonymous_id")
    if user is None:
        raise ValidationError.at("customer_id", "is missing, and so are all other identifiers")
    event = {
        "name": fields.get("name", fields.get("event_name")),
        "type": fields.get("type", fields.get("event_type")),
        "data": request_bodies.json_object(fields.get("data", {}), "data"),
        "timestamp": _seconds(fields.get("timestamp")),
        "id": fields.get("id"),
    }
    (call,) = events.record(user, event)
    return call


def _seconds(value: Any) -> Any:
    """A timestamp in seconds since 1970 as a number; any other value unchanged."""
    return int(value) if isinstance(value, str) and _SECONDS.fullmatch(value) else value


def _first(fields: Fields, *kinds: str) -> ExternalID | None:
    """The identifier in the first of these fields that has a valid one."""
    given = ((kind, fields.get(kind)) for kind in kinds)
    found = (_IDENTIFIERS[kind](request_bodies.name(value, kind)) for kind, value in given if value)
    return next((each for each in found if each), None)


PEOPLE = RecordType(
    name="people of Customer.io",
    identifiers=("id", "cio_id", "anonymous_id"),
    texts=_ATTRIBUTES,
    objects=("data",),
    required=(("id", "email", "cio_id"),),
    call=_person,
)
EVENTS = RecordType(
    name="events of Customer.io",
    identifiers=("customer_id", "cio_id", "anonymous_id"),
    texts=("email", "name", "event_name", "type", "event_type", "timestamp", "id"),
    objects=("data",),
    required=(("name", "event_name"), ("customer_id", "email", "cio_id", "anonymous_id")),
    call=_event,
)


def migrate_people(source: Input, outbox: Outbox, **options: Unpack[ImportOptions]) -> ImportResult:
    """Queue an upsert for each person of an export; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: The outbox for the calls.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    consent = _Consent()
    result = run(consent.counting(PEOPLE), source, outbox, **options)
    return attrs.evolve(result, notes=[*result.notes, *consent.notes])


@attrs.define
class _Consent:
    """Counts of people with consent settings, for which Lunogram's API has no field."""

    unsubscribed: int = 0
    preferences: int = 0

    def counting(self, kind: RecordType) -> RecordType:
        def call(fields: Fields) -> Call[Any]:
            made = kind.call(fields)
            data = fields.get("data", {})
            self.unsubscribed += has_unsubscribed(data)
            self.preferences += bool(data.get(_PREFERENCES))
            return made

        return attrs.evolve(kind, call=call)

    @property
    def notes(self) -> list[str]:
        notes = []
        if self.unsubscribed:
            notes.append(
                f"people who have unsubscribed at Customer.io: {self.unsubscribed:,}; their email "
                "and phone are imported as data.unsubscribed_email and data.unsubscribed_phone"
            )
        if self.preferences:
            notes.append(
                f"people with subscription preferences: {self.preferences:,}; Lunogram does not "
                f"apply them: check data.{_PREFERENCES} before you send messages"
            )
        return notes


def migrate_events(source: Input, outbox: Outbox, **options: Unpack[ImportOptions]) -> ImportResult:
    """Queue an event for each event of an export; see `import_users`.

    A person whose events come without the person is upserted first, as `ensure_users` does.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: The outbox for the calls.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    options.setdefault("ensure_users", True)
    return run(EVENTS, source, outbox, **options)


# -- the survey -----------------------------------------------------------------------------------


@attrs.define
class Attribute:
    """A column of an export, and its target in Lunogram.

    Attributes:
        name: The name of the column.
        becomes: Its target in Lunogram: ``"email"``, ``"identifier, source default"``,
            ``"data.plan"``, ``"omitted"``.
        filled: The number of rows in which it has a value.
        types: The types of its values: text, number, boolean, list, object.
        kept: The number of values that are invalid for the field; they are kept in data.
    """

    name: str
    becomes: str
    filled: int = 0
    types: list[str] = attrs.Factory(list)
    kept: int = 0

    def see(self, value: Any) -> None:
        """Count a value.

        Args:
            value: The value of one row, or None.
        """
        if value is None:
            return
        self.filled += 1
        if (kind := _type(value)) not in self.types:
            self.types.append(kind)


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names: dict[type, str] = {str: "text", list: "list", dict: "object"}
    return names.get(type(value), "number")


@attrs.frozen
class Survey:
    """The columns of an export, and their targets in Lunogram. It holds no personal data.

    Attributes:
        attributes: The columns, in order.
        result: The number of rows, and of invalid rows.
    """

    attributes: list[Attribute]
    result: ImportResult

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        rows = max(1, self.result.rows)
        width = max((len(each.name) for each in self.attributes), default=0)
        yield f"{'attribute':{width}}  filled  becomes"
        for each in self.attributes:
            kinds = f" ({', '.join(each.types)})" if each.types else ""
            kept = f"; {each.kept:,} are invalid, and kept in data" if each.kept else ""
            share = f"{100 * each.filled // rows}%"
            yield f"{each.name:{width}}  {share:>6}  {each.becomes}{kinds}{kept}"


def survey_people(source: Input, **options: Unpack[ImportOptions]) -> Survey:
    """The survey of an export of people: every row is checked, none is queued.

    Args:
        source: A file, or a `Query`.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return survey(PEOPLE, source, options)


def survey_events(source: Input, **options: Unpack[ImportOptions]) -> Survey:
    """The survey of an export of events: every row is checked, none is queued.

    Args:
        source: A file, or a `Query`.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    return survey(EVENTS, source, options)


def survey(kind: RecordType, source: Input, options: ImportOptions) -> Survey:
    """The survey of an export.

    Args:
        kind: `PEOPLE` or `EVENTS`.
        source: A file, or a `Query`.
        options: See `ImportOptions`.

    Raises:
        LunogramError: See `import_users`.
    """
    dry: ImportOptions = {**options, "dry_run": True}
    with resolve_input(source, options.get("format")) as name:
        with open_source(name, read_options(options)) as rows:
            columns = list(rows.columns)
            paths = map_columns(kind, rows, options.get("mapping")).paths
        attributes = [Attribute(each, _becomes(kind, paths.get(each, ()))) for each in columns]
        consent = _Consent()
        counted = attrs.evolve(kind, call=_counting(consent.counting(kind), attributes, paths))
        result = run(counted, name, None, **dry)
        return Survey(attributes, attrs.evolve(result, notes=[*result.notes, *consent.notes]))


def _becomes(kind: RecordType, paths: tuple[Path, ...]) -> str:
    meanings = {**_MEANINGS, **(_MEANINGS_OF_EVENTS if kind is EVENTS else {})}
    return " and ".join(meanings.get(path, ".".join(path)) for path in paths) or "omitted"


_MEANINGS: Mapping[Path, str] = {
    **{(kind,): f"identifier, source {source}" for kind, source in identifiers.SOURCES.items()},
    ("customer_id",): "identifier, source default",
    ("email",): "email",
    ("language",): "locale",
    ("event_name",): "name",
    ("type",): "data.type",
    ("event_type",): "data.type",
}
_MEANINGS_OF_EVENTS: Mapping[Path, str] = {
    ("id",): "data.id",
    ("timestamp",): "data.timestamp",
    ("email",): f"identifier, source {identifiers.EMAIL_SOURCE}",
}


def _counting(
    kind: RecordType, attributes: list[Attribute], paths: Mapping[str, tuple[Path, ...]]
) -> Callable[[Fields], Call[Any]]:
    """The call function of a kind, which also counts the values."""
    seen = [(each, paths[each.name][0]) for each in attributes if each.name in paths]

    def call(fields: Fields) -> Call[Any]:
        for each, path in seen:
            each.see(_at(fields, path))
        made = kind.call(fields)
        kept = made.json.get("data", {}) if isinstance(made.json, dict) else {}
        for each, path in seen:
            each.kept += len(path) == 1 and path[0] in _ATTRIBUTES and path[0] in kept
        return made

    return call


def _at(fields: Any, path: Path) -> Any:
    for key in path:
        fields = fields.get(key) if isinstance(fields, Mapping) else None
    return fields
