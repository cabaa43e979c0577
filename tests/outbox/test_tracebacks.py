"""What error trackers see: the local variables of frames never hold the password of a store."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from lunogram import Event, Lunogram, LunogramError
from lunogram.customerio import Bridge, CustomerIO, CustomerIOOutbox, DualWriter
from lunogram.outbox import Outbox, OutboxError, Relay
from tests.support.faulty_server import closed_port
from tests.support.private_data import EMAIL, KEY, PERSON, assert_unseen


def frames(error: BaseException | None) -> Iterator[FrameType]:
    """Every frame that hangs on an error, but for those of this file."""
    if error is None:
        return
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            yield frame
    yield from frames(error.__cause__)
    yield from frames(error.__context__)


def assert_frames_clean(error: LunogramError) -> None:
    """Check that no frame shows what nobody may see."""
    assert_unseen(
        *(repr(value) for frame in frames(error) for value in frame.f_locals.values()),
        "".join(traceback.format_exception(error)),
    )


def failure(call: Callable[..., object], *args: Any, **kwargs: Any) -> LunogramError:
    with pytest.raises(LunogramError) as caught:
        call(*args, **kwargs)
    return caught.value


def alone(url: str) -> None:
    Outbox(url, lock_timeout=0.2)


def of_customerio(url: str) -> None:
    CustomerIOOutbox(url, lock_timeout=0.2)


def dual_writer(url: str) -> None:
    customerio, lunogram = CustomerIO("a-site-id", KEY), Lunogram(KEY)
    DualWriter(customerio, lunogram, customerio_outbox=url, lunogram_outbox=url, lock_timeout=0.2)


def with_relay(url: str) -> None:
    Outbox(url, client=Lunogram(KEY), lock_timeout=0.2)


OPENINGS = [alone, of_customerio, dual_writer, with_relay]


@pytest.mark.parametrize("scheme", ["postgresql", "nats", "tls"])
@pytest.mark.parametrize("opening", OPENINGS, ids=lambda it: it.__name__)
@pytest.mark.parametrize("rest", ["test", "a?credentials=x&outbox_schema=X", "%ZZ@#"])
def test_opening(scheme: str, opening: Callable[[str], object], rest: str) -> None:
    with closed_port() as base_url:
        host = base_url.removeprefix("http://").removesuffix("/api")
        assert_frames_clean(failure(opening, f"{scheme}://app:{KEY}@{host}/{rest}"))


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda it: it.__name__)
def test_opening_what_is_no_url(opening: Callable[[str], object]) -> None:
    for url in (f"mysql://app:{KEY}@localhost/test", f"postgresql://app:{KEY}@[::1/test"):
        assert_frames_clean(failure(opening, url))


@pytest.mark.parametrize("kind", [Lunogram, CustomerIO, DualWriter, Outbox, Relay, Bridge])
def test_the_repr_of_an_object_that_is_half_made(kind: type) -> None:
    assert repr(object.__new__(kind)) == f"{kind.__name__}()"


@pytest.mark.parametrize("raises", ["itself", "by a call"])
def test_the_frames_of_a_signal_handler_are_kept(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, raises: str
) -> None:
    def handler(*_arguments: object) -> None:
        if raises == "itself":
            raise OutboxError("of the handler")
        outbox.user.upsert(PERSON, email=EMAIL, data={"at": object()})

    monkeypatch.setattr("lunogram.outbox.queue.check", handler)  # a signal comes at any moment
    error = failure(outbox.user.upsert, PERSON, email=EMAIL)
    steps = [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert steps == ["failure", "shortened", "handler", *["shortened"][: raises == "by a call"]]
    assert_frames_clean(error)


def test_queueing(outbox: Outbox, url: str) -> None:
    bad = {"email": EMAIL, "deep": [{"at": object()}]}
    assert_frames_clean(failure(outbox.user.upsert, PERSON, email=EMAIL, data=bad))
    outbox.close()
    assert_frames_clean(failure(outbox.user.events.post, Event("x", PERSON, data={"at": EMAIL})))
    with CustomerIOOutbox(url) as theirs:
        assert_frames_clean(failure(theirs.identify, PERSON, {"plan": object(), "email": EMAIL}))
    assert_frames_clean(failure(theirs.identify, PERSON, {"email": EMAIL}))
