"""A stream of the elements of a JSON array of any size, as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from .errors import SourceError
from .text_file import LONGEST_LINE

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|[^\s\[\]{},:"]+|"', re.DOTALL)
_SPACE = " \t\r\n\ufeff"


class JSONStream:
    """A JSON document that is an array, or an object with an array of rows in it."""

    def __init__(self, pieces: Iterator[str], what: str) -> None:
        """Start at the beginning.

        Args:
            pieces: The text, in pieces of any size.
            what: Its name in errors.
        """
        self._pieces = pieces
        self._what = what
        self._text = ""
        self._at = 0
        self._line = 1

    def elements(self, names: Collection[str]) -> Iterator[str]:
        """The text of each element.

        Args:
            names: The names of the array, if it is in an object.

        Raises:
            SourceError: If there is none, or it is not valid.
        """
        if self._next() == "{":
            if not self._find_array(names):
                raise self._error(f"has no array of rows, such as {', '.join(list(names)[:3])}")
            yield from self._array()
            return
        if self._next() != "[":
            raise self._error("starts with neither an array nor an object")
        yield from self._array()
        if self._next():
            raise self._error("has content after the end of its array")

    def objects(self) -> Iterator[str]:
        """The text of each of several objects that follow each other.

        Raises:
            SourceError: If one is not valid.
        """
        while self._next():
            yield self._value()

    def has_objects(self, names: Collection[str]) -> bool:
        """Whether it starts with an object without an array in it.

        Args:
            names: The names of the array.
        """
        return self._next() == "{" and not self._find_array(names)

    def _find_array(self, names: Collection[str]) -> bool:
        self._take("{")
        while self._next() == '"':
            name = self._value().strip('"')
            self._take(":")
            if name in names and self._next() == "[":
                return True
            self._value()
            if self._next() == ",":
                self._take(",")
        return False

    def _array(self) -> Iterator[str]:
        self._take("[")
        if self._next() == "]":
            self._take("]")
            return
        while True:
            yield self._value()
            if self._next() == "]":
                self._take("]")
                return
            self._take(",")

    # -- text -------------------------------------------------------------------------------------

    def _next(self) -> str:
        """The next character that is no space; nothing at the end."""
        while True:
            while self._at < len(self._text) and (found := self._text[self._at]) in _SPACE:
                self._line += found == "\n"
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> None:
        found = self._next()
        if found != sign:
            fault = "ends too early" if not found else f"lacks a {sign!r}"
            raise self._error(fault)
        self._at += 1

    def _value(self) -> str:
        """The text of a value, whether it is valid or not."""
        if self._next() in ("]", "}", ",", ":"):
            raise self._error("lacks a value, for example after a trailing comma")
        while (end := self._end()) is None:
            if len(self._text) - self._at > LONGEST_LINE:
                raise self._error(f"has a value longer than {LONGEST_LINE:,} characters")
            if not self._more():
                raise self._error("ends too early, in the middle of a value")
        value = self._text[self._at : end]
        self._line += value.count("\n")
        self._at = end
        return value

    def _end(self) -> int | None:
        """The end of the value that begins here, or None if more of it must follow."""
        depth = 0
        for match in _TOKEN.finditer(self._text, self._at):
            found = match[0]
            if found == '"':  # of a text whose end is not there yet
                return None
            depth += (found in ("[", "{")) - (found in ("]", "}"))
            if depth <= 0:
                # A number or a word at the very end may go on.
                return match.end() if match.end() < len(self._text) or found[0] in '"]}' else None
        return None

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _error(self, fault: str) -> SourceError:
        return SourceError(f"{self._what}: line {self._line} {fault}")
