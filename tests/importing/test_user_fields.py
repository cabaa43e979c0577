"""Phones, locales and time zones that are nearly right: put right, or kept in data."""

from __future__ import annotations

from pathlib import Path

import pytest

from lunogram.importing import import_users
from lunogram.outbox import Outbox
from tests.support.import_files import bodies, write_csv


@pytest.mark.parametrize(
    ("field", "given", "right"),
    [
        ("phone", "+31 6 1234 5678", "+31612345678"),
        ("phone", "+1 (555) 123-4567", "+15551234567"),
        ("phone", "+31.6.12345678", "+31612345678"),
        ("locale", "en_US", "en-US"),
        ("locale", "nl_NL.UTF-8", "nl-NL"),
        ("timezone", "europe/london", "Europe/London"),
        ("timezone", "America/New York", "America/New_York"),
        ("timezone", "EST", "America/New_York"),
        ("timezone", "pst", "America/Los_Angeles"),
        ("timezone", "GMT+2", "Etc/GMT-2"),
        ("timezone", "UTC+8", "Etc/GMT-8"),
        ("timezone", "+02:00", "Etc/GMT-2"),
        ("timezone", "UTC-03:00", "Etc/GMT+3"),
        ("timezone", "GMT+0", "UTC"),
        ("timezone", "W. Europe Standard Time", "Europe/Berlin"),
        ("timezone", "pacific standard time", "America/Los_Angeles"),
        ("timezone", "Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("timezone", "Buenos Aires", "America/Buenos_Aires"),
        ("timezone", "Amsterdam", "Europe/Amsterdam"),
    ],
)
def test_it_is_put_right(
    tmp_path: Path, outbox: Outbox, field: str, given: str, right: str
) -> None:
    result = import_users(write_csv(tmp_path, [{"identifier": "u1", field: given}]), outbox)
    assert bodies(outbox) == [{"identifier": [{"external_id": "u1"}], field: right}]
    assert result.notes == [f"values of {field} that were repaired: 1"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("phone", "06-12345678"),
        ("phone", "0031612345678"),
        ("phone", "31612345678"),
        ("phone", "+31 (0)6 1234 5678"),
        ("phone", "+1 (555) 123-4567 ext. 9"),
        ("locale", "English, please"),
        ("timezone", "Eastern"),
        ("timezone", "West"),
        ("timezone", "GMT+15"),
        ("timezone", "+05:30"),
        ("timezone", "IST"),
    ],
)
def test_what_cannot_be_is_kept(tmp_path: Path, outbox: Outbox, field: str, given: str) -> None:
    source = write_csv(tmp_path, [{"identifier": "u1", field: given}])
    result = import_users(source, outbox)
    assert bodies(outbox) == [{"identifier": [{"external_id": "u1"}], "data": {field: given}}]
    assert result.notes[0].startswith(
        f"values of {field} that are invalid: 1; they are kept as data"
    )
    assert import_users(source, outbox, strict=True).rejected == 1
    assert outbox.stats().queued == 1


def test_data_of_the_same_name_stays(tmp_path: Path, outbox: Outbox) -> None:
    rows = [{"identifier": "u1", "phone": "5", "data.phone": "own"}]
    import_users(write_csv(tmp_path, rows), outbox)
    assert bodies(outbox)[0]["data"] == {"phone": "own", "given_phone": "5"}


@pytest.mark.parametrize("value", ["Europe/Kyiv", "US/Pacific", "UTC"])
def test_what_is_right_stays(tmp_path: Path, outbox: Outbox, value: str) -> None:
    result = import_users(write_csv(tmp_path, [{"identifier": "u1", "timezone": value}]), outbox)
    assert (bodies(outbox)[0]["timezone"], result.notes) == (value, [])
