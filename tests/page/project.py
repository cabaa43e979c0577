"""A project seen from both sides: through the API with its key, and by the page with its id."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.sandbox_api import Api, named

PAGE = "/sandbox/page"


class PageProject(Api):
    """One project of a sandbox."""

    def __init__(self, http: httpx.Client, url: str, key: str, project_id: str) -> None:
        super().__init__(http, url, key)
        self.id = project_id

    def home(self, view: str = "stream") -> str:
        """Return the address of a view of the page."""
        return f"{self.url}/#/{self.id}/{view}"

    def get(self, what: str, /, **query: Any) -> httpx.Response:
        """Ask what the page asks."""
        return self.http.get(f"{self.url}{PAGE}/{what}", params={"project": self.id, **query})

    def ask(self, what: str, /, **query: Any) -> Any:
        """Ask what the page asks, and get an answer."""
        response = self.get(what, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def act(self, method: str, what: str, body: object = None) -> httpx.Response:
        """Do what the page does."""
        return self.http.request(
            method,
            f"{self.url}{PAGE}/{what}",
            params={"project": self.id},
            json=body,
            headers={"X-Lunogram-Page": "1"},
        )

    def post(self, *names: str, who: str = "ada", **data: Any) -> None:
        """Send events of these names."""
        body = [{"name": name, "identifier": named(who), "data": data} for name in names]
        self.done("POST", "/users/events", body)

    def last_call(self) -> Any:
        """Return the last call as the page opens it."""
        number = self.ask("calls")["results"][0]["number"]
        return self.ask("call", number=number)
