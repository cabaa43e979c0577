"""What a sandbox has accepted and lost, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from .models import SandboxLoss, display_name

_MOST_LINES = 5


class LostWarning(UserWarning):
    """A test in which the sandbox accepted something that Lunogram would lose in silence.

    The pytest plugin warns at the end of such a test; the message says what is lost, and why. With
    ``lunogram_lost = error`` in pytest's configuration, the test fails instead.
    """


def in_words(losses: Sequence[SandboxLoss]) -> str:
    """What is lost, a line each, with the reason.

    Args:
        losses: One or more.
    """
    lines = [f"\n  {_line(loss)}" for loss in islice(losses, _MOST_LINES)]
    left = len(losses) - len(lines)
    return f"Accepted and lost:{''.join(lines)}" + (f"\n  … and {left} more" if left else "")


def _line(loss: SandboxLoss) -> str:
    whose = ", ".join(map(display_name, loss.identifier)) or f"all {loss.kind}s that match"
    subject = f"{loss.kind} {whose}" if loss.identifier else whose
    return f"{loss.what} {loss.name} of {subject}: {loss.reason}"
