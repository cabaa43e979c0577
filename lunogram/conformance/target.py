"""The server that is looked at, over plain HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from lunogram.conformance.case import EMPTY, Family, Key, Step
from lunogram.conformance.judging import Seen
from lunogram.conformance.matching import ABSENT

PATHS: Mapping[Family, str] = {"key": "/client", "project": "/client/projects/{project}"}
"""Where the API is found: the project taken from the key, or named in the path."""

_TOO_MANY = 429
_ATTEMPTS = 5
_LONGEST_WAIT = 60.0
_BEGINNING = 200


@dataclass(slots=True)
class Target:
    """A Lunogram, and what is known of it.

    families: Which paths it has, the one to be used first; learnt when a run connects.
    """

    http: httpx.Client
    base_url: str
    api_key: str = field(repr=False)
    client_key: str | None = field(default=None, repr=False)
    project_id: str | None = None
    auth_method_id: str | None = None
    families: tuple[Family, ...] = ("key",)

    def send(self, step: Step) -> Seen:
        """Send a request; when the server says that it was one too many, wait and try again."""
        try:
            response = self._send(step)
            for _ in range(_ATTEMPTS - 1):
                if response.status_code != _TOO_MANY:
                    break
                time.sleep(_wait(response))
                response = self._send(step)
        except httpx.HTTPError as error:
            return Seen(0, f"no answer: {type(error).__name__}")
        return _seen(response)

    def _send(self, step: Step) -> httpx.Response:
        content, headers = None, self._authorization(step.key) | dict(step.headers)
        if step.body is not None:
            raw = isinstance(step.body, bytes)
            content = step.body if raw else json.dumps(step.body).encode()
            headers["Content-Type"] = "application/json"
        url = self._url(step)
        return self.http.request(
            step.method, url, params=dict(step.query) or None, content=content, headers=headers
        )

    def _url(self, step: Step) -> str:
        family = self.families[0] if step.family == "any" else step.family
        path = PATHS[family].replace("{project}", self.project_id or "")
        return f"{self.base_url}{path}{step.path}"

    def _authorization(self, role: Key) -> dict[str, str]:
        keys = {"main": self.api_key, "client": self.client_key, "wrong": "sk_this_is_no_key"}
        key = keys.get(role)
        return {"Authorization": f"Bearer {key}"} if key else {}

    def hide(self, text: str) -> str:
        """Take the keys out of a text, in case the server said them."""
        for key in filter(None, (self.api_key, self.client_key)):
            text = text.replace(key, "…")
        return text


def _wait(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return min(float(seconds), _LONGEST_WAIT) if seconds.isdigit() else 1.0


def _seen(response: httpx.Response) -> Seen:
    return Seen(
        response.status_code,
        response.text[:_BEGINNING],
        _body(response.content),
        response.headers.get("content-type", ""),
    )


def _body(content: bytes) -> Any:
    if not content:
        return EMPTY
    try:
        return json.loads(content)
    except ValueError:
        return ABSENT
