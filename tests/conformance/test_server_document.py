"""The document that a server serves: what differs from ours is reported, whatever form it has."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lunogram.conformance.server_document import compared, ours, summary_of

BASE_URL = "https://lunogram.test/api"
DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "openapi.yaml").read_text("utf-8")
)


def serve(document: object, status: int = 200) -> list[str]:
    """The differences that a server with a document has."""
    content = document if isinstance(document, str) else yaml.safe_dump(document)

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url == f"{BASE_URL}/openapi/client.yaml"
        return httpx.Response(status, text=content)

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        return compared(http, BASE_URL)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def with_prefix(document: dict[str, Any]) -> None:
    paths = document["paths"]
    document["paths"] = {f"/api/client/projects/{{projectID}}{path}": paths[path] for path in paths}


def test_our_own_document_does_not_differ() -> None:
    assert serve(DOCUMENT) == []
    assert summary_of(DOCUMENT) == ours()


def test_paths_may_be_complete() -> None:
    assert serve(changed(with_prefix)) == []


def with_default_errors(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            successes = {status: responses[status] for status in responses if status < "300"}
            operation["responses"] = successes | {"default": {}}


def test_errors_may_be_the_default_response() -> None:
    assert serve(changed(with_default_errors)) == []


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "POST /users/merge: only in the server's document": lambda d: d["paths"].update(
        {"/users/merge": {"post": {"responses": {"202": {}}}}}
    ),
    "GET /push/vapid: only in ours": lambda d: d["paths"].pop("/push/vapid"),
    "POST /users, request: only in the server's document: gender": lambda d: schema(
        d, "UserUpsert"
    )["properties"].update(gender={"type": "string"}),
    "POST /users, response: only in ours: has_push_device": lambda d: schema(d, "User")[
        "properties"
    ].pop("has_push_device"),
    "POST /users/events, request: only in the server's document: at": lambda d: schema(
        d, "UserEvent"
    ).update(allOf=[{"properties": {"at": {}}}]),
    "DELETE /users, statuses: only in the server's document: 423": lambda d: d["paths"]["/users"][
        "delete"
    ]["responses"].update({"423": {}}),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_a_difference_is_a_sentence(sentence: str) -> None:
    assert serve(changed(CHANGES[sentence])) == [sentence]


@pytest.mark.parametrize(
    ("document", "status"),
    [("<html>", 200), (DOCUMENT, 404), ("a: [", 200), ("paths", 200), ({"openapi": "3.1"}, 200)],
)
def test_a_server_without_a_document(document: object, status: int) -> None:
    (sentence,) = serve(document, status)
    assert sentence == "not compared: the server serves no document at /openapi/client.yaml"


def test_a_schema_may_refer_to_itself() -> None:
    loop = {"$ref": "#/components/schemas/UserUpsert"}
    document = changed(lambda d: schema(d, "UserUpsert").update(anyOf=[loop]))
    assert serve(document) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["/users", "post", "responses", "200", "content", "$ref", "paths"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(paths=JSON)
def test_a_document_of_any_form_is_reported_or_not_compared(paths: Any) -> None:
    assert all(isinstance(sentence, str) for sentence in serve({"paths": paths}))
