"""Data of other libraries: models and arrays, of which none is imported by this package."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lunogram import ValidationError
from lunogram.values import json_object, json_value

MOMENT = datetime(2026, 1, 31, 9, tzinfo=UTC)


def test_a_model_of_pydantic() -> None:
    pydantic = pytest.importorskip("pydantic")
    line = pydantic.create_model("Line", sku=(str, ...))
    order = pydantic.create_model(
        "Order", total=(float, ...), at=(datetime, ...), lines=(list[Any], ...)
    )
    given = order(total=9.5, at=MOMENT, lines=[line(sku="a")])
    expected = {"total": 9.5, "at": "2026-01-31T09:00:00Z", "lines": [{"sku": "a"}]}
    assert json_object(given, "data") == expected
    assert json_object({"order": given}, "data") == {"order": expected}


def test_a_fault_in_a_model_has_its_path() -> None:
    pydantic = pytest.importorskip("pydantic")
    order = pydantic.create_model("Order", total=(float, ...))
    with pytest.raises(ValidationError, match=r"data\.order\.total: is not a finite number"):
        json_object({"order": order(total=float("nan"))}, "data")


def test_a_struct_of_msgspec() -> None:
    msgspec = pytest.importorskip("msgspec")
    order = msgspec.defstruct(
        "Order", ["total", "at", ("note", Any, msgspec.UNSET)], rename="upper"
    )
    expected = {"TOTAL": 9.5, "AT": "2026-01-31T09:00:00Z"}
    assert json_object(order(9.5, MOMENT), "data") == expected


def test_scalars_and_arrays_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    given = {
        "int": numpy.int64(5), "float": numpy.float32(0.5), "bool": numpy.bool_(True),
        "array": numpy.arange(4).reshape(2, 2), "text": numpy.str_("a"),
    }  # fmt: skip
    plain = json_object(given, "data")
    assert plain == {
        "int": 5, "float": 0.5, "bool": True, "array": [[0, 1], [2, 3]], "text": "a",
    }  # fmt: skip
    assert [type(plain[name]) for name in ("int", "float", "bool", "text")] == [
        int,
        float,
        bool,
        str,
    ]
    with pytest.raises(ValidationError, match=r"data\.a\[1\]: is not a finite number"):
        json_object({"a": numpy.array([1.0, numpy.nan])}, "data")
    for times in (numpy.datetime64("2026-01-31"), numpy.array(["2026-01-31"], "datetime64[ns]")):
        with pytest.raises(ValidationError, match="holds times of numpy, which have no zone"):
            json_value(times, "data")


def test_times_and_columns_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    assert json_value(pandas.Timestamp(MOMENT), "data") == "2026-01-31T09:00:00Z"
    assert json_value(pandas.Series([1, 2]), "data") == [1, 2]
    with pytest.raises(ValidationError, match="data: is not a time"):
        json_value(pandas.NaT, "data")
    with pytest.raises(ValidationError, match="without a time zone"):
        json_value(pandas.Timestamp("2026-01-31"), "data")


class Scalar:
    """A scalar as numpy has them, for where numpy is not installed."""

    dtype = "int64"

    def tolist(self) -> int:
        """The number."""
        return 5


class Missing(datetime):
    """A time that is none, as pandas has it."""

    def __ne__(self, _other: object) -> bool:
        return True


def test_values_with_the_same_methods() -> None:
    assert json_value([Scalar()], "data") == [5]
    with pytest.raises(ValidationError, match="data: is not a time"):
        json_value(Missing(2026, 1, 1, tzinfo=UTC), "data")


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({1}, r"is of type set, .*; pass a list, such as sorted\(…\)"),
        (frozenset(), "; pass a list"),
        (b"x", "; decode it, or pass it as base64 text"),
        (bytearray(b"x"), "; decode it"),
        (Path("a"), r"; pass str\(path\)"),
    ],
)
def test_what_to_do_with_the_rest(value: Any, hint: str) -> None:
    with pytest.raises(ValidationError, match=hint):
        json_value(value, "data")


def test_nothing_of_them_is_imported() -> None:
    code = """
import sys
import lunogram
from lunogram.values import json_object
json_object({"a": [1]}, "data")
assert not {"numpy", "pandas", "pydantic", "msgspec"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
