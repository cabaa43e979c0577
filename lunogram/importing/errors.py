"""The errors of a complete import; an invalid row is only rejected."""

from __future__ import annotations

from ..errors import LunogramError


class SourceError(LunogramError):
    """The input can't be read, or lacks a column. This run has queued nothing of it."""

    code = "import_source"


class ChangedSourceError(SourceError):
    """The input has changed since the import was interrupted."""

    code = "import_changed"


class TooManyRejectedError(LunogramError):
    """More rows were rejected than max_errors allows. Rows that were queued stay queued."""

    code = "import_rejected"


class SyncStateError(LunogramError):
    """The state of a sync can't be used, or does not fit the outbox. Nothing was queued."""

    code = "sync_state"
