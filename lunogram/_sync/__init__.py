# Derived by `make generate` from lunogram/_async/__init__.py; never edited by hand.
"""The clients, one module for each kind of thing they deal with."""
