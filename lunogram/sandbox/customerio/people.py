"""People: their identifiers and profiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from secrets import token_hex
from typing import Any, NamedTuple

from lunogram.sandbox.clock import parse_time
from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.customerio.limits import check_attributes, check_identifier
from lunogram.sandbox.problems import bad_request
from lunogram.sandbox.request_parser import json_text, read_body, read_json
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Json
from lunogram.sandbox.store import Row

ADOPTED = timedelta(days=30)
"""For how long the events of an anonymous visitor may still be attributed to a person."""
_PREFIX = "cio_"
_IDENTIFIERS = ("id", "email", "cio_id")

_FINDERS = {
    "id": "cio_person_by_id",
    "email": "cio_person_by_email",
    "cio_id": "cio_person_by_cio_id",
    "anonymous_id": "cio_person_by_anonymous_id",
}


class Identifier(NamedTuple):
    """One identifier of a person."""

    field: str
    value: str


def done() -> Response:
    """Return the Track API's response to every success."""
    return as_json(200, {})


def identify(request: Request) -> Response:
    """`PUT /api/v1/customers/{id}`: create or update a person."""
    attributes = read_body(request.body or b"{}", dict[str, Any])
    with request.store.writing():
        keep(request, path_identifier(request), attributes)
    return done()


def remove(request: Request) -> Response:
    """`DELETE /api/v1/customers/{id}`: delete a person."""
    with request.store.writing():
        delete(request, path_identifier(request))
    return done()


def suppress(request: Request) -> Response:
    """`POST /api/v1/customers/{id}/suppress`: delete a person, and block the identifiers."""
    with request.store.writing():
        suppress_person(request, path_identifier(request))
    return done()


def unsuppress(request: Request) -> Response:
    """`POST /api/v1/customers/{id}/unsuppress`: unblock an identifier."""
    with request.store.writing():
        unsuppress_person(request, path_identifier(request))
    return done()


def path_identifier(request: Request) -> Identifier:
    """Return the identifier in the path."""
    return parse_identifier(check_identifier("id", request.path["id"]))


def parse_identifier(text: str) -> Identifier:
    """Return the identifier in a text; its notation tells which field it is."""
    if text.startswith(_PREFIX):
        return Identifier("cio_id", text.removeprefix(_PREFIX))
    return Identifier("email", text) if "@" in text else Identifier("id", text)


def body_identifier(identifiers: Mapping[str, Any] | None, path: str) -> Identifier:
    """Return the identifier in `{"id": …}`, `{"email": …}` or `{"cio_id": …}`."""
    known = [pair for pair in (identifiers or {}).items() if pair[0] in _IDENTIFIERS]
    if len(known) != 1:
        raise bad_request(f"{path}: must have exactly one of id, email, cio_id")
    field, value = known[0]
    text = check_identifier(field, str(value) if isinstance(value, int) else value)
    return Identifier(field, text.removeprefix(_PREFIX) if field == "cio_id" else text)


def find(request: Request, identifier: Identifier) -> Row | None:
    """Return the person who has an identifier, None if there is none."""
    values = {"project_id": request.project.id, "value": identifier.value}
    return request.store.one(_FINDERS[identifier.field], values)


def find_or_create(request: Request, identifier: Identifier) -> int | None:
    """Return the number of the person, who is created if there is none.

    None if there can't be one: the identifier is suppressed, or it is a `cio_id` that does not
    exist.
    """
    if is_suppressed(request, identifier):
        return None
    person = find(request, identifier)
    if person is None and identifier.field == "cio_id":
        return None
    return person["number"] if person else _create(request, identifier)


def keep(request: Request, identifier: Identifier, given: Json) -> None:
    """Create or update a person, unless an identifier is suppressed."""
    fields, attributes = _split_attributes(given)
    check_attributes(attributes)
    only_update = bool(attributes.pop("_update", False))
    identifiers = [identifier, *fields]
    if any(is_suppressed(request, each) for each in identifiers):
        return
    person = _resolve(request, identifier, fields)
    if person is None and not only_update and identifier.field != "cio_id":
        _create(request, identifier)
        person = find(request, identifier)
    if person:
        _assign(request, person, identifiers, by=identifier.field)
        _update(request, person, attributes)


