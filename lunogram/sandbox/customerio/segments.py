"""Manual segments: who is in which. A segment is there as soon as somebody is in it."""

from __future__ import annotations

from functools import partial

from lunogram.sandbox.answers import Answer
from lunogram.sandbox.context import Request
from lunogram.sandbox.customerio import people
from lunogram.sandbox.customerio.bodies import Members, MembersQuery
from lunogram.sandbox.customerio.limits import check_identifier
from lunogram.sandbox.customerio.people import Name
from lunogram.sandbox.decoding import read_body, read_query
from lunogram.sandbox.problems import not_found
from lunogram.sandbox.store import LARGEST


def _change(request: Request, query: str) -> Answer:
    """Run a query for each person who is named; those who aren't there are passed over."""
    segment_id = numbered(request.path["segment_id"], "segment")
    field = read_query(request.query, MembersQuery).id_type
    members = [check_identifier(field, value) for value in read_body(request.body, Members).ids]
    values = {"project_id": request.project.id, "segment_id": segment_id, "now": request.now}
    with request.store.writing():
        for value in members:
            if person := people.find(request, Name(field, value.removeprefix("cio_"))):
                request.store.run(query, values | {"number": person["number"]})
    return people.done()


add = partial(_change, query="cio_add_to_segment")
remove = partial(_change, query="cio_remove_from_segment")


def numbered(text: str, what: str) -> int:
    """Read a number in a path; no other text is anything's id."""
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise not_found(what)
    return int(text)
