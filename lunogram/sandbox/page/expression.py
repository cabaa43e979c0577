"""Python expressions, formatted on as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH = 80
_INDENT = "    "


@dataclass(frozen=True)
class Bracketed:
    """An expression in brackets: a call, a list, a tuple or a dict; each part with its prefix."""

    opening: str
    parts: Sequence[tuple[str, Expression]]
    closing: str


Expression = str | Bracketed
"""An expression: text as it is, or in brackets."""


def call(name: str, /, *given: Expression, **named: Expression | None) -> Bracketed:
    """Return a call of `name`; arguments that are None are omitted."""
    parts = [("", each) for each in given]
    parts += [(f"{key}=", value) for key, value in named.items() if value is not None]
    return Bracketed(f"{name}(", parts, ")")


def several(items: Sequence[Expression]) -> Bracketed:
    """Return a list."""
    return Bracketed("[", [("", item) for item in items], "]")


def pair(one: Expression, other: Expression) -> Bracketed:
    """Return a tuple of two."""
    return Bracketed("(", [("", one), ("", other)], ")")


def literal(value: Any) -> Expression:
    """Return a literal for a JSON value."""
    if isinstance(value, Mapping):
        return Bracketed(
            "{", [(f"{_text(key)}: ", literal(each)) for key, each in value.items()], "}"
        )
    if isinstance(value, list):
        return several([literal(each) for each in value])
    if isinstance(value, Decimal):
        return repr(float(value))
    return _text(value) if isinstance(value, str) else repr(value)


def in_lines(expression: Expression) -> str:
    """Format an expression on one line if it fits, or else each part on its own."""
    return "\n".join(_lines(expression, "", "", ""))


def _text(value: str) -> str:
    """Return a string literal in double quotes, with unprintable characters escaped."""
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


def _hugs(expression: Bracketed) -> bool:
    """Return whether a single part goes without a comma: that of a call."""
    return expression.opening.endswith("(") and len(expression.opening) > 1