def delete(request: Request, identifier: Identifier) -> None:
    """Delete the person who has an identifier, if there is one."""
    if person := find(request, identifier):
        request.store.run("cio_delete_person", {"number": person["number"]})


def suppress_person(request: Request, identifier: Identifier) -> None:
    """Delete a person, and suppress all identifiers of that person."""
    person = find(request, identifier)
    identifiers = {identifier} if person is None else {identifier, *_identifiers_of(person)}
    values = {"project_id": request.project.id, "together": new_id(), "now": request.now}
    for each in identifiers:
        if each.field != "cio_id":
            request.store.run("cio_suppress", values | _suppressible(each))
    delete(request, identifier)


def unsuppress_person(request: Request, identifier: Identifier) -> None:
    """Unsuppress an identifier, and those that were suppressed with it."""
    values = {"project_id": request.project.id} | _suppressible(identifier)
    if row := request.store.one("cio_suppressed", values):
        together = {"project_id": request.project.id, "together": row["together"]}
        request.store.run("cio_unsuppress", together)


def is_suppressed(request: Request, identifier: Identifier) -> bool:
    """Return whether an identifier is suppressed."""
    values = {"project_id": request.project.id} | _suppressible(identifier)
    return request.store.one("cio_suppressed", values) is not None


def _suppressible(identifier: Identifier) -> dict[str, str]:
    value = identifier.value.lower() if identifier.field == "email" else identifier.value
    return {"field": identifier.field, "value": value}


def _split_attributes(given: Json) -> tuple[list[Identifier], Json]:
    """Split attributes into identifiers and the rest."""
    attributes = {**given}
    fields = ((field, attributes.pop(field, None)) for field in _IDENTIFIERS)
    return [
        Identifier(field, check_identifier(field, value))
        for field, value in fields
        if value is not None
    ], attributes


def _resolve(request: Request, identifier: Identifier, fields: Iterable[Identifier]) -> Row | None:
    """Return the person who has an identifier, or else one of `fields` and none of its kind yet."""
    person = find(request, identifier)
    if person or identifier.field == "cio_id":
        return person
    found = (find(request, field) for field in fields)
    return next((each for each in found if each and each[identifier.field] is None), None)


def _create(request: Request, identifier: Identifier) -> int:
    blank = {"id": None, "email": None, "cio_id": token_hex(6)}
    values = {"project_id": request.project.id, "now": request.now}
    request.store.run("cio_insert_person", values | blank | {identifier.field: identifier.value})
    person = find(request, identifier)
    assert person
    number: int = person["number"]
    return number


def _assign(request: Request, person: Row, identifiers: Iterable[Identifier], by: str) -> None:
    """Set the identifiers of a person that are new.

    One that is already set is changed only where Customer.io does: the email of a person found
    by id, and both of a person found by `cio_id`.
    """
    for field, value in identifiers:
        changes = {"number": person["number"], "value": value}
        if field == "id" and (person["id"] is None or by == "cio_id"):
            request.store.run("cio_set_id", changes)
        elif field == "email" and (person["email"] is None or by != "email"):
            request.store.run("cio_set_email", changes)


def _update(request: Request, person: Row, attributes: Json) -> None:
    merged = read_json(person["attributes"]) | attributes
    changes = {"number": person["number"], "attributes": json_text(merged), "now": request.now}
    request.store.run("cio_update_person", changes)
    if isinstance(anonymous_id := attributes.get("anonymous_id"), str):
        since = int((parse_time(request.now) - ADOPTED).timestamp())
        visitor = {"anonymous_id": anonymous_id, "since": since}
        project = {"project_id": request.project.id, "number": person["number"]}
        request.store.run("cio_adopt_events", project | visitor)


def _identifiers_of(person: Row) -> list[Identifier]:
    return [
        Identifier(field, person[field]) for field in ("id", "email") if person[field] is not None
    ]
