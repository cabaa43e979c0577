"""What all tests may use."""

from __future__ import annotations

import gc
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.sandbox_process import SandboxProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent
ROOT = TESTS.parent

# An example that takes long says how busy the machine is.
settings.register_profile("no deadlines", deadline=None)
settings.load_profile("no deadlines")

# What takes long and is about one thing. `make test-quick` does not even import it.
SLOW = (
    "acceptance",
    "cli/test_terminal.py",
    "codegen/test_generate.py",
    "conformance/test_command.py",
    "conformance/test_wrong_servers.py",
    "docs",
    "importing/test_command.py",
    "importing/test_memory.py",
    "importing/test_resuming.py",
    "importing/test_stores.py",
    "importing/test_sync_command.py",
    "importing/test_sync_cost.py",
    "importing/test_sync_kills.py",
    "outbox/test_frozen_time.py",
    "outbox/test_health_clients.py",
    "outbox/test_interrupts.py",
    "outbox/test_interrupts_of_stores.py",
    "outbox/test_kills.py",
    "outbox/test_sqlite_file.py",
    "outbox/test_sqlite_interrupts.py",
    "outbox/test_sqlite_migrations.py",
    "outbox/test_store.py",
    "page",
    "sandbox/test_clients.py",
    "sandbox/test_options.py",
    "sandbox/test_schemathesis.py",
    "sending",
    "test_cost.py",
    "test_pyinstaller.py",
    "testing",
)
SERVICES = re.compile(r"postgres|mysql|nats|redis|celery", re.IGNORECASE)


@cache
def is_slow(path: Path) -> bool:
    """Whether all that a path holds is slow."""
    return any(path.is_relative_to(TESTS / slow) for slow in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Omit a file before it is imported, if nothing in it is wanted."""
    wanted: str = config.option.markexpr
    slow = "not slow" in wanted and is_slow(collection_path)
    service = "not service" in wanted and SERVICES.search(collection_path.name)
    return bool(slow or service) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that are slow, and those that need a service."""
    for item in items:
        if is_slow(item.path):
            item.add_marker("slow")
        if SERVICES.search(item.nodeid):
            item.add_marker("service")


def files_of_root() -> set[str]:
    """The files in the root of the repository that tools do not keep for themselves."""
    return {each.name for each in ROOT.iterdir() if each.is_file() and each.name[0] != "."}


FILES_OF_ROOT = files_of_root()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail if a test has written to the root, where it would be committed by mistake."""
    is_worker = hasattr(session.config, "workerinput")
    if left := sorted(files_of_root() - FILES_OF_ROOT) if not is_worker else []:
        print(f"\nFAILED: tests have left in the root: {', '.join(left)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each missing service, or other reason, how many tests were skipped."""
    skipped = Counter(map(reason_of_skip, terminalreporter.getreports("skipped")))
    if skipped:
        terminalreporter.section("skipped tests", "-")
    for reason, count in skipped.most_common():
        terminalreporter.line(f"{count} skipped: {reason}")


def reason_of_skip(report: pytest.TestReport) -> str:
    """Why a test was skipped, in one line; for a missing service, which one."""
    assert isinstance(report.longrepr, tuple)
    reason = report.longrepr[2].removeprefix("Skipped: ")
    return re.sub(r"( is not there):.*", r"\1", reason, flags=re.DOTALL)


@pytest.fixture
def collected() -> Iterator[None]:
    """Collect what a test leaves open on purpose, so that no later test is warned of it."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    """A running sandbox. It is shared: take a `new_key()`, which is a project of its own."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="session")
def customerio_sandbox() -> Iterator[SandboxProcess]:
    """A running sandbox that answers Customer.io's APIs too, shared like the other."""
    with SandboxProcess("--customerio") as process:
        yield process
