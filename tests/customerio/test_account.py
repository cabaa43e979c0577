"""Keys, regions, URLs and the environment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lunogram import ConfigurationError
from lunogram.customerio import CustomerIO, Region, SendEmailRequest
from tests.customerio.operations import answer_to

TRACK: dict[str, Any] = {"site_id": "site_1", "track_api_key": "track_c0ffee"}
APP: dict[str, Any] = {"app_api_key": "app_c0ffee"}
EMAIL = SendEmailRequest(transactional_message_id=3, to="a@b.c", identifiers={"id": "5"})

CALLS: dict[str, Callable[[CustomerIO], Any]] = {
    "track": lambda c: c.delete("5"),
    "app": lambda c: c.send_email(EMAIL),
    "collections": lambda c: c.update_collection(31, "products", []),
}


def urls_of(**options: Any) -> list[str]:
    """Where a client sends one call of each API."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        assert request.headers["host"] == request.url.netloc.decode()
        return httpx.Response(200, json=answer_to(str(request.url)))

    with httpx.Client(transport=httpx.MockTransport(answer)) as http_client:
        client = CustomerIO(**{**TRACK, **APP, **options}, http_client=http_client)
        for call in CALLS.values():
            call(client)
    return [url.partition("/api/v1/")[0].partition("/v1/")[0] for url in seen]


US = ["https://track.customer.io", "https://api.customer.io", "https://beta-api.customer.io"]
EU = ["https://track-eu.customer.io", "https://api-eu.customer.io", "https://beta-api.customer.io"]


@pytest.mark.parametrize("region", [None, "", "us", " US ", Region.US])
def test_us_is_the_region_unless_another_is_named(region: Any) -> None:
    assert urls_of(region=region) == US


@pytest.mark.parametrize("region", ["eu", "EU", Region.EU])
def test_eu(region: Any) -> None:
    assert urls_of(region=region) == EU


@pytest.mark.parametrize("region", ["mars", 5])
def test_unknown_region(region: Any) -> None:
    with pytest.raises(ConfigurationError, match='region must be "us" or "eu"'):
        CustomerIO(**TRACK, region=region)


def test_own_urls() -> None:
    own = {
        "track_url": "http://127.0.0.1:8025/customerio/track/",
        "app_url": "http://localhost",
        "collections_url": "https://proxy.example/c",
    }
    assert urls_of(**own) == [
        "http://127.0.0.1:8025/customerio/track",
        "http://localhost",
        "https://proxy.example/c",
    ]


def test_collections_of_an_own_app_api_stay_there() -> None:
    assert urls_of(region="eu", app_url="http://localhost:1") == [
        "https://track-eu.customer.io",
        "http://localhost:1",
        "http://localhost:1",
    ]


def test_everything_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**TRACK, **APP, "region": "eu", "app_url": "http://localhost:1"}.items():
        monkeypatch.setenv(f"CUSTOMERIO_{name.upper()}", f" {value}\n")
    expected = ["https://track-eu.customer.io", "http://localhost:1", "http://localhost:1"]
    assert urls_of(**dict.fromkeys([*TRACK, *APP])) == expected
    assert urls_of(region="us", app_url="http://localhost:2")[:2] == [
        "https://track.customer.io",
        "http://localhost:2",
    ]


@pytest.mark.parametrize("name", ["track_url", "app_url", "collections_url"])
@pytest.mark.parametrize("url", ["ftp://x", "x", "http://", "http://u:p@x", "http://x/?a=1"])
def test_a_url_that_can_not_be_one_is_named(name: str, url: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} "):
        CustomerIO(**{**TRACK, **APP, name: url})


@pytest.mark.parametrize(
    ("keys", "works", "missing"),
    [
        (TRACK, ["track"], {"app": "App API: pass app_api_key", "collections": "app_api_key"}),
        (APP, ["app", "collections"], {"track": "Track API: pass site_id and track_api_key"}),
        ({**APP, "site_id": "s"}, ["app"], {"track": "pass track_api_key, or set CUSTOMERIO_T"}),
        ({**APP, "track_api_key": "k"}, ["app"], {"track": "pass site_id, or set CUSTOMERIO_S"}),
        ({**TRACK, **APP}, ["track", "app", "collections"], {}),
    ],
)
def test_a_call_whose_key_is_missing_says_which(
    keys: dict[str, Any], works: list[str], missing: dict[str, str]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer_to(str(request.url)))

    with httpx.Client(transport=httpx.MockTransport(answer)) as http_client:
        client = CustomerIO(**keys, http_client=http_client)
        for api in works:
            CALLS[api](client)
        for api, words in missing.items():
            with pytest.raises(ConfigurationError, match=words):
                CALLS[api](client)


def test_a_ping_needs_the_key_of_the_track_api() -> None:
    with CustomerIO(**APP) as client, pytest.raises(ConfigurationError, match="site_id"):
        client.ping()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "missing keys of Customer.io: pass site_id and track_api_key .* app_api_key"),
        ({"site_id": "s"}, "pass track_api_key, or set CUSTOMERIO_TRACK_API_KEY$"),
        ({"track_api_key": "k"}, "pass site_id, or set CUSTOMERIO_SITE_ID$"),
        ({"site_id": " ", "track_api_key": "\n"}, "missing keys of Customer.io"),
    ],
)
def test_no_client_without_a_key(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        CustomerIO(**keys)


@pytest.mark.parametrize("name", [*TRACK, *APP])
@pytest.mark.parametrize("value", ["two words", "naïve", "a\nb"])
def test_a_key_that_can_not_be_one_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(
        ConfigurationError, match=f"^{name} must hold only printable ASCII"
    ) as caught:
        CustomerIO(**{**TRACK, **APP, name: value})
    assert value not in str(caught.value)


def test_a_site_id_has_no_colon() -> None:
    with pytest.raises(ConfigurationError, match=r"^site_id is invalid: it contains a colon"):
        CustomerIO("site:1", "key")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "lunogram-python/"),
        ({"user_agent": "shop/2.0"}, "shop/2.0"),
        ({"user_agent": "shop/2.0", "headers": {"user-agent": "till/1"}}, "till/1"),
    ],
)
def test_the_user_agent_can_be_chosen(options: dict[str, Any], name: str) -> None:
    with CustomerIO(**TRACK, **options) as client:
        assert client.user_agent.startswith(name)
        assert client.with_options(headers={"User-Agent": "x"}).user_agent == "x"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": 0}, "timeout must be"),
        ({"max_retries": -1}, "max_retries must be"),
        ({"user_agent": "a\nb"}, "headers must be"),
        ({"http_client": object()}, "http_client must be a client of httpx"),
    ],
)
def test_options_are_checked(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        CustomerIO(**TRACK, **options)


def test_a_repr_shows_where_and_no_key() -> None:
    with CustomerIO(**TRACK, **APP) as client:
        shown = " ".join(map(repr, [client, client.raw, client._senders, client._senders.account]))
    assert shown.startswith("CustomerIO(track_url='https://track.customer.io', app_url=")
    assert "c0ffee" not in shown
    assert "site_1" not in shown
