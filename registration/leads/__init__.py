"""Leads and their conversion to restaurants."""
