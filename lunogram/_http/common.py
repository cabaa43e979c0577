"""What both engines share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .._attempts import Answer, Request
from ..errors import ClientClosedError

# Answers in place of a server, where no socket may be opened; `lunogram.testing` sets it.
stand_in: Callable[[Request], Answer] | None = None

# Connections that belong to a process or an event loop that is not ours any more. Kept, because
# to collect them would close what somebody else may still use.
abandoned: list[object] = []

Prepare: TypeAlias = Callable[[Mapping[str, str]], Any]
"""Makes the headers of every request, in the form that requests take."""


def closed() -> ClientClosedError:
    """The client is."""
    return ClientClosedError("the client is closed; make another one")
