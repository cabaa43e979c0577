"""Imports and syncs of the rows of files and queries: checked, queued, and resumable.

from lunogram.importing import import_users

with outbox.relay(client):
    result = import_users("people.csv", outbox, wait=True)
"""

from .api import (
    ImportOptions,
    RowOptions,
    import_events,
    import_members,
    import_organizations,
    import_schedules,
    import_users,
)
from .errors import ChangedSourceError, SourceError, SyncStateError, TooManyRejectedError
from .formats import Query
from .importer import InterruptedImport
from .stats import Difference, ImportResult, Progress, SyncResult
from .survey import Survey, SurveyedColumn
from .sync_api import SyncOptions, sync_events, sync_members, sync_organizations, sync_users

__all__ = [
    "ChangedSourceError",
    "Difference",
    "ImportOptions",
    "ImportResult",
    "InterruptedImport",
    "Progress",
    "Query",
    "RowOptions",
    "SourceError",
    "Survey",
    "SurveyedColumn",
    "SyncOptions",
    "SyncResult",
    "SyncStateError",
    "TooManyRejectedError",
    "import_events",
    "import_members",
    "import_organizations",
    "import_schedules",
    "import_users",
    "sync_events",
    "sync_members",
    "sync_organizations",
    "sync_users",
]
