"""Values of other packages whose own methods raise: they are invalid, and the error says where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import Any

import attrs
import pytest

from lunogram import (
    ConfigurationError,
    Lunogram,
    ValidationError,
    request_bodies,
    user_attributes,
    values,
)
from lunogram.customerio import SendEmailRequest
from lunogram.customerio import request_bodies as customerio_wire
from lunogram.intervals import interval
from tests.calls.recorder import Recorder


class Unbound:
    """As a proxy of a web framework outside of a request: nothing can be asked of it."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise RuntimeError("working outside of a request")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("working outside of a request")


class NoTime(datetime):
    """As pandas' NaT: a datetime that has none of a datetime's methods."""

    def utcoffset(self) -> Any:
        raise TypeError("NaTType does not support utcoffset")


class NoItems(dict[str, Any]):
    def items(self) -> Any:
        raise ZeroDivisionError

    def keys(self) -> Any:
        raise ZeroDivisionError

    def __iter__(self) -> Any:
        raise ZeroDivisionError


class NoEnd(list[Any]):
    def __iter__(self) -> Any:
        raise ZeroDivisionError


class NoValue(Enum):
    A = 1

    @property
    def value(self) -> Any:
        raise ZeroDivisionError


@attrs.frozen
class NoField:
    field: int = 1

    def __getattribute__(self, name: str) -> Any:
        if name == "field":
            raise ZeroDivisionError
        return super().__getattribute__(name)


class Ambiguous:
    """As an array: what a comparison with it comes to has no truth value."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("the truth value of an array is ambiguous")

    __hash__ = None  # type: ignore[assignment]


# Made anew for each test: pytest looks at what it is given, and these can't be looked at.
MAKERS: dict[str, Callable[[], Any]] = {
    "Unbound": Unbound,
    "NoTime": lambda: NoTime(2026, 1, 1, tzinfo=UTC),
    "NoItems": lambda: NoItems(a=1),
    "NoEnd": lambda: NoEnd([1]),
    "NoValue": lambda: NoValue.A,
    "NoField": NoField,
    "Ambiguous": Ambiguous,
}
each_kind = pytest.mark.parametrize("kind", MAKERS)


def rejected(call: Callable[[], object]) -> ValidationError:
    """The error of a call that can't be made, which nothing hangs on."""
    with pytest.raises(ValidationError) as caught:
        call()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


@each_kind
def test_in_data(kind: str) -> None:
    event = {
        "name": "renewed",
        "identifier": "u",
        "data": {"deep": [0, {"at": MAKERS[kind]()}]},
    }
    error = rejected(lambda: Recorder().client().user.events.post([event]))
    assert error.field == "events[0].data.deep[1].at"
    assert kind in str(error)


CHECKS: list[Callable[[Any, str], Any]] = [
    values.text, values.moment, user_attributes.email, user_attributes.phone,
    user_attributes.locale, user_attributes.timezone,
    interval, request_bodies.uuid, request_bodies.channel, request_bodies.priority,
    request_bodies.identifiers, request_bodies.subject_ref,
    customerio_wire.name, customerio_wire.flag, customerio_wire.words, customerio_wire.number,
    customerio_wire.seconds, customerio_wire.identifiers, customerio_wire.template,
    customerio_wire.data, customerio_wire.items_of,
]  # fmt: skip


@each_kind
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__qualname__)
def test_any_check(check: Any, kind: str) -> None:
    error = rejected(lambda: check(MAKERS[kind](), "here"))
    assert str(error.field).startswith("here")


@each_kind
def test_in_an_identifier(kind: str) -> None:
    client = Recorder().client()
    value = MAKERS[kind]()
    forms: list[Any] = [value, ("source", value), (value, "id"), [value], {"external_id": value}]
    for identifier in forms:
        error = rejected(partial(client.user.delete, identifier))
        assert str(error.field).startswith("identifier")


@each_kind
def test_in_place_of_events(kind: str) -> None:
    error = rejected(lambda: Recorder().client().user.events.post(MAKERS[kind]()))
    assert str(error.field).startswith("events")


USES: dict[str, Callable[[Any, Any], object]] = {
    "tags": lambda client, value: client.user.inbox.list("u", tags=value),
    "message_id": lambda client, value: client.user.inbox.mark_read("u", value),
    "anonymous_id": lambda client, value: client.visitor(value),
    "external_id": lambda client, value: client.visitor(external_id=value),
    "events": lambda client, value: client.visitor().user.events.post(value),
    "call": lambda client, value: client.send(value),
}


@each_kind
@pytest.mark.parametrize("field", USES)
def test_in_place_of_other_arguments(kind: str, field: str) -> None:
    client = Recorder().client()
    error = rejected(lambda: USES[field](client, MAKERS[kind]()))
    assert str(error.field).startswith(field)


@each_kind
def test_in_an_event_of_a_visitor(kind: str) -> None:
    visitor = Recorder().client().visitor()
    error = rejected(lambda: visitor.user.events.post([MAKERS[kind]()]))
    assert str(error.field).startswith("events[0]")


@each_kind
@pytest.mark.parametrize("option", ["timeout", "deadline", "max_retries", "headers"])
def test_in_place_of_an_option(kind: str, option: str) -> None:
    options: dict[str, Any] = {option: MAKERS[kind]()}
    with pytest.raises(ConfigurationError, match=f"^{option} must be"):
        Lunogram("sk_key", **options)


@each_kind
def test_in_a_message(kind: str) -> None:
    request = SendEmailRequest(to="a@example.com", identifiers=MAKERS[kind]())
    request.transactional_message_id = 1
    error = rejected(
        lambda: customerio_wire.message(request, SendEmailRequest, lambda **fields: fields)
    )
    assert error.field == "identifiers"
