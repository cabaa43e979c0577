# Derived by `make generate` from tests/sending/_async/test_tracebacks.py; never edited by hand.
"""What error trackers see: the local variables of our frames hold neither keys nor people."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest
from tests.support import faults
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer, closed_port
from tests.support.private_data import EMAIL, KEY, PERSON, assert_unseen

import lunogram
from lunogram import Lunogram, LunogramError
from lunogram.customerio import CustomerIO
from tests.sending._sync.clients import client_of, count_inbox, create_session, post_events, upsert

pytestmark = pytest.mark.anyio

OURS = str(Path(lunogram.__file__).parent)

Act = Callable[[Lunogram], object]


def frames(error: BaseException) -> Iterator[FrameType]:
    """Every frame that hangs on an error."""
    step = error.__traceback__
    while step:
        yield step.tb_frame
        step = step.tb_next
    for other in (error.__cause__, error.__context__):
        if other is not None:
            yield from frames(other)


def assert_frames_clean(error: BaseException) -> None:
    """Check that no frame of ours shows what nobody may see."""
    ours = [frame for frame in frames(error) if frame.f_code.co_filename.startswith(OURS)]
    assert ours
    for frame in ours:
        assert_unseen(*(repr(value) for value in frame.f_locals.values()))


def failure(call: Callable[..., object], *args: Any, **kwargs: Any) -> LunogramError:
    with pytest.raises(LunogramError) as caught:
        call(*args, **kwargs)
    return caught.value


ANSWERS: dict[str, Fault] = {
    "rejected": faults.problem(422),
    "a page": faults.html(200),
    "nothing": faults.empty(200),
    "not found": faults.problem(404),
    "broken": faults.closed(),
    "not HTTP": faults.not_http(),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("call", [upsert, create_session, count_inbox])
def test_answers(server: FaultyServer, answer: Fault, call: Act) -> None:
    server.plan(answer)
    with client_of(server) as client:
        assert_frames_clean(failure(call, client))


@pytest.mark.parametrize("call", [upsert, post_events, create_session, count_inbox])
@pytest.mark.uvloop
def test_no_connection(call: Act) -> None:
    with closed_port() as base_url:
        with client_of(base_url) as client:
            assert_frames_clean(failure(call, client))


def test_no_connection_over_httpx(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_port() as base_url:
        monkeypatch.setenv("http_proxy", f"http://{PERSON}:{KEY}@{base_url[7:-4]}")
        with client_of("http://lunogram.invalid/api") as client:
            assert_frames_clean(failure(upsert, client))
        with (
            httpx.Client(trust_env=False) as http_client,
            client_of(base_url, http_client=http_client) as client,
        ):
            assert_frames_clean(failure(upsert, client))


def test_invalid_values(server: FaultyServer) -> None:
    with client_of(server) as client:
        bad = {"email": EMAIL, "deep": [{"at": object()}]}
        calls: list[Any] = [
            partial(client.user.upsert, PERSON, email=EMAIL, data=bad),
            partial(client.user.upsert, PERSON, email=f"not {EMAIL}"),
            partial(client.user.events.post, [{"name": "x", "identifier": PERSON, "data": bad}]),
            partial(client.user.delete, {"external_id": PERSON, "sources": EMAIL}),
            partial(client.with_raw_response.user.upsert, [PERSON, ""], email=EMAIL),
            partial(client.visitor(PERSON).user.upsert, email=f"not {EMAIL}"),
        ]
        for call in calls:
            error = failure(call)
            assert error.__context__ is None
            assert_frames_clean(error)


def test_customerio() -> None:
    with closed_port() as base_url:
        with CustomerIO("a-site-id", KEY, track_url=base_url, max_retries=0) as client:
            assert_frames_clean(failure(client.identify, PERSON, {"email": EMAIL}))
            assert_frames_clean(failure(client.identify, PERSON, {EMAIL: object()}))


@pytest.mark.parametrize("options", [{"api_key": f"{KEY} é"}, {"base_url": f"http://{KEY}@h"}])
def test_invalid_configuration(options: dict[str, Any]) -> None:
    with pytest.raises(LunogramError) as caught:
        Lunogram(**{"api_key": KEY, "base_url": "http://h", **options})
    assert_frames_clean(caught.value)
    headers = {"X-Key": f"{KEY}\n"}
    with pytest.raises(LunogramError) as caught:
        Lunogram(KEY, headers=headers)
    assert_frames_clean(caught.value)


def test_methods_look_as_they_are_written() -> None:
    client = Lunogram(KEY)
    assert list(inspect.signature(client.user.upsert).parameters)[:2] == ["identifier", "email"]
