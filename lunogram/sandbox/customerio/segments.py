"""Manual segments and their members. A segment exists once it has had a member."""

from __future__ import annotations

from functools import partial

from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.limits import check_identifier
from lunogram.sandbox.customerio.people import Identifier
from lunogram.sandbox.customerio.schemas import Members, MembersQuery
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.request_parser import read_body, read_query
from lunogram.sandbox.responses import Response
from lunogram.sandbox.store import LARGEST


def _change(request: Request, query: str) -> Response:
    """Run a query for each person in the body; unknown ones are ignored."""
    segment_id = numbered(request.path["segment_id"], "segment")
    field = read_query(request.query, MembersQuery).id_type
    members = [check_identifier(field, value) for value in read_body(request.body, Members).ids]
    values = {"project_id": request.project.id, "segment_id": segment_id, "now": request.now}
    with request.store.writing():
        for value in members:
            if person := people.find(request, Identifier(field, value.removeprefix("cio_"))):
                request.store.run(query, values | {"number": person["number"]})
    return people.done()


add = partial(_change, query="cio_add_to_segment")
remove = partial(_change, query="cio_remove_from_segment")


def numbered(text: str, what: str) -> int:
    """Parse a number in a path; anything else is the id of nothing, and a 404."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise not_found(what)
    return int(text)
