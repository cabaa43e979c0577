"""What a Lunogram server would lose or reject of recorded calls, if it knew no other subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from .._fake_responses import Subjects
from ..identifiers import ExternalID
from .models import RecordedCall, RecordedLoss, SubjectKind, display_name, names

_Part: TypeAlias = tuple[Literal["event", "schedule", "message"], str, list[Mapping[str, Any]]]
"""A part of a call: what it is, its name, and the identifiers of its subject."""


def losses_of(call: RecordedCall, subjects: Subjects) -> Iterator[RecordedLoss]:
    """The events, the schedule or the messages in a call whose subject is not known.

    Args:
        call: The call.
        subjects: The subjects that were upserted before.
    """
    kind: SubjectKind = "user" if call.name.startswith("user.") else "organization"
    for what, name, identifiers in _parts(call, kind):
        named = names(identifiers)
        if named and (reason := _reason(kind, named, subjects.count(kind, named))):
            yield RecordedLoss(what=what, kind=kind, name=name, identifier=named, reason=reason)


def _parts(call: RecordedCall, kind: SubjectKind) -> Iterator[_Part]:
    method = call.name.partition(".")[2]
    if method == "events.post":
        for event in call.body:
            yield "event", event["name"], event.get("identifier") or []
    elif method == "inbox.send":
        for message in call.body:
            yield "message", message["identifier"]["external_id"], message["target"]
    elif method == "schedule.upsert" and kind == "user":  # an organization's is rejected with 404
        yield "schedule", call.body["name"], call.body["identifier"]


_NEEDING: Mapping[str, tuple[tuple[SubjectKind, str], ...]] = {
    "user.delete": (("user", ""),),
    "user.devices.register": (("user", ""),),
    "organization.delete": (("organization", ""),),
    "organization.add_user": (("organization", "organization"), ("user", "user")),
    "organization.remove_user": (("organization", "organization"), ("user", "user")),
}
"""The calls that need existing subjects: the kind of each, and its key in the body."""


def rejections_of(call: RecordedCall, subjects: Subjects) -> Iterator[str]:
    """A line for each subject that a call needs and nobody is, with the reason.

    Args:
        call: The call.
        subjects: The subjects that were upserted before.
    """
    for kind, key in _NEEDING.get(call.name, ()):
        named = names((call.body[key] if key else call.body)["identifier"])
        if reason := _reason(kind, named, subjects.count(kind, named)):
            yield f"{call.name}: {reason}"


def _reason(kind: SubjectKind, named: list[ExternalID], count: int) -> str:
    """Why something is lost for this number of subjects, or an empty string."""
    if count == 1:
        return ""
    words = f"the identifier{'s' if len(named) > 1 else ''} {', '.join(map(display_name, named))}"
    if count:
        return f"{words} belong to different {kind}s: send those of one"
    nobody = "nobody" if kind == "user" else "no organization"
    return f"{nobody} has {words}: upsert the {kind} first"
