"""What other servers than Lunogram respond with, by names."""

from __future__ import annotations

from tests.support.faults import Response, empty, html, json_answer, problem

IMPOSTORS: dict[str, Response] = {
    "200, a page": html(200),
    "200, a page without a type": Response(200, b"<html>log in</html>"),
    "200, text": Response(200, b"OK", {"Content-Type": "text/plain"}),
    "200, JSON": json_answer({"hello": "world"}),
    "200, a list": json_answer([]),
    "202, JSON": json_answer({"success": True}, 202),
    "207, empty": empty(207),
    "400, a page": html(400),
    "400, empty": empty(400),
    "400, a problem in HTML": Response(
        400, b'{"title": "a", "detail": "b"}', {"Content-Type": "text/html"}
    ),
    "404, a page": html(404),
    "404, empty": empty(404),
    "404, FastAPI": json_answer({"detail": "Not Found"}, 404),
    "404, Spring": json_answer(
        {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No resource x."},
        404,
        content_type="application/problem+json",
    ),
    "404, no such path": problem(404, "resource not found", "path not found"),
    "409, a page": html(409),
    "409, JSON": json_answer({"error": "conflict"}, 409),
    "413, a page": html(413),
    "422, a page": html(422),
    "422, FastAPI": json_answer({"detail": [{"msg": "field required"}]}, 422),
}
"""Responses with a status that would be a success or a rejection, if they were Lunogram's."""

STRANGERS: dict[str, Response] = {
    "302": empty(302),
    "304": empty(304),
    "401": empty(401),
    "403, a page": html(403),
    "405": json_answer({}, 405),
    "407": empty(407),
    "410": json_answer({}, 410),
    "421": empty(421),
    "426": empty(426),
    "451": empty(451),
    "499": empty(499),
    "600": empty(600),
    "999": empty(999),
}
"""Responses with a status that Lunogram does not have, or of a proxy that lets nobody in."""

NO_UPSERT: dict[str, Response] = {
    "200, empty": empty(200),
    "200, an empty object": json_answer({}),
    "202, empty": empty(202),
    "204": empty(204),
    "404 of a user": problem(404, "resource not found", "user not found"),
}
"""Responses of which none is one to an upsert."""
