"""The outbox for calls to Customer.io's Track API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, TypeVar, Unpack, cast
from urllib.parse import unquote

import attrs

from ..calls import Call
from ..errors import ValidationError
from ..identifiers import ExternalID
from ..operations import ADD_TO_SEGMENT, BATCH, REMOVE_FROM_SEGMENT
from ..outbox.errors import ReadNotSupportedError
from ..outbox.options import RelayOptions, RelaySettings
from ..outbox.queue import Put, Queue, sender_of
from ..outbox.relay.relay import Relay
from ..outbox.store import Entry
from . import calls, identifiers
from ._async.client import AsyncCustomerIO
from ._sync.client import CustomerIO
from ._sync.track import Track
from .config import API
from .queued_events import dated, identified

T = TypeVar("T")

_SEGMENTS = (ADD_TO_SEGMENT, REMOVE_FROM_SEGMENT)


class CustomerIOOutbox(Queue, Track):
    """A queue on disk, whose calls are delivered to Customer.io at least once, in order.

        outbox = CustomerIOOutbox("sqlite:///customerio.db")
        outbox.track("5", "purchase", {"price": 13.99})
        with outbox.relay(CustomerIO()):
            ...

    Its methods are those of the Track API, with the same arguments and checks, and return as soon
    as the call is on disk. Events get an id of their own if they have none, so that Customer.io
    records each once, however often it is sent, and the time of the call as their timestamp, since
    they may be sent later. The operations of a batch and the people of a segment are queued one by
    one.
    """

    _relay_options = " --customerio"
    _enabled = True  # LUNOGRAM_DISABLED is about Lunogram alone

    def _offer(self, put: Put) -> None:
        def send(call: Call[T], /) -> T:
            put(call)
            return cast("T", None)

        Track.__init__(self, send)

    def _entries_of(self, call: Call[Any], trace: str) -> list[Entry]:
        if call.operation.is_read:
            raise ReadNotSupportedError("region needs a response: use the client")
        now = time.time()
        return [_entry(part, now, trace) for part in _parts(identified(dated(call)))]

    def relay(
        self, client: CustomerIO | AsyncCustomerIO, /, **options: Unpack[RelayOptions]
    ) -> Relay:
        """A relay that sends the calls of this outbox as a client would.

        Args:
            client: The client whose keys, URL, time limits and headers are used.
            options: As for `Outbox.relay`.

        Raises:
            ConfigurationError: If there is no key to the Track API, or an option is invalid.
        """
        senders = client._senders
        host, engine = senders.account.host(API.TRACK), senders._engines.get(API.TRACK)
        return Relay(
            self._store, lambda: sender_of(host, senders.options, engine), RelaySettings(**options)
        )


def _entry(call: Call[Any], now: float, trace: str) -> Entry:
    subjects = tuple(f"user:{who.source}:{who.external_id}" for who in people_of(call))
    operation = call.operation
    return Entry(
        operation.method,
        call.path,
        call.query,
        call.body,
        subjects,
        now,
        trace,
        name=operation.name,
    )


def _parts(call: Call[Any]) -> Iterator[Call[Any]]:
    """The call, or one for each person or operation in it, so that each is queued in order."""
    if call.operation in _SEGMENTS:
        yield from (attrs.evolve(call, json={"ids": [each]}) for each in call.json["ids"])
    elif call.operation is BATCH:
        yield from (calls.batch([operation]) for operation in call.json["batch"])
    else:
        yield call


def people_of(call: Call[Any]) -> list[ExternalID]:
    """The people who are the subjects of a call, by Lunogram's identifiers.

    Args:
        call: A call of the Track API, with one operation or one member of a segment.
    """
    in_path = call.operation.parameters(call.path)
    if "customer_id" in in_path:
        return [identifiers.person(unquote(in_path["customer_id"]))]
    if call.operation in _SEGMENTS:
        kind = call.query.removeprefix("id_type=") or "id"
        return [identifiers.person_in({kind: call.json["ids"][0]}, "customer_ids")]
    body = call.json["batch"][0] if call.operation is BATCH else call.json
    named = (body.get(place) for place in ("identifiers", "primary", "secondary"))
    anonymous = body.get("anonymous_id")
    given = [*named, {"anonymous_id": anonymous} if anonymous else None]
    return [who for names in given if (who := _person(names)) is not None]


def _person(names: Any) -> ExternalID | None:
    try:
        return identifiers.person_in(names, "identifiers")
    except ValidationError:
        return None  # an object, or nobody that we know of
