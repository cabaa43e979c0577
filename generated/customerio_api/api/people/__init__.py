# Written by `make generate` from openapi-customerio.yaml; never edited by hand.
"""Contains endpoint functions for accessing the API"""
