"""Conformance tests: cases as data, and a runner that compares a server with them.

It speaks plain HTTP and uses the Client API alone, so that it runs against the sandbox and
against a real Lunogram server alike. `lunogram conformance` is its command.
"""
