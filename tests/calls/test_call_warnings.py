"""Warnings about what the server changes or claims: once for each path, or errors if strict."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lunogram import Event, LunogramWarning, Message, ValidationError
from lunogram.outbox import Outbox
from tests.calls.recorder import Recorder

LARGE = 2**53 + 1


def new_key() -> str:
    """A key of data that no warning was issued for yet."""
    return f"key_{uuid4().hex}"


INEXACT: dict[str, Callable[[Any, str], Any]] = {
    "data.{}": lambda c, key: c.user.upsert("u", data={key: LARGE}),
    "data.a[0].{}": lambda c, key: c.user.upsert("u", data={"a": [{key: -LARGE}]}),
    "data.{}.decimal": lambda c, key: c.organization.upsert(
        "o", data={key: {"decimal": Decimal(LARGE)}}
    ),
    "identifier[0].metadata.{}": lambda c, key: c.user.upsert(
        {"external_id": "u", "metadata": {key: LARGE}}
    ),
    "events[0].data.{}": lambda c, key: c.user.events.post(Event("e", "u", data={key: LARGE})),
    "events[0].match.{}": lambda c, key: c.user.events.post(Event("e", match={key: LARGE})),
    "data.{}.schedule": lambda c, key: c.user.schedule.upsert(
        "s", "u", interval="1 day", data={key: {"schedule": LARGE}}
    ),
    "data.{}.member": lambda c, key: c.organization.add_user(
        "o", "u", data={key: {"member": LARGE}}
    ),
}  # fmt: skip
EXACT = [2**53, -(2**53), 2**60, 5, 1.5, True, str(LARGE)]


@pytest.mark.parametrize("path", INEXACT)
def test_integers_that_a_double_rounds(path: str) -> None:
    recorder, key = Recorder(), new_key()
    with pytest.warns(LunogramWarning, match="as doubles") as caught:
        INEXACT[path](recorder.client(), key)
    [warning] = caught
    assert str(warning.message).startswith(f"{path.format(key)}: ")
    assert str(LARGE) not in str(warning.message)
    assert warning.filename == __file__
    assert len(recorder.requests) == 1


@pytest.mark.parametrize("value", EXACT)
def test_numbers_that_a_double_holds(value: Any) -> None:
    Recorder().client(strict=True).user.upsert("u", data={"a": value})


def test_messages_and_devices_keep_their_numbers() -> None:
    client = Recorder().client(strict=True)
    client.user.inbox.send(Message("m", "u", content={"a": LARGE}, data={"a": LARGE}))
    client.user.devices.register("u", "d", os="ios", token="t", data={"a": LARGE})
    client.user.upsert("u", data={"a": 1})


@pytest.mark.parametrize(("kind", "prefix"), [("user", "journey"), ("organization", "list")])
def test_names_of_the_platforms_own_events(kind: str, prefix: str) -> None:
    events = [Event(prefix, "u"), Event(f"{prefix}.step", "u")]
    with pytest.warns(LunogramWarning, match=rf"begin with {prefix}\."):
        getattr(Recorder().client(), kind).events.post(events)


def test_a_path_is_warned_of_once() -> None:
    client, key = Recorder().client(), new_key()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for number in range(3):
            client.user.upsert("u", data={"list": [*range(number), {key: LARGE}]})
    assert len(caught) == 1


def test_strict_makes_an_error_of_it_and_sends_nothing() -> None:
    recorder = Recorder()
    with pytest.raises(ValidationError, match="as doubles") as caught:
        recorder.client(strict=True).user.upsert("u", data={"a": LARGE})
    assert caught.value.field == "data.a"
    with pytest.raises(ValidationError):
        recorder.client().with_options(strict=True).user.events.post(Event("list.x", "u"))
    assert recorder.requests == []


def test_the_async_client_warns_at_the_line_of_the_caller() -> None:
    async def run() -> None:
        async with Recorder().async_client() as client:
            await client.user.upsert("u", data={new_key(): LARGE})

    with pytest.warns(LunogramWarning) as caught:
        asyncio.run(run())
    assert caught[0].filename == __file__


def test_an_outbox_warns_before_it_queues(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/outbox.db"
    with Outbox(url) as outbox, pytest.warns(LunogramWarning) as caught:
        outbox.user.upsert("u", data={new_key(): LARGE})
    assert caught[0].filename == __file__
    with Outbox(url, strict=True) as outbox:
        with pytest.raises(ValidationError):
            outbox.user.upsert("u", data={"a": LARGE})
        assert outbox.stats().pending == 1


def test_a_call_that_was_rejected_leaves_nothing_to_warn_of() -> None:
    client = Recorder().client(strict=True)
    with pytest.raises(ValidationError, match="timezone"):
        client.user.upsert("u", data={"a": 1}, timezone="Nowhere/At_all")
    with pytest.raises(ValidationError, match="NUL"):
        client.user.upsert("u", data={"a": LARGE, "b": "\0"})
    client.user.upsert("u", data={"a": 1})
