"""The URL of an outbox in an SQLite file."""

from __future__ import annotations

from pathlib import Path

from ...errors import ConfigurationError


def sqlite_path(url: str) -> Path:
    """The path of the file in the URL of an outbox.

    Args:
        url: ``"sqlite:///FILE"``.

    Raises:
        ConfigurationError: If it is not such a URL.
    """
    scheme, _, file = url.partition(":///")
    if scheme != "sqlite" or not file or file == ":memory:":
        raise ConfigurationError(
            "the URL of an outbox is sqlite:///FILE, postgresql://… or nats://HOST:PORT/STREAM"
        )
    return Path(file)
