"""The OpenAPI document that a server serves, compared with ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, TypeAlias

import httpx

Node: TypeAlias = Mapping[str, Any]

Summary: TypeAlias = dict[str, dict[str, list[str]]]
"""The operations of a document, such as ``"POST /users"``: statuses, and fields of bodies."""

PATH = "/openapi/client.yaml"

_METHODS = ("get", "put", "post", "delete", "patch")
_PREFIX = re.compile(r"^.*?/client(?:/projects/\{[^}]*\})?(?=/)")
_PARAMETER = re.compile(r"\{[^}]*\}")
_FIELDS = ("statuses", "request", "response")
_DEFAULT = "default"
_DEEPEST = 20


def compared(http: httpx.Client, base_url: str) -> list[str]:
    """The differences between a server's document and ours, a sentence for each.

    Args:
        http: The HTTP client.
        base_url: The URL of the API.
    """
    if find_spec("yaml") is None:
        return ["not compared: pip install 'lunogram[conformance]'"]
    document = _fetched(http, base_url)
    if document is None:
        return [f"not compared: the server serves no document at {PATH}"]
    try:
        theirs = summary_of(document)
    except (AttributeError, KeyError, TypeError, ValueError):
        return [f"not compared: the document at {PATH} is not in the form of OpenAPI"]
    return [*differences(theirs, ours())]


def ours() -> Summary:
    """The summary of our document."""
    document = files("lunogram.conformance").joinpath("document.json")
    found: Summary = json.loads(document.read_text("utf-8"))
    return found


def _fetched(http: httpx.Client, base_url: str) -> Node | None:
    """The document of a server, or None if it serves none."""
    import yaml

    try:
        response = http.get(f"{base_url}{PATH}")
        document = yaml.safe_load(response.text) if response.is_success else None
    except (httpx.HTTPError, yaml.YAMLError, ValueError):
        return None
    return document if isinstance(document, dict) and "paths" in document else None


def differences(theirs: Summary, own: Summary) -> Iterator[str]:
    """The differences between two summaries, a sentence for each.

    Args:
        theirs: The summary of a server's document.
        own: The summary of ours.
    """
    for name in sorted(theirs.keys() | own.keys()):
        if name not in own:
            yield f"{name}: only in the server's document"
        elif name not in theirs:
            yield f"{name}: only in ours"
        else:
            yield from _of_operation(name, theirs[name], own[name])


def _of_operation(name: str, theirs: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[str]:
    for part in _FIELDS:
        more = sorted(set(theirs[part]) - {*own[part], _DEFAULT})
        less = sorted(set(own[part]) - _covered(part, theirs, own))
        if more:
            yield f"{name}, {part}: only in the server's document: {', '.join(more)}"
        if less:
            yield f"{name}, {part}: only in ours: {', '.join(less)}"


def _covered(part: str, theirs: Mapping[str, Any], own: Mapping[str, Any]) -> set[str]:
    """What a server's document has of a part; its default response stands for every error."""
    errors = {status for status in own["statuses"] if not status.startswith("2")}
    has_default = part == "statuses" and _DEFAULT in theirs["statuses"]
    return {*theirs[part]} | (errors if has_default else set())


def summary_of(document: Node) -> Summary:
    """The summary of an OpenAPI document.

    Args:
        document: The document. Parts that it lacks are omitted.
    """
    return {
        f"{method.upper()} {_path(path)}": _Operation(document, item[method]).summary()
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    }


def _path(path: str) -> str:
    """A path below that of the project, with unnamed parameters."""
    return _PARAMETER.sub("{}", _PREFIX.sub("", path))


class _Operation:
    """An operation of a document."""

    def __init__(self, document: Node, operation: Node) -> None:
        self._document = document
        self._operation = operation

    def summary(self) -> dict[str, list[str]]:
        responses = self._operation.get("responses", {})
        successes = [found for status, found in responses.items() if str(status).startswith("2")]
        return {
            "statuses": sorted(map(str, responses)),
            "request": self._fields(self._operation.get("requestBody", {})),
            "response": sorted({name for each in successes for name in self._fields(each)}),
        }

    def _fields(self, message: Node) -> list[str]:
        content = self._resolved(message).get("content", {})
        return sorted(self._properties(content.get("application/json", {}).get("schema", {}), 0))

    def _properties(self, schema: Node, depth: int) -> set[str]:
        """The names of the fields of an object, or of the objects in a list."""
        found = self._resolved(schema)
        if depth > _DEEPEST:  # a schema may refer to itself
            return set()
        parts = [part for key in ("allOf", "anyOf", "oneOf") for part in found.get(key, ())]
        parts += [found["items"]] if "items" in found else []
        nested = (self._properties(part, depth + 1) for part in parts)
        return set(found.get("properties", {})).union(*nested)

    def _resolved(self, node: Node) -> Node:
        for _ in range(_DEEPEST):
            reference = node.get("$ref")
            if not isinstance(reference, str):
                break
            node = self._at(reference)
        return node

    def _at(self, reference: str) -> Node:
        node: Any = self._document
        for step in reference.removeprefix("#/").split("/"):
            node = node.get(step, {}) if isinstance(node, Mapping) else {}
        return node if isinstance(node, Mapping) else {}
