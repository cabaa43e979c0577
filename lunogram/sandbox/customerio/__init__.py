"""A local Customer.io: its Track and App APIs, beside Lunogram's own.

`lunogram sandbox --customerio` enables it. A workspace is a project of the sandbox, with the same
page, database, faults and reset. Where to look:

- apis.py has the table of paths, endpoint.py routes and processes a request.
- credentials.py authenticates, schemas.py and limits.py validate requests.
- people.py has people and their identifiers; events.py, devices.py, segments.py, merge.py and
  batch.py have the rest of Track.
- messages.py, broadcasts.py and collections.py are the App API.
- inspection_api.py is its part of the test API, page.py of the page. sql/ has the queries of both.
"""
