"""A Lunogram on your own machine: the Client API on SQLite, for development and tests.

`lunogram sandbox` starts it. It is a second reading of the API's documents and shares no code
with the clients, so that the two can catch each other's mistakes. Where to look:

- server.py starts it, app.py has the table of paths, endpoint.py takes a request through.
- keys.py, decoding.py and bodies.py say who asks and what may be asked, problems.py how it is
  refused, answers.py what is answered.
- subjects.py has users and organizations, which differ little; members.py, events.py,
  schedules.py, inbox.py, devices.py and sessions.py have the rest of the API.
- containment.py and intervals.py do what PostgreSQL does for the platform.
- store.py and sql/ keep everything, clock.py knows the time, journal.py the last calls.
- planning.py and occurrences.py say when schedules fire, and firing.py does it.
- faults.py knows what goes wrong on purpose, protocol.py how a connection is reset.
- looking.py, moving.py and breaking.py are the test API under /sandbox: for looking inside, for
  the clock and for faults.
- customerio/ answers Customer.io's APIs too, when it is told to.
- page/ is the page at the sandbox's root; stream.py tells it what happens, to whom listeners.py
  knows.
"""
