"""The async client and its resources, one module for each resource."""
