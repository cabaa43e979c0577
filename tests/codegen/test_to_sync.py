"""Async in, sync out."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import files
import pytest
from to_sync import text_to_sync, to_sync

Becomes = Callable[[str, str], None]


@pytest.fixture
def becomes(tmp_path: Path) -> Becomes:
    """Compare what an async sample comes out as with what is expected."""

    def compare(source: str, expected: str) -> None:
        module = tmp_path / "module.py"
        module.write_text(to_sync(dedent(source)))
        files.tidy(tmp_path)
        assert module.read_text() == dedent(expected).lstrip("\n")

    return compare


def test_functions_blocks_and_loops(becomes: Becomes) -> None:
    becomes(
        """
        async def read(pages, lock):
            async with lock, other as name:
                await name.start()
            async for page in pages:
                yield page
            else:
                return
        """,
        """
        def read(pages, lock):
            with lock, other as name:
                name.start()
            for page in pages:
                yield page
            else:
                return
        """,
    )


def test_nested_awaits_lose_the_parentheses_they_needed(becomes: Becomes) -> None:
    becomes(
        """
        async def read(self):
            a = (await self.send(await self.call())).parsed
            b = (
                await self.send(  # why
                    1, "é",
                )
            ).parsed["é"]
            c = (await (await d)(e))[0]
            return (await a.b) if (await c) else None
        """,
        """
        def read(self):
            a = self.send(self.call()).parsed
            b = self.send(  # why
                1,
                "é",
            ).parsed["é"]
            c = d(e)[0]
            return a.b if c else None
        """,
    )


def test_other_parentheses_stay(becomes: Becomes) -> None:
    becomes(
        """
        async def read(self):
            a = (await b() or c).d
            return f(await x).y, (await z,), (yield await u)
        """,
        """
        def read(self):
            a = (b() or c).d
            return f(x).y, (z,), (yield u)
        """,
    )


def test_comprehensions(becomes: Becomes) -> None:
    becomes(
        """
        async def read():
            return [await f(x) async for x in xs if await g(x)]
        """,
        """
        def read():
            return [f(x) for x in xs if g(x)]
        """,
    )


def test_classes_and_protocols_of_iteration_and_context(becomes: Becomes) -> None:
    becomes(
        """
        from collections.abc import AsyncIterator, Iterable, Iterator

        from .._http import AsyncEngine
        from lunogram._async.user import AsyncUser, _AsyncHidden

        class AsyncClient(AsyncUser, _AsyncHidden):
            engine: AsyncEngine

            async def __aenter__(self) -> "AsyncClient":
                return self

            async def __aexit__(self, *_: Iterable[int]) -> None:
                await self.aclose()

            def __aiter__(self) -> AsyncIterator[int] | Iterator[int]:
                return aiter(self)

            async def __anext__(self) -> int:
                raise StopAsyncIteration
        """,
        """
        from collections.abc import Iterable, Iterator

        from lunogram._sync.user import User, _Hidden

        from .._http import Engine


        class Client(User, _Hidden):
            engine: Engine

            def __enter__(self) -> "Client":
                return self

            def __exit__(self, *_: Iterable[int]) -> None:
                self.close()

            def __iter__(self) -> Iterator[int] | Iterator[int]:
                return iter(self)

            def __next__(self) -> int:
                raise StopIteration
        """,
    )


def test_awaitables_are_what_they_promise(becomes: Becomes) -> None:
    becomes(
        """
        from collections.abc import Awaitable, Callable

        Send = Callable[[int], Awaitable[dict[str, int]]]
        """,
        """
        from collections.abc import Callable

        Send = Callable[[int], dict[str, int]]
        """,
    )


def test_asyncio(becomes: Becomes) -> None:
    becomes(
        """
        import asyncio

        from lunogram_api.api.users import upsert_user

        async def pause(client):
            await asyncio.sleep(1)
            await upsert_user.asyncio(client=client)
            return await upsert_user.asyncio_detailed(client=client)
        """,
        """
        import time

        from lunogram_api.api.users import upsert_user


        def pause(client):
            time.sleep(1)
            upsert_user.sync(client=client)
            return upsert_user.sync_detailed(client=client)
        """,
    )


def test_what_only_asyncio_can_do_is_rejected() -> None:
    with pytest.raises(ValueError, match=r"asyncio\.gather has no sync equivalent"):
        to_sync("import asyncio\nasyncio.gather()\n")


def test_docstrings_comments_and_messages(becomes: Becomes) -> None:
    becomes(
        '''
        class AsyncUser:
            """An AsyncUser, from an `AsyncLunogram`.

                async with AsyncLunogram() as client:
                    user = await client.user.upsert("user_123")
                    print((await client.user.upsert("user_123")).id)
                    async for message in client.user.inbox.list("user_123"):
                        ...
            """

            # An async with block, then await self.aclose().
            closed = f"{self!r} is closed; use `async with AsyncLunogram()`"
        ''',
        '''
        class User:
            """A User, from a `Lunogram`.

            with Lunogram() as client:
                user = client.user.upsert("user_123")
                print(client.user.upsert("user_123").id)
                for message in client.user.inbox.list("user_123"):
                    ...
            """

            # A with block, then self.close().
            closed = f"{self!r} is closed; use `with Lunogram()`"
        ''',
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then await the response.", "Then await the response."),
        ("An AsyncEngine, an AsyncUser.", "An Engine, a User."),
        ("An asynchronous client, asynchronously.", "A synchronous client, synchronously."),
        ("Asynchronous.", "Synchronous."),
        ("Walk it with ``async for``.", "Walk it with ``for``."),
        ("The async client, an async one.", "The sync client, a sync one."),
        ("    import asyncio\n    import os\n    asyncio.run(main())", "    import os\n    main()"),
        ("await upsert_user.asyncio(client=client.raw)", "upsert_user.sync(client=client.raw)"),
        ("Safe to share between tasks.", "Safe to share between threads."),
        ("asynciox, reawait f(), Asyncs", "asynciox, reawait f(), Asyncs"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert text_to_sync(text) == expected


@pytest.mark.parametrize(
    "source", ["", "x = 1", "if x:\n\ty = (\n\n1)  # z\n\n\n", "s = '''\n é'''\n"]
)
def test_what_is_not_async_stays_as_it_is(source: str) -> None:
    assert to_sync(source) == source
