"""The fixtures, in pytest runs of their own, as users have them."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

QUIET = ["-p", "lunogram.testing.plugin", "-W", "error", "-q"]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the plugins that a test names are loaded, whatever else is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("LUNOGRAM_PROJECT_ID", "of somebody")
    monkeypatch.delenv("LUNOGRAM_API_KEY", raising=False)
    monkeypatch.delenv("LUNOGRAM_BASE_URL", raising=False)


ISSUE = """
    import pytest
    from lunogram import Event, Lunogram

    @pytest.fixture
    def client_under_test(lunogram_sandbox):
        with Lunogram() as client:
            yield client

    def checkout(client, user):
        client.user.upsert(user, data={"plan": "pro"})
        client.user.schedule.upsert("trial.end", user, interval="7 days")
        client.user.events.post(Event("order.completed", user, data={"total": 99.99}))

    def test_checkout(lunogram_sandbox, client_under_test):
        checkout(client_under_test, "user_123")
        event = lunogram_sandbox.wait_for_event("order.completed", user="user_123", timeout=2)
        assert event.data["total"] == 99.99
        assert lunogram_sandbox.user("user_123").data["plan"] == "pro"
"""


def test_the_code_under_test_finds_the_sandbox_by_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(ISSUE)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_time_passes_as_the_issue_has_it(pytester: pytest.Pytester) -> None:
    more = """
        lunogram_sandbox.advance(days=7)
        lunogram_sandbox.assert_sent("scheduled.trial.end", user="user_123")
    """
    pytester.makepyfile(ISSUE.rstrip() + more)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_each_test_has_a_project_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import os
        import pytest

        seen = {}

        @pytest.mark.parametrize("turn", [1, 2])
        def test_turn(lunogram_sandbox, lunogram_client, turn):
            assert lunogram_sandbox.count("users") == 0
            lunogram_client.user.upsert("user_123")
            assert lunogram_sandbox.count("users") == 1
            assert os.environ["LUNOGRAM_API_KEY"] == lunogram_sandbox.api_key
            assert os.environ["LUNOGRAM_BASE_URL"] == lunogram_sandbox.base_url
            assert os.environ["LUNOGRAM_PROJECT_ID"] == lunogram_sandbox.project_id
            seen[turn] = lunogram_sandbox, lunogram_client

        def test_after():
            from lunogram import ClientClosedError

            assert seen[1][0].base_url == seen[2][0].base_url
            assert seen[1][0].api_key != seen[2][0].api_key
            assert seen[2][0].count("users") == 0
            assert os.environ["LUNOGRAM_PROJECT_ID"] == "of somebody"
            assert "LUNOGRAM_API_KEY" not in os.environ
            assert "LUNOGRAM_BASE_URL" not in os.environ
            with pytest.raises(ClientClosedError):
                seen[2][1].user.upsert("user_123")
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=3)


def test_nothing_of_it_runs_after_the_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_where(lunogram_sandbox):
            print("at", lunogram_sandbox.base_url, "end")
    """)

    done = pytester.runpytest_subprocess(*QUIET, "-s")

    port = done.stdout.str().split("http://127.0.0.1:")[1].split("/")[0]
    assert not answers(int(port))


