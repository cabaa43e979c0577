"""`lunogram.contrib.django`, by the example project: real processes, a real database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

import httpx
import psycopg
import pytest

from lunogram.testing import Sandbox
from tests.support import services
from tests.support.ports import free_port
from tests.support.sandbox_process import SandboxProcess

PROJECT = Path(__file__).parents[2] / "examples" / "django_shop"
ORDER = {"customer": "user_123", "total": "99.99"}

pytestmark = pytest.mark.service


class Shop:
    """The example project, with a database of its own."""

    def __init__(self, database: str, project: Sandbox) -> None:
        self.database = database
        self.environ = {
            "DATABASE_URL": database,
            "LUNOGRAM_BASE_URL": project.base_url,
            "LUNOGRAM_API_KEY": project.api_key,
            "LUNOGRAM_PROJECT_ID": project.project_id,
        }

    def manage(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._line(*arguments), cwd=PROJECT, env={**os.environ, **self.environ, **environ},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def _line(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "error::ResourceWarning", "manage.py", *arguments]

    def done(self, *arguments: str) -> str:
        result = self.manage(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            self._line(*arguments), cwd=PROJECT, env={**os.environ, **self.environ},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def sessions(self) -> list[str]:
        """The applications that are connected to the database."""
        with psycopg.connect(self.database) as connection:
            query = (
                "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
            )
            return [name for (name,) in connection.execute(query)]


@pytest.fixture
def project(sandbox: SandboxProcess) -> Sandbox:
    return Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key())


@pytest.fixture
def shop(project: Sandbox) -> Iterator[Shop]:
    with services.database() as database:
        shop = Shop(database, project)
        shop.done("migrate")
        yield shop


def wait_for_server(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            httpx.get(url)
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return


def test_an_order_that_is_committed_is_recorded(shop: Shop, project: Sandbox) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/checkout/"
    with shop.running("runserver", "--noreload", f"127.0.0.1:{port}"):
        wait_for_server(url)
        assert httpx.post(url, data=ORDER).status_code == 200
        assert httpx.post(url, data={**ORDER, "total": "0"}).status_code == 400
        assert "lunogram" not in shop.sessions()
    assert shop.done("lunogram_relay", "--until-empty").endswith("stopped: 2 delivered\n")
    [event] = project.events(name="order.completed")
    assert (event.identifier[0].external_id, event.data["total"]) == ("user_123", "99.99")
    assert project.lost() == []


def test_the_relay_ends_on_sigterm(shop: Shop) -> None:
    with shop.running("lunogram_relay") as relay:
        assert relay.stdout
        assert relay.stdout.readline().startswith("relaying postgresql://")
        relay.send_signal(SIGTERM)
        assert relay.wait(20) == 0


def test_its_own_tests_pass_and_drop_their_database(shop: Shop) -> None:
    result = shop.manage("test")
    assert result.returncode == 0, result.stderr
    assert "Ran 2 tests" in result.stderr
    assert "Destroying test database" in result.stderr


def test_the_checks(shop: Shop) -> None:
    assert "no issues" in shop.done("check")
    missing = shop.manage("check", LUNOGRAM_API_KEY="")
    assert "lunogram.W001" in missing.stderr
    for setting, words in [
        ("{'OUTBOKS': 'x'}", "LUNOGRAM['OUTBOKS'] is unknown"),
        ("{'OUTBOX': 'mysql://x'}", "lunogram.E001"),
        ("{'OPTIONS': {'limit': -1}}", "limit"),
        ("{'OPTIONS': {'limits': 1}}", "limits"),
        ("{'RELAY': {'concurrency': 0}}", "concurrency"),
        ("{'DATABASE': 'other'}", "other"),
    ]:
        checked = shop.manage(
            "shell", "-v", "0", "-c",
            "from django.conf import settings; from django.core import checks\n"
            f"settings.LUNOGRAM = {setting}\n"
            "print([(each.id, each.msg) for each in checks.run_checks()])",
        )  # fmt: skip
        assert words in checked.stdout, checked.stderr
        assert "lunogram.E001" in checked.stdout


def test_an_outbox_elsewhere_takes_what_is_committed(shop: Shop, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/outbox.db"
    program = f"""
from django.conf import settings
from django.db import transaction
from lunogram.contrib.django import outbox
from lunogram.outbox import Outbox

settings.LUNOGRAM = {{"OUTBOX": {url!r}}}
with transaction.atomic():
    outbox().user.upsert("user_1")
    with Outbox({url!r}) as theirs:
        print(theirs.stats().pending)
try:
    with transaction.atomic():
        outbox().user.upsert("user_2")
        raise ZeroDivisionError
except ZeroDivisionError:
    pass
outbox().user.upsert("user_3")
with Outbox({url!r}) as theirs:
    print(theirs.stats().pending)
"""
    assert shop.done("shell", "-v", "0", "-c", program).split() == ["0", "2"]
