"""Keys, paths, and requests that cannot be read."""

from __future__ import annotations

from lunogram.conformance.case import Answer, case, delete, get, post, problem, subject
from lunogram.conformance.matching import MoreThan

_KEY = "Authorization: Bearer KEY; 401 unauthorized."
_WRITE_ONLY = "Keys look like `pk_…` (older, client role, write-only) or `sk_…` (backend)."
_ORIGIN = "A server-side key sent with an `Origin` header is refused."
_FAMILIES = "Two path families; every path exists in both."
_SHAPE = "400 bad request; errors: application/json {title, detail}."
_INBOX = {"source": "default", "external_id": "{user}", "channel": "inbox"}

CASES = [
    case(
        "a request without a key is refused",
        _KEY,
        get("/push/vapid", {}, problem(401)).with_key("none"),
    ),
    case(
        "a request with a wrong key is refused",
        _KEY,
        get("/push/vapid", {}, problem(401)).with_key("wrong"),
    ),
    case(
        "a request with a key in another scheme is refused",
        _KEY,
        get("/push/vapid", {}, problem(401))
        .with_key("none")
        .with_headers(Authorization="Basic c2tfdGhpc19pczpub19rZXk="),
    ),
    case(
        "a write without a key is refused, and not carried out",
        _KEY,
        post("/users", subject("{user}")).keeping(id="id"),
        delete("/users", subject("{user}"), problem(401)).with_key("none"),
        post("/users", subject("{user}"), Answer(200, {"id": "{id}"})),
    ),
    case(
        "a server key from a browser is refused",
        _ORIGIN,
        get("/push/vapid", {}, problem(401), problem(403)).with_headers(
            Origin="https://shop.example"
        ),
    ),
    case(
        "a client key writes",
        _WRITE_ONLY,
        post("/users", subject("{user}"), Answer(200)).with_key("client"),
    ),
    case(
        "a client key writes from a browser",
        _ORIGIN,
        post("/users", subject("{user}"), Answer(200))
        .with_key("client")
        .with_headers(Origin="https://shop.example"),
    ),
    case(
        "a client key does not read",
        _WRITE_ONLY,
        post("/users", subject("{user}")).with_key("client"),
        get("/users/inbox", _INBOX, problem(401), problem(403)).with_key("client"),
    ),
    case(
        "the project may be taken from the key",
        _FAMILIES,
        post("/users", subject("{user}"), Answer(200)).under("key"),
        get("/push/vapid", {}, Answer(200), problem(404)).under("key"),
        delete("/users", subject("{user}"), Answer(204)).under("key"),
    ),
    case(
        "the project may be named in the path",
        _FAMILIES,
        post("/users", subject("{user}"), Answer(200)).under("project"),
        get("/push/vapid", {}, Answer(200), problem(404)).under("project"),
        delete("/users", subject("{user}"), Answer(204)).under("project"),
    ),
    case(
        "both families of paths lead to the same project",
        _FAMILIES,
        post("/users", subject("{user}")).under("key").keeping(id="id", version="version"),
        post(
            "/users",
            subject("{user}", data={"n": 1}),
            Answer(200, {"id": "{id}", "version": MoreThan("{version}")}),
        ).under("project"),
        delete("/users", subject("{user}"), Answer(204)).under("key"),
        delete("/users", subject("{user}"), problem(404, "user not found")).under("project"),
    ),
    case(
        "a body that cannot be read is refused",
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
        "a query that is not complete is refused",
        "list a user's inbox: ?source&external_id&channel.",
        post("/users", subject("{user}")),
        get("/users/inbox", {"source": "default", "channel": "inbox"}, problem(400)),
        get("/users/inbox", {"source": "default", "external_id": "{user}"}, problem(400)),
    ),
]
