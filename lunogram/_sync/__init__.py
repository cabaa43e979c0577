# Derived by `make generate` from lunogram/_async/__init__.py; never edited by hand.
"""The sync client and its resources, one module for each resource."""
