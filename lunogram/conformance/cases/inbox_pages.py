"""Inboxes: which messages are listed, in which order, how many at a time."""

from __future__ import annotations

from lunogram.conformance.case import Case, ExpectedResponse, Step, case, get, problem
from lunogram.conformance.cases.inbox import inbox_of, known, listed, message, send
from lunogram.conformance.cases.subject_kinds import KINDS, Kind
from lunogram.conformance.matchers import Length

_ORDER = "Newest scheduled first."
_LIMIT = "limit 1 to 100 (20), offset 0 or more."
_TAGS = "tags comma-separated, all must be there, spaces around them do not count."
_QUERY = "?source&external_id&channel&status&tags&message_source&priority&limit&offset."


def _filters(kind: Kind) -> list[Case]:
    three = send(
        kind,
        message(
            "a", kind.id, scheduled_at="{-1 hour}", tags=["x", "y"], priority=1, source="inbox"
        ),
        message("b", kind.id, scheduled_at="{-2 hours}", tags=["y"], priority=2, source="campaign"),
        message("c", kind.id, scheduled_at="{-3 hours}"),
    )
    return [
        case(
            f"the newest message in {kind.one}'s inbox comes first",
            _ORDER,
            known(kind),
            send(
                kind,
                *(
                    message(hours, kind.id, scheduled_at=f"{{-{hours} hours}}")
                    for hours in ("3", "1", "2")
                ),
            ),
            listed(kind, "1", "2", "3"),
        ),
        case(
            f"messages in {kind.one}'s inbox are found by tags, all of which they have",
            _TAGS,
            known(kind),
            three,
            listed(kind, "a", "b", tags="y"),
            listed(kind, "a", tags="x,y"),
            listed(kind, "a", tags=" x , y "),
            listed(kind, tags="x,z"),
        ),
        case(
            f"messages in {kind.one}'s inbox are found by priority, and by their source",
            f"priority any integer, 0 for no filter; source?. {_QUERY}",
            known(kind),
            three,
            listed(kind, "b", priority=2),
            listed(kind, "c", priority=3),
            listed(kind, "a", "b", "c", priority=0),
            listed(kind, priority=99),
            listed(kind, priority=-1),
            listed(kind, "a", message_source="inbox"),
            listed(kind, message_source="nowhere"),
        ),
        case(
            f"an unknown status or channel is rejected in {kind.one}'s inbox",
            "status is unread, read or archived. channel (email, sms, push, inbox).",
            known(kind),
            get(f"{kind.path}/inbox", inbox_of(kind, status="seen"), problem(400)),
            get(f"{kind.path}/inbox", inbox_of(kind, channel="pigeon"), problem(400)),
        ),
    ]


def _page(kind: Kind, length: int, **query: int) -> Step:
    body = {"results": Length(length), "total": 25, **query}
    return get(
        f"{kind.path}/inbox", inbox_of(kind, "", **query), ExpectedResponse(200, body)
    ).eventually()


def _pages(kind: Kind) -> list[Case]:
    path = f"{kind.path}/inbox"
    many = send(kind, *(message(str(number), kind.id) for number in range(25)))
    default = ExpectedResponse(200, {"results": Length(20), "total": 25, "limit": 20, "offset": 0})
    beyond = ExpectedResponse(200, {"results": Length(0), "total": 0})
    return [
        case(
            f"a page of {kind.one}'s inbox has 20 messages unless asked otherwise",
            _LIMIT,
            known(kind),
            many,
            get(path, inbox_of(kind), default).eventually(),
        ),
        case(
            f"a page of {kind.one}'s inbox has 1 to 100 messages",
            _LIMIT,
            known(kind),
            many,
            _page(kind, 1, limit=1),
            _page(kind, 25, limit=100),
            get(path, inbox_of(kind, limit=0), problem(400)),
            get(path, inbox_of(kind, limit=101), problem(400)),
        ),
        case(
            f"pages of {kind.one}'s inbox begin where asked",
            _LIMIT,
            known(kind),
            many,
            _page(kind, 10, limit=10, offset=10),
            _page(kind, 5, limit=10, offset=20),
            get(path, inbox_of(kind, limit=10, offset=30), beyond).eventually(),
            get(path, inbox_of(kind, offset=-1), problem(400)),
        ),
    ]


CASES = [each for kind in KINDS for part in (_filters, _pages) for each in part(kind)]
