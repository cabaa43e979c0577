"""Imports: the rows of files and queries, checked, queued in an outbox, and gone on with.

from lunogram.importing import import_users

with client.relay(outbox):
    result = import_users("people.csv", outbox, wait=True)
"""

from .api import (
    ImportOptions,
    import_events,
    import_members,
    import_organizations,
    import_schedules,
    import_users,
)
from .errors import ChangedSourceError, SourceError, TooManyRefusedError
from .opening import Query
from .progress import ImportResult, Progress
from .running import InterruptedImport

__all__ = [
    "ChangedSourceError",
    "ImportOptions",
    "ImportResult",
    "InterruptedImport",
    "Progress",
    "Query",
    "SourceError",
    "TooManyRefusedError",
    "import_events",
    "import_members",
    "import_organizations",
    "import_schedules",
    "import_users",
]
