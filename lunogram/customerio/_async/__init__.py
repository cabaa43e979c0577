"""The client of Customer.io, one module for each of its APIs."""
