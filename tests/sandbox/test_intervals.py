"""The sandbox's intervals, against PostgreSQL's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lunogram.sandbox.intervals import Interval, InvalidInterval, parse
from lunogram.sandbox.occurrences import next_occurrence
from tests.support.services import postgres

UNITS = st.sampled_from(
    [
        "us",
        "usec",
        "microseconds",
        "ms",
        "msec",
        "milliseconds",
        "s",
        "sec",
        "seconds",
        "m",
        "min",
        "minutes",
        "h",
        "hr",
        "hours",
        "d",
        "day",
        "days",
        "w",
        "weeks",
        "mon",
        "mons",
        "month",
        "months",
        "y",
        "yr",
        "year",
        "years",
        "dec",
        "decades",
        "c",
        "century",
        "centuries",
        "mil",
        "millennium",
        "ago",
        "DAYS",
        "fortnight",
        "foo",
    ]
)
NUMBERS = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "7",
        "24",
        "100",
        "2147483647",
        "99999999999",
        "-1",
        "+3",
        "1.5",
        "-2.5",
        ".5",
        "0.1",
        "1.000001",
        "2.25",
        "1-2",
        "-1-3",
        "1-12",
        "10:20",
        "-10:20",
        "1:02:03",
        "-1:02:03.5",
        "04:05.6",
        "24:00:00",
        "1:60",
        "1:59:60",
        "1:2:3:4",
        "1/2",
        "1.2.3",
    ]
)
SPACE = st.sampled_from(["", " ", "  ", ", "])
VERBOSE = st.builds(
    lambda start, parts, end: start + "".join(map("".join, parts)) + end,
    st.sampled_from(["", "@ ", " "]),
    st.lists(st.tuples(NUMBERS, SPACE, UNITS | st.just(""), SPACE), max_size=3),
    st.sampled_from(["", "ago", " ago"]),
)
ISO_NUMBERS = st.sampled_from(["0", "1", "7", "-3", "1.5", "-0.5", ".25", "04", "x", ""])
DATES = st.lists(st.tuples(ISO_NUMBERS, st.sampled_from("YMWDH")), max_size=3)
TIMES = st.lists(st.tuples(ISO_NUMBERS, st.sampled_from("HMSD")), max_size=3)
ISO = st.builds(
    lambda start, date, middle, time: start + date + middle + time,
    st.sampled_from(["P", "P", "P", "p", "-P"]),
    DATES.map(lambda parts: "".join(map("".join, parts)))
    | st.sampled_from(["0001-02-03", "00010203", "1", "1-2", "1-2-3-4", "0001-02-03.5"]),
    st.sampled_from(["", "T"]),
    TIMES.map(lambda parts: "".join(map("".join, parts)))
    | st.sampled_from(["04:05:06", "040506", "4", "04:05", "04:05:06.789"]),
)
SOUP = st.text("0123456789-+.:/ ,dhmsyPTWYMDH@agoneck", max_size=9)
STARTS = st.datetimes(
    datetime(1999, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    datetime(2040, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
) | st.sampled_from([datetime(2024, 2, 29, tzinfo=UTC), datetime(2026, 1, 31, 9, tzinfo=UTC)])

QUESTION = """
SELECT extract(year FROM i) * 12 + extract(month FROM i), extract(day FROM i),
    extract(hour FROM i) * 3600000000 + extract(minute FROM i) * 60000000
        + extract(microseconds FROM i)
FROM (SELECT %s::interval AS i) AS question
"""


@pytest.fixture(scope="module")
def database() -> Iterator[psycopg.Connection]:
    with postgres() as connection:
        connection.execute("SET timezone TO 'UTC'")
        yield connection


def theirs(database: psycopg.Connection, text: str) -> Interval | None:
    """Read an interval as PostgreSQL does."""
    try:
        row = database.execute(QUESTION, (text,)).fetchone()
    except (psycopg.errors.DataError, psycopg.errors.SyntaxError):
        return None
    assert row
    return Interval(*map(int, row))


def ours(text: str) -> Interval | None:
    """Read an interval as the sandbox does."""
    try:
        return parse(text)
    except InvalidInterval:
        return None


@given(VERBOSE | ISO | SOUP)
@example("24h")
@example("7 days")
@example("1 month")
@example("P7D")
@example("1 year 2 mons")
@example("1 day 02:00:00")
@example("@ 1 day")
@example("P1Y2M3DT4H5M6S")
@example("-1 day +02:00:00")
@example("1 mon -29 days")
@example("")
@example("day")
@example("1h30m")
@example("1hour30")
@example("1d2h3m4s")
@example("1.5 months")
@example("one day")
@example("1\tday\n2 hours")
@settings(max_examples=3000, deadline=None)
def test_they_are_read_as_postgresql_reads_them(database: psycopg.Connection, text: str) -> None:
    assert ours(text) == theirs(database, text)


@given(st.text(max_size=12))
@settings(max_examples=500, deadline=None)
def test_any_text_is_an_interval_or_is_rejected(text: str) -> None:
    ours(text)


@given(STARTS, st.integers(-20, 40), st.integers(-40, 400), st.integers(-(10**12), 10**13))
@settings(max_examples=500, deadline=None)
def test_they_are_added_as_postgresql_adds_them(
    database: psycopg.Connection, start: datetime, months: int, days: int, microseconds: int
) -> None:
    question = "SELECT %s + make_interval(months => %s, days => %s) + %s * interval '1 microsecond'"
    row = database.execute(question, (start, months, days, microseconds)).fetchone()
    assert row
    assert Interval(months, days, microseconds).after(start) == row[0]


@given(STARTS, st.integers(0, 14), st.integers(0, 40), st.integers(0, 10**12))
@settings(max_examples=300, deadline=None)
def test_the_next_time_is_the_first_after_now(
    start: datetime, months: int, days: int, seconds: int
) -> None:
    interval = Interval(months, days, seconds)
    if not interval.is_positive():
        return
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    times, written = next_occurrence(interval, start.isoformat(), now.isoformat())
    assert written
    fires = datetime.fromisoformat(written)
    assert fires == interval.after(start, times) > now
    assert times == 1 or interval.after(start, times - 1) <= now


@pytest.mark.parametrize("text", ["1" * 5000, "P" + "1" * 300_000, "1 day " * 50_000])
def test_a_long_text_is_rejected_at_once(text: str) -> None:
    with pytest.raises(InvalidInterval):
        parse(text)


def test_beyond_the_end_of_time_nothing_fires() -> None:
    now = datetime.now(UTC)
    assert next_occurrence(Interval(months=108_000), now.isoformat(), now.isoformat()) == (0, None)


def test_a_month_of_the_31st_comes_back_to_the_31st() -> None:
    start = datetime(2026, 1, 31, tzinfo=UTC)
    fires = [Interval(months=1).after(start, times) for times in (1, 2, 3)]
    assert [each.day for each in fires] == [28, 31, 30]
    assert Interval(days=1).after(start) - start == timedelta(days=1)
