"""What Customer.io exports, imported into Lunogram: people and events, and a survey of them before.

from lunogram.customerio.migrating import migrate_people, survey_people

print(survey_people("people.csv"))
with client.relay(outbox):
    result = migrate_people("people.csv", outbox, wait=True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Unpack

import attrs

from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ExternalID
from ..importing import ImportOptions, ImportResult
from ..importing.api import run
from ..importing.columns import Place, mapped
from ..importing.kinds import Fields, Kind
from ..importing.opening import Input, named, opened
from ..outbox import Outbox
from . import mapping, naming, wire

_NAMES: Mapping[str, Callable[[str], ExternalID | None]] = {
    "id": naming.person,
    "customer_id": naming.person,
    "email": lambda text: naming.alias("email", text),
    "cio_id": lambda text: naming.alias("cio_id", text),
    "anonymous_id": lambda text: naming.alias("anonymous_id", text),
}
_ATTRIBUTES = ("email", "phone", "timezone", "locale", "language")


def _person(fields: Fields) -> Call[Any]:
    """The upsert of a row of people. An address is a name only of those who have no id."""
    first = _first(fields, "id", "email", "cio_id")
    more = [_first({kind: fields.get(kind)}, kind) for kind in ("cio_id", "anonymous_id")]
    names = list(dict.fromkeys(name for name in (first, *more) if name))
    if not names:
        raise ValidationError.at("id", "is missing, and so are email and cio_id")
    known = {name: fields[name] for name in _ATTRIBUTES if name in fields}
    data = wire.json_object(fields.get("data", {}), "data")
    return mapping.upsert(names, {**mapping.known_by(names[0]), **known, **data})


def _event(fields: Fields) -> Call[Any]:
    """The event of a row."""
    who = _first(fields, "customer_id", "email", "cio_id", "anonymous_id")
    if who is None:
        raise ValidationError.at("customer_id", "is missing, and so is every other name")
    told = {
        "name": fields.get("name", fields.get("event_name")),
        "type": fields.get("type", fields.get("event_type")),
        "data": wire.json_object(fields.get("data", {}), "data"),
    }
    (call,) = mapping.event(who, told)
    return call


def _first(fields: Fields, *kinds: str) -> ExternalID | None:
    """Whom the first of these fields names that names anybody."""
    given = ((kind, fields.get(kind)) for kind in kinds)
    names = (_NAMES[kind](wire.name(value, kind)) for kind, value in given if value)
    return next((name for name in names if name), None)


PEOPLE = Kind(
    name="people of Customer.io",
    identifiers=("id", "cio_id", "anonymous_id"),
    texts=_ATTRIBUTES,
    objects=("data",),
    required=(("id", "email", "cio_id"),),
    call=_person,
)
EVENTS = Kind(
    name="events of Customer.io",
    identifiers=("customer_id", "cio_id", "anonymous_id"),
    texts=("email", "name", "event_name", "type", "event_type"),
    objects=("data",),
    required=(("name", "event_name"), ("customer_id", "email", "cio_id", "anonymous_id")),
    call=_event,
)


def migrate_people(source: Input, outbox: Outbox, **options: Unpack[ImportOptions]) -> ImportResult:
    """Queue an upsert for each person of an export; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue.
        options: As for `import_users`.

    Raises:
        LunogramError: As for `import_users`.
    """
    return run(PEOPLE, source, outbox, **options)


def migrate_events(source: Input, outbox: Outbox, **options: Unpack[ImportOptions]) -> ImportResult:
    """Queue an event for each event of an export; see `import_users`.

    Args:
        source: A file, ``"-"`` for standard input, or a `Query`.
        outbox: Where to queue.
        options: As for `import_users`.

    Raises:
        LunogramError: As for `import_users`.
    """
    return run(EVENTS, source, outbox, **options)


# -- the survey -----------------------------------------------------------------------------------


@attrs.define
class Attribute:
    """A column of an export, and what becomes of it.

    Attributes:
        name: What it is called.
        becomes: What it is in Lunogram: ``"email"``, ``"identifier, source default"``,
            ``"data.plan"``, ``"left out"``.
        filled: In how many rows it has a value.
        types: Of which types its values are: text, number, true or false, list, object.
        kept: How many values the field does not take; they are kept in data.
    """

    name: str
    becomes: str
    filled: int = 0
    types: list[str] = attrs.Factory(list)
    kept: int = 0

    def see(self, value: Any) -> None:
        """Count a value.

        Args:
            value: Of one row; None is as good as absent.
        """
        if value is None:
            return
        self.filled += 1
        if (kind := _type(value)) not in self.types:
            self.types.append(kind)


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {str: "text", list: "list", dict: "object"}
    return names.get(type(value), "number")


@attrs.frozen
class Survey:
    """What is in an export, and what becomes of it. It holds no value of anybody's.

    Attributes:
        attributes: Its columns, in order.
        result: How many rows there are, and how many of them can't be right.
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
            kept = f"; {each.kept:,} can't be that, and are kept in data" if each.kept else ""
            share = f"{100 * each.filled // rows}%"
            yield f"{each.name:{width}}  {share:>6}  {each.becomes}{kinds}{kept}"


