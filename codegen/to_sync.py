"""Turn async source into sync source: code by its tokens, docstrings and comments by patterns.

The tables come first; they are all there is to know. What they can't say does not belong in async
source that is to be derived: it goes into a module that both sides stand on.
"""

import io
import re
import token
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from keyword import iskeyword

# Names that are spelt differently. Any other AsyncSomething just loses its Async.
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

# What asyncio.NAME is without asyncio. Both modules are imported in its place, and the one that
# stays unused is dropped when the output is tidied.
ASYNCIO = {"sleep": "time.sleep", "Lock": "threading.Lock", "Event": "threading.Event"}
ASYNCIO_IMPORTS = "threading, time"

# Spelling in docstrings, comments and other strings, in this order.
TEXT = (
    (r"(?m)^ *import asyncio\n+", ""),
    (r"\basyncio\.run\((.*)\)", r"\1"),
    (r"(?<=\w)\.asyncio\b", ".sync"),
    # Only before a call: "await the answer" is prose.
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
    # What is only true of one side.
    (r"\bbetween tasks\b", "between threads"),
    (r" and in another event loop\b", ""),
    *((rf"\b{name}\b", replacement) for name, replacement in NAMES.items()),
)

# Python 3.12 splits f-strings into tokens of their own.
TEXT_KINDS = {tokenize.STRING, tokenize.COMMENT, getattr(token, "FSTRING_MIDDLE", -1)}
LAYOUT_KINDS = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass
class Piece:
    """A token with the blank space before it, and what is written in its place."""

    kind: int
    text: str
    gap: str
    written: str = field(init=False)

    def __post_init__(self) -> None:
        """Stay what it is until something changes it."""
        self.written = self.text

    @property
    def opens(self) -> bool:
        """Tell whether it is an opening bracket."""
        return self.kind == tokenize.OP and self.text in "([{"

    @property
    def closes(self) -> bool:
        """Tell whether it is a closing bracket."""
        return self.kind == tokenize.OP and self.text in ")]}"

    @property
    def ends_operand(self) -> bool:
        """Tell whether a bracket after it calls or indexes it, rather than groups."""
        return self.closes or (self.kind == tokenize.NAME and not iskeyword(self.text))


def to_sync(source: str) -> str:
    """Translate a module. The result is right, but wants tidying."""
    pieces = list(split(source))
    for change in (rename, drop_keywords, unwrap_awaits, unwrap_awaitables, replace_asyncio):
        change(pieces)
    return "".join(piece.gap + piece.written for piece in pieces)


def text_to_sync(text: str) -> str:
    """Translate what people read: a docstring, a comment, a message."""
    for pattern, replacement in TEXT:
        text = re.sub(pattern, replacement, text)
    return text


def split(source: str) -> Iterator[Piece]:
    """Cut a module into pieces that, put together, are the module again."""
    # Begin and end with a piece of nothing, so that every token has neighbours.
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
    """Respell names, and what is said in strings and comments."""
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
    """Drop the parentheses of `(await f()).x`, which nothing needs any more."""
    for index, piece in enumerate(pieces):
        if piece.opens and piece.text == "(" and not pieces[index - 1].ends_operand:
            end = closing(pieces, index)
            if is_one_await(pieces[index + 1 : end]):
                drop(piece, pieces[index + 1])
                drop_end(pieces[end])


def is_one_await(inside: list[Piece]) -> bool:
    """Tell whether brackets hold `await` and one expression without any operator but the dot."""
    depth = 0
    for piece in inside[1:]:
        depth -= piece.closes
        if depth == 0 and not (piece.opens or piece.ends_operand or piece.text == "."):
            return False
        depth += piece.opens
    return inside[0].text == "await" if inside else False


def unwrap_awaitables(pieces: list[Piece]) -> None:
    """Write `X` for `Awaitable[X]`."""
    for index, piece in enumerate(pieces):
        if piece.text == "Awaitable" and pieces[index + 1].text == "[":
            drop(piece, pieces[index + 1])
            drop(pieces[index + 1], pieces[index + 2])
            drop_end(pieces[closing(pieces, index + 1)])


def replace_asyncio(pieces: list[Piece]) -> None:
    """Write what does the same without asyncio; or refuse, if nothing does."""
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
                raise ValueError(f"asyncio.{name.text} has no sync spelling in {__name__}.ASYNCIO")


def closing(pieces: list[Piece], opening: int) -> int:
    """Find the bracket that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(pieces)):
        depth += pieces[index].opens - pieces[index].closes
        if depth == 0:
            return index
    raise ValueError("a bracket is never closed")


def drop(piece: Piece, following: Piece) -> None:
    """Leave a piece out, and have the following one stand in its place."""
    piece.written = following.gap = ""


def drop_end(piece: Piece) -> None:
    """Leave a closing piece out, together with the space before it."""
    piece.written = piece.gap = ""
