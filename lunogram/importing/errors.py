"""What can go wrong with an import as a whole; a row that can't be right is refused by itself."""

from __future__ import annotations

from ..errors import LunogramError


class SourceError(LunogramError):
    """The input can't be read, or lacks a column. Nothing of it was queued since it was opened."""

    code = "import_source"


class ChangedSourceError(SourceError):
    """The input is no longer what an interrupted import has read half of."""

    code = "import_changed"


class TooManyRefusedError(LunogramError):
    """More rows were refused than was allowed. What was queued before stays queued."""

    code = "import_refused"
