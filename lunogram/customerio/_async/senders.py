"""The senders of an account: one for each host of Customer.io."""

from __future__ import annotations

from typing import Any, TypeVar

from ..._async.sender import AsyncSender, Delivered
from ..._attempts import Options
from ..._http import AsyncEngine
from ..._unpicklable import Unpicklable
from ...calls import Call
from ...models import RawResponse
from ..config import API, Account

T = TypeVar("T")


class AsyncSenders(Unpicklable):
    """The senders of an account, which send each call to the host of its API.

    Attributes:
        account: The hosts that have keys.
        options: The options of sending.
    """

    def __init__(self, account: Account, options: Options, http_client: object | None) -> None:
        engines = {
            api: AsyncEngine(host.base_url, http_client) for api, host in account.hosts.items()
        }
        self._use(account, options, engines)

    def _use(self, account: Account, options: Options, engines: dict[API, AsyncEngine]) -> None:
        self.account = account
        self.options = options
        self._engines = engines
        self._senders = {
            api: AsyncSender(account.host(api), options, engine) for api, engine in engines.items()
        }

    @property
    def user_agent(self) -> str:
        """The User-Agent header of requests."""
        sender = next(iter(self._senders.values()))
        headers = sender.target.headers(sender.options.headers, body=False)
        return {name.lower(): value for name, value in headers.items()}["user-agent"]

    @property
    def transport(self) -> str:
        """The name of the transport."""
        return next(iter(self._engines.values())).transport

    def _sender(self, call: Call[Any]) -> AsyncSender:
        operation = call.operation
        api = API(operation.api) if operation.is_known else API.TRACK
        self.account.host(api)
        return self._senders[api]

    async def send(self, call: Call[T], /) -> T:
        """Send a call and return its parsed response.

        Raises:
            ConfigurationError: If the key of its API is missing.
            NetworkError: If there is no response.
            RequestError: If the response is not a success.
        """
        return await self._sender(call).send(call)

    async def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """Send a call and return the whole response."""
        return await self._sender(call).send_raw(call)

    async def deliver(self, call: Call[Any], /) -> Delivered:
        """Send a call and return the result of its delivery."""
        return await self._sender(call).deliver(call)

    def with_options(self, **changes: Any) -> AsyncSenders:
        """A copy with other options and the same connections."""
        other = object.__new__(type(self))
        other._use(self.account, self.options.changed(changes), self._engines)
        return other

    async def aclose(self) -> None:
        """Close the connections."""
        for engine in self._engines.values():
            await engine.close()
