# Derived by `make generate` from lunogram/customerio/_async/__init__.py; never edited by hand.
"""The client of Customer.io, one module for each of its APIs."""
