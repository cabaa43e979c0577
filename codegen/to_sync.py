"""The translator of async source to sync: code by tokens, docstrings and comments by patterns.

Code that the tables below can't translate belongs in a module that both variants import.
"""

import io
import re
import token
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from keyword import iskeyword

# The names that have another sync name. Any other AsyncSomething loses its Async.
NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "AbstractAsyncContextManager": "AbstractContextManager",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    # The generated endpoints and their client.
    "asyncio_detailed": "sync_detailed",
    "get_async_httpx_client": "get_httpx_client",
    # The folder itself, in absolute imports.
    "_async": "_sync",
}

# The sync equivalents of asyncio.NAME. An import of asyncio becomes an import of both modules, of
# which the formatter drops the unused one.
ASYNCIO = {"sleep": "time.sleep", "Lock": "threading.Lock", "Event": "threading.Event"}
ASYNCIO_IMPORTS = "threading, time"

# The replacements in docstrings, comments and other strings, in this order.
TEXT = (
    (r"(?m)^ *import asyncio\n+", ""),
    (r"\basyncio\.run\((.*)\)", r"\1"),
    (r"(?<=\w)\.asyncio\b", ".sync"),
    # Only before a call: "await the response" is prose.
    (r"\(await ([\w.]+\([^()]*\))\)", r"\1"),
    (r"\bawait (?=[\w.]+\()", ""),
    (r"\b([Aa])n (`*)async (?=(?:def|with|for)\b)", r"\1 \2"),
    (r"\basync (?=(?:def|with|for)\b)", ""),
    (r"\b([Aa])n async\b", r"\1 sync"),
    (r"\basync\b", "sync"),
    # An AsyncUser is a User, but an AsyncEngine is still an Engine.
    (r"\b([Aa])n (`*)Async(?=[B-DF-HJ-NP-Z])", r"\1 \2"),
    (r"\b(_?)Async(?=[A-Z])", r"\1"),
    (r"\b([Aa])n asynchronous\b", r"\1 synchronous"),
    (r"\basynchronous", "synchronous"),
    (r"\bAsynchronous", "Synchronous"),
    # Phrases that are true of one variant only.
    (r"\bbetween tasks\b", "between threads"),
    (r" and in another event loop\b", ""),
    *((rf"\b{name}\b", replacement) for name, replacement in NAMES.items()),
)

# Python 3.12 splits f-strings into tokens of their own.
TEXT_KINDS = {tokenize.STRING, tokenize.COMMENT, getattr(token, "FSTRING_MIDDLE", -1)}
LAYOUT_KINDS = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass
class Piece:
    """A token with the white space before it, and its replacement."""

    kind: int
    text: str
    gap: str
    written: str = field(init=False)

    def __post_init__(self) -> None:
        """Start with the text unchanged."""
        self.written = self.text

    @property
    def opens(self) -> bool:
        """Whether the piece is an opening bracket."""
        return self.kind == tokenize.OP and self.text in "([{"

    @property
    def closes(self) -> bool:
        """Whether the piece is a closing bracket."""
        return self.kind == tokenize.OP and self.text in ")]}"

    @property
    def ends_operand(self) -> bool:
        """Whether a bracket after the piece is a call or an index, and no grouping."""
        return self.closes or (self.kind == tokenize.NAME and not iskeyword(self.text))


def to_sync(source: str) -> str:
    """Translate a module. The code is valid, but not formatted."""
    pieces = list(split(source))
    for change in (rename, drop_keywords, unwrap_awaits, unwrap_awaitables, replace_asyncio):
        change(pieces)
    return "".join(piece.gap + piece.written for piece in pieces)


def text_to_sync(text: str) -> str:
    """Translate prose: a docstring, a comment, a message."""
    for pattern, replacement in TEXT:
        text = re.sub(pattern, replacement, text)
    return text


def split(source: str) -> Iterator[Piece]:
    """Split a module into pieces, whose concatenation is the module."""
    # The first and last pieces are empty, so that every token has neighbours.
    yield Piece(tokenize.NEWLINE, "", "")
    rows = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    done = 0
    for found in tokenize.generate_tokens(io.StringIO(source).readline):
        if found.type not in LAYOUT_KINDS:
            start, end = (rows[row - 1] + column for row, column in (found.start, found.end))
            yield Piece(found.type, source[start:end], source[done:start])
            done = end
    yield Piece(tokenize.ENDMARKER, "", source[done:])


def rename(pieces: list[Piece]) -> None:
    """Rename names, also in strings and comments."""
    for piece in pieces:
        if piece.kind in TEXT_KINDS:
            piece.written = text_to_sync(piece.text)
        elif piece.kind == tokenize.NAME:
            piece.written = NAMES.get(piece.text, re.sub(r"^(_?)Async(?=[A-Z])", r"\1", piece.text))


def drop_keywords(pieces: list[Piece]) -> None:
    """Drop every `async` and `await`."""
    for piece, following in pairwise(pieces):
        if piece.kind == tokenize.NAME and piece.text in {"async", "await"}:
            drop(piece, following)


def unwrap_awaits(pieces: list[Piece]) -> None:
    """Drop the parentheses of `(await f()).x`, which are redundant without the await."""
    for index, piece in enumerate(pieces):
        if piece.opens and piece.text == "(" and not pieces[index - 1].ends_operand:
            end = closing(pieces, index)
            if is_one_await(pieces[index + 1 : end]):
                drop(piece, pieces[index + 1])
                drop_end(pieces[end])


def is_one_await(inside: list[Piece]) -> bool:
    """Whether brackets contain `await` and one expression, with no operator except the dot."""
    depth = 0
    for piece in inside[1:]:
        depth -= piece.closes
        if depth == 0 and not (piece.opens or piece.ends_operand or piece.text == "."):
            return False
        depth += piece.opens
    return inside[0].text == "await" if inside else False


def unwrap_awaitables(pieces: list[Piece]) -> None:
    """Replace `Awaitable[X]` with `X`."""
    for index, piece in enumerate(pieces):
        if piece.text == "Awaitable" and pieces[index + 1].text == "[":
            drop(piece, pieces[index + 1])
            drop(pieces[index + 1], pieces[index + 2])
            drop_end(pieces[closing(pieces, index + 1)])


def replace_asyncio(pieces: list[Piece]) -> None:
    """Replace asyncio with its sync equivalent; fail if there is none."""
    for index, piece in enumerate(pieces):
        if piece.kind == tokenize.NAME and piece.text == "asyncio":
            before, dot, name = pieces[index - 1], pieces[index + 1], pieces[index + 2]
            if before.text == ".":
                piece.written = "sync"  # the function of a generated endpoint
            elif before.text == "import":
                piece.written = ASYNCIO_IMPORTS
            elif name.text in ASYNCIO:
                piece.written = ASYNCIO[name.text]
                drop(dot, name)
                drop_end(name)
            else:
                raise ValueError(
                    f"asyncio.{name.text} has no sync equivalent in {__name__}.ASYNCIO"
                )


def closing(pieces: list[Piece], opening: int) -> int:
    """Find the bracket that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(pieces)):
        depth += pieces[index].opens - pieces[index].closes
        if depth == 0:
            return index
    raise ValueError("a bracket is never closed")


def drop(piece: Piece, following: Piece) -> None:
    """Drop a piece, with the white space after it."""
    piece.written = following.gap = ""


def drop_end(piece: Piece) -> None:
    """Drop a closing piece, with the white space before it."""
    piece.written = piece.gap = ""
