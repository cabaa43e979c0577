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
        self._known: set[str] = set()

    def home(self, view: str = "stream") -> str:
        """Return the address of a view of the page."""
        return f"{self.url}/#/{self.id}/{view}"

    def get(self, what: str, /, **query: Any) -> httpx.Response:
        """Send a query of the page; return its JSON."""
        return self.http.get(f"{self.url}{PAGE}/{what}", params={"project": self.id, **query})

    def ask(self, what: str, /, **query: Any) -> Any:
        """Send a query of the page; return the response."""
        response = self.get(what, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def act(self, method: str, what: str, body: object = None) -> httpx.Response:
        """Send a change of the page."""
        return self.http.request(
            method,
            f"{self.url}{PAGE}/{what}",
            params={"project": self.id},
            json=body,
            headers={"X-Lunogram-Page": "1"},
        )

    def user(self, external_id: str, **fields: Any) -> Any:
        """Upsert a user."""
        self._known.add(external_id)
        return super().user(external_id, **fields)

    def post(self, *names: str, who: str = "ada", **data: Any) -> None:
        """Send events with these names, to a user who exists from now on."""
        if who not in self._known:
            self.user(who)
        body = [{"name": name, "identifier": named(who), "data": data} for name in names]
        self.done("POST", "/users/events", body)

    def last_call(self) -> Any:
        """Return the last call as the page shows it."""
        number = self.ask("calls")["results"][0]["number"]
        return self.ask("call", number=number)
