"""The limit of every wait for something that must come: no slow machine passes it, only what hangs."""

HANG = 60.0
"""Seconds."""
