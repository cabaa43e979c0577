"""Derive source files from the async sources, or --check that they are up to date.

Derived are:
- the sync clients from the async ones, file by file (to_sync.py);
- variants of the resource classes, such as those of `client.with_raw_response` (variants.py);
- the methods of `AsyncOutbox` that run those of `Outbox` in a thread (in_threads.py).

Both are committed, so that people and tools can read them, and never edited.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docstrings
from files import ROOT, run
from in_threads import InThreads, write_in_threads
from to_sync import to_sync
from variants import Method, Variant, sending_line, write_variant

from lunogram import calls
from lunogram.operations import OPERATIONS

ASYNC = Path("lunogram/_async")
CUSTOMERIO = Path("lunogram/customerio/_async")

# Folders of async modules, and the folders of their sync variants, which hold nothing else.
SYNC_FOLDERS = {
    ASYNC: Path("lunogram/_sync"),
    CUSTOMERIO: Path("lunogram/customerio/_sync"),
    Path("tests/clients/_async"): Path("tests/clients/_sync"),
    Path("tests/customerio/_async"): Path("tests/customerio/_sync"),
    Path("tests/sending/_async"): Path("tests/sending/_sync"),
}

# The modules of resource classes.
RESOURCES = tuple(
    ASYNC / f"{name}.py" for name in ("resources", "user", "organization", "push", "sessions")
)


CUSTOMERIO_RESOURCES = (CUSTOMERIO / "track.py", CUSTOMERIO / "app.py")


def can_be_queued(method: Method) -> bool:
    """Whether an outbox takes the calls of a method, by their operations."""
    function = getattr(calls, call_in(method).func.attr)
    found = [OPERATIONS.named(name) for name in function.operations]
    return all(operation is not None and operation.can_be_queued for operation in found)


def call_in(method: Method) -> Any:
    """The expression `calls.something(...)` that a method sends."""
    sent = sending_line(method)
    assert sent is not None
    [call] = sent.value.args  # type: ignore[attr-defined]
    return call


NO_RESULT = "    None: the response has no body."

QUEUED = """
The call is checked and written to the outbox before this method returns; a relay delivers it.
A call that the server rejects becomes a dead letter.
"""

RAISED_BY_OUTBOX = """
    OutboxFullError: If the outbox has reached its limits, and is not configured to wait.
    OutboxError: If the call can't be written, for example because the disk is full.
"""


def of_raw_response(sections: dict[str, str]) -> dict[str, str]:
    """The docstring of a method of `client.with_raw_response`."""
    result = sections.get("Returns", NO_RESULT).strip()
    returns = (
        f"    The response; its ``parsed`` is the result of the client's method:\n    {result}"
    )
    shown = sections[""].replace("await client.", "await client.with_raw_response.")
    return sections | {"": shown, "Returns": returns}


def of_outbox(sections: dict[str, str], shown_as: str = "outbox.") -> dict[str, str]:
    """The docstring of a method of an outbox."""
    shown = sections[""].replace("await client.", shown_as)
    raised = docstrings.entries_of(sections.get("Raises", ""))
    invalid = [entry for name, entry in raised.items() if name == "ValidationError"]
    return {
        "": f"{shown}\n{QUEUED.rstrip()}",
        "Args": sections.get("Args", ""),
        "Raises": "\n".join([*invalid, RAISED_BY_OUTBOX.strip("\n")]),
        "Source": sections.get("Source", ""),
    }


def of_async_outbox(sections: dict[str, str]) -> dict[str, str]:
    """The docstring of a method of an outbox in an event loop."""
    return of_outbox(sections, "await outbox.")


VARIANTS = (
    Variant(
        sources=RESOURCES,
        target=ASYNC / "raw_response.py",
        summary="The resources of `client.with_raw_response`.",
        suffix="WithRawResponse",
        returns="RawResponse[{}]",
        document=of_raw_response,
        imports=(
            "from lunogram._async.sender import AsyncRawSend\n"
            "from lunogram.models import RawResponse"
        ),
        renames={"AsyncSend": "AsyncRawSend"},
    ),
    Variant(
        sources=CUSTOMERIO_RESOURCES,
        target=CUSTOMERIO / "raw_response.py",
        summary="The calls of `client.with_raw_response`.",
        suffix="WithRawResponse",
        returns="RawResponse[{}]",
        document=of_raw_response,
        imports=(
            "from lunogram._async.sender import AsyncRawSend\n"
            "from lunogram.models import RawResponse"
        ),
        renames={"AsyncSend": "AsyncRawSend"},
    ),
    Variant(
        sources=RESOURCES[:3],  # the others have no calls that can be queued
        target=Path("lunogram/outbox/resources.py"),
        summary="The resources of an outbox: the writes of the client.",
        suffix="Queue",
        returns="None",
        document=of_outbox,
        imports="from lunogram.outbox.queue import Put",
        renames={"AsyncSend": "Put"},
        keeps=can_be_queued,
        sync=True,
    ),
    Variant(
        sources=RESOURCES[:3],
        target=Path("lunogram/outbox/async_resources.py"),
        summary="The resources of an outbox in an event loop: the writes of the client.",
        suffix="Queue",
        returns="None",
        document=of_async_outbox,
        imports="from lunogram.outbox.queue import AsyncPut",
        renames={"AsyncSend": "AsyncPut"},
        keeps=can_be_queued,
    ),
)

IN_THREADS = (
    InThreads(
        source=Path("lunogram/outbox/queue.py"),
        owner="Queue",
        target=Path("lunogram/outbox/async_methods.py"),
        name="AsyncQueueMethods",
        summary="The methods of an outbox in an event loop, each of which runs in a thread.",
        omitted=("queue_calls", "flush", "close"),
    ),
)


def main() -> int:
    """Write or check all derived files."""
    return run(str(__doc__), write_derived, owned())


def owned() -> list[Path]:
    """The paths of the derived folders and files."""
    return [*SYNC_FOLDERS.values(), *(written.target for written in (*VARIANTS, *IN_THREADS))]


def write_derived(folder: Path) -> None:
    """Write every derived file into `folder`, laid out as in the project."""
    for path, source, code in derived(ROOT):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"# Derived by `make generate` from {source}; never edited by hand.\n{code}"
        )


def derived(root: Path) -> Iterator[tuple[Path, Path, str]]:
    """Yield each derived file, its source, and its code."""
    variants = {variant.target: write_variant(variant, root) for variant in VARIANTS}
    for variant in VARIANTS:
        code = variants[variant.target]
        yield variant.target, variant.sources[0].parent, to_sync(code) if variant.sync else code
    for wanted in IN_THREADS:
        yield wanted.target, wanted.source, write_in_threads(wanted, root)
    for folder, target in SYNC_FOLDERS.items():
        written = {path: text for path, text in read_modules(root, folder) if path not in variants}
        among = {path: code for path, code in variants.items() if path.is_relative_to(folder)}
        for path, code in (written | among).items():
            yield target / path.relative_to(folder), path, to_sync(code)


def read_modules(root: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Read the modules of a folder, by their paths relative to `root`."""
    for file in sorted((root / folder).rglob("*.py")):
        yield file.relative_to(root), file.read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main())
