"""The curl command and the JavaScript that would send a call: executed, they send the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any
from urllib.parse import parse_qsl

import pytest

from lunogram.sandbox.page.requests import in_curl, in_javascript
from lunogram.sandbox.request_log import Call
from tests.page.project import PageProject
from tests.support.services import missing

HOSTILE = "'; touch /tmp/x; `id` $(id) ${HOME} !! \\ \" \n </script> \x1b[31m \u202e \u2028 é 🌙"

CALLS: list[tuple[str, str, object]] = [
    ("POST", "/users", {"identifier": [{"external_id": "ada"}], "data": {"plan": "pro"}}),
    ("POST", "/users", {"identifier": [{"external_id": HOSTILE}], "data": {HOSTILE: HOSTILE}}),
    ("POST", "/users", {"identifier": [{"external_id": "a"}], "data": {"__proto__": {"x": 1}}}),
    ("POST", "/users", {"identifier": [{"external_id": "a"}], "data": {"n": 12345678901234567890}}),
    ("GET", "/users/inbox?source=a%20b&external_id='%22$(id)%60&channel=inbox", None),
    ("DELETE", "/users", {"identifier": [{"external_id": "nobody"}]}),
]


def run(shop: PageProject, command: list[str], text: str) -> None:
    variables = {"LUNOGRAM_BASE_URL": f"{shop.url}/api", "LUNOGRAM_API_KEY": shop.key}
    subprocess.run(
        [*command, text], env=os.environ | variables, check=True, capture_output=True, timeout=30
    )


PROGRAMS = {
    "curl": ["bash", "-c"],
    "javascript": ["node", "--input-type=module", "-e"],
}


@pytest.mark.parametrize("language", PROGRAMS)
@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_what_is_shown_sends_the_same(
    shop: PageProject, call: tuple[str, str, object], language: str
) -> None:
    program = "curl" if language == "curl" else "node"
    if shutil.which(program) is None:
        missing(program, f"no {program} is installed")
    shop.send(*call)
    sent = shop.last_call()
    run(shop, PROGRAMS[language], sent[language])
    again = shop.last_call()
    assert again["number"] > sent["number"]
    for name in ("method", "path", "status"):
        assert again[name] == sent[name], name
    assert parse_qsl(again["query"]) == parse_qsl(sent["query"])
    assert read(again["request"]) == read(sent["request"])


def read(text: str) -> Any:
    return json.loads(text) if text else None


def test_nothing_invisible_is_copied() -> None:
    body = json.dumps({"a": HOSTILE}, ensure_ascii=False)
    call = sent(body)
    for text in (in_curl(call), in_javascript(call)):
        assert all(each.isprintable() or each == "\n" for each in text)


def test_what_is_no_json_is_copied_as_text() -> None:
    call = sent("{'a': \x07}")
    assert "--data-raw $'{\\'a\\': \\x07}'" in in_curl(call)
    assert "body: \"{'a': \\u0007}\"" in in_javascript(call)


def test_of_a_truncated_body_there_is_only_a_comment() -> None:
    call = sent("x" * 20_000)
    assert in_curl(call).startswith("# The body is longer than")
    assert in_javascript(call).startswith("// The body is longer than")


def sent(body: str) -> Call:
    return Call(
        at="",
        method="POST",
        path="/api/client/users",
        query="",
        request=body,
        request_bytes=len(body),
        status=200,
        response="",
        response_bytes=0,
        milliseconds=1,
    )
