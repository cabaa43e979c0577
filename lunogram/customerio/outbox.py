"""A queue on disk for Customer.io's Track calls, as Lunogram's outbox is for Lunogram's."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, Unpack, cast
from urllib.parse import unquote

import attrs

from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ExternalID
from ..outbox.errors import ReadRefusedError
from ..outbox.queue import Queue, sender_of
from ..outbox.queueing import Put
from ..outbox.relaying.options import RelayOptions, Settings
from ..outbox.relaying.relay import Relay
from ..outbox.store import Entry
from . import calls, naming
from ._async.client import AsyncCustomerIO
from ._sync.client import CustomerIO
from ._sync.track import Track
from .account import API

T = TypeVar("T")

_BATCH = "/api/v2/batch"
_PEOPLE = "/api/v1/customers/"
_SEGMENTS = "/api/v1/segments/"
_EVENT_ACTIONS = frozenset({"event", "page", "screen"})
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class CustomerIOOutbox(Queue, Track):
    """A queue on disk. What it was given is delivered to Customer.io at least once, in order.

        outbox = CustomerIOOutbox("sqlite:///customerio.db")
        outbox.track("5", "purchase", {"price": 13.99})
        with outbox.relay(CustomerIO()):
            ...

    Its methods are those of the Track API, with the same arguments and checks, and return as soon
    as the call is on disk. Events get an id of their own if they have none, so that Customer.io
    records each once, however often it is sent. The operations of a batch and the people of a
    segment are queued one by one.
    """

    def _offer(self, put: Put) -> None:
        def send(call: Call[T], /) -> T:
            """Queue a call; there is no answer."""
            put(call)
            return cast("T", None)

        Track.__init__(self, send)

    def _entries_of(self, call: Call[Any], trace: str) -> list[Entry]:
        if call.parse is not None:
            raise ReadRefusedError("region needs an answer, so it needs the client, not an outbox")
        now = time.time()
        return [_entry(part, now, trace) for part in _parts(call)]

    def relay(
        self, client: CustomerIO | AsyncCustomerIO, /, **options: Unpack[RelayOptions]
    ) -> Relay:
        """A relay that sends what is here as a client would, over connections of its own.

        Args:
            client: Whose keys, URL, time limits and headers to use.
            options: As for `Outbox.relay`.

        Raises:
            ConfigurationError: If there is no key to the Track API, or an option can't be right.
        """
        senders = client._senders
        host, engine = senders.account.host(API.TRACK), senders._engines.get(API.TRACK)
        return Relay(
            self._store, lambda: sender_of(host, senders.options, engine), Settings(**options)
        )


def _entry(call: Call[Any], now: float, trace: str) -> Entry:
    subjects = tuple(f"user:{who.source}:{who.external_id}" for who in people_of(call))
    return Entry(call.method, call.path, call.query, call.body, subjects, now, trace)


def _parts(call: Call[Any]) -> Iterator[Call[Any]]:
    """A call, or one for each person or operation in it, so that each has a place in the order."""
    if call.path.startswith(_SEGMENTS):
        yield from (attrs.evolve(call, json={"ids": [each]}) for each in call.json["ids"])
    elif call.path == _BATCH:
        yield from map(_operation, call.json["batch"])
    elif call.method == "POST" and call.path.endswith("/events"):
        yield attrs.evolve(call, json=_with_id(call.json))
    else:
        yield call


def _operation(operation: Mapping[str, Any]) -> Call[None]:
    is_event = operation.get("action") in _EVENT_ACTIONS
    return calls.batch([_with_id(operation) if is_event else operation])


def _with_id(event: Mapping[str, Any]) -> dict[str, Any]:
    return {**event, "id": event.get("id") or new_event_id()}


def new_event_id() -> str:
    """A ULID: the time in milliseconds and 80 random bits, in 26 characters."""
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def people_of(call: Call[Any]) -> list[ExternalID]:
    """Whom a call is about, as Lunogram names them.

    Args:
        call: Of the Track API, with one operation or one member of a segment.
    """
    if call.path.startswith(_PEOPLE):
        return [naming.person(unquote(call.path.removeprefix(_PEOPLE).partition("/")[0]))]
    if call.path.startswith(_SEGMENTS):
        kind = call.query.removeprefix("id_type=") or "id"
        return [naming.person_in({kind: call.json["ids"][0]}, "customer_ids")]
    told = call.json["batch"][0] if call.path == _BATCH else call.json
    named = (told.get(place) for place in ("identifiers", "primary", "secondary"))
    anonymous = told.get("anonymous_id")
    given = [*named, {"anonymous_id": anonymous} if anonymous else None]
    return [who for names in given if (who := _person(names)) is not None]


def _person(names: Any) -> ExternalID | None:
    try:
        return naming.person_in(names, "identifiers")
    except ValidationError:
        return None  # an object, or nobody that we know of
