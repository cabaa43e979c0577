"""What is accepted and lost, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Protocol

from ..identifiers import ExternalID
from .models import SubjectKind, display_name

_MOST_LINES = 5


class LostWarning(UserWarning):
    """A test in which the sandbox accepted something that Lunogram would lose in silence.

    The pytest plugin warns at the end of such a test; the message says what is lost, and why. With
    ``lunogram_lost = error`` in pytest's configuration, the test fails instead.
    """


class Loss(Protocol):
    """Something that is lost, in a sandbox or in a recording."""

    @property
    def what(self) -> str:
        """An event, a schedule or a message."""
        ...

    @property
    def kind(self) -> SubjectKind:
        """The kind of the subject."""
        ...

    @property
    def name(self) -> str:
        """The name of the event or the schedule, or the external id of the message."""
        ...

    @property
    def identifier(self) -> list[ExternalID]:
        """The identifiers of the subject."""
        ...

    @property
    def reason(self) -> str:
        """The reason, and what to do about it."""
        ...


def in_words(losses: Sequence[Loss]) -> str:
    """What is lost, a line each, with the reason.

    Args:
        losses: One or more.
    """
    lines = [f"\n  {_line(loss)}" for loss in islice(losses, _MOST_LINES)]
    left = len(losses) - len(lines)
    return f"Accepted and lost:{''.join(lines)}" + (f"\n  … and {left} more" if left else "")


def _line(loss: Loss) -> str:
    whose = ", ".join(map(display_name, loss.identifier)) or f"all {loss.kind}s that match"
    subject = f"{loss.kind} {whose}" if loss.identifier else whose
    return f"{loss.what} {loss.name} of {subject}: {loss.reason}"
