"""Arguments of the methods of an outbox: a wrong one raises an error of ours that names it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from lunogram import ConfigurationError, ValidationError
from lunogram.outbox import AsyncOutbox, Outbox

NO_SECONDS = "must be a number of seconds of at least 0"
NO_LIMIT = "limit: must be a whole number of at least 0, or None"
NO_SUBJECT = "subject: must have the form user:SOURCE:ID or organization:SOURCE:ID, for example"

WRONG = [
    *[
        ("flush", (value,), f"timeout: {NO_SECONDS}")
        for value in ("5", None, float("nan"), -1, True)
    ],
    *[
        (name, (value,), NO_LIMIT)
        for name in ("pending", "parked", "dead_letters")
        for value in ("5", -1, 1.5, True)
    ],
    ("retry", ("every",), "letters: must be a list of sequence numbers, not str"),
    ("retry", (1,), "letters: must be a list of sequence numbers, not int"),
    ("retry", ([1, "2"],), r"letters\[1\]: must be a sequence number, not str"),
    ("drop", ([1.5],), r"letters\[0\]: must be a sequence number, not float"),
    ("bury", (None,), "entries: must be a list of sequence numbers, not NoneType"),
    ("bury", ([None],), r"entries\[0\]: must be a sequence number, not NoneType"),
    *[
        (name, (value,), NO_SUBJECT)
        for name in ("retry_parked", "bury_parked", "forget")
        for value in ("user_123", "user:user_123", "person:default:user_123", 5, b"user:a:b")
    ],
    ("forget", (None,), NO_SUBJECT),
    ("checkpoint", (5,), "name: must be a string, not int"),
    ("queue_calls", (None,), "calls: must be a list of calls, not NoneType"),
    ("queue_calls", ("x",), "calls: must be a list of calls, not str"),
    ("queue_calls", ([5],), r"calls\[0\]: must be a Call, not int"),
    ("queue_calls", ([], "a"), "checkpoint: must be a Checkpoint, not str"),
]


@pytest.mark.parametrize(("method", "given", "words"), WRONG)
def test_a_wrong_argument(url: str, method: str, given: Any, words: str) -> None:
    async def call() -> None:
        async with AsyncOutbox(url) as outbox:
            await getattr(outbox, method)(*given)

    with Outbox(url) as outbox:
        outbox.user.upsert("user_123")
        with pytest.raises(ValidationError, match=words):
            getattr(outbox, method)(*given)
        with pytest.raises(ValidationError, match=words):
            asyncio.run(call())
        assert outbox.stats().pending == 1


def test_a_wrong_age_of_dead_letters(url: str) -> None:
    with Outbox(url) as outbox, pytest.raises(ValidationError, match=f"older_than: {NO_SECONDS}"):
        outbox.drop("all", older_than="30d")  # type: ignore[arg-type]


@pytest.mark.parametrize("client", [5, "sk_x", Outbox])
def test_what_is_no_client_has_no_relay(url: str, file: Path, client: Any) -> None:
    words = "client must be a Lunogram or an AsyncLunogram, not"
    with pytest.raises(ConfigurationError, match=words):
        Outbox(url, client=client)
    assert not file.exists()
    with Outbox(url) as outbox, pytest.raises(ConfigurationError, match=words):
        outbox.relay(client)
