"""The sandbox's containment, against PostgreSQL's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from lunogram.sandbox.containment import contains
from lunogram.sandbox.request_parser import read_json
from tests.support.services import postgres

# Few values, so that equal ones meet often; some that only look equal.
SCALARS = st.sampled_from(
    [None, True, False, 0, 1, 2, -1, 1.0, 1.5, 10**20, 1e20, "", "1", "true", "null", "a", "A", "é"]
)
KEYS = st.sampled_from(["a", "b", "A", "", "é"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@st.composite
def part_of(draw: st.DrawFn, value: Any) -> Any:
    """Draw something that a value may well contain."""
    if isinstance(value, dict):
        keys = draw(st.sets(st.sampled_from(sorted(value)))) if value else set()
        return {key: draw(part_of(value[key])) for key in keys}
    if isinstance(value, list) and value:
        chosen = draw(st.lists(st.sampled_from(range(len(value))), max_size=3))
        return [draw(part_of(value[place])) for place in chosen]
    return value


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw a value and what it might contain: a part of it, or anything."""
    value = draw(JSON)
    return value, draw(part_of(value) | JSON)


@pytest.fixture(scope="module")
def at() -> Iterator[Callable[[str, str], bool]]:
    """PostgreSQL's `@>`."""
    with postgres() as connection:

        def contained(value: str, part: str) -> bool:
            row = connection.execute("SELECT %s::jsonb @> %s::jsonb", (value, part)).fetchone()
            assert row
            return bool(row[0])

        yield contained


@given(pairs())
@example(([1], 1))
@example((1, [1]))
@example(([[1]], [1]))
@example(({"a": [1]}, {"a": 1}))
@example(([1, [2, 3]], [[3]]))
@example(([1], [1, 1, 1]))
@example(([], {}))
@example(({"a": None}, {"a": None}))
@example(({}, {"a": None}))
@example((True, 1))
@example(([1], True))
@settings(
    max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_agrees_with_postgresql(at: Callable[[str, str], bool], pair: tuple[Any, Any]) -> None:
    value, part = (json.dumps(each) for each in pair)
    assert contains(read_json(value), read_json(part)) is at(value, part)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(-3, 3))
def test_numbers_are_equal_by_value(number: Decimal, zeros: int) -> None:
    assume(abs(number) < 10**20)
    one, same = f"{number:f}", f"{number.scaleb(-zeros):f}e{zeros}"
    assert contains(read_json(f'{{"n": {one}}}'), read_json(f'{{"n": {same}}}'))


def test_the_database_is_the_one_that_is_meant(at: Callable[[str, str], bool]) -> None:
    assert at('{"a": 1}', "{}")
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        at("x", "y")
