"""Python's own values on their way to JSON: what they become, and what is rejected and where."""

from __future__ import annotations

import collections
import dataclasses
import json
import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag, StrEnum
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lunogram import Event, ValidationError, values
from lunogram.values import encode, json_object, json_value, moment
from tests.calls.recorder import Recorder, rejected

fixed = settings(derandomize=True, max_examples=200)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = (
    st.integers(-(2**1000), 2**1000) | st.floats(allow_nan=False, allow_infinity=False)
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


def sent(value: Any) -> Any:
    """What is read at the other end."""
    return json.loads(encode(json_value(value, "data")))


@fixed
@given(json_values)
@pytest.mark.slow
def test_json_comes_out_as_it_went_in(value: Any) -> None:
    assert json.dumps(sent(value)) == json.dumps(value)  # this way, 1 and 1.0 and True differ


@fixed
@given(json_values)
@pytest.mark.slow
def test_the_encoder_that_is_kept_writes_what_any_other_does(value: Any) -> None:
    assert encode(value).decode() == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_an_interpreter_without_an_encoder_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    assert values._encoder()({"é": [1, "x"]}) == '{"é":[1,"x"]}'


class Plan(Enum):
    PRO = "pro"
    TRIAL = 14
    BOTH = ("pro", 14)


class Colour(StrEnum):
    RED = "red"


class OldColour(str, Enum):  # noqa: UP042 - the old way is still used
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Rights(IntFlag):
    READ = 1
    WRITE = 2


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not what it holds"


class Whole(int):
    def __repr__(self) -> str:
        return "whole"


class Real(float):
    def __repr__(self) -> str:
        return "real"


class Moment(datetime):
    pass


class Point(NamedTuple):
    x: int
    y: int


@attrs.frozen
class Line:
    sku: str
    price: Decimal
    bought: datetime


@dataclasses.dataclass
class Order:
    id: UUID
    lines: list[Line]
    shipped: date | None = None


class Slotted:
    __slots__ = ()


ID = UUID("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d")
NOON = datetime(2026, 7, 1, 12, 0, 0, 250, tzinfo=UTC)
VALUES: list[tuple[Any, Any]] = [
    (NOON, "2026-07-01T12:00:00.000250Z"),
    (datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London")), "2026-07-01T12:00:00+01:00"),
    (datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("UTC")), "2026-07-01T12:00:00Z"),
    (datetime(2026, 7, 1, tzinfo=timezone(timedelta(hours=-9.5))), "2026-07-01T00:00:00-09:30"),
    # Amsterdam's own time until 1937 was 19 minutes and 32 seconds ahead.
    (datetime(1900, 1, 1, tzinfo=ZoneInfo("Europe/Amsterdam")), None),
    (datetime(1850, 1, 1, 12, tzinfo=timezone(timedelta(seconds=1172))), "1850-01-01T11:40:28Z"),
    (datetime(2026, 1, 1, tzinfo=timezone(timedelta(microseconds=-1))),
     "2026-01-01T00:00:00.000001Z"),
    (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "0001-01-01T00:00:00+14:00"),
    (Moment(2026, 7, 1, tzinfo=UTC), "2026-07-01T00:00:00Z"),
    (date(2026, 7, 1), "2026-07-01"),
    (ID, str(ID)),
    (Decimal("99.99"), 99.99),
    (Decimal("3.00"), 3),
    (Decimal("-0"), 0),
    (Decimal("1E+3"), 1000),
    (Decimal("1E+308"), 10**308),
    (Decimal("1E-400"), 0.0),
    (Decimal("1E-999999"), 0.0),
    (Decimal(12345678901234567890123), 12345678901234567890123),
    (Decimal("0.1234567890123456789012345678901234567890"), 0.12345678901234568),
    (Plan.PRO, "pro"),
    (Plan.TRIAL, 14),
    (Plan.BOTH, ["pro", 14]),
    (Colour.RED, "red"),
    (OldColour.RED, "red"),
    (Level.HIGH, 3),
    (Rights.READ | Rights.WRITE, 3),
    (Text("held"), "held"),
    (Whole(7), 7),
    (Real(1.5), 1.5),
    (True, True),
    ((1, (2,)), [1, [2]]),
    (Point(1, 2), [1, 2]),
    (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (collections.defaultdict(int, a=1), {"a": 1}),
    (MappingProxyType({"a": NOON}), {"a": "2026-07-01T12:00:00.000250Z"}),
    (collections.ChainMap({"a": 1}, {"b": 2}), {"b": 2, "a": 1}),
    ({Colour.RED: 1, OldColour.RED.name: 2, Text("k"): 3}, {"red": 1, "RED": 2, "k": 3}),
    (2**1024 - 1, 2**1024 - 1),
    (Order(ID, [Line("a", Decimal("9.5"), NOON)]),
     {"id": str(ID), "lines": [{"sku": "a", "price": 9.5, "bought": "2026-07-01T12:00:00.000250Z"}],
      "shipped": None}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=range(len(VALUES)))
def test_python_values(value: Any, expected: Any) -> None:
    got = sent({"deep": [value]})["deep"][0]
    if expected is None:
        assert datetime.fromisoformat(got) == value
    else:
        assert (got, type(got)) == (expected, type(expected))


@fixed
@given(st.datetimes(timezones=st.timezones()))
@pytest.mark.slow
def test_any_moment_stays_that_moment_in_rfc_3339(value: datetime) -> None:
    try:
        got = sent(value)
    except ValidationError:  # at the ends of the calendar, some are outside it in UTC
        assert value.year in (1, 9999)
        return
    # Differences, for to Python the two 1:30s of a night in autumn equal nothing elsewhere.
    assert datetime.fromisoformat(got) - NOON == value - NOON
    assert got.endswith("Z") or got[-6] in "+-"
    assert moment(got, "at") - NOON == value - NOON


class Unequal:
    def __eq__(self, other: object) -> bool:
        raise AssertionError

    __hash__ = None  # type: ignore[assignment]


class Array:
    """Like numpy's: comparing gives an array, which has no truth."""

    dtype = "float64"

    def __eq__(self, other: object) -> Any:
        return self

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")

    def __iter__(self) -> Any:
        return iter([1.0])

    def __float__(self) -> float:
        return 1.0


@attrs.define
class Unset:
    value: int = attrs.field(init=False)


@dataclasses.dataclass
class AlsoUnset:
    value: int = dataclasses.field(init=False)


REFUSED: list[tuple[Any, str]] = [
    (float("nan"), "is not a finite number"),
    (float("inf"), "is not a finite number"),
    (Real("-inf"), "is not a finite number"),
    (Decimal("NaN"), "is not a finite number"),
    (Decimal("sNaN"), "is not a finite number"),
    (Decimal("-Infinity"), "is not a finite number"),
    (Decimal("1E+309"), "is too large a number"),
    (Decimal("1E+999999999"), "is too large a number"),
    (Decimal("9.9E+308"), "is too large a number"),
    (Decimal("9" * 309 + ".5"), "is too large a number"),
    (Decimal(2**1024 - 1) + Decimal("0.5"), "is too large a number"),
    (10**5000, "is too large a number"),
    (-(2**1024), "is too large a number"),
    (Whole(2**1024), "is too large a number"),
    (datetime(2026, 1, 1), "is a datetime without a time zone"),  # noqa: DTZ001 - the invalid value
    (datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=1172))), "is outside the years 1 to 9999"),
    (
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(seconds=-1172))),
        "is outside the years 1 to 9999",
    ),
    (time(12, tzinfo=UTC), "is of type time"),
    (timedelta(1), "is of type timedelta"),
    ({1, 2}, "is of type set"),
    (frozenset(), "is of type frozenset"),
    (b"bytes", "is of type bytes"),
    (bytearray(), "is of type bytearray"),
    (1j, "is of type complex"),
    (Fraction(1, 3), "is of type Fraction"),
    (len, "is of type builtin_function_or_method"),
    (lambda: 1, "is of type function"),
    (Order, "is a class"),
    (Plan, "is a class"),
    (int, "is a class"),
    (object(), "is of type object"),
    (Slotted(), "is of type Slotted"),
    (SimpleNamespace(a=1), "is of type SimpleNamespace"),
    (range(3), "is of type range"),
    (iter([]), "is of type list_iterator"),
    ({}.keys(), "is of type dict_keys"),
    (collections.deque([1]), "is of type deque"),
    (Array(), "is of type Array"),
    (Unequal(), "is of type Unequal"),
    (random, "is of type module"),
    (ValueError("x"), "is of type ValueError"),
    (Unset(), "has a field that is not set"),
    (AlsoUnset(), "has a field that is not set"),
    ("nul\0", "contains a NUL character"),
    ("\ud800", "contains a lone surrogate"),
    (Text("\udfff"), "contains a lone surrogate"),
    ({1: 2}, "has a key of type int; keys of JSON objects must be strings"),
    ({None: 2}, "has a key of type NoneType"),
    ({("a",): 2}, "has a key of type tuple"),
    ({b"a": 2}, "has a key of type bytes"),
    ({Level.HIGH: 2}, "has a key of type Level"),
]


