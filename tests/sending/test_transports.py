"""Which transport sends, and what says so."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lunogram import AsyncLunogram, ConfigurationError, Lunogram
from lunogram.customerio import CustomerIO
from tests.support.private_data import KEY

pytestmark = pytest.mark.transports()

CLIENTS = [
    pytest.param(lambda: Lunogram(KEY), id="sync"),
    pytest.param(lambda: AsyncLunogram(KEY), id="async"),
    pytest.param(lambda: CustomerIO("site", "key"), id="customerio"),
]


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """An installation that lacks a package."""
    from importlib.util import find_spec

    monkeypatch.setattr(
        "lunogram._http.transport.find_spec",
        lambda name: None if name == package else find_spec(name),
    )


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", ["httpx", "httpx2", "direct"])
def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, client: Any, name: str) -> None:
    monkeypatch.setenv("LUNOGRAM_TRANSPORT", name)
    assert f"transport='{name}'" in repr(client())


@pytest.mark.parametrize("client", CLIENTS)
def test_direct_by_default_if_it_is_installed(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    monkeypatch.delenv("LUNOGRAM_TRANSPORT")
    assert "transport='direct'" in repr(client())
    without(monkeypatch, "httptools")
    assert "transport='httpx'" in repr(client())


def test_direct_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUNOGRAM_TRANSPORT", "direct")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert "transport='httpx'" in repr(Lunogram(KEY))


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("name", "package", "extra"), [("direct", "httptools", "fast"), ("httpx2", "httpx2", "httpx2")]
)
def test_one_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, client: Any, name: str, package: str, extra: str
) -> None:
    monkeypatch.setenv("LUNOGRAM_TRANSPORT", name)
    without(monkeypatch, package)
    with pytest.raises(ConfigurationError, match=rf"pip install 'lunogram\[{extra}\]'"):
        client()


@pytest.mark.parametrize("client", CLIENTS)
def test_an_unknown_one(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    monkeypatch.setenv("LUNOGRAM_TRANSPORT", "curl")
    with pytest.raises(ConfigurationError, match="not one of httpx, httpx2, direct"):
        client()


def test_http_client_is_named() -> None:
    import httpx

    with httpx.Client(trust_env=False) as mine:
        assert "transport='http_client'" in repr(Lunogram(KEY, http_client=mine))
    other = httpx.AsyncClient(trust_env=False)
    assert "transport='http_client'" in repr(AsyncLunogram(KEY, http_client=other))
    asyncio.run(other.aclose())
