"""People: whom an identifier means, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from secrets import token_hex
from typing import Any, NamedTuple

from lunogram.sandbox.answers import Answer, as_json
from lunogram.sandbox.bodies import Json
from lunogram.sandbox.clock import read
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.customerio.limits import check_attributes, check_identifier
from lunogram.sandbox.decoding import read_body, read_json, stored
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.store import Row

ADOPTED = timedelta(days=30)
"""For how long what an anonymous visitor did may still become a person's."""
_PREFIX = "cio_"
_IDENTIFIERS = ("id", "email", "cio_id")

_FINDERS = {
    "id": "cio_person_by_id",
    "email": "cio_person_by_email",
    "cio_id": "cio_person_by_cio_id",
    "anonymous_id": "cio_person_by_anonymous_id",
}


class Name(NamedTuple):
    """One identifier of a person."""

    field: str
    value: str


def done() -> Answer:
    """Answer as the Track API does to all that it has done."""
    return as_json(200, {})


def identify(request: Request) -> Answer:
    """`PUT /api/v1/customers/{id}`: create or update a person."""
    attributes = read_body(request.body or b"{}", dict[str, Any])
    with request.store.writing():
        keep(request, in_path(request), attributes)
    return done()


def remove(request: Request) -> Answer:
    """`DELETE /api/v1/customers/{id}`."""
    with request.store.writing():
        delete(request, in_path(request))
    return done()


def suppress(request: Request) -> Answer:
    """`POST /api/v1/customers/{id}/suppress`."""
    with request.store.writing():
        bar(request, in_path(request))
    return done()


def unsuppress(request: Request) -> Answer:
    """`POST /api/v1/customers/{id}/unsuppress`."""
    with request.store.writing():
        unbar(request, in_path(request))
    return done()


def in_path(request: Request) -> Name:
    """Return whom the path names."""
    return named(check_identifier("id", request.path["id"]))


def named(text: str) -> Name:
    """Return whom a text names; what kind of identifier it is shows in how it is written."""
    if text.startswith(_PREFIX):
        return Name("cio_id", text.removeprefix(_PREFIX))
    return Name("email", text) if "@" in text else Name("id", text)


def in_body(identifiers: Mapping[str, Any] | None, place: str) -> Name:
    """Return whom `{"id": …}`, `{"email": …}` or `{"cio_id": …}` names."""
    known = [pair for pair in (identifiers or {}).items() if pair[0] in _IDENTIFIERS]
    if len(known) != 1:
        raise bad_request(f"{place}: must have exactly one of id, email, cio_id")
    field, value = known[0]
    text = check_identifier(field, str(value) if isinstance(value, int) else value)
    return Name(field, text.removeprefix(_PREFIX) if field == "cio_id" else text)


def find(request: Request, name: Name) -> Row | None:
    """Return whose an identifier is."""
    values = {"project_id": request.project.id, "value": name.value}
    return request.store.one(_FINDERS[name.field], values)


def find_or_create(request: Request, name: Name) -> int | None:
    """Return the number of the person, somebody new if need be.

    None if there can be nobody: the identifier is suppressed, or an own id of Customer.io's that
    it never gave.
    """
    if is_suppressed(request, name):
        return None
    person = find(request, name)
    if person is None and name.field == "cio_id":
        return None
    return person["number"] if person else _create(request, name)


def keep(request: Request, name: Name, given: Json) -> None:
    """Create or update a person, unless an identifier is suppressed."""
    fields, attributes = _parted(given)
    check_attributes(attributes)
    only_update = bool(attributes.pop("_update", False))
    names = [name, *fields]
    if any(is_suppressed(request, each) for each in names):
        return
    person = _meant(request, name, fields)
    if person is None and not only_update and name.field != "cio_id":
        _create(request, name)
        person = find(request, name)
    if person:
        _assign(request, person, names, by=name.field)
        _update(request, person, attributes)


def delete(request: Request, name: Name) -> None:
    """Delete a person, if there is one."""
    if person := find(request, name):
        request.store.run("cio_delete_person", {"number": person["number"]})


def bar(request: Request, name: Name) -> None:
    """Delete a person, and let nobody have the identifiers again."""
    person = find(request, name)
    names = {name} if person is None else {name, *_names_of(person)}
    values = {"project_id": request.project.id, "together": new_id(), "now": request.now}
    for each in names:
        if each.field != "cio_id":
            request.store.run("cio_suppress", values | _suppressible(each))
    delete(request, name)


def unbar(request: Request, name: Name) -> None:
    """Let an identifier be had again, and those that were suppressed with it."""
    values = {"project_id": request.project.id} | _suppressible(name)
    if row := request.store.one("cio_suppressed", values):
        together = {"project_id": request.project.id, "together": row["together"]}
        request.store.run("cio_unsuppress", together)


def is_suppressed(request: Request, name: Name) -> bool:
    """Say whether nobody can have an identifier."""
    values = {"project_id": request.project.id} | _suppressible(name)
    return request.store.one("cio_suppressed", values) is not None


def _suppressible(name: Name) -> dict[str, str]:
    value = name.value.lower() if name.field == "email" else name.value
    return {"field": name.field, "value": value}


def _parted(given: Json) -> tuple[list[Name], Json]:
    """Part the identifiers among the attributes from the rest."""
    attributes = {**given}
    fields = ((field, attributes.pop(field, None)) for field in _IDENTIFIERS)
    return [
        Name(field, check_identifier(field, value)) for field, value in fields if value is not None
    ], attributes


def _meant(request: Request, name: Name, fields: Iterable[Name]) -> Row | None:
    """Return whose an identifier is, or will be: somebody's who lacks one of its kind so far."""
    person = find(request, name)
    if person or name.field == "cio_id":
        return person
    found = (find(request, field) for field in fields)
    return next((each for each in found if each and each[name.field] is None), None)


def _create(request: Request, name: Name) -> int:
    nobody = {"id": None, "email": None, "cio_id": token_hex(6)}
    values = {"project_id": request.project.id, "now": request.now}
    request.store.run("cio_insert_person", values | nobody | {name.field: name.value})
    person = find(request, name)
    assert person
    number: int = person["number"]
    return number


def _assign(request: Request, person: Row, names: Iterable[Name], by: str) -> None:
    """Give a person the identifiers that are new.

    One that is there already is changed only where Customer.io does: the address of somebody
    whom the id names, and both where its own id does.
    """
    for field, value in names:
        changes = {"number": person["number"], "value": value}
        if field == "id" and (person["id"] is None or by == "cio_id"):
            request.store.run("cio_set_id", changes)
        elif field == "email" and (person["email"] is None or by != "email"):
            request.store.run("cio_set_email", changes)


def _update(request: Request, person: Row, attributes: Json) -> None:
    merged = read_json(person["attributes"]) | attributes
    changes = {"number": person["number"], "attributes": stored(merged), "now": request.now}
    request.store.run("cio_update_person", changes)
    if isinstance(anonymous_id := attributes.get("anonymous_id"), str):
        since = int((read(request.now) - ADOPTED).timestamp())
        visitor = {"anonymous_id": anonymous_id, "since": since}
        project = {"project_id": request.project.id, "number": person["number"]}
        request.store.run("cio_adopt_events", project | visitor)


def _names_of(person: Row) -> list[Name]:
    return [Name(field, person[field]) for field in ("id", "email") if person[field] is not None]
