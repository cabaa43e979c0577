"""Derive sources of the facade from those written by hand, or --check that they fit.

What is derived, from what:
- the sync clients from the async ones, file by file (to_sync.py);
- twins of the resource classes, such as those of `client.with_raw_response` (twin.py).

Both are committed, so that people and tools can read them, and never edited.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from to_sync import to_sync
from tree import ROOT, run
from twin import Method, Twin, write_twin

ASYNC = Path("lunogram/_async")
CUSTOMERIO = Path("lunogram/customerio/_async")

# Folders of async modules, and where their sync twins live. Nothing else lives there.
SYNC_TWINS = {
    ASYNC: Path("lunogram/_sync"),
    CUSTOMERIO: Path("lunogram/customerio/_sync"),
    Path("tests/clients/_async"): Path("tests/clients/_sync"),
    Path("tests/customerio/_async"): Path("tests/customerio/_sync"),
    Path("tests/sending/_async"): Path("tests/sending/_sync"),
}

# The modules of resource classes.
RESOURCES = tuple(
    ASYNC / f"{name}.py" for name in ("subjects", "user", "organization", "push", "sessions")
)


CUSTOMERIO_RESOURCES = (CUSTOMERIO / "track.py", CUSTOMERIO / "app.py")


def is_write(method: Method) -> bool:
    """Tell whether a method changes something, by the operation that its docstring names."""
    return "Source: GET " not in (ast.get_docstring(method) or "")


TWINS = (
    Twin(
        sources=RESOURCES,
        target=ASYNC / "raw_response.py",
        summary="The resources of `client.with_raw_response`.",
        suffix="WithRawResponse",
        returns="RawResponse[{}]",
        note="As `{}`, with the whole response around the answer.",
        imports=(
            "from lunogram._async.sender import AsyncRawSend\n"
            "from lunogram.models import RawResponse"
        ),
        renames={"AsyncSend": "AsyncRawSend"},
    ),
    Twin(
        sources=CUSTOMERIO_RESOURCES,
        target=CUSTOMERIO / "raw_response.py",
        summary="The calls of `client.with_raw_response`.",
        suffix="WithRawResponse",
        returns="RawResponse[{}]",
        note="As `{}`, with the whole response around the answer.",
        imports=(
            "from lunogram._async.sender import AsyncRawSend\n"
            "from lunogram.models import RawResponse"
        ),
        renames={"AsyncSend": "AsyncRawSend"},
    ),
    Twin(
        sources=RESOURCES[:3],  # what is left out has nothing but reads
        target=Path("lunogram/outbox/resources.py"),
        summary="The resources of an outbox: the writes of the client.",
        suffix="Queue",
        returns="None",
        note="As `{}`; returns as soon as it is on disk.",
        imports="from lunogram.outbox.queueing import Put",
        renames={"AsyncSend": "Put"},
        keeps=is_write,
        sync=True,
    ),
)


def main() -> int:
    """Derive everything, or check it."""
    return run(str(__doc__), write_derived, owned())


def owned() -> list[Path]:
    """List what is derived: whole folders, and single files elsewhere."""
    return [*SYNC_TWINS.values(), *(twin.target for twin in TWINS)]


def write_derived(folder: Path) -> None:
    """Write every derived file into `folder`, laid out as in the project."""
    for path, source, code in derived(ROOT):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"# Derived by `make generate` from {source}; never edited by hand.\n{code}"
        )


def derived(root: Path) -> Iterator[tuple[Path, Path, str]]:
    """Yield each derived file, what it comes from, and its code."""
    twins = {twin.target: write_twin(twin, root) for twin in TWINS}
    for twin in TWINS:
        code = twins[twin.target]
        yield twin.target, twin.sources[0].parent, to_sync(code) if twin.sync else code
    for folder, target in SYNC_TWINS.items():
        written = {path: text for path, text in read_modules(root, folder) if path not in twins}
        among = {path: code for path, code in twins.items() if path.is_relative_to(folder)}
        for path, code in (written | among).items():
            yield target / path.relative_to(folder), path, to_sync(code)


def read_modules(root: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Read the modules of a folder, by their paths relative to `root`."""
    for file in sorted((root / folder).rglob("*.py")):
        yield file.relative_to(root), file.read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