@pytest.mark.parametrize(("value", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_json_cannot_hold_is_rejected_by_path(value: Any, words: str) -> None:
    with rejected("events[1].data.lines[2].price", words) as client:
        lines = [0, 1, {"price": value}]
        client.user.events.post([Event("e", "u"), Event("e", "u", data={"lines": lines})])


def test_a_place_inside_instances_and_tuples() -> None:
    order = Order(ID, [Line("a", Decimal("NaN"), NOON)])
    with rejected("data.order[0].lines[0].price") as client:
        client.user.upsert("u", data={"order": (order,)})


@pytest.mark.parametrize(
    ("key", "place"), [("a\0", "data."), ("\ud800", "data."), ("new\nline", "data.new line")]
)
def test_a_place_with_an_odd_name_is_still_one_line_of_text(key: str, place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        json_value({key: float("nan")}, "data")
    assert str(caught.value).startswith(place)
    assert str(caught.value).isprintable()
    str(caught.value).encode()


def test_a_place_is_never_endless() -> None:
    with pytest.raises(ValidationError) as caught:
        json_value({"k" * 10**6: {"k" * 10**6: float("nan")}}, "data")
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("kind", [dict, list, tuple])
def test_what_is_nested_too_deeply_is_rejected(kind: type) -> None:
    deep: Any = 1
    for _ in range(20_000):
        deep = {"a": deep} if kind is dict else kind([deep])
    with rejected("data", "is nested too deeply, or contains itself") as client:
        client.user.upsert("u", data={"deep": deep})


def test_what_contains_itself_is_rejected() -> None:
    data: dict[str, Any] = {}
    data["self"] = [data]
    order = Order(ID, [])
    order.lines.append(order)  # type: ignore[arg-type]
    for circular in (data, {"order": order}):
        with rejected("data", "contains itself") as client:
            client.user.upsert("u", data=circular)


@pytest.mark.parametrize("levels", [50, 400, 460, 480, 500, 600])
def test_at_every_depth_it_is_sent_or_rejected(levels: int) -> None:
    deep: Any = 1
    for _ in range(levels):
        deep = {"a": deep}
    try:
        Recorder().client().user.upsert("u", data=deep)
    except ValidationError as error:
        assert error.field == "data"  # noqa: PT017 - it may also be sent


def test_the_same_thing_twice_is_not_circular() -> None:
    address = {"city": "Delft"}
    assert sent({"home": address, "work": address}) == {"home": address, "work": address}


@pytest.mark.parametrize("value", [[], "x", 5, None, True, (), Plan.BOTH, ID, NOON])
def test_an_object_is_wanted(value: Any) -> None:
    with pytest.raises(ValidationError, match="must be a mapping") as caught:
        json_object(value, "data")
    assert caught.value.field == "data"


@pytest.mark.parametrize("value", [{}, Order(ID, []), Line("a", Decimal(1), NOON), Event("e")])
def test_an_object_may_be_an_instance(value: Any) -> None:
    assert isinstance(json_object(value, "data"), dict)


MARKER = "marker_4711_secret"
UNFIT = [
    Decimal("NaN"), float("nan"), b"x", {1}, 1j, "\0", "\ud800", datetime(2026, 1, 1),  # noqa: DTZ001
    object(), {5: 1},
]  # fmt: skip
marked = st.recursive(
    st.just(MARKER) | st.sampled_from(UNFIT) | st.just(f"{MARKER}\0") | st.just(MARKER.encode()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)


@fixed
@given(marked)
def test_no_value_is_in_an_error(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        json_value([MARKER, value, MARKER, {"x": MARKER, "y": float("inf")}], "data")
    assert MARKER not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert caught.value.__cause__ is None


UPSERTS: list[Mapping[str, Any]] = [
    {"email": MARKER},
    {"email": f"{MARKER} <{MARKER}@example.com>"},
    {"phone": MARKER},
    {"timezone": MARKER},
    {"locale": MARKER},
    {"data": MARKER},
    {"data": [MARKER]},
    {"data": {"a": MARKER, "b": {MARKER}}},
    {"email": [MARKER]},
]


@pytest.mark.parametrize("fields", UPSERTS)
def test_no_field_of_a_user_is_in_an_error(fields: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Recorder().client().user.upsert("u", **fields)
    assert MARKER not in f"{caught.value} {caught.value!r} {vars(caught.value)}"
