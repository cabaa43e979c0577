"""Integrations with frameworks. Each module is imported only by programs that use its framework."""
