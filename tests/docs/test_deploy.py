"""The files of docs/deploy: they are well-formed, and their commands have the options they use."""

from __future__ import annotations

import json
import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import click
import yaml

from lunogram.cli.commands import lunogram

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


def assert_is_valid(command: list[str]) -> None:
    """Parse a command line as `lunogram` does, and run nothing."""
    program, name, *arguments = command
    assert Path(program).name == "lunogram"
    subcommand = lunogram.commands[name]
    subcommand.make_context(name, arguments, parent=click.Context(lunogram))


def test_the_unit_of_systemd() -> None:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(FOLDER / "lunogram-relay.service")
    assert set(unit) - {"DEFAULT"} == {"Unit", "Service", "Install"}
    assert_is_valid(shlex.split(unit["Service"]["ExecStart"]))


def test_the_manifest_of_kubernetes() -> None:
    manifest = read("relay.kubernetes.yaml")
    template = manifest["spec"]["template"]
    assert manifest["spec"]["selector"]["matchLabels"] == template["metadata"]["labels"]
    [container] = template["spec"]["containers"]
    assert_is_valid(container["command"])
    port = container["command"][container["command"].index("--health-port") + 1]
    assert [int(port)] == [each["containerPort"] for each in container["ports"]]


def test_the_image_and_compose() -> None:
    text = (FOLDER / "Containerfile").read_text()
    found = re.search(r"^ENTRYPOINT (.+)$", text, re.MULTILINE)
    assert found
    service = read("compose.yaml")["services"]["lunogram"]
    assert (FOLDER / service["build"]["dockerfile"]).exists()
    assert_is_valid([*json.loads(found[1]), *service["command"]])
    assert "EXPOSE 8025" in text
    assert service["ports"] == ["127.0.0.1:8025:8025"], "the sandbox accepts every key"
