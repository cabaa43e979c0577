"""The async methods that run those of a sync class in threads."""

from __future__ import annotations

from pathlib import Path

from in_threads import InThreads, write_in_threads

SOURCE = '''
from collections.abc import Sequence

class Queue:
    def __init__(self) -> None:
        pass

    @property
    def url(self) -> str:
        return ""

    def stats(self) -> int:
        """The numbers."""
        return 1

    def drop(self, letters: Sequence[int], *, older_than: float | None = None) -> int:
        """Delete dead letters."""
        return len(letters)

    def close(self) -> None:
        pass

    def _hidden(self) -> None:
        pass
'''


def test_public_methods_are_awaited_with_the_same_arguments(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text(SOURCE)
    wanted = InThreads(
        Path("queue.py"), "Queue", Path("out.py"), "AsyncQueue", "The methods.", ("close",)
    )
    code = write_in_threads(wanted, tmp_path)
    compile(code, "out.py", "exec")
    assert 'async def stats(self) -> int:\n        """The numbers."""' in code
    assert "return await self._run(lambda queue: queue.stats())" in code
    assert "async def drop(self, letters: Sequence[int], *, older_than: float | None=None)" in code
    assert "lambda queue: queue.drop(letters, older_than=older_than)" in code
    assert "from collections.abc import Sequence" in code
    assert not any(f"def {name}" in code for name in ("url", "close", "_hidden", "__init__"))
