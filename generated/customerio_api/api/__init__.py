# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
"""Contains methods for accessing the API"""
