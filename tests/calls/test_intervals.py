"""Intervals: what we accept is what PostgreSQL reads, and means the same there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import psycopg
import pytest
from dateutil.relativedelta import MO, relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lunogram import ValidationError
from lunogram.intervals import _UNIT_OF, interval
from tests.calls.recorder import Recorder, rejected
from tests.support import services

fixed = settings(
    derandomize=True,
    max_examples=300,
    # The connection is the same for all examples, as it should be.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection]:
    with services.postgres() as connection:
        yield connection


def read(postgres: psycopg.Connection, words: str) -> tuple[str, float, bool]:
    """What PostgreSQL makes of an interval: its own words, its seconds, and is it positive?"""
    row = postgres.execute(
        "select (i)::text, extract(epoch from i)::float8, i > interval '0'"
        " from (select %s::interval as i) as given",
        (words,),
    ).fetchone()
    assert row is not None
    return row


def sent(value: Any) -> str:
    recorder = Recorder()
    recorder.client().user.schedule.upsert("s", "u", interval=value)
    words: str = recorder.body["interval"]
    return words


def fractions(**amounts: Any) -> relativedelta:
    """A relativedelta of floats, which its type does not promise to take, and which it takes."""
    return relativedelta(**amounts)


class Every(Enum):
    WEEK = "7 days"


WORDS = [
    "24h", "24 hours", "7 days", "7d", "1 month", "1 mon", "P7D", "P1M", "P1Y2M3DT4H5M6.5S",
    "PT24H",
    "PT0.5S", "P1W", "P1W2D", "P1.5W", "1 year 2 mons", "1 Year", "1 WEEK", "2 w", "1.5 hours",
    "@ 1 minute", "@1 minute", " 1 day ", "1\t\nday", "1h30m", "1d2h", "1 day 04:05", "04:05:06",
    "1 day 04:05:06.789", "100:00", "1:2", "0 days 1 s", "1 s 5 ms", "1 decade", "2 centuries",
    "3 usecs", "3 msecs", "0.001 months", "10000 years", "1 y 2 mons 3 w 4 d", "P0Y1M",
    "1 mon 1 m", "000001 day", "1 d 2 h 3 m 4 s 5 ms 6 us", "9999999 minutes", "0.000001 s",
]  # fmt: skip
NO_WORDS = [
    "soon", "1", "1.5", "day", "7 dayz", "every 7 days", "1 fortnight", "1 quarter", "1,5 days",
    "1 day 2 days", "1 week 2 weeks", "1 hour 04:05", "1 min 04:05", "1 ms 04:05", "1.5 s 1 ms",
    "1day2hours", "1y2mons3d", "1 day04:05", "1:70", "1:02:61", "1:2:3:4", "p7d", "P7d", "P", "PT",
    "P1DT", "P1H", "PT1D", "P1D2M", "P1M1M", "P1Y 2M", "P-1D", "-1 day", "+1 day", "1 day ago",
    "- 1 day", "1e3 s", "1 день", "\u0667 days", "1\u00a0day", "@", "@@ 1 day", "one day", "1 day;",
    "1 day' or '1'='1", "1" * 200 + " days", "1 day" + " " * 200, "1..5 days", "1. days", ".5 days",
    "infinity", "epoch", "now", "2026-01-01", "R/P1D", "P0001-00-00", "* * * * *", "@daily", "7:",
]  # fmt: skip
NOTHING = [
    "0 days", "P0D", "PT0S", "00:00", "0:0:0.0000001", "0.0000004 s", "0.4 us", "0.01 years",
    "P0.01Y", "0.0001 decades", "0.0004 ms",
]  # fmt: skip
TOO_LONG = ["10001 years", "P10001Y", "101 centuries", "999999999999999 days", "99999999:00"]


@pytest.mark.parametrize("words", WORDS)
def test_words_that_postgresql_reads(postgres: psycopg.Connection, words: str) -> None:
    assert sent(words) == words
    assert read(postgres, words)[2]


@pytest.mark.parametrize("words", NO_WORDS)
def test_words_that_are_no_interval(words: str) -> None:
    with rejected("interval", "is not an interval, for example '7 days'") as client:
        client.user.schedule.upsert("s", "u", interval=words)


@pytest.mark.parametrize("words", NOTHING)
def test_an_interval_of_nothing(words: str) -> None:
    with rejected("interval", "must be longer than zero") as client:
        client.user.schedule.upsert("s", "u", interval=words)


@pytest.mark.parametrize("words", TOO_LONG)
def test_an_interval_without_end(words: str) -> None:
    with rejected("interval", "is longer than 10,000 years") as client:
        client.user.schedule.upsert("s", "u", interval=words)


def test_an_enum_counts_as_its_value() -> None:
    assert sent(Every.WEEK) == "7 days"


amounts = st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,3})?", fullmatch=True)
spaces = st.sampled_from(["", " ", "  ", "\t"])
parts = st.tuples(amounts, spaces, st.sampled_from(sorted(_UNIT_OF)), spaces).map("".join)
clocks = st.from_regex(r"[0-9]{1,3}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,7})?)?", fullmatch=True)
worded = st.tuples(
    st.sampled_from(["", "@", " @ "]),
    st.lists(parts, max_size=4).map("".join),
    st.just("") | clocks,
).map("".join)
iso = st.from_regex(
    r"P([0-9]{1,4}(\.[0-9]{1,3})?[YMWD]){0,3}(T([0-9]{1,4}(\.[0-9]{1,9})?[HMS]){0,3})?",
    fullmatch=True,
)


@settings(fixed, max_examples=1500)
@given(worded | iso | st.text("0123456789 :.PT@YMWDHSdhmsy", max_size=12))
def test_whatever_we_accept_postgresql_reads(postgres: psycopg.Connection, words: str) -> None:
    try:
        interval(words, "interval")
    except ValidationError:
        return
    assert read(postgres, words)[2]


whole_times = st.timedeltas(timedelta(microseconds=1), timedelta(days=3_000_000))


@fixed
@given(whole_times)
@pytest.mark.slow
def test_a_timedelta_is_as_long_there(postgres: psycopg.Connection, value: timedelta) -> None:
    row = postgres.execute("select %s::interval = %s::interval", (sent(value), value)).fetchone()
    assert row == (True,)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36, seconds=1, microseconds=5), "1 day 12 hours 1 second 5 microseconds"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(microseconds=1), "1 microsecond"),
        (relativedelta(months=1), "1 month"),
        (relativedelta(years=1, months=2), "1 year 2 months"),
        (relativedelta(months=14), "1 year 2 months"),
        (relativedelta(weeks=2), "14 days"),
        (relativedelta(days=45), "45 days"),
        (relativedelta(months=1, days=3, hours=25), "1 month 4 days 1 hour"),
        (fractions(days=1.5), "1 day 12 hours"),
        (fractions(hours=0.5), "30 minutes"),
        (fractions(seconds=0.25), "250000 microseconds"),
        (relativedelta(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
         "2 months"),
    ],
)  # fmt: skip
def test_lengths_of_time_in_words(value: Any, words: str) -> None:
    assert sent(value) == words


@pytest.mark.parametrize(
    "value",
    [
        timedelta(0),
        timedelta(days=-1),
        timedelta(microseconds=-1),
        timedelta.min,
        relativedelta(),
        relativedelta(days=-1),
        relativedelta(months=-1),
        relativedelta(months=1, days=-1),
        relativedelta(years=1, hours=-1),
        fractions(seconds=1e-9),
    ],
)
def test_no_length_of_time(value: Any) -> None:
    with rejected("interval", "must be longer than zero") as client:
        client.user.schedule.upsert("s", "u", interval=value)


@pytest.mark.parametrize(
    "value",
    [
        relativedelta(day=1),
        relativedelta(year=2027, months=1),
        relativedelta(hour=0, days=1),
        relativedelta(weekday=MO, days=1),
        relativedelta(leapdays=1, days=1),
        relativedelta(microsecond=0, days=1),
    ],
)
def test_a_point_in_time_is_no_length(value: relativedelta) -> None:
    with rejected("interval", "must be relative: use years=1, not year=1") as client:
        client.user.schedule.upsert("s", "u", interval=value)


@pytest.mark.parametrize("days", [float("nan"), float("inf"), float("-inf")])
def test_a_length_of_no_number(days: float) -> None:
    with rejected("interval", "is not a finite interval") as client:
        client.user.schedule.upsert("s", "u", interval=fractions(days=days))


@pytest.mark.parametrize(
    "value", [timedelta.max, relativedelta(years=10_001), relativedelta(days=10**30)]
)
def test_a_length_without_end(value: Any) -> None:
    with rejected("interval", "is longer than 10,000 years") as client:
        client.user.schedule.upsert("s", "u", interval=value)


small = st.integers(0, 400)


@fixed
@given(st.tuples(small, small, small, small, small).filter(any))
@pytest.mark.slow
def test_months_stay_months(postgres: psycopg.Connection, parts: tuple[int, ...]) -> None:
    years, months, days, hours, seconds = parts
    value = relativedelta(years=years, months=months, days=days, hours=hours, seconds=seconds)
    row = postgres.execute(
        "select %s::interval::text = make_interval(years => %s, months => %s, days => %s,"
        " hours => %s, mins => %s, secs => %s)::text",
        (interval(value, "interval"), value.years, value.months, value.days, value.hours,
         value.minutes, value.seconds),
    ).fetchone()  # fmt: skip
    assert row == (True,)
