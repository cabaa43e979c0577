"""Start a local Lunogram server, run the quickstart against it, and show what arrived.

This is what `make demo` runs. At a terminal the server runs until Ctrl-C, so that its page can be
read; elsewhere the demo ends by itself. Nothing is left running, and nothing is left on the disk.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

QUICKSTART = Path(__file__).with_name("quickstart.py")
KEY = "sk_demo"


def main() -> int:
    print("Starting a local Lunogram server, as `lunogram sandbox` does.", flush=True)
    with sandbox() as base_url:
        page = base_url.removesuffix("/api")
        print(f"Running examples/quickstart.py against {base_url}:\n", flush=True)
        settings = {
            "LUNOGRAM_BASE_URL": base_url,
            "LUNOGRAM_API_KEY": KEY,
            "LUNOGRAM_PROJECT_ID": project_id(page),
        }
        command = [sys.executable, str(QUICKSTART)]
        quickstart = subprocess.run(command, env={**os.environ, **settings}, check=False)
        if quickstart.returncode == 0:
            print("\nWhat the server holds now:\n")
            print_table(rows(page))
            print(f"\nEach call, with its response, is on the server's page: {page}")
            wait_at_terminal()
    return quickstart.returncode


def wait_at_terminal() -> None:
    """Wait for Ctrl-C, if somebody is there to press it."""
    if "CI" in os.environ or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    with suppress(KeyboardInterrupt):
        print("The server runs until you press Ctrl-C.", flush=True)
        threading.Event().wait()
    print("\nStopped.")


@contextmanager
def sandbox() -> Iterator[str]:
    """A sandbox on a free port, for as long as it is needed; its base URL."""
    command = [sys.executable, "-m", "lunogram.cli", "sandbox", "--port", "0", "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        base_url = process.stdout.readline().strip()
        if not base_url:
            sys.exit("the sandbox did not start")
        yield base_url
    finally:
        process.terminate()
        process.wait()


def project_id(url: str) -> str:
    """The id of this key's project."""
    headers = {"Authorization": f"Bearer {KEY}"}
    found: str = httpx.get(f"{url}/sandbox/project", headers=headers).json()["id"]
    return found


def rows(url: str) -> Iterator[tuple[str, str, str]]:
    """What the sandbox's test API tells of this key's project."""
    with httpx.Client(base_url=f"{url}/sandbox", headers={"Authorization": f"Bearer {KEY}"}) as api:
        for user in listed(api, "users"):
            yield "user", names(user["identifier"]), brief(user["data"])
        for organization in listed(api, "organizations"):
            yield "organization", names(organization["identifier"]), brief(organization["data"])
        for member in listed(api, "members"):
            yield "member", names(member["user_identifier"]), brief(member["data"])
        for event in listed(api, "events"):
            if event["cause"] != "recorded":
                yield f"event ({event['cause']})", names(event["identifier"]), event["name"]
        for schedule in listed(api, "schedules"):
            when = f"{schedule['name']}, next {schedule['next_at'][:16]}Z"
            yield "schedule", names(schedule["identifier"]), when


def listed(api: httpx.Client, what: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = api.get(what).raise_for_status().json()["results"]
    return results


def names(identifiers: list[dict[str, Any]]) -> str:
    return ", ".join(name["external_id"] for name in identifiers)


def brief(data: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in data.items())


def print_table(lines: Iterator[tuple[str, str, str]]) -> None:
    table = [("what", "who", "how"), *lines]
    widths = [max(len(line[column]) for line in table) for column in range(2)]
    for what, who, how in table:
        print(f"  {what:{widths[0]}}  {who:{widths[1]}}  {how}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
