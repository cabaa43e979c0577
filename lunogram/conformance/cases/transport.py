"""Keys, paths, and requests that cannot be read."""

from __future__ import annotations

from lunogram.conformance.case import (
    PAGE,
    ExpectedResponse,
    Step,
    case,
    delete,
    get,
    post,
    problem,
    subject,
)
from lunogram.conformance.matchers import MoreThan

_KEY = "Authorization: Bearer KEY; 401 unauthorized."
_WRITE_ONLY = "Keys look like `pk_…` (older, client role, write-only) or `sk_…` (backend)."
_ORIGIN = "A server-side key sent with an `Origin` header is rejected."
_FAMILIES = "Two path families; every path exists in both."
_SHAPE = "400 bad request; errors: application/json {title, detail}."
_PROJECT = "Without a project, with a malformed one or with that of another key: 401."
_BARE = "Today the bare key is accepted too."
_TYPE = "Without `Content-Type: application/json` (a charset may follow): 400."
_LENIENT = "Trailing bytes after the JSON value and unknown fields are accepted."
_CONSOLE = "A path that does not exist falls through to the console: HTML with 200."
_CORS = "CORS preflights are answered, and answers carry `Access-Control-Allow-Origin: *`."
_SHOP = "https://shop.example"
_SHARED = {"access-control-allow-origin": "*"}
_INBOX = {"source": "default", "external_id": "{user}", "channel": "inbox"}
_PARAMETERS = (*_INBOX, "status", "tags", "message_source", "priority", "limit", "offset")


def _declared(content_type: str) -> dict[str, str]:
    return {"Content-Type": content_type}


CASES = [
    case(
        "a request without a key is rejected",
        _KEY,
        get("/push/vapid", {}, problem(401)).with_key("none"),
    ),
    case(
        "a request with a wrong key is rejected",
        _KEY,
        get("/push/vapid", {}, problem(401)).with_key("wrong"),
    ),
    case(
        "a request with a key in another scheme is rejected",
        _KEY,
        get("/push/vapid", {}, problem(401))
        .with_key("none")
        .with_headers(Authorization="Basic c2tfdGhpc19pczpub19rZXk="),
    ),
    case(
        "a write without a key is rejected, and not carried out",
        _KEY,
        post("/users", subject("{user}")).keeping(id="id"),
        delete("/users", subject("{user}"), problem(401)).with_key("none"),
        post("/users", subject("{user}"), ExpectedResponse(200, {"id": "{id}"})),
    ),
    case(
        "a server key from a browser is rejected",
        _ORIGIN,
        get("/push/vapid", {}, problem(401)).with_headers(Origin=_SHOP).under("project"),
    ),
    case(
        "a server key from a browser is rejected, on older servers",
        _ORIGIN,
        get("/push/vapid", {}, problem(401), problem(403)).with_headers(Origin=_SHOP).under("key"),
    ),
    case(
        "a browser may ask whether it may send",
        _CORS,
        Step(
            "OPTIONS",
            "/users",
            responses=tuple(ExpectedResponse(status, headers=_SHARED) for status in (204, 200)),
            headers={"Origin": _SHOP, "Access-Control-Request-Method": "POST"},
            key="none",
            family="project",
        ),
    ),
    case(
        "a browser may read a response",
        _CORS,
        post(
            "/users",
            subject("{user}"),
            ExpectedResponse(401, problem(401).body, headers=_SHARED),
        )
        .with_key("wrong")
        .with_headers(Origin=_SHOP)
        .under("project"),
    ),
    case(
        "a client key writes",
        _WRITE_ONLY,
        post("/users", subject("{user}"), ExpectedResponse(200)).with_key("public").under("key"),
    ),
    case(
        "a client key writes from a browser",
        _ORIGIN,
        post("/users", subject("{user}"), ExpectedResponse(200))
        .with_key("public")
        .with_headers(Origin=_SHOP)
        .under("key"),
    ),
    case(
        "a client key does not read",
        _WRITE_ONLY,
        post("/users", subject("{user}")).with_key("public").under("key"),
        get("/users/inbox", _INBOX, problem(401), problem(403)).with_key("public").under("key"),
    ),
    case(
        "the project may be taken from the key",
        _FAMILIES,
        post("/users", subject("{user}"), ExpectedResponse(200)).under("key"),
        get("/push/vapid", {}, ExpectedResponse(200), problem(404)).under("key"),
        delete("/users", subject("{user}"), ExpectedResponse(204)).under("key"),
    ),
    case(
        "the project may be named in the path",
        _FAMILIES,
        post("/users", subject("{user}"), ExpectedResponse(200)).under("project"),
        get("/push/vapid", {}, ExpectedResponse(200), problem(404)).under("project"),
        delete("/users", subject("{user}"), ExpectedResponse(204)).under("project"),
    ),
    case(
        "both families of paths lead to the same project",
        _FAMILIES,
        post("/users", subject("{user}")).under("key").keeping(id="id", version="version"),
        post(
            "/users",
            subject("{user}", data={"n": 1}),
            ExpectedResponse(200, {"id": "{id}", "version": MoreThan("{version}")}),
        ).under("project"),
        delete("/users", subject("{user}"), ExpectedResponse(204)).under("key"),
        delete("/users", subject("{user}"), problem(404, "user not found")).under("project"),
    ),
    case(
        "an invalid body is rejected",
        _SHAPE,
        *(
            post("/users", body, problem(400))
            for body in (
                b"",
                b"identifier={user}",
                b'{"identifier": [{"external_id": "a',
                b"null",
                b"[]",
            )
        ),
    ),
    case(
        "a path with another project, or with none, is rejected",
        _PROJECT,
        post("/users", subject("{user}"), problem(401)).under("foreign"),
        post("/users", subject("{user}"), problem(401)).under("malformed"),
    ),
    case(
        "a bare key is accepted",
        _BARE,
        post("/users", subject("{user}"), ExpectedResponse(200)).with_key("bare").under("project"),
    ),
    case(
        "a body has to be declared as JSON",
        _TYPE,
        post("/users", subject("{user}"), problem(400)).with_headers(**_declared("text/plain")),
        post("/users", subject("{user}"), ExpectedResponse(200)).with_headers(
            **_declared("application/json; charset=utf-8")
        ),
    ),
    case(
        "unknown fields, and bytes after the body, are accepted",
        _LENIENT,
        post("/users", subject("{user}", unknown={"a": 1}), ExpectedResponse(200)),
        post(
            "/users/events",
            b'[{"name": "conformance.checked", "data": {}, '
            b'"identifier": [{"external_id": "a"}]}] and more',
            ExpectedResponse(202),
        ),
    ),
    case(
        "a path that does not exist is the console's page",
        _CONSOLE,
        get("/no-such-path", {}, ExpectedResponse(200, PAGE)).under("project"),
    ),
    case(
        "an empty parameter is rejected",
        "A parameter that is there but empty is 400.",
        post("/users", subject("{user}")),
        *(get("/users/inbox", {**_INBOX, name: ""}, problem(400)) for name in _PARAMETERS),
        *(get("/users/inbox/count", {**_INBOX, name: ""}, problem(400)) for name in _INBOX),
    ),
    case(
        "an incomplete query is rejected",
        "list a user's inbox: ?source&external_id&channel.",
        post("/users", subject("{user}")),
        get("/users/inbox", {"source": "default", "channel": "inbox"}, problem(400)),
        get("/users/inbox", {"source": "default", "external_id": "{user}"}, problem(400)),
    ),
]
