"""What Lunogram's JavaScript SDK of the older servers sends, as `javascript_session.mjs` recorded.

The SDK itself is not needed: the responses are those that it got when it was recorded, and with
which its promises were fulfilled or rejected as its documentation says.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sandbox_api import Api
from tests.support.sandbox_process import SandboxProcess

RECORDED = Path(__file__).with_name("javascript_session.jsonl").read_text("utf-8").splitlines()
SESSION: list[dict[str, Any]] = [json.loads(line) for line in RECORDED]
BROWSER = {"Origin": "https://shop.example"}


@pytest.mark.parametrize("headers", [{}, BROWSER], ids=["server", "browser"])
def test_the_session_has_the_recorded_responses(
    sandbox: SandboxProcess, http: httpx.Client, headers: dict[str, str]
) -> None:
    api = Api(http, sandbox.url, sandbox.new_key().replace("sk_", "pk_"))
    for call in SESSION:
        response = api.raw(call["method"], call["path"], json=call["body"], headers=headers)
        assert response.status_code == call["status"], (call, response.text)
        assert response.headers["access-control-allow-origin"] == "*"
    assert api.lost() == []
    assert api.events(user="grace", cause="sent") == ["page.viewed", "signed.up"]


def test_a_schedule_of_the_session_replaces_that_of_its_name(api: Api) -> None:
    api.user("ada")
    reports = [call for call in SESSION if '"report"' in json.dumps(call["body"])]
    for call in reports:
        assert api.raw("POST", call["path"], json=call["body"]).status_code == 202
    (kept,) = api.inspect("schedules", name="report")["results"]
    assert kept["interval"] == reports[-1]["body"]["interval"]
