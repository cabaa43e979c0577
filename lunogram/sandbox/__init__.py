"""A local Lunogram server for development and tests: the Client API on SQLite.

`lunogram sandbox` starts it. It is a second reading of the API's documents and shares no code
with the clients, so that the two can catch each other's mistakes. Where to look:

- server.py starts the server, app.py has the table of routes, endpoint.py processes a request.
- keys.py authenticates, request_parser.py and schemas.py validate requests, problems.py has the
  error responses, responses.py the others.
- subjects.py has users and organizations, which differ little; members.py, events.py,
  schedules.py, inbox.py, devices.py and sessions.py have the rest of the API.
- containment.py and intervals.py do what PostgreSQL does for the platform.
- store.py and sql/ are the database, clock.py the clock, request_log.py the last requests.
- schedule_store.py and occurrences.py compute when schedules fire, scheduler.py fires them.
- faults.py has the faults that can be injected, protocol.py the connection resets.
- inspection_api.py, clock_api.py and faults_api.py are the test API under /sandbox: inspection,
  the clock and faults.
- customerio/ serves Customer.io's APIs too, when it is enabled.
- page/ is the page at the sandbox's root; stream.py sends it live updates, listeners.py has its
  subscribers.
"""
