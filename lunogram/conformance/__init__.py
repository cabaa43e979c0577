"""Is a server what the facts say a Lunogram is? Cases as data, and one runner.

It speaks plain HTTP and uses the Client API alone, so that it runs against the sandbox and
against a real Lunogram alike. `lunogram conformance` is its command.
"""
