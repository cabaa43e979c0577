"""The limits of connections and responses, alike for all transports."""

from __future__ import annotations

MAX_CONNECTIONS = 100
"""The maximum number of connections of a pool."""

IDLE_SECONDS = 5.0
"""The maximum idle time of a connection, in seconds."""

MAX_BODY_BYTES = 8 * 1024 * 1024
"""The maximum size of a response body, in bytes. A larger one is not the API's, and reading on
would fill the memory."""

MAX_HEAD_BYTES = 100 * 1024
"""The maximum size of a status line and headers, in bytes."""