def answers(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_workers_of_xdist_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("turn", range(40))
        def test_turn(lunogram_sandbox, lunogram_client, turn, worker_id):
            assert worker_id in ("gw0", "gw1")
            assert lunogram_sandbox.count("users") == 0
            lunogram_client.user.upsert("user_123")
            lunogram_client.user.events.post({"name": f"turn.{turn}", "identifier": "user_123"})
            events = lunogram_sandbox.events(user="user_123")
            assert [e.name for e in events if e.cause == "sent"] == [f"turn.{turn}"]
    """)

    done = pytester.runpytest_subprocess(*QUIET, "-p", "xdist.plugin", "-n", "2")

    done.assert_outcomes(passed=40)


ASYNC_TESTS = """
    import asyncio
    import gc
    import pytest

    {marks}

    @pytest.mark.parametrize("turn", [1, 2])
    async def test_async(lunogram_sandbox, async_lunogram_client, turn):
        await asyncio.gather(*[async_lunogram_client.user.upsert(f"user_{{n}}") for n in range(5)])
        await asyncio.to_thread(lunogram_sandbox.wait_for_event, "user.created", user="user_4")
        assert lunogram_sandbox.count("users") == 5

    async def test_closed_by_the_test_itself(lunogram_sandbox, async_lunogram_client):
        async with async_lunogram_client as client:
            await client.user.upsert("user_123")

    def test_without_an_event_loop(async_lunogram_client):
        pass

    def test_in_a_loop_of_its_own(async_lunogram_client):
        asyncio.run(async_lunogram_client.user.upsert("user_123"))

    def test_after():
        gc.collect()
"""


def test_the_async_client_under_anyio(pytester: pytest.Pytester) -> None:
    marks = """
    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    pytestmark = pytest.mark.anyio
    """
    pytester.makepyfile(ASYNC_TESTS.format(marks=marks))

    done = pytester.runpytest_subprocess(*QUIET, "-p", "anyio.pytest_plugin")

    done.assert_outcomes(passed=6)


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_the_async_client_under_pytest_asyncio(pytester: pytest.Pytester, scope: str) -> None:
    pytest.importorskip("pytest_asyncio")
    pytester.makepyfile(ASYNC_TESTS.format(marks=""))
    loop = f"asyncio_default_test_loop_scope={scope}"
    fixtures = "asyncio_default_fixture_loop_scope=function"
    options = ["-o", "asyncio_mode=auto", "-o", loop, "-o", fixtures]

    done = pytester.runpytest_subprocess(*QUIET, "-p", "pytest_asyncio.plugin", *options)

    done.assert_outcomes(passed=6)


def test_another_sandbox_may_take_its_place(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest
        from lunogram.testing import Sandbox

        @pytest.fixture(scope="session")
        def lunogram_sandbox_server():
            return Sandbox.connect("http://127.0.0.1:1/api", api_key="sk_elsewhere")
    """)
    pytester.makepyfile("""
        def test_elsewhere(lunogram_sandbox_server):
            project = lunogram_sandbox_server.new_project()
            assert project.base_url == "http://127.0.0.1:1/api"
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_a_failed_assertion_ends_where_the_test_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        def test_fails(lunogram_sandbox, lunogram_client):
            lunogram_client.user.upsert("user_123")
            lunogram_client.user.events.post({"name": "order.complete", "identifier": "user_123"})
            lunogram_sandbox.assert_sent("order.completed", user="user_123")
    """)

    done = pytester.runpytest_subprocess(*QUIET)

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([
        "*lunogram_sandbox.assert_sent(*",
        "E * event order.completed of user user_123 was not sent. Events there are, nearest first:",
        "E *   order.complete of user user_123",
    ])  # fmt: skip
    assert "asserting.py" not in done.stdout.str()


LOSES = """
    def test_loses(lunogram_sandbox, lunogram_client):
        lunogram_client.user.events.post({"name": "order.completed", "identifier": "user_123"})
"""
NOBODY = "nobody has the identifier user_123: upsert the user first"
LOST = ["*Accepted and lost:", f"*event order.completed of user user_123: {NOBODY}"]


def test_a_test_in_which_something_is_lost_ends_with_a_warning(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(LOSES)

    done = pytester.runpytest_subprocess(*QUIET, "-W", "default")

    done.assert_outcomes(passed=1, warnings=1)
    done.stdout.fnmatch_lines(["*LostWarning: Accepted and lost:", LOST[1]])


def test_a_test_in_which_something_is_lost_fails_if_so_configured(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nlunogram_lost = error")
    pytester.makepyfile(LOSES)

    done = pytester.runpytest_subprocess(*QUIET)

    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(LOST)


def test_each_fixture_is_described(pytester: pytest.Pytester) -> None:
    shown = pytester.runpytest_subprocess(*QUIET, "--fixtures").stdout.str()

    for name in ("lunogram_sandbox", "lunogram_client", "async_lunogram_client"):
        line = next(line for line in shown.splitlines() if line.startswith(name))
        following = shown.splitlines()[shown.splitlines().index(line) + 1]
        assert following.strip()
        assert "no docstring" not in following


PROBE = """
import sys
import pytest
before = set(sys.modules)
import lunogram.testing.plugin
print(*sorted(set(sys.modules) - before))
"""


def test_the_plugin_module_imports_nothing() -> None:
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert done.stdout.split() == [
        "lunogram",
        "lunogram._lazy",
        "lunogram._version",
        "lunogram.testing",
        "lunogram.testing.plugin",
    ]


def test_nothing_is_imported_in_a_run_that_does_not_use_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop="import lunogram\n\nclient = lunogram.Lunogram\n")
    pytester.makepyfile("""
        import sys

        loaded = [name for name in sys.modules if name.split(".")[0] in ("lunogram", "httpx")]
        shop_loaded = "shop" in sys.modules

        def test_first():
            assert sorted(loaded) == [
                "lunogram",
                "lunogram._lazy",
                "lunogram._version",
                "lunogram.testing",
                "lunogram.testing.plugin",
            ]
            assert not shop_loaded
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_code_under_test_is_traced_completely(pytester: pytest.Pytester) -> None:
    """What coverage does: it sees every line of a package that imports lunogram, import and all."""
    pytester.makepyfile(shop="import lunogram\n\n\nclient = lunogram.Lunogram\n")
    pytester.makeconftest("""
        import sys

        lines = set()

        def trace(frame, event, argument):
            if event == "line" and frame.f_code.co_filename.endswith("shop.py"):
                lines.add(frame.f_lineno)
            return trace

        sys.settrace(trace)
    """)
    pytester.makepyfile("""
        import conftest
        import shop

        def test_lines(lunogram_sandbox):
            assert conftest.lines == {1, 4}
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)
