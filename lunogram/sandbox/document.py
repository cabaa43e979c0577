"""The OpenAPI document of the API, as a Lunogram server serves it."""

from __future__ import annotations

from importlib import resources

from starlette.types import Receive, Scope, Send

from lunogram.sandbox.context import Sandbox
from lunogram.sandbox.endpoint import respond
from lunogram.sandbox.responses import Response

PATH = "/api/openapi/client.yaml"

_PLATFORM = "https://console.lunogram.com/api"
_ANY_ORIGIN = (b"access-control-allow-origin", b"*")


class Document:
    """The endpoint of the document, which names this sandbox as the server."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the document."""
        await respond(send, _document(f"{self._sandbox.root}/api"))


def _document(base_url: str) -> Response:
    text = resources.files("lunogram.sandbox").joinpath("client.yaml").read_text("utf-8")
    body = text.replace(_PLATFORM, base_url).encode()
    return Response(200, body, (_ANY_ORIGIN,), b"application/yaml")
