"""The clients, one module for each kind of thing they deal with."""
