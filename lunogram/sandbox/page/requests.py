"""The curl command and the JavaScript that would send a call, as plain HTTP requests."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from lunogram.sandbox.request_log import BODY_KEPT, Call

_CUT = f"The body is longer than the {BODY_KEPT:,} bytes of it that are kept."
_API = "/api"
_INEXACT = re.compile(r"[\d.]{16}|\d[eE][+-]?\d{3}|__proto__")
"""Digits beyond a double, and a key that JavaScript reads as something else."""


def in_curl(sent: Call) -> str:
    """Return the curl command that would send a call; empty for a call to Customer.io."""
    if not sent.path.startswith(f"{_API}/"):
        return ""
    if sent.request_bytes > BODY_KEPT:
        return f"# {_CUT}"
    parts = [
        f'curl -X {sent.method} "$LUNOGRAM_BASE_URL{_target(sent)}"',
        '-H "Authorization: Bearer $LUNOGRAM_API_KEY"',
    ]
    if sent.request:
        parts += ['-H "Content-Type: application/json"', f"--data-raw {_shell(sent.request)}"]
    return " \\\n  ".join(parts)


def in_javascript(sent: Call) -> str:
    """Return the JavaScript that would send a call; empty for a call to Customer.io."""
    if not sent.path.startswith(f"{_API}/"):
        return ""
    if sent.request_bytes > BODY_KEPT:
        return f"// {_CUT}"
    lines = [
        f"const response = await fetch(`${{process.env.LUNOGRAM_BASE_URL}}{_target(sent)}`, {{",
        f"  method: {_literal(sent.method)},",
        "  headers: {",
        "    Authorization: `Bearer ${process.env.LUNOGRAM_API_KEY}`,",
    ]
    if sent.request:
        lines += [
            '    "Content-Type": "application/json",',
            "  },",
            f"  body: {_body(sent.request)},",
        ]
    else:
        lines.append("  },")
    return "\n".join([*lines, "});", "console.log(response.status, await response.text());"])


def _target(sent: Call) -> str:
    """Return the path below the base URL and the query, without a character that has a meaning."""
    query = quote(sent.query, safe="=&%+-._~:,")
    return quote(sent.path.removeprefix(_API)) + (f"?{query}" if query else "")


def _shell(text: str) -> str:
    """Return a string for a shell, in which nothing invisible can hide."""
    if all(each.isprintable() or each == "\n" for each in text):
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(map(_shell_character, text)) + "'"


def _shell_character(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode(errors="replace"))


def _body(text: str) -> str:
    """Return the expression of a body: an object if JavaScript writes the same of it."""
    try:
        value = None if _INEXACT.search(text) else json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if value is None:
        return _literal(text)
    return f"JSON.stringify({_literal(value, indent=2)})".replace("\n", "\n  ")


def _literal(value: object, indent: int | None = None) -> str:
    """Return a literal; what can't be seen is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(
        each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text
    )
