"""openapi-customerio.yaml is valid, complete and true to itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from lunogram.customerio import messages
from tests.customerio.operations import OPERATIONS

FILE = Path(__file__).parents[2] / "openapi-customerio.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
METHODS = ("get", "post", "put", "delete")
DESCRIBED = [
    (method, path, item[method], item)
    for path, item in DOCUMENT["paths"].items()
    for method in METHODS
    if method in item
]
PROPERTIES = [
    pytest.param(schema, id=f"{kind}.{name}")
    for kind, whole in SCHEMAS.items()
    for name, schema in whole.get("properties", {}).items()
    if "$ref" not in schema
]
IN_PLACE = re.compile(r"\{[a-z_]+\}")


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_operation_is_in_the_table_and_every_call_of_the_table_in_the_document() -> None:
    patterns = [
        (method.upper(), re.compile(IN_PLACE.sub("[^/]+", path))) for method, path, *_ in DESCRIBED
    ]
    found = set()
    for operation in OPERATIONS:
        path = operation.target.partition("?")[0]
        fitting = [
            each for each in patterns if each[0] == operation.method and each[1].fullmatch(path)
        ]
        assert len(fitting) == 1, operation.label
        found.add(fitting[0])
    assert found == set(patterns)
    assert len(patterns) == 23


@pytest.mark.parametrize(("method", "path", "operation", "item"), DESCRIBED)
def test_every_operation_is_described_and_has_its_host_and_key(
    method: str, path: str, operation: Any, item: Any
) -> None:
    assert operation["summary"]
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    app = path.startswith("/v1/")
    assert operation["security"] == [{"app": []} if app else {"track": []}]
    hosts = [server["url"] for server in item.get("servers", DOCUMENT["servers"])]
    name = "beta-api" if "collections" in path else "api" if app else "track"
    assert hosts[0] == f"https://{name}.customer.io"
    assert "200" in operation["responses"]
    assert method != "get" or "requestBody" not in operation


@pytest.mark.parametrize("schema", PROPERTIES)
def test_every_property_is_described_and_its_example_fits(schema: Any) -> None:
    assert schema["description"]
    if "$ref" not in schema.get("items", {}):
        Draft202012Validator(schema).validate(schema["example"])


def test_every_component_is_used() -> None:
    text = FILE.read_text()
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            assert kind == "securitySchemes" or f'#/components/{kind}/{name}"' in text, name


@pytest.mark.parametrize(
    ("request_class", "schema"),
    [
        (messages.SendEmailRequest, "Email"),
        (messages.SendPushRequest, "Push"),
        (messages.SendSMSRequest, "SMS"),
        (messages.SendInboxMessageRequest, "InboxMessage"),
        (messages.SendInAppRequest, "InApp"),
        (messages.SendWhatsAppRequest, "WhatsApp"),
        (messages.Device, "CustomDevice"),
    ],
)
def test_requests_have_the_fields_of_the_document(request_class: Any, schema: str) -> None:
    fields = {field.name.removesuffix("_") for field in attrs.fields(request_class)}
    assert fields == set(SCHEMAS[schema]["properties"])
