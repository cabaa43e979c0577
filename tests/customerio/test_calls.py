"""Calls as data: what they say of themselves, and moments of any zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunogram.calls import Call
from lunogram.customerio import calls
from lunogram.customerio.config import TrackHost
from lunogram.operation import Repeat
from lunogram.operations import OPERATIONS

ZONES = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(
    timezone
)


@given(st.datetimes(timezones=ZONES), st.integers())
def test_moments_of_any_zone_are_the_right_seconds(moment: datetime, seconds: int) -> None:
    call = calls.track("5", "e", {"at": {"times": [moment]}}, id=None, timestamp=moment, type=None)
    expected = call.json["timestamp"]
    since = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=expected)
    assert timedelta(0) <= moment - since < timedelta(seconds=1)
    assert call.json["data"] == {"at": {"times": [expected]}}
    same = calls.track("5", "e", None, id=None, timestamp=seconds % 2**40, type=None)
    assert same.json["timestamp"] == seconds % 2**40


def test_fields_of_instances_are_turned_too() -> None:
    @attrs.frozen
    class Trial:
        ends: datetime

    call = calls.identify("5", {"trial": Trial(datetime(1970, 1, 2, tzinfo=UTC))})
    assert call.json == {"trial": {"ends": 86400}}


def test_an_invite_without_a_recipient_warns() -> None:
    def warnings(name: str, data: dict[str, Any] | None, anonymous_id: str | None = None) -> Any:
        call = calls.track_anonymous(anonymous_id, name, data, id=None, timestamp=None, type=None)
        return [warning.field for warning in call.warnings]

    assert warnings("invite", None) == warnings("invite", {"recipient": ""}) == ["data.recipient"]
    assert warnings("invite", {"recipient": "alex@example.com"}) == []
    assert warnings("invite", None, "anon-1") == warnings("seen", None) == []


def operation(action: str, **fields: Any) -> dict[str, Any]:
    return {"type": "person", "action": action, "identifiers": {"id": "5"}, **fields}


@pytest.mark.parametrize(
    ("call", "repeat"),
    [
        (calls.identify("events", {"a": 1}), Repeat.SAFE),
        (calls.delete_device("5", "events"), Repeat.SAFE),
        (calls.track("5", "e", None, id="01H", timestamp=None, type=None), Repeat.SAFE),
        (calls.track("5", "e", None, id=None, timestamp=None, type=None), Repeat.AT_LEAST_ONCE),
        (calls.track_anonymous("a", "e", None, id="01H", timestamp=None, type=None), Repeat.SAFE),
        (
            calls.track_anonymous("a", "e", None, id=None, timestamp=None, type=None),
            Repeat.AT_LEAST_ONCE,
        ),
        (calls.batch([operation("identify"), operation("event", id="01H")]), Repeat.SAFE),
        (calls.batch([operation("identify"), operation("page")]), Repeat.AT_LEAST_ONCE),
        (calls.trigger_broadcast(1, None, {}, {}), Repeat.NEVER),
        (calls.create_collection("c", [], url=None), Repeat.NEVER),
        (calls.update_collection(1, "c", [], url=None), Repeat.SAFE),
        (calls.merge_customers("id", "5", "id", "6"), Repeat.SAFE),
    ],
)
def test_what_may_be_sent_again(call: Call[Any], repeat: Repeat) -> None:
    assert call.repeat is repeat


def test_no_call_shows_whom_it_is_about() -> None:
    call = calls.delete_device("ada@example.com", "token")
    assert call.path == "/api/v1/customers/ada%40example.com/devices/token"
    assert repr(call) == "Call(operation=delete_device)"


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("POST", "/api/v1/customers/ada/events", "/api/v1/customers/…/events"),
        ("PUT", "/api/v1/customers/ada", "/api/v1/customers/…"),
        ("POST", "/api/v1/segments/7/add_customers", "/api/v1/segments/7/add_customers"),
        ("POST", "/own/ada", "/…"),
    ],
)
def test_no_request_shows_whom_it_is_about(method: str, path: str, shown: str) -> None:
    host = TrackHost("https://track.example", "site", "key")
    assert str(host.info(OPERATIONS.of(method, path), path)) == f"{method} {shown}"
