"""The generator of the table of operations.

A document describes every operation by extensions whose names begin with `x-lunogram-`:
- api: the API: `client`, `track`, `app` or `collections`; for an operation or the whole document.
- repeat: the retry semantics after a lost response: `safe`, `at-least-once` or `never`.
- subject: the kind of the subject: `user`, `organization`, `member` or `none`.
- personal: the parameters of path and query that identify a person.
- may-return: the fields of a JSON object that a success may have instead of an empty body.
- batch: whether the items of a body that is a list may be sent apart or together.

There are no defaults: a missing extension stops the generation.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openapi_python_client.strings import snake_case
from ruamel.yaml import YAML

METHODS = ("get", "put", "post", "delete", "patch")
PREFIX = "x-lunogram-"
REPEATS = {"safe": "SAFE", "at-least-once": "AT_LEAST_ONCE", "never": "NEVER"}
SUBJECTS = ("user", "organization", "member", "none")
APIS = ("client", "track", "app", "collections")

Node = Mapping[str, Any]


def write_operations(documents: Iterable[Path], module: Path) -> None:
    """Write the table of `documents` to `module`. The code is valid, but not formatted."""
    apis = [YAML(typ="safe").load(document) for document in documents]
    rows = [Row(api, *found) for api in apis for found in operations_of(api)]
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(
        "# Written by `make generate` from the OpenAPI documents; never edited by hand.\n"
        '"""The operations of the OpenAPI documents, one row each; see `lunogram.operation`."""\n\n'
        "from lunogram.operation import Operation, Operations, Repeat\n\n"
        + "\n".join(row.code for row in rows)
        + f"\n\nOPERATIONS = Operations([{', '.join(row.constant for row in rows)}])\n"
        + '"""The table of all operations."""\n',
        "utf-8",
    )


def operations_of(api: Node) -> Iterator[tuple[str, str, Node, list[Node]]]:
    """Yield method, path, operation and parameters of each operation of a document."""
    for path, item in api["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield method, path, item[method], [resolved(api, found) for found in parameters]


def resolved(api: Node, node: Node) -> Node:
    """The node that a reference within the document points to; any other node is returned as is."""
    while "$ref" in node:
        found: Any = api
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


class Name(str):
    """A name in code, whose repr has no quotes."""

    __slots__ = ()

    __repr__ = str.__str__


class Row:
    """The row of an operation in the table."""

    def __init__(
        self, api: Node, method: str, path: str, operation: Node, parameters: list[Node]
    ) -> None:
        self.api = api
        self.method = method.upper()
        self.path = path
        self.operation = operation
        self.parameters = {found["name"] for found in parameters}
        self.name = snake_case(operation["operationId"])
        self.constant = self.name.upper()

    @property
    def code(self) -> str:
        """The assignment of the row to its constant."""
        required = {
            "name": self.name,
            "method": self.method,
            "path": self.path,
            "repeat": Name(f"Repeat.{REPEATS[self.extension('repeat', REPEATS)]}"),
            "subject": self.extension("subject", SUBJECTS),
            "api": self.extension("api", APIS),
        }
        optional = {
            "personal": tuple(self.personal()),
            "statuses": tuple(map(int, self.successes())),
            "result": tuple(self.result()),
            "may_return": tuple(self.operation.get(f"{PREFIX}may-return", ())),
            "can_be_missing": "404" in self.operation["responses"],
            "is_batch": self.takes_list() and self.extension("batch", (True, False)),
        }
        given = required | {name: value for name, value in optional.items() if value}
        arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"{self.constant} = Operation({arguments})"

    def extension(self, name: str, choices: Any = None) -> Any:
        """The value of an extension of the operation."""
        key = PREFIX + name
        value = self.operation.get(key, self.api.get(key))
        if value is None:
            self.fail(f"lacks {key}")
        if choices is not None and value not in choices:
            self.fail(f"{key} is {value!r}, not one of {', '.join(map(str, choices))}")
        return value

    def personal(self) -> list[str]:
        """The parameters that identify a person."""
        names: list[str] = self.extension("personal")
        if unknown := set(names) - self.parameters:
            self.fail(f"{PREFIX}personal has {', '.join(unknown)}, which are not parameters")
        return names

    def successes(self) -> dict[str, Node]:
        """The successful responses of the document, by their statuses."""
        found = self.operation["responses"].items()
        return {
            str(status): resolved(self.api, node) for status, node in found if int(status) < 300
        }

    def result(self) -> list[str]:
        """The required fields of the JSON of a success."""
        schemas = [self.schema(found) for found in self.successes().values()]
        return [name for schema in schemas for name in schema.get("required", [])]

    def takes_list(self) -> bool:
        """Whether the body is a list."""
        body = resolved(self.api, self.operation.get("requestBody", {}))
        return bool(self.schema(body).get("type") == "array")

    def schema(self, node: Node) -> Node:
        """The schema of a body, or nothing."""
        return resolved(
            self.api, node.get("content", {}).get("application/json", {}).get("schema", {})
        )

    def fail(self, fault: str) -> None:
        """Stop the generation with the fault."""
        raise SystemExit(f"{self.operation['operationId']} ({self.method} {self.path}) {fault}")
