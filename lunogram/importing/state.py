"""How far an import has come, kept in its outbox in one transaction with what it queues."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

import attrs

from ..outbox.store import Stats
from .errors import SourceError


@attrs.frozen
class State:
    """How far an import has come.

    Attributes:
        version: Of the input, when it was begun.
        rows: How many rows were read and dealt with.
        refused: How many of them were refused.
        refused_bytes: How long the file of refused rows was then.
        queued: How many entries the outbox had ever queued before the import.
        delivered: How many of them it had delivered.
        dead: How many dead letters it had.
        done: Whether all rows are dealt with.
    """

    version: str
    rows: int = 0
    refused: int = 0
    refused_bytes: int = 0
    queued: int = 0
    delivered: int = 0
    dead: int = 0
    done: bool = False

    @classmethod
    def beginning(cls, version: str, before: Stats) -> Self:
        """Nothing is read yet.

        Args:
            version: Of the input.
            before: The outbox as it is before the import.
        """
        return cls(version, queued=before.queued, delivered=before.delivered, dead=before.dead)

    @classmethod
    def read(cls, text: str) -> Self:
        """What `text` wrote.

        Raises:
            SourceError: If another version of this package wrote it.
        """
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            raise SourceError(
                "another version of lunogram has begun this import; begin anew (--restart)"
            ) from None

    def after(self, queued: int, refused: int, refused_bytes: int) -> Self:
        """The state after some more rows.

        Args:
            queued: How many were queued.
            refused: How many were refused.
            refused_bytes: How long the file of refused rows is now.
        """
        return attrs.evolve(
            self,
            rows=self.rows + queued + refused,
            refused=self.refused + refused,
            refused_bytes=refused_bytes,
        )

    @property
    def text(self) -> str:
        """What a bookmark holds."""
        return json.dumps(attrs.asdict(self))


def bookmark_name(kind: str, identity: str, options: Mapping[str, Any]) -> str:
    """The name of an import: the same for the same command, and nothing personal.

    Args:
        kind: What is imported.
        identity: Of the input.
        options: All that makes a difference to what is queued.
    """
    facts = json.dumps([kind, identity, options], sort_keys=True)
    return f"import {kind} {hashlib.sha256(facts.encode()).hexdigest()[:32]}"
