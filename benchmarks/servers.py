"""The other end: nginx where it is installed, and a sink of ours that can count and wait."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs

from benchmarks.cpu_affinity import on_core
from benchmarks.sink import USER

# `return` responds before the body is there, and nginx then reads the body to its end: so
# connections stay open. Nothing is written to the disk.
_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 64m;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    default_type application/json;
    map $uri $response {{
        ~/(users|organizations)$ '{response}';
        default '';
    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        return 200 $response;
    }}
}}
"""


@attrs.frozen
class Server:
    """Something to send to.

    Attributes:
        name: What it is, and its version.
        url: Where it is.
    """

    name: str
    url: str

    def arrived(self) -> int:
        """How many events it has seen; only the sink knows."""
        with urllib.request.urlopen(f"{self.url}/count") as response:
            return int(response.read())


@contextmanager
def fastest() -> Iterator[Server]:
    """nginx, or the sink where it is not installed; on the last core."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    with _nginx(program) if program else sink() as server:
        yield server


@contextmanager
def sink(delay: float = 0) -> Iterator[Server]:
    """A sink on the last core.

    Args:
        delay: After how many seconds it responds.
    """
    command = [sys.executable, "-m", "benchmarks.sink", "--delay", str(delay)]
    with on_core(-1):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        takes = f" that takes {delay * 1000:.0f} ms" if delay else ""
        yield Server(f"a sink of ours{takes}", process.stdout.readline().strip())
    finally:
        process.kill()
        process.communicate()


@contextmanager
def _nginx(program: str) -> Iterator[Server]:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nginx.conf"
        response = json.dumps(USER)
        file.write_text(_CONFIGURATION.format(folder=folder, port=port, response=response), "utf-8")
        with on_core(-1):
            process = subprocess.Popen([program, "-e", "stderr", "-p", folder, "-c", str(file)])
        try:
            _wait_for(port, process)
            yield Server(_version(program), f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise SystemExit(f"nginx ended with {process.returncode}")


def _version(program: str) -> str:
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr
    return said.strip().rpartition(" ")[2].replace("/", " ")
