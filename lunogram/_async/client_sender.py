"""The sender of a client, whose server is looked up at the first call."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from .._attempts import Options
from .._disabled import AsyncDisabledEngine, Notice, is_disabled
from .._http import AsyncEngine, engine_state
from .._target import DEFAULT_BASE_URL, DISABLED, Target, find_target, look_up_target
from .._unpicklable import Unpicklable
from ..known_users import KnownUsers
from .sender import AsyncSender


class AsyncServer(Unpicklable):
    """The server of a client and of its copies, and the connections to it.

    Attributes:
        is_found: Whether it was found.
        known_users: The users that were upserted.
        disabled: The engine that sends nothing.
        notice: The line in the log that says so.
    """

    def __init__(
        self,
        api_key: str | None,
        base_url: str | None,
        project_id: str | None,
        http_client: object | None,
    ) -> None:
        self._given = api_key, base_url, project_id
        self.is_found = False
        self.known_users = KnownUsers()
        self.disabled = AsyncDisabledEngine()
        self.notice = Notice()
        self._http_client = http_client
        self._closed = False
        # The first call needs a key, the import of a module does not.
        if look_up_target(*self._given):
            _ = self.engine
        elif http_client:
            AsyncEngine(DEFAULT_BASE_URL, http_client)  # raises if it is of another kind

    def find(self) -> Target:
        """The project on the server, by arguments and environment."""
        return find_target(*self._given)

    @cached_property
    def target(self) -> Target:
        """The project on the server."""
        return self.find()

    @cached_property
    def engine(self) -> AsyncEngine:
        """The engine, which has the connection pool."""
        # Threads that are the first at the same time have to get the same one.
        made = AsyncEngine(self.target.base_url, self._http_client)
        made.closed = self._closed
        engine: AsyncEngine = self.__dict__.setdefault("engine", made)
        self.is_found = True
        return engine

    @property
    def transport(self) -> str:
        """The name of the transport, or nothing while no server is known."""
        return self.engine.transport if self.is_found else ""

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        await self.disabled.close()
        if self.is_found:
            await self.engine.close()


class AsyncClientSender(AsyncSender):
    """The sender of a client: to its server, or nowhere if the client is disabled.

    Attributes:
        server: The server, which copies of the client share.
        options: The options of the client.
        known_users: The users that were upserted.
    """

    def __init__(self, server: AsyncServer, options: Options) -> None:
        self.server = server
        self.options = options
        self.known_users = server.known_users
        self._redirected = None

    @cached_property
    def target(self) -> Target:  # type: ignore[override]
        """The project on the server, which is looked up now."""
        return self.server.target

    @cached_property
    def engine(self) -> AsyncEngine:  # type: ignore[override]
        """The engine, which has the connection pool."""
        return self.server.engine

    def current(self) -> AsyncSender:
        """The sender that a call goes to now: this one, a test's, or one that sends nothing."""
        if is_disabled(enabled=self.options.enabled):
            self.server.notice.give("client")
            return AsyncSender(DISABLED, self.options.limited(), self.server.disabled)
        if self.server.is_found:
            return super().current()
        return self._of_test() or self

    def _of_test(self) -> AsyncSender | None:
        """The sender of a test, whose variables are not those of the client later."""
        if engine_state.redirect is not None:
            return self._to(engine_state.redirect)
        if engine_state.recorder is not None:
            target = self.server.find()
            return AsyncSender(target, self.options.limited(), self.server.disabled)
        return None

    def with_options(self, **changes: Any) -> AsyncClientSender:
        """A sender with other options on the same connection pool."""
        return AsyncClientSender(self.server, self.options.changed(changes))

    def shown(self) -> str:
        """The target and the transport, as a client's repr shows them, without any secret."""
        if not self.server.is_found:
            return "api_key=None"
        return f"{self.target.shown()}, transport={self.engine.transport!r}"
