"""Frozen values: what goes from one place to another."""
