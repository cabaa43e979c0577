# Written by `make generate` from openapi.yaml; never edited by hand.
"""Contains methods for accessing the API"""