def survey_people(source: Input, **options: Unpack[ImportOptions]) -> Survey:
    """Look through an export of people, check every row, and queue none.

    Args:
        source: A file, or a `Query`.
        options: As for `import_users`.

    Raises:
        LunogramError: As for `import_users`.
    """
    return survey(PEOPLE, source, options)


def survey_events(source: Input, **options: Unpack[ImportOptions]) -> Survey:
    """Look through an export of events, check every row, and queue none.

    Args:
        source: A file, or a `Query`.
        options: As for `import_users`.

    Raises:
        LunogramError: As for `import_users`.
    """
    return survey(EVENTS, source, options)


def survey(kind: Kind, source: Input, options: ImportOptions) -> Survey:
    """Look through an export.

    Args:
        kind: `PEOPLE` or `EVENTS`.
        source: A file, or a `Query`.
        options: As for `import_users`.

    Raises:
        LunogramError: As for `import_users`.
    """
    with opened(named(source, options.get("format"))) as rows:
        columns = list(rows.columns)
    paths = mapped(kind, columns, options.get("mapping")).paths
    found = [Attribute(name, _becomes(paths.get(name))) for name in columns]
    watched = attrs.evolve(kind, call=_watched(kind, found, paths))
    dry: ImportOptions = {**options, "dry_run": True}
    return Survey(found, run(watched, source, None, **dry))


def _becomes(path: Place | None) -> str:
    if path is None:
        return "left out"
    return _MEANINGS.get(path, ".".join(path))


_MEANINGS: Mapping[Place, str] = {
    **{(kind,): f"identifier, source {source}" for kind, source in naming.SOURCES.items()},
    ("customer_id",): "identifier, source default",
    ("email",): "email",
    ("language",): "locale",
    ("event_name",): "name",
    ("type",): "data.type",
    ("event_type",): "data.type",
}


def _watched(
    kind: Kind, found: list[Attribute], paths: Mapping[str, Place]
) -> Callable[[Fields], Call[Any]]:
    """A kind's own call, that counts what it sees."""
    seen = [(each, paths[each.name]) for each in found if each.name in paths]

    def call(fields: Fields) -> Call[Any]:
        """The call of a row, whose values are counted."""
        for each, path in seen:
            each.see(_at(fields, path))
        made = kind.call(fields)
        kept = made.json.get("data", {}) if isinstance(made.json, dict) else {}
        for each, path in seen:
            each.kept += len(path) == 1 and path[0] in _ATTRIBUTES and path[0] in kept
        return made

    return call


def _at(fields: Any, path: Place) -> Any:
    for key in path:
        fields = fields.get(key) if isinstance(fields, Mapping) else None
    return fields
