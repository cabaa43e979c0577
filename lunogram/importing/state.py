"""The state of an import: a checkpoint in its outbox, written in one transaction with the calls."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..outbox.store import Stats
from .errors import SourceError
from .rejects import RejectsFileState

_CHECKPOINT_VERSION = 1


@attrs.frozen
class State:
    """The state of an import.

    Attributes:
        version: The version of the input when the import started.
        rows: The number of rows that were queued or rejected.
        rejected: The number of rejected rows.
        rejects: The file of rejected rows at that time, or None.
        queued: The number of entries that the outbox had queued before the import.
        delivered: The number of entries that it had delivered.
        dead: The number of its dead letters.
        done: Whether all rows were queued or rejected.
    """

    version: str
    rows: int = 0
    rejected: int = 0
    rejects: RejectsFileState | None = None
    queued: int = 0
    delivered: int = 0
    dead: int = 0
    done: bool = False

    @classmethod
    def initial(cls, version: str, before: Stats) -> Self:
        """The state before the first row.

        Args:
            version: The version of the input.
            before: The statistics of the outbox before the import.
        """
        return cls(version, queued=before.queued, delivered=before.delivered, dead=before.dead)

    @classmethod
    def read(cls, text: str) -> Self:
        """The state in a checkpoint of this or an older version.

        Args:
            text: The content of the checkpoint.

        Raises:
            SourceError: If a newer version of this package wrote it, or it is damaged.
        """
        try:
            facts = json.loads(text)
            written_by = facts.pop("checkpoint", 0)  # version 0 had no number
            if written_by > _CHECKPOINT_VERSION:
                raise SourceError(
                    "a newer version of lunogram has started this import; upgrade lunogram to "
                    "resume it, or start over with --restart"
                )
            rejects = facts.pop("rejects")
            return cls(**facts, rejects=rejects and RejectsFileState(**rejects))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise SourceError(
                "the checkpoint of this import is damaged; start over with --restart"
            ) from None

    def after(self, queued: int, rejected: int, rejects: RejectsFileState | None) -> Self:
        """The state after some more rows.

        Args:
            queued: The number of queued rows.
            rejected: The number of rejected rows.
            rejects: The file of rejected rows, or None.
        """
        return attrs.evolve(
            self,
            rows=self.rows + queued + rejected,
            rejected=self.rejected + rejected,
            rejects=rejects,
        )

    @property
    def text(self) -> str:
        """The content of the checkpoint."""
        return json.dumps({"checkpoint": _CHECKPOINT_VERSION, **attrs.asdict(self)})


def checkpoint_name(kind: str, identity: str, options: Mapping[str, Any]) -> str:
    """The name of an import: the same for the same command, and nothing personal.

    Args:
        kind: The name of the kind of rows.
        identity: The identity of the input.
        options: The options that change the queued calls.
    """
    facts = json.dumps([kind, identity, options], sort_keys=True)
    return f"import {kind} {hashlib.sha256(facts.encode()).hexdigest()[:32]}"
