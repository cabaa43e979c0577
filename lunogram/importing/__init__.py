"""Imports of the rows of files and queries: checked, queued in an outbox, and resumable.

from lunogram.importing import import_users

with outbox.relay(client):
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
from .errors import ChangedSourceError, SourceError, TooManyRejectedError
from .formats import Query
from .importer import InterruptedImport
from .stats import ImportResult, Progress
from .survey import Survey, SurveyedColumn

__all__ = [
    "ChangedSourceError",
    "ImportOptions",
    "ImportResult",
    "InterruptedImport",
    "Progress",
    "Query",
    "SourceError",
    "Survey",
    "SurveyedColumn",
    "TooManyRejectedError",
    "import_events",
    "import_members",
    "import_organizations",
    "import_schedules",
    "import_users",
]
