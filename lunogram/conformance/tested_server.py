"""The tested server, over plain HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from lunogram.conformance.case import EMPTY, Family, Key, Step
from lunogram.conformance.checks import ActualResponse
from lunogram.conformance.matchers import ABSENT

PATHS: Mapping[Family, str] = {
    "key": "/client",
    "project": "/client/projects/{project}",
    "foreign": "/client/projects/3f2a7c1e-6a0b-4f4e-9d55-0c8f6b1e2a90",
    "malformed": "/client/projects/none",
}
"""The prefixes of the API: with the project taken from the key, or named in the path."""

_TOO_MANY = 429
_ATTEMPTS = 5
_LONGEST_WAIT = 60.0
_BEGINNING = 200


@dataclass(slots=True)
class Target:
    """A Lunogram server, and what is known of it.

    client_key: A key of an older server that only writes (`pk_…`).
    role_keys: Keys of the project that may do less, by their role; a limited one has a list of
        the names of the events that it may create.
    families: The paths on which it accepts the key, the ones to use first; found when a run
        connects.
    """

    http: httpx.Client
    base_url: str
    api_key: str = field(repr=False)
    client_key: str | None = field(default=None, repr=False)
    project_id: str | None = None
    auth_method_id: str | None = None
    families: tuple[Family, ...] = ("key",)
    role_keys: Mapping[Key, str] = field(default_factory=dict, repr=False)

    def send(self, step: Step) -> ActualResponse:
        """Send a request; after a 429, wait and retry."""
        try:
            response = self._send(step)
            for _ in range(_ATTEMPTS - 1):
                if response.status_code != _TOO_MANY:
                    break
                time.sleep(_wait(response))
                response = self._send(step)
        except httpx.HTTPError as error:
            return ActualResponse(0, f"no response: {type(error).__name__}")
        return _seen(response)

    def _send(self, step: Step) -> httpx.Response:
        content, headers = None, self._authorization(step.key) | dict(step.headers)
        if step.body is not None:
            raw = isinstance(step.body, bytes)
            content = step.body if raw else json.dumps(step.body).encode()
            headers.setdefault("Content-Type", "application/json")
        url = self._url(step)
        return self.http.request(
            step.method, url, params=dict(step.query) or None, content=content, headers=headers
        )

    def _url(self, step: Step) -> str:
        family = self.families[0] if step.family == "any" else step.family
        path = PATHS[family].replace("{project}", self.project_id or "")
        return f"{self.base_url}{path}{step.path}"

    def _authorization(self, role: Key) -> dict[str, str]:
        if role == "bare":
            return {"Authorization": self.api_key}
        keys: dict[Key, str | None] = {
            "main": self.api_key,
            "public": self.client_key,
            "wrong": "sk_this_is_no_key",
            **self.role_keys,
        }
        key = keys.get(role)
        return {"Authorization": f"Bearer {key}"} if key else {}

    def hide(self, text: str) -> str:
        """Remove the keys from a text, in case the server sent them back."""
        for key in filter(None, (self.api_key, self.client_key, *self.role_keys.values())):
            text = text.replace(key, "…")
        return text


def _wait(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return min(float(seconds), _LONGEST_WAIT) if seconds.isdigit() else 1.0


def _seen(response: httpx.Response) -> ActualResponse:
    return ActualResponse(
        response.status_code,
        response.text[:_BEGINNING],
        _body(response.content),
        response.headers,
    )


def _body(content: bytes) -> Any:
    if not content:
        return EMPTY
    try:
        return json.loads(content)
    except ValueError:
        return ABSENT
