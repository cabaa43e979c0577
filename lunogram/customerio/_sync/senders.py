# Derived by `make generate` from lunogram/customerio/_async/senders.py; never edited by hand.
"""One sender for each host of Customer.io, and which call goes to which."""

from __future__ import annotations

from typing import Any, TypeVar

from ..._attempts import Options
from ..._http import Engine
from ..._sync.sender import Delivered, Sender
from ...calls import Call
from ...models import RawResponse
from ..account import API, Account
from ..calls import api_of

T = TypeVar("T")


class Senders:
    """Sends each call to the host it is for.

    Attributes:
        account: The hosts that there are keys to.
        options: How to send.
    """

    def __init__(self, account: Account, options: Options, http_client: object | None) -> None:
        engines = {api: Engine(host.base_url, http_client) for api, host in account.hosts.items()}
        self._use(account, options, engines)

    def _use(self, account: Account, options: Options, engines: dict[API, Engine]) -> None:
        self.account = account
        self.options = options
        self._engines = engines
        self._senders = {
            api: Sender(account.host(api), options, engine) for api, engine in engines.items()
        }

    @property
    def user_agent(self) -> str:
        """What requests call us."""
        sender = next(iter(self._senders.values()))
        headers = sender.target.headers(sender.options.headers, body=False)
        return {name.lower(): value for name, value in headers.items()}["user-agent"]

    def _sender(self, call: Call[Any]) -> Sender:
        api = api_of(call.path)
        self.account.host(api)
        return self._senders[api]

    def send(self, call: Call[T], /) -> T:
        """Send a call and return what it is for.

        Raises:
            ConfigurationError: If there is no key to its host.
            NetworkError: If nothing came back.
            RequestError: If the answer is not a success.
        """
        return self._sender(call).send(call)

    def send_raw(self, call: Call[T], /) -> RawResponse[T]:
        """The same, with the answer around it."""
        return self._sender(call).send_raw(call)

    def deliver(self, call: Call[Any], /) -> Delivered:
        """The same, with all that came of it."""
        return self._sender(call).deliver(call)

    def with_options(self, **changes: Any) -> Senders:
        """Others over the same connections."""
        other = object.__new__(type(self))
        other._use(self.account, self.options.changed(changes), self._engines)
        return other

    def close(self) -> None:
        """Close the connections."""
        for engine in self._engines.values():
            engine.close()
