"""The sandbox's page, which shows in a browser what arrives, live.

It is served at the sandbox's root and needs no key: it names a project by its id. Where to look:

- routes.py has the table of paths, guard.py keeps other sites out.
- queries.py has the page's queries, rows.py their paging, summaries.py the summaries of calls and
  events.
- python.py writes the Python that would send a call, expression.py formats it.
- static/ is the page itself, ES modules without a build step.

The live stream is lunogram/sandbox/stream.py. The page can do what the test API can (reset, the
clock, faults): the same endpoints are under /sandbox/page.
"""
