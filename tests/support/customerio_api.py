"""A plain HTTP client of the local Customer.io, independent of the library's clients."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from tests.support.sandbox_api import Api


class Workspace(Api):
    """One workspace of the local Customer.io, and the project of the sandbox that it is."""

    def __init__(self, http: httpx.Client, url: str, key: str) -> None:
        super().__init__(http, url, key)
        name = key.removeprefix("sk_")
        self.site = (f"site_{name}", f"track_{name}")
        self.app_key = f"app_{name}"
        self.customerio = f"{url}/customerio"

    def track(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send a request to the Track API."""
        options = {"auth": self.site} | options
        return self.http.request(method, f"{self.customerio}/track{path}", json=body, **options)

    def app(
        self, method: str, path: str, body: object = None, *, host: str = "app", **options: Any
    ) -> httpx.Response:
        """Send a request to the App API."""
        options = {"headers": {"Authorization": f"Bearer {self.app_key}"}} | options
        return self.http.request(method, f"{self.customerio}/{host}{path}", json=body, **options)

    def tracked(self, method: str, path: str, body: object = None) -> None:
        """Send a request to the Track API that has to succeed."""
        response = self.track(method, path, body)
        assert (response.status_code, response.json()) == (200, {}), response.text

    def identify(self, person: str, **attributes: Any) -> None:
        """Create or update a person."""
        self.tracked("PUT", path_of(person), attributes)

    def event(self, person: str, name: str, **fields: Any) -> None:
        """Track an event."""
        self.tracked("POST", f"{path_of(person)}/events", {"name": name} | fields)

    def error(self, method: str, path: str, body: object = None, *, status: int = 400) -> str:
        """Send a request to the Track API that must be rejected; return why."""
        response = self.track(method, path, body)
        assert response.status_code == status, response.text
        assert set(response.json()) == {"meta"}
        reason: str = response.json()["meta"]["error"]
        return reason

    def there(self, what: str, **query: Any) -> Any:
        """Return rows of Customer.io's part of the test API."""
        return self.inspect(f"customerio/{what}", **query)["results"]

    def person(self, identifier: str) -> Any:
        """Return a person, None if there is none."""
        found = self.there("people", person=identifier)
        return found[0] if found else None

    def names(self, **query: Any) -> list[str]:
        """Return the names of the events."""
        return [event["name"] for event in self.there("events", **query)]


def path_of(person: str) -> str:
    """Return the path of a person."""
    return f"/api/v1/customers/{quote(person, safe='')}"
