"""Start a Lunogram on this machine, run the quickstart against it, show what arrived, stop it.

This is what `make demo` runs. Nothing is left running, and nothing is left on the disk.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

QUICKSTART = Path(__file__).with_name("quickstart.py")
KEY = "sk_demo"


def main() -> int:
    with sandbox() as base_url:
        print(f"A Lunogram runs at {base_url}; now examples/quickstart.py talks to it.\n")
        settings = {"LUNOGRAM_BASE_URL": base_url, "LUNOGRAM_API_KEY": KEY}
        command = [sys.executable, str(QUICKSTART)]
        shop = subprocess.run(command, env={**os.environ, **settings}, check=False)
        if shop.returncode == 0:
            print("\nWhat it holds now:\n")
            print_table(rows(base_url.removesuffix("/api")))
    return shop.returncode


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
