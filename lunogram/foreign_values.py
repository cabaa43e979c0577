"""Values of other libraries: arrays and models, known by what they can do. None is imported."""

from __future__ import annotations

from os import PathLike
from typing import Any

_TIMES = ("m", "M")
"""The kinds of numpy's times, which have no zone."""


def is_array(cls: type) -> bool:
    """Whether a class is an array or a scalar of numpy, or has the same methods (pandas, jax).

    Args:
        cls: The class of a value.
    """
    return hasattr(cls, "dtype") and hasattr(cls, "tolist")


def has_times(value: Any) -> bool:
    """Whether an array holds times of numpy, which have no zone.

    Args:
        value: A value of which `is_array` is true.
    """
    return getattr(value.dtype, "kind", "") in _TIMES and getattr(value.dtype, "tz", None) is None


def is_model(cls: type) -> bool:
    """Whether a class is a model of pydantic or a struct of msgspec.

    Args:
        cls: The class of a value.
    """
    return hasattr(cls, "model_dump") or hasattr(cls, "__struct_fields__")


def from_model(value: Any) -> dict[str, Any]:
    """The fields of a model, by the names that its library writes.

    Args:
        value: A value of which `is_model` is true.
    """
    if hasattr(value, "model_dump"):
        dumped: dict[str, Any] = value.model_dump()
        return dumped
    names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
    fields = {name: getattr(value, field) for name, field in names}
    return {name: item for name, item in fields.items() if type(item).__name__ != "UnsetType"}


def hint_of(value: Any) -> str:
    """What to do with a value that JSON can't represent, or an empty string.

    Args:
        value: The value.
    """
    if isinstance(value, set | frozenset):
        return "; pass a list, such as sorted(…)"
    if isinstance(value, bytes | bytearray | memoryview):
        return "; decode it, or pass it as base64 text"
    if isinstance(value, PathLike):
        return "; pass str(path)"
    return ""
