"""What a server says may name a person: logs, health and a relay's output do not repeat it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import httpx
import pytest

from lunogram import Lunogram
from lunogram.outbox import Outbox
from lunogram.outbox.polling import wait_until
from tests.support.faults import Fault, Response, json_answer
from tests.support.faulty_server import FaultyServer

pytestmark = pytest.mark.usefixtures("impatient")

ADA = "ada@example.com"


def problem(status: int) -> Response:
    return json_answer({"title": f"about {ADA}", "detail": f"{ADA} is no user"}, status=status)


FAULTS = {
    "wrong key": problem(401),
    "forbidden": problem(403),
    "failed": problem(500),
    "limited": problem(429),
    "redirect": json_answer({}, status=302, location=f"https://{ADA}@elsewhere.example/{ADA}"),
    "content type": Response(503, b"<html>", {"Content-Type": f"text/html; by={ADA}"}),
    "content type of nothing": Response(503, b"<html>", {"Content-Type": ADA}),
    "success of another": Response(200, b"<html>", {"Content-Type": f"text/html; by={ADA}"}),
    "request id": json_answer({}, status=500, **{"x-request-id": ADA}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_health_and_logs_quote_nothing(
    outbox: Outbox, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    caplog.set_level(logging.DEBUG)
    outbox.user.upsert("user_123")
    with FaultyServer(fault) as server:
        client = Lunogram("sk_x", base_url=server.base_url, max_retries=0)
        with outbox.relay(client, health_port=0) as relay:

            def health() -> str:
                return httpx.get(f"{relay.health_url}/healthz", verify=False).text

            assert wait_until(
                20, lambda: relay.stats().consecutive_failures >= 12 or "problem" in health()
            )
            shown = health() + httpx.get(f"{relay.health_url}/metrics").text + str(relay.stats())
    assert "POST /client/users" in shown
    assert ADA not in shown + caplog.text


def test_dead_letters_are_told_without_quotes(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    outbox.user.upsert("user_123")
    with FaultyServer(problem(422)) as server:
        client = Lunogram("sk_x", base_url=server.base_url)
        outbox.relay(client).run(until_empty=True)
    assert ADA not in caplog.text
    assert "POST /users: 422 (rejected)" in caplog.text
    (letter,) = outbox.dead_letters()
    assert ADA in letter.problem  # for whoever asks


@pytest.mark.slow
def test_the_command_quotes_nothing(url: str, outbox: Outbox) -> None:
    outbox.user.upsert("user_123")
    outbox.user.upsert("user_456")
    command = [sys.executable, "-m", "lunogram.cli"]
    with FaultyServer(problem(422), problem(500), problem(422)) as server:
        environ = {"LUNOGRAM_BASE_URL": server.base_url, "LUNOGRAM_API_KEY": "sk_x"}
        done = subprocess.run(
            [*command, "relay", url, "--until-empty"],
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            check=True,
        )
    assert "dead letter 1: POST /users: 422 (rejected)" in done.stdout
    assert "retrying: 500 " in done.stdout
    assert ADA not in done.stdout + done.stderr
    asked = [*command, "outbox", "dead-letters", url]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert ADA in told.stdout
