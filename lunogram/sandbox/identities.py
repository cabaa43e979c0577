"""Identities: which user or organization identifiers belong to.

Both are subjects; `SubjectKind` says which. Any identifier that matches finds the subject. Only
upserts create one and add identifiers; everything else looks up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lunogram.sandbox.context import Request, new_id
from lunogram.sandbox.problems import Conflict, Unstorable, not_found
from lunogram.sandbox.request_parser import json_text, read_json
from lunogram.sandbox.schemas import ExternalID
from lunogram.sandbox.store import Row

SubjectKind = Literal["user", "organization"]
USER: SubjectKind = "user"
ORGANIZATION: SubjectKind = "organization"

LONGEST = 255
"""The maximum length of a name, a source and an external id, in characters."""


def find(request: Request, kind: SubjectKind, identifiers: Sequence[ExternalID]) -> str | None:
    """Return the id of the subject, None if there is none; raise a conflict if there are more."""
    identifiers = effective(request, kind, identifiers)
    found = {row["subject_id"] for each in identifiers if (row := _known(request, kind, each))}
    if len(found) > 1:
        raise Conflict(f"{in_words(identifiers)} belong to different {kind}s")
    return found.pop() if found else None


def require(request: Request, kind: SubjectKind, identifiers: Sequence[ExternalID]) -> str:
    """Return the id of the subject; raise a problem if there is none."""
    subject_id = find(request, kind, identifiers)
    if subject_id is None:
        raise not_found(kind)
    return subject_id


def attach(
    request: Request, kind: SubjectKind, subject_id: str, identifiers: Sequence[ExternalID]
) -> None:
    """Add new identifiers; merge the metadata of the others."""
    for identifier in effective(request, kind, identifiers):
        known = _known(request, kind, identifier)
        values = _pair(request, kind, identifier) | {"now": request.now}
        if known is None:
            check_length("source", identifier.source, LONGEST)
            check_length("external_id", identifier.external_id, LONGEST)
            values |= {"id": new_id(), "subject_id": subject_id}
            values["metadata"] = json_text(identifier.metadata or {})
            request.store.run("insert_identifier", values)
        elif identifier.metadata:
            values["metadata"] = json_text(read_json(known["metadata"]) | identifier.metadata)
            request.store.run("update_identifier", values)


def effective(
    request: Request, kind: SubjectKind, identifiers: Sequence[ExternalID]
) -> Sequence[ExternalID]:
    """Return the identifiers that count: a session's own user, whatever it has sent."""
    if request.access.session and kind == USER:
        source, external_id = request.access.session
        return [ExternalID(external_id, source)]
    return identifiers


def check_length(field: str, value: str | None, longest: int) -> None:
    """Raise a problem if a value does not fit into its column."""
    if value is not None and len(value) > longest:
        detail = f"{field} has {len(value)} characters, of {longest} at most"
        raise Unstorable(detail)


def in_words(identifiers: Sequence[ExternalID]) -> str:
    """Return identifiers as words for a sentence."""
    names = [_display(each) for each in identifiers]
    return f"the identifier{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _display(identifier: ExternalID) -> str:
    is_default = identifier.source in ("", "default")
    return identifier.external_id if is_default else f"{identifier.source}:{identifier.external_id}"


def _known(request: Request, kind: SubjectKind, identifier: ExternalID) -> Row | None:
    return request.store.one("find_identifier", _pair(request, kind, identifier))


def _pair(request: Request, kind: SubjectKind, identifier: ExternalID) -> dict[str, str]:
    return {
        "project_id": request.project.id,
        "kind": kind,
        "source": identifier.source or "default",
        "external_id": identifier.external_id,
    }
