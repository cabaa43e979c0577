"""Resource classes in, their variants out."""

from pathlib import Path

import files
import pytest
from to_sync import to_sync
from variants import Variant, decorated_with, write_variant

SOURCE = Path("lunogram/_async/user.py")
TARGET = Path("lunogram/_async/raw_response.py")

USER = '''
from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, overload

from .. import calls
from ..identifiers import Identifiers as Names
from ..models import User, Unused
from .sender import AsyncSend

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

LIMIT = 20


class AsyncEvents:
    """Events."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    @queueable
    async def post(self, name: str = "a\\"b", *, every: relativedelta) -> None:
        """Record an event.

        At length.
        """
        await self._send(calls.post(name, every))


class AsyncUser:
    """Users: who they are.

    At length.
    """

    __slots__ = ("_send", "events")

    def __init__(self, send: AsyncSend) -> None:
        self._send = send
        self.events = AsyncEvents(send)

    @property
    def again(self) -> AsyncUser:
        return AsyncUser(self._send)

    @overload
    async def upsert(self, name: Names) -> User: ...
    @overload
    async def upsert(self, name: Names, email: str) -> User: ...
    async def upsert(self, name: Names, email: str | None = None) -> User:
        call = calls.upsert(self._clean(name), email)
        return await self._send(call)

    async def page(self, limit: int = LIMIT) -> list[User]:
        """One page."""
        return await self._send(calls.page(limit))

    def list(self) -> AsyncPages:
        """All pages."""
        return AsyncPages(self)

    def _clean(self, name: Names) -> Names:
        return name


class _Private:
    """This is no resource."""
'''

RAW = Variant(
    sources=(SOURCE,),
    target=TARGET,
    summary="Raw.",
    suffix="Raw",
    returns="RawResponse[{}]",
    document=lambda sections: sections | {"": sections[""] + "\n\nRaw."},
    imports="from lunogram.models import RawResponse",
    renames={"AsyncSend": "AsyncRawSend"},
)

EXPECTED = '''
"""Raw."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from lunogram import calls
from lunogram._async.user import LIMIT
from lunogram.identifiers import Identifiers as Names
from lunogram.models import RawResponse, User

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta


class AsyncEventsRaw:
    """Events."""

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send

    @queueable
    async def post(self, name: str = 'a"b', *, every: relativedelta) -> RawResponse[None]:
        """Record an event.

        At length.

        Raw.
        """
        return await self._send(calls.post(name, every))


class AsyncUserRaw:
    """Users: who they are.

    At length.
    """

    __slots__ = ("_send", "events")

    def __init__(self, send: AsyncRawSend) -> None:
        self._send = send
        self.events = AsyncEventsRaw(send)

    @property
    def again(self) -> AsyncUserRaw:
        return AsyncUserRaw(self._send)

    @overload
    async def upsert(self, name: Names) -> RawResponse[User]: ...

    @overload
    async def upsert(self, name: Names, email: str) -> RawResponse[User]: ...

    async def upsert(self, name: Names, email: str | None = None) -> RawResponse[User]:
        call = calls.upsert(self._clean(name), email)
        return await self._send(call)

    async def page(self, limit: int = LIMIT) -> RawResponse[list[User]]:
        """One page.

        Raw.
        """
        return await self._send(calls.page(limit))

    def _clean(self, name: Names) -> Names:
        return name
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the one source."""
    return with_source(tmp_path, USER)


def with_source(root: Path, source: str) -> Path:
    """Put a source where a project has it."""
    (root / SOURCE).parent.mkdir(parents=True)
    (root / SOURCE).write_text(source)
    return root


def tidied(code: str, root: Path) -> str:
    """Format a module below `root`."""
    module = root / "module.py"
    module.write_text(code)
    files.tidy(root)
    return module.read_text()


def test_methods_keep_their_arguments_and_answer_otherwise(project: Path) -> None:
    assert tidied(write_variant(RAW, project), project) == EXPECTED.lstrip("\n")


def test_a_twin_can_be_made_sync(project: Path) -> None:
    code = tidied(to_sync(write_variant(RAW, project)), project)
    assert "class UserRaw:" in code
    assert "from lunogram._sync.user import LIMIT" in code
    assert "def page(self, limit: int = LIMIT) -> RawResponse[list[User]]:" in code
    assert "return self._send(calls.page(limit))" in code


def test_a_twin_may_keep_some_methods_and_return_nothing(project: Path) -> None:
    queue = Variant(
        sources=(SOURCE,),
        target=Path("lunogram/outbox/resources.py"),
        summary="Queued.",
        suffix="Queued",
        returns="None",
        document=lambda sections: sections,
        keeps=decorated_with("queueable"),
    )
    code = tidied(to_sync(write_variant(queue, project)), project)
    assert "def post(self, name: str = 'a\"b', *, every: relativedelta) -> None:" in code
    assert "        self._send(calls.post(name, every))\n" in code
    assert "def upsert" not in code


def test_an_async_method_of_another_shape_is_rejected(tmp_path: Path) -> None:
    source = "class AsyncUser:\n    async def odd(self) -> int:\n        return 1\n"
    with pytest.raises(ValueError, match=r"AsyncUser\.odd must end in"):
        write_variant(RAW, with_source(tmp_path, source))
