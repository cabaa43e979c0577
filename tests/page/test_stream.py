"""The live stream, read message by message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from lunogram.sandbox.keys import project_of
from lunogram.sandbox.stream import MOST
from tests.page.project import PAGE, PageProject
from tests.support.sandbox_api import named
from tests.support.sandbox_process import SandboxProcess


class Listening:
    """An open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()
        self.last_id = ""

    def next(self) -> tuple[str, Any]:
        """Wait for the next message; return its kind and data."""
        message: dict[str, str] = {}
        for line in self._lines:
            if not line and "event" in message:
                self.last_id = message["id"]
                return message["event"], json.loads(message["data"])
            name, _, value = line.partition(": ")
            message[name] = value
        raise EOFError

    def until(self, kind: str) -> Any:
        """Wait for a message of this kind."""
        while True:
            found, data = self.next()
            if found == kind:
                return data


@contextmanager
def listening(shop: PageProject, last_id: str = "") -> Iterator[Listening]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    url, query = f"{shop.url}{PAGE}/stream", {"project": shop.id}
    with httpx.stream("GET", url, params=query, headers=headers, timeout=10) as response:
        yield Listening(response)


@pytest.fixture
def known(shop: PageProject) -> PageProject:
    """A project that exists."""
    shop.user("ada")
    return shop


def test_calls_and_events_are_streamed_as_they_happen(known: PageProject) -> None:
    with listening(known) as stream:
        assert stream.response.headers["content-type"].startswith("text/event-stream")
        assert stream.next() == ("hello", {})
        known.post("order.completed", total=5)
        kind, call = stream.next()
        assert (kind, call["method"], call["status"]) == ("call", "POST", 202)
        assert call["path"] == f"{known.family}/users/events"
        assert (call["milliseconds"] > 0, call["number"] > 0) == (True, True)
        kind, event = stream.next()
        assert (kind, event["name"], event["cause"]) == ("event", "order.completed", "sent")
        assert json.loads(event["identifier"])[0]["external_id"] == "ada"


def test_what_is_lost_is_streamed(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        body = [{"name": "x", "identifier": named("nobody"), "data": {}}]
        known.done("POST", "/users/events", body)
        lost = stream.until("lost")
        assert (lost["name"], lost["what"]) == ("x", "event")
        assert lost["reason"] == "nobody has the identifier nobody: upsert the user first"


def test_a_rejection_is_streamed_with_its_reason(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        known.rejected(400, "POST", "/users", {"identifier": {}})
        call = stream.until("call")
        assert (call["status"], call["field"]) == (400, "identifier")


def test_what_fires_by_itself_is_reported(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        known.act("POST", "clock", {"advance": "1 year"})
        assert stream.until("event")["name"] == "scheduled.anniversary"


def test_other_projects_are_not_streamed(known: PageProject, sandbox: SandboxProcess) -> None:
    key = sandbox.new_key()
    other = PageProject(known.http, known.url, key, project_of(key).id)
    with listening(known) as stream:
        stream.until("hello")
        other.user("eve")
        known.post("mine")
        assert stream.until("event")["name"] == "mine"


def test_a_stream_goes_on_where_it_was(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        known.post("first")
        stream.until("event")
    known.post("second")
    known.post("third")
    with listening(known, stream.last_id) as stream:
        assert stream.next()[0] == "hello"
        messages = [stream.next() for _ in range(4)]
        assert [data["name"] for kind, data in messages if kind == "event"] == ["second", "third"]
        assert [kind for kind, _ in messages].count("call") == 2


def test_a_stream_that_is_too_far_behind_reloads(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
    known.post(*["a"] * (MOST + 1))
    with listening(known, stream.last_id) as again:
        again.until("hello")
        assert again.next()[0] == "reload"
        known.post("b")
        assert again.until("event")["name"] == "b"


def test_a_stream_from_an_earlier_run_reloads(known: PageProject) -> None:
    for last_id in ("0000-1-1-1", "0000-99999999999999999999999999-1-1"):
        with listening(known, last_id) as stream:
            assert stream.next()[0] == "reload"
    for nonsense in ("x", "-", "a-b-c-d"):
        with listening(known, nonsense) as stream:
            assert stream.next()[0] == "hello"


def test_a_reset_is_reported(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        known.raw("POST", "/sandbox/reset")
        stream.until("reload")
        known.user("grace")
        assert stream.until("event")["name"] == "user.created"


def test_one_that_does_not_read_does_not_block_others(known: PageProject) -> None:
    with listening(known) as stream:
        stream.until("hello")
        for _ in range(60):
            known.post(*["a"] * 200, text="x" * 2000)
        assert stream.until("reload") == {}
        assert known.ask("counts")["events"] == 12_001


def test_the_sandbox_stops_at_once() -> None:
    with SandboxProcess() as sandbox:
        key = sandbox.new_key()
        with httpx.Client() as http:
            shop = PageProject(http, sandbox.url, key, project_of(key).id)
            shop.user("ada", identifier=named("ada"))
            with listening(shop) as one, listening(shop) as other:
                one.until("hello")
                other.until("hello")
                assert sandbox.stop() == 0
                # uvicorn prints this if a client stays until the grace period is over.
                assert sandbox.errors == ""
                for stream in (one, other):
                    with pytest.raises(EOFError):
                        stream.until("call")
