"""openapi.yaml is valid, complete and true to itself: every example fits its schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import (  # type: ignore[import-untyped]
    Draft202012Validator,
    FormatChecker,
)
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[1] / "openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:openapi", DRAFT202012.create_resource(DOCUMENT)
)


def absolute(schema: Any) -> Any:
    """A schema whose references lead into the document, wherever it is taken to."""
    if isinstance(schema, dict):
        return {
            name: f"urn:openapi{value}" if name == "$ref" else absolute(value)
            for name, value in schema.items()
        }
    return [absolute(item) for item in schema] if isinstance(schema, list) else schema


def assert_fits(value: Any, schema: Any) -> None:
    """Check a value against a schema, formats included."""
    checker = Draft202012Validator(
        absolute(schema), registry=REGISTRY, format_checker=FormatChecker()
    )
    assert [error.message for error in checker.iter_errors(value)] == []


def fits(value: Any, schema: Any) -> bool:
    checker = Draft202012Validator(absolute(schema), registry=REGISTRY)
    return bool(checker.is_valid(value))


def resolved(item: Any) -> Any:
    """What an item refers to, or the item."""
    if "$ref" not in item:
        return item
    place = DOCUMENT
    for step in item["$ref"].removeprefix("#/").split("/"):
        place = place[step]
    return place


OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)
EXPECTED = {
    "upsertUser": "post /users 200",
    "deleteUser": "delete /users 204",
    "postUserEvents": "post /users/events 202",
    "upsertUserSchedule": "post /users/scheduled 202",
    "deleteUserSchedule": "delete /users/scheduled 200",
    "registerDevice": "post /users/devices 201",
    "sendUserInboxMessages": "post /users/inbox 202",
    "listUserInbox": "get /users/inbox 200",
    "countUserInbox": "get /users/inbox/count 200",
    "markUserInboxRead": "post /users/inbox/read 202",
    "markUserInboxArchived": "post /users/inbox/archived 202",
    "upsertOrganization": "post /organizations 200",
    "deleteOrganization": "delete /organizations 204",
    "addOrganizationUser": "post /organizations/users 200",
    "removeOrganizationUser": "delete /organizations/users 204",
    "postOrganizationEvents": "post /organizations/events 202",
    "upsertOrganizationSchedule": "post /organizations/scheduled 202",
    "deleteOrganizationSchedule": "delete /organizations/scheduled 200",
    "sendOrganizationInboxMessages": "post /organizations/inbox 202",
    "listOrganizationInbox": "get /organizations/inbox 200",
    "countOrganizationInbox": "get /organizations/inbox/count 200",
    "markOrganizationInboxRead": "post /organizations/inbox/read 202",
    "markOrganizationInboxArchived": "post /organizations/inbox/archived 202",
    "getVapidPublicKey": "get /push/vapid 200",
    "createSession": "post /auth-methods/{auth_method_id}/sessions 201",
}


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


def test_the_operations_are_those_of_the_api() -> None:
    described = {
        name: f"{method} {path} {next(code for code in operation['responses'] if code < '300')}"
        for name, (method, path, operation) in OPERATIONS.items()
    }
    assert described == EXPECTED


def test_both_path_families_are_servers_and_no_path_is_written_twice() -> None:
    urls = [server["url"] for server in DOCUMENT["servers"]]
    assert urls == ["{base}/client/projects/{project_id}", "{base}/client"]
    for server in DOCUMENT["servers"]:
        base = server["variables"]["base"]["default"]
        assert base == "https://console.lunogram.com/api"
        assert all(variable["description"] for variable in server["variables"].values())
    assert not [path for path in DOCUMENT["paths"] if "project" in path or "client" in path]


class OnceLoader(yaml.SafeLoader):
    """Refuses a mapping with the same key twice, which YAML would take silently."""


def _once(loader: OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"a key twice at {node.start_mark}"
    loader.flatten_mapping(node)
    return dict(loader.construct_pairs(node, deep=True))


OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)


def test_no_key_is_written_twice() -> None:
    assert yaml.load(FILE.read_text(), OnceLoader) == DOCUMENT


@each_operation
def test_every_operation_is_described(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    assert operation["summary"]
    assert not operation["summary"].endswith(".")
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    assert len(operation["tags"]) == 1
    with_session: list[dict[str, list[str]]] = [{"session": []}] if name in OF_ONES_OWN else []
    assert operation["security"] == [{"key": []}, *with_session]


@each_operation
def test_every_operation_documents_its_errors(name: str) -> None:
    method, _, operation = OPERATIONS[name]
    takes_something = "requestBody" in operation or "parameters" in operation
    expected = {"401", "403", "429", "500"} | ({"400"} if takes_something else set())
    expected |= {"404"} if name in MAY_NOT_FIND else set()
    assert {status for status in operation["responses"] if status >= "400"} == expected
    assert method != "get" or "requestBody" not in operation


# What the program of an end user may call with the token of a session.
OF_ONES_OWN = {
    "upsertUser", "deleteUser", "postUserEvents", "upsertUserSchedule", "deleteUserSchedule",
    "registerDevice", "sendUserInboxMessages", "listUserInbox", "countUserInbox",
    "markUserInboxRead", "markUserInboxArchived", "sendOrganizationInboxMessages",
    "getVapidPublicKey",
}  # fmt: skip

MAY_NOT_FIND = {
    "deleteUser", "deleteUserSchedule", "registerDevice", "listUserInbox",
    "countUserInbox", "deleteOrganization", "addOrganizationUser", "removeOrganizationUser",
    "upsertOrganizationSchedule", "deleteOrganizationSchedule", "listOrganizationInbox",
    "countOrganizationInbox", "getVapidPublicKey", "createSession",
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENT["components"]["responses"])
def test_every_error_is_a_problem_with_an_example(name: str) -> None:
    response = DOCUMENT["components"]["responses"][name]
    media = response["content"]["application/json"]
    assert response["description"]
    assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert_fits(media["example"], media["schema"])


def test_too_many_requests_says_when_to_come_back() -> None:
    header = DOCUMENT["components"]["responses"]["TooManyRequests"]["headers"]["Retry-After"]
    assert header["description"]
    assert_fits(header["example"], header["schema"])


PARAMETERS = {
    **DOCUMENT["components"]["parameters"],
    **{
        f"{name}.{each['name']}": each
        for name, (_, _, operation) in OPERATIONS.items()
        for each in operation.get("parameters", [])
        if "$ref" not in each
    },
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_is_described_and_its_example_fits(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["description"]
    assert_fits(parameter["example"], parameter["schema"])


PROPERTIES = [
    pytest.param(kind, name, id=f"{kind}.{name}")
    for kind, schema in SCHEMAS.items()
    for name in schema.get("properties", {})
]


def is_list_of_references(schema: Any) -> bool:
    """The example of such a list is that of its items."""
    return schema.get("type") == "array" and "$ref" in schema["items"]


@pytest.mark.parametrize(("kind", "name"), PROPERTIES)
def test_every_property_is_described_and_its_example_fits(kind: str, name: str) -> None:
    schema = SCHEMAS[kind]["properties"][name]
    if "$ref" in schema:
        return
    assert schema["description"]
    if not is_list_of_references(schema):
        assert_fits(schema["example"], schema)
    if "default" in schema:
        assert_fits(schema["default"], schema)


def examples(schema: Any) -> Iterator[dict[str, Any]]:
    """An example of an object: with all that is required, and with everything."""
    properties = schema.get("properties", {})
    everything = {name: example_of(each) for name, each in properties.items()}
    yield {name: everything[name] for name in schema.get("required", ())}
    yield everything


def example_of(schema: Any) -> Any:
    """An example of any schema, put together from those within it."""
    schema = resolved(schema)
    if "example" in schema:
        return schema["example"]
    if schema.get("type") == "array":
        return [example_of(schema["items"])]
    return list(examples(schema))[-1]


# What is said with if, then and else asks for one of two, or not for both.
ONE_OF_TWO = {
    "UserEvent": ("identifier", "match"),
    "OrganizationEvent": ("identifier", "match"),
    "ScheduleUpsert": ("scheduled_at", "interval"),
    "ScheduleDelete": ("name", "id"),
    "DeviceConfig": ("token", "endpoint"),
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_schema_is_described_and_its_examples_make_a_whole(kind: str) -> None:
    schema = SCHEMAS[kind]
    assert schema["description"]
    if "properties" not in schema:
        assert_fits(schema["example"], schema)
    elif kind not in ONE_OF_TWO:
        for example in examples(schema):
            assert_fits(example, schema)


@pytest.mark.parametrize("kind", ONE_OF_TWO)
def test_one_of_two_is_wanted(kind: str) -> None:
    schema = SCHEMAS[kind]
    least, everything = examples(schema)
    one, other = ONE_OF_TWO[kind]
    # A session's own identifier takes the place of the user's.
    assert fits({**least}, schema) is (kind == "UserEvent")
    assert_fits({name: everything[name] for name in everything if name != other}, schema)
    assert_fits({name: everything[name] for name in everything if name != one}, schema)
    assert fits(everything, schema) is not kind.endswith("Event")


@each_operation
def test_every_body_has_a_schema_and_arrays_have_bounds(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    if "requestBody" not in operation:
        return
    body = resolved(operation["requestBody"])
    schema = body["content"]["application/json"]["schema"]
    assert body["required"] is True
    if schema.get("type") == "array":
        assert schema["minItems"] == 1
        assert schema.get("maxItems") == (None if name.endswith("Events") else 100)


# The names that Lunogram's own documents and servers use.
NAMES = {
    "ExternalID": "source external_id metadata",
    "KnownExternalID": "id source external_id metadata created_at updated_at",
    "UserDelete": "identifier",
    "UserUpsert": "identifier email phone timezone locale data",
    "User": "id project_id identifier email phone timezone locale data has_push_device version "
    "created_at updated_at",
    "OrganizationUpsert": "identifier name data",
    "Organization": "id project_id identifier name data version created_at updated_at",
    "MemberAdd": "organization user data",
    "MemberRemove": "organization user",
    "UserEvent": "name identifier match data",
    "OrganizationEvent": "name identifier match data",
    "ScheduleUpsert": "name identifier scheduled_at start_at interval data id",
    "ScheduleDelete": "name identifier id",
    "ScheduledAccepted": "id name scheduled_at data",
    "DeviceRegistration": "identifier device_id os os_version model app_version data config",
    "DeviceConfig": "token endpoint expiration_time keys",
    "DeviceKeys": "p256dh auth",
    "InboxMessageSend": "target identifier channel sender_identity_id campaign_id broadcast_id "
    "content data tags priority source scheduled_at expires_at",
    "InboxPage": "results total limit offset",
    "InboxCount": "unread total",
    "InboxMark": "target message_id",
    "SessionCreate": "user_id",
    "Session": "token expires_at",
    "VapidPublicKey": "public_key",
    "Problem": "title detail",
}


@pytest.mark.parametrize("kind", NAMES)
def test_the_names_are_those_of_the_documents(kind: str) -> None:
    assert set(SCHEMAS[kind]["properties"]) == set(NAMES[kind].split())


def test_the_query_of_an_inbox_has_the_documents_names() -> None:
    names = ["source", "external_id", "channel", "status", "tags", "message_source", "priority",
             "limit", "offset"]  # fmt: skip
    for operation in ("listUserInbox", "listOrganizationInbox"):
        _, _, described = OPERATIONS[operation]
        assert [resolved(each)["name"] for each in described["parameters"]] == names


def test_every_component_is_used() -> None:
    text = FILE.read_text()
    for kind, components in DOCUMENT["components"].items():
        for name in components:
            assert kind == "securitySchemes" or f'#/components/{kind}/{name}"' in text, name
