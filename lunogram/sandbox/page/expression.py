"""Python expressions, set on as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH = 80
_INDENT = "    "


@dataclass(frozen=True)
class Written:
    """Something in brackets: a call, a list, a tuple, a dict; each part with what leads it in."""

    opening: str
    parts: Sequence[tuple[str, Expression]]
    closing: str


Expression = str | Written
"""What is written as it is, or in brackets."""


def call(name: str, /, *given: Expression, **named: Expression | None) -> Written:
    """Call `name`; what is None is left out."""
    parts = [("", each) for each in given]
    parts += [(f"{key}=", value) for key, value in named.items() if value is not None]
    return Written(f"{name}(", parts, ")")


def several(items: Sequence[Expression]) -> Written:
    """Write a list."""
    return Written("[", [("", item) for item in items], "]")


def pair(one: Expression, other: Expression) -> Written:
    """Write a tuple of two."""
    return Written("(", [("", one), ("", other)], ")")


def literal(value: Any) -> Expression:
    """Write what JSON can hold."""
    if isinstance(value, Mapping):
        return Written(
            "{", [(f"{_text(key)}: ", literal(each)) for key, each in value.items()], "}"
        )
    if isinstance(value, list):
        return several([literal(each) for each in value])
    if isinstance(value, Decimal):
        return repr(float(value))
    return _text(value) if isinstance(value, str) else repr(value)


def in_lines(expression: Expression) -> str:
    """Set an expression on one line if it fits, or else each part on its own."""
    return "\n".join(_lines(expression, "", "", ""))


def _text(value: str) -> str:
    """Write text in double quotes, as everybody does, with what is not seen escaped."""
    written = repr(value)
    if written.startswith('"'):
        return written
    inner = written[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{inner}"'


def _flat(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    parts = ", ".join(lead + _flat(part) for lead, part in expression.parts)
    return expression.opening + parts + expression.closing


def _lines(expression: Expression, indent: str, lead: str, trail: str) -> Iterator[str]:
    flat = indent + lead + _flat(expression) + trail
    if isinstance(expression, str) or len(flat) <= WIDTH or not expression.parts:
        yield flat
        return
    yield indent + lead + expression.opening
    if len(expression.parts) == 1 and not expression.parts[0][0] and _hugs(expression):
        yield from _lines(expression.parts[0][1], indent + _INDENT, "", "")
    else:
        for inner, part in expression.parts:
            yield from _lines(part, indent + _INDENT, inner, ",")
    yield indent + expression.closing + trail


def _hugs(expression: Written) -> bool:
    """Whether a single part goes without a comma: that of a call."""
    return expression.opening.endswith("(") and len(expression.opening) > 1
