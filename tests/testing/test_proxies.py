"""Proxies of the environment: nothing that talks to a sandbox on this machine goes through them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from lunogram.testing import Sandbox
from tests.support.sandbox_process import SandboxProcess

PROGRAM = """
import sys
from lunogram.testing import Sandbox

with Sandbox() as sandbox:
    sandbox.fault("error", status=503, count=1)
    sandbox.clear_faults()
    assert sandbox.users() == []
    assert sandbox.count("events") == 0
    sandbox.advance(days=1)
    sandbox.customerio.people()
    sandbox.reset()
"""


class Proxy:
    """A proxy that counts its callers, and responds to nobody."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        names = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        self.environ = {**os.environ, **dict.fromkeys(names, url)}

    def was_asked(self) -> bool:
        """Whether somebody has connected."""
        with suppress(BlockingIOError):
            self._listener.accept()[0].close()
            return True
        return False

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.close()


@pytest.mark.parametrize("excepted", [None, "", "example.com", "192.0.2.0/24"])
def test_a_sandbox_of_a_test(proxy: Proxy, excepted: str | None) -> None:
    names = {} if excepted is None else dict.fromkeys(("no_proxy", "NO_PROXY"), excepted)
    program = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(program, env={**proxy.environ, **names}, timeout=60, check=False)
    assert not proxy.was_asked()
    assert done.returncode == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_conformance_suite(proxy: Proxy, host: str) -> None:
    with SandboxProcess("--host", "::1" if host == "[::1]" else "127.0.0.1") as sandbox:
        port = sandbox.url.rpartition(":")[2]
        target = ["--base-url", f"http://{host}:{port}/api", "--api-key", "sk_x"]
        done = subprocess.run(
            [sys.executable, "-m", "lunogram.cli", "conformance", *target, "--only", "devices"],
            env=proxy.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert not proxy.was_asked()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_sandbox_elsewhere(proxy: Proxy, sandbox: SandboxProcess) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in proxy.environ.items():
            patch.setenv(name, value)
        assert Sandbox.connect(sandbox.base_url, api_key=sandbox.new_key()).users() == []
    assert not proxy.was_asked()
