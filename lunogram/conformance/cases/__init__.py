"""All cases, by topic.

What is carried out later comes first, so that what it makes late is there when the run cleans up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lunogram.conformance.case import Case
from lunogram.conformance.cases import (
    devices,
    events,
    identity,
    inbox,
    inbox_pages,
    members,
    own_data,
    roles,
    schedules,
    sessions,
    transport,
    upserts,
    values,
)

_TOPICS: Mapping[str, Iterable[Case]] = {
    "events": events.CASES,
    "schedules": schedules.CASES,
    "inbox": [*inbox.CASES, *inbox_pages.CASES],
    "identity": identity.CASES,
    "merging": upserts.CASES,
    "values": values.CASES,
    "members": members.CASES,
    "devices": devices.CASES,
    "sessions": sessions.CASES,
    "own data": own_data.CASES,
    "roles": roles.CASES,
    "transport": transport.CASES,
}

CASES = tuple(replace(case, topic=topic) for topic, cases in _TOPICS.items() for case in cases)
