"""Talking to the sandbox over plain HTTP, without the clients, which are tested elsewhere."""

from __future__ import annotations

from typing import Any

import httpx


class Api:
    """The API and the test API of one sandbox, with one key."""

    def __init__(self, http: httpx.Client, url: str, key: str) -> None:
        self.http = http
        self.url = url
        self.key = key
        self.family = "/api/client"

    def send(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send a request to the API."""
        return self.raw(method, f"{self.family}{path}", json=body, **options)

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send any request with the key."""
        headers = {"Authorization": f"Bearer {self.key}"} | options.pop("headers", {})
        return self.http.request(method, f"{self.url}{path}", headers=headers, **options)

    def done(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Send a request that has to succeed; return what was answered."""
        response = self.send(method, path, body, **options)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def refused(
        self, status: int, method: str, path: str, body: object = None, **options: Any
    ) -> str:
        """Send a request that has to be refused; return why."""
        response = self.send(method, path, body, **options)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        assert set(response.json()) == {"title", "detail"}
        detail: str = response.json()["detail"]
        return detail

    def look(self, what: str, **query: Any) -> Any:
        """Ask the test API."""
        response = self.raw("GET", f"/sandbox/{what}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def tell(self, what: str, **body: Any) -> Any:
        """Post to the test API."""
        response = self.raw("POST", f"/sandbox/{what}", json=body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def events(self, **query: Any) -> list[str]:
        """Return the names of the events, in the order in which they came."""
        return [event["name"] for event in self.look("events", **query)["results"]]

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
