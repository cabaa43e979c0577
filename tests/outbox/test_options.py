"""The options of outboxes and relays: declared once, checked when an outbox or relay is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import click
import pytest

from lunogram import ConfigurationError, Lunogram
from lunogram.cli.relay import relay as relay_command
from lunogram.customerio import CustomerIO, CustomerIOOutbox, DualWriter
from lunogram.outbox import Outbox, OutboxFullError, OutboxOptions, RelayOptions
from lunogram.outbox.options import OutboxSettings, RelaySettings

CALLBACKS = {"on_dead_letter", "on_error"}

INVALID_OF_OUTBOX: list[dict[str, Any]] = [
    {"limit": -1}, {"limit": 1.5}, {"limit_bytes": True}, {"block_timeout": -1},
    {"block_timeout": float("nan")}, {"lock_timeout": "5"}, {"lock_timeout": None},
    {"durability": "disk"}, {"when_full": "wait"},
]  # fmt: skip
INVALID_OF_RELAY: list[dict[str, Any]] = [
    {"batch": 0}, {"batch": None}, {"batch": 1.5}, {"batch_bytes": "1"}, {"max_crashes": 0},
    {"concurrency": 65}, {"concurrency": True}, {"rate": 0}, {"rate": float("nan")},
    {"health_port": -1}, {"health_port": 65536},
]  # fmt: skip


def named(options: dict[str, Any]) -> str:
    [name] = options
    return f"{name} must be "


@pytest.mark.parametrize(
    ("declared", "settings"), [(OutboxOptions, OutboxSettings), (RelayOptions, RelaySettings)]
)
def test_each_option_has_a_default(declared: Any, settings: Any) -> None:
    assert list(declared.__annotations__) == [field.name for field in attrs.fields(settings)]


def test_the_command_has_the_options_of_a_relay() -> None:
    context = click.Context(relay_command)
    parameters = {each.name: each for each in relay_command.get_params(context)}
    for field in attrs.fields(RelaySettings):
        if field.name not in CALLBACKS:
            assert parameters[field.name].default == field.default, field.name


@pytest.mark.parametrize("options", INVALID_OF_OUTBOX, ids=str)
def test_an_invalid_option_of_an_outbox_is_named(url: str, options: dict[str, Any]) -> None:
    for kind in (Outbox, CustomerIOOutbox):
        with pytest.raises(ConfigurationError, match=named(options)):
            kind(url, **options)
    assert not Path(url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize("options", INVALID_OF_RELAY, ids=str)
def test_an_invalid_option_of_a_relay_is_named(
    url: str, client: Lunogram, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match=named(options)):
        Outbox(url, client=client, **options)
    assert not Path(url.removeprefix("sqlite:///")).exists()
    with Outbox(url) as outbox, pytest.raises(ConfigurationError, match=named(options)):
        outbox.relay(client, **options)


def test_an_invalid_flush_timeout_is_named(url: str, client: Lunogram) -> None:
    with pytest.raises(ConfigurationError, match="flush_timeout must be a number, 0 or more"):
        Outbox(url, client=client, flush_timeout=-1)


def test_options_of_a_relay_need_a_client(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"concurrency .* needs client="):
        Outbox(url, concurrency=2)


def test_unknown_options_are_type_errors(url: str, client: Lunogram) -> None:
    options: dict[str, Any] = {"crashes": 3}
    with pytest.raises(TypeError, match="crashes"):
        Outbox(url, client=client, **options)


def test_an_outbox_with_a_relay_takes_every_option(url: str, client: Lunogram) -> None:
    with Outbox(url, client=client, limit=1, when_full="block", block_timeout=20) as outbox:
        for number in range(5):  # blocks until the relay has made room
            outbox.user.upsert(f"user_{number}")
        assert outbox.own_relay
        assert outbox.flush(20).pending == 0


def test_a_dual_writer_takes_the_options_of_both(tmp_path: Path, client: Lunogram) -> None:
    theirs = CustomerIO(site_id="a", track_api_key="b")
    urls = [f"sqlite:///{tmp_path}/{name}.db" for name in ("theirs", "ours")]
    writer = DualWriter(
        theirs, client, customerio_outbox=urls[0], lunogram_outbox=urls[1], limit=1, concurrency=2
    )
    writer.identify("5", {"plan": "pro"})
    with pytest.raises(OutboxFullError):
        writer.identify("5", {"plan": "team"})
    writer.close()
