"""A client that is used before a fork, and then in the parent and two children at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict

import pytest

from tests.support.faulty_server import FaultyServer
from tests.support.forked_client import PROCESSES, names

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_each_process_has_connections_of_its_own(server: FaultyServer, kind: str) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.support.forked_client", kind]
    run = subprocess.run(
        [*command, server.base_url], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    asked = [json.loads(request.body) for request in server.requests]
    seen = [body["identifier"][0]["external_id"] for body in asked]
    assert sorted(seen) == sorted(["before", *(name for who in PROCESSES for name in names(who))])
    users = defaultdict(set)
    for name, request in zip(seen, server.requests, strict=True):
        users[name.rpartition("_")[0]].add(request.connection)
    assert all(len(users[process]) == 1 for process in PROCESSES)
    assert len(set.union(*(users[process] for process in PROCESSES))) == len(PROCESSES)
