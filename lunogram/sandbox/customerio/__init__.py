"""A Customer.io on your own machine: its Track and App APIs, beside Lunogram's own.

`lunogram sandbox --customerio` turns it on. A workspace is a project of the sandbox: the same
page, file, faults and reset. Where to look:

- apis.py has the table of paths, endpoint.py finds the path and takes a request through.
- credentials.py says who asks, bodies.py and limits.py what may be asked.
- people.py has people and whom an identifier means; events.py, devices.py, segments.py,
  merging.py and batch.py have the rest of Track.
- messages.py, broadcasts.py and collections.py are the App API.
- looking.py is its part of the test API, page.py of the page. sql/ has the queries of both.
"""
