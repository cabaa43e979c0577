"""A plain HTTP client of the sandbox, independent of the library's clients."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Any

import httpx


class Api:
    """The API and the test API of one sandbox, with one key."""

    def __init__(self, http: httpx.Client, url: str, key: str) -> None:
        self.http = http
        self.url = url
        self.key = key

    @cached_property
    def project_id(self) -> str:
        """The id of the key's project."""
        project_id: str = self.inspect("project")["id"]
        return project_id

    @cached_property
    def family(self) -> str:
        """The prefix of the paths: that of servers of today."""
        return f"/api/client/projects/{self.project_id}"

    def of_the_documents(self) -> Api:
        """The same project by the paths of older servers."""
        older = copy(self)
        older.family = "/api/client"
        return older

    def send(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send a request to the API."""
        return self.raw(method, f"{self.family}{path}", json=body, **options)

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request with the key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if "content" in options:
            headers["Content-Type"] = "application/json"
        headers |= options.pop("headers", {})
        return self.http.request(method, f"{self.url}{path}", headers=headers, **options)

    def done(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Send a request that has to succeed; return the JSON of the response."""
        response = self.send(method, path, body, **options)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def rejected(
        self, status: int, method: str, path: str, body: object = None, **options: Any
    ) -> str:
        """Send a request that must be rejected; return why."""
        response = self.send(method, path, body, **options)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        assert set(response.json()) == {"title", "detail"}
        detail: str = response.json()["detail"]
        return detail

    def inspect(self, what: str, **query: Any) -> Any:
        """Read from the test API."""
        response = self.raw("GET", f"/sandbox/{what}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def control(self, what: str, **body: Any) -> Any:
        """Post to the test API."""
        response = self.raw("POST", f"/sandbox/{what}", json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def lost(self) -> list[dict[str, Any]]:
        """Return what the server accepted and lost, in the order in which it came."""
        rows: list[dict[str, Any]] = self.inspect("lost")["results"]
        return rows

    def events(self, **query: Any) -> list[str]:
        """Return the names of the events, in the order in which they came."""
        return [event["name"] for event in self.inspect("events", **query)["results"]]

    def user(self, external_id: str, **fields: Any) -> Any:
        """Upsert a user."""
        return self.done("POST", "/users", {"identifier": named(external_id)} | fields)

    def organization(self, external_id: str, **fields: Any) -> Any:
        """Upsert an organization."""
        return self.done("POST", "/organizations", {"identifier": named(external_id)} | fields)


def named(*external_ids: str) -> list[dict[str, str]]:
    """Identifiers; "stripe:cus_1" has a source."""
    pairs = [external_id.rpartition(":") for external_id in external_ids]
    return [
        {"external_id": name} | ({"source": source} if source else {}) for source, _, name in pairs
    ]
