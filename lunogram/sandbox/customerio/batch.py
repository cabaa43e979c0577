"""The Track API's version 2: batches of operations, each of which succeeds or fails alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import devices, events, merge, people
from lunogram.sandbox.customerio.limits import check_batch, check_event, check_operation
from lunogram.sandbox.customerio.schemas import Batch, Device, Event
from lunogram.sandbox.problems import Problem, bad_request
from lunogram.sandbox.request_parser import explain, read_body
from lunogram.sandbox.responses import Response, as_json
from lunogram.sandbox.schemas import Json

Action = Callable[[Request, Json], None]


def send(request: Request) -> Response:
    """`POST /api/v2/batch`: 200 if all operations succeeded, or 207 with their errors."""
    check_batch(request.body)
    operations = read_body(request.body, Batch).batch
    faults = [
        {"batch_index": index, **fault}
        for index, operation in enumerate(operations)
        if (fault := _attempt(request, operation))
    ]
    return as_json(207, {"errors": faults}) if faults else people.done()


def _attempt(request: Request, operation: Json) -> dict[str, str] | None:
    """Run an operation; return its error, if any."""
    try:
        with request.store.writing():
            check_operation(operation)
            _action(operation)(request, operation)
    except Problem as problem:
        field, colon, message = problem.detail.partition(": ")
        placed = {"field": field, "message": message} if colon else {"message": problem.detail}
        return {"reason": "invalid"} | placed
    except OverflowError:
        return {"reason": "invalid", "message": "a number is out of range"}
    return None


def _action(operation: Json) -> Action:
    kind, action = operation.get("type"), str(operation.get("action"))
    if kind != "person":
        raise bad_request("type: must be person; the sandbox keeps no objects and deliveries")
    if action not in _ACTIONS:
        raise bad_request(f"action: must be one of {', '.join(_ACTIONS)}")
    return _ACTIONS[action]


def _identifier(operation: Json) -> people.Identifier:
    return people.body_identifier(_object(operation, "identifiers"), "identifiers")


def _object(operation: Json, field: str) -> Json:
    value = operation.get(field)
    if value is not None and not isinstance(value, dict):
        raise bad_request(f"{field}: must be an object")
    return value or {}


def _read(value: Mapping[str, Any], form: type[Any]) -> Any:
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        raise bad_request(explain(str(error), "")) from error


def _identify(request: Request, operation: Json) -> None:
    people.keep(request, _identifier(operation), _object(operation, "attributes"))


def _track(request: Request, operation: Json, *, kind: str) -> None:
    given = {name: operation[name] for name in ("id", "name", "timestamp") if name in operation}
    data = _object(operation, "attributes")
    event: Event = _read(given | {"data": data, "type": kind}, Event)
    check_event(event.name, data)
    number = people.find_or_create(request, _identifier(operation))
    if number is not None:
        events.keep(request, event, number)


def _add_device(request: Request, operation: Json) -> None:
    identifier = _identifier(operation)
    sent = _device(operation)
    device: Device = _read(sent, Device)
    devices.add_flat_attributes(device, sent)
    number = people.find_or_create(request, identifier)
    if number is not None:
        devices.keep(request, number, device)


def _delete_device(request: Request, operation: Json) -> None:
    if person := people.find(request, _identifier(operation)):
        devices.forget(request, person["number"], str(_device(operation).get("id")))


def _device(operation: Json) -> Json:
    """Return the device; its id is called `token` here."""
    device = _object(operation, "device")
    return {"id": device["token"], **device} if "token" in device else device


def _merge(request: Request, operation: Json) -> None:
    merge.merge(request, _object(operation, "primary"), _object(operation, "secondary"))


def _of_person(act: Callable[[Request, people.Identifier], None]) -> Action:
    return lambda request, operation: act(request, _identifier(operation))


_ACTIONS: Mapping[str, Action] = {
    "identify": _identify,
    "delete": _of_person(people.delete),
    "event": partial(_track, kind="event"),
    "page": partial(_track, kind="page"),
    "screen": partial(_track, kind="screen"),
    "add_device": _add_device,
    "delete_device": _delete_device,
    "merge": _merge,
    "suppress": _of_person(people.suppress_person),
    "unsuppress": _of_person(people.unsuppress_person),
}
