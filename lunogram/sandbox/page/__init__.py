"""The sandbox's page: what arrives, live, in a browser.

It is served at the sandbox's root and has no key: it names a project by its id. Where to look:

- routes.py has the table of paths, guard.py says who is let in.
- reading.py answers the page's questions, telling.py says in a few words what a call was.
- python.py writes the Python that would send a call, expression.py sets it on lines.
- static/ is the page itself, ES modules without a build step.

The live stream is lunogram/sandbox/stream.py. What the test API can do (reset, the clock, faults),
the page can: its paths are found again under /sandbox/page.
"""
